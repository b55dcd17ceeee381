"""The demo's shop with rows of every kind: a kind of row that is added to the product is added there too."""

import pytest
from flask import Flask
from sqlalchemy import Column, Table, func, select
from sqlalchemy.orm import Session

from portal.demo.everything.kinds import EveryKind
from portal.models import Base
from tests.cast import Cast

ON_PAGES = frozenset(
    {"order", "order_line", "shipment", "subscription", "subscription_item", "buyer_request", "custom_field"}
)
"""Tables of which pages show every column; of the others only references count."""
NEVER_SHOWN = frozenset({"order.content_digest", "subscription.content_digest"})
"""Columns that no page shows."""


pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def kinds(cast: Cast) -> EveryKind:
    shop = cast.shop()
    cast.rules(shop)
    return cast.every_kind(shop)


def test_every_id_that_an_address_carries_has_rows(app: Flask, kinds: EveryKind) -> None:
    named = {name for rule in app.url_map.iter_rules() for name in rule.arguments if name.endswith("_id")}
    # The walks have members of their own, one of each role.
    assert named - {"member_id"} <= kinds.ids.keys()


def test_every_table_has_a_row(session: Session, kinds: EveryKind) -> None:
    tables = Base.metadata.sorted_tables
    empty = {table.name for table in tables if not session.scalar(select(func.count()).select_from(table))}
    assert empty == set()


def test_everything_that_may_be_missing_is_there_once(session: Session, kinds: EveryKind) -> None:
    missing = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if _may_be_missing(column) and not _is_somewhere(session, table, column)
    }
    assert missing == NEVER_SHOWN


def _may_be_missing(column: Column[object]) -> bool:
    if column.table.name not in ON_PAGES:
        return bool(column.nullable and column.foreign_keys)
    has_empty_default = column.default is not None and column.default.is_scalar and not column.default.arg
    return bool(column.nullable or has_empty_default)


def _is_somewhere(session: Session, table: Table, column: Column[object]) -> bool:
    return any(session.scalars(select(column).select_from(table)))
