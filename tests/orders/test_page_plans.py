"""portal.orders.page: the query plans by which both databases find what the order page shows."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Select
from sqlalchemy.orm import Session

from portal.orders import page


@pytest.mark.parametrize("part", ["ORDER", "LINES", "PARCELS", "EVENTS"])
def test_no_table_is_read_from_end_to_end(session: Session, part: str) -> None:
    statement: Select[Any] = getattr(page, part)
    connection = session.connection()
    compiled = statement.compile(dialect=connection.dialect)
    given = compiled.construct_params({"order_id": UUID(int=1)})
    if connection.dialect.name == "sqlite":
        values = tuple(str(given[name]) for name in compiled.positiontup or ())
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values)]
        assert not [step for step in plan if "SCAN" in step or "AUTOMATIC" in step]
    else:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {compiled}", given)]
        assert not [step for step in plan if "Seq Scan" in step]
