"""Files whose first row is one of data: known by the form of its cells, with the columns in their published order."""

import io
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.importing.reading.reader import read_head
from portal.importing.runs.guessing import best, candidates, naming
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import order, outcomes, table, take_in, take_in_shipments, the_order

B2 = (Path(__file__).parents[1] / "channels" / "shipments-yamato-b2.csv").read_bytes()


@pytest.mark.parametrize("rows", [1, 2])
def test_yamatos_file_without_a_header(cast: Cast, session: Session, clock: Clock, rows: int) -> None:
    shop = cast.shop()
    take_in(session, shop, table(order(), order(受注コード="A-1002")), clock())
    bare = B2.split(b"\r\n", 1)[1]
    bare += bare.replace(b"A-1001", b"A-1002").replace(b"123456789010", b"123456789021") if rows == 2 else b""
    assert outcomes(take_in_shipments(session, shop, bare, clock(), mapping="yamato-b2")) == {"created": rows}
    (parcel,) = the_order(session).shipments
    assert (parcel.carrier, parcel.tracking_number, parcel.shipped_on) == (
        "yamato",
        "123456789010",
        date(2026, 11, 20),
    )
    head = read_head(io.BytesIO(bare), naming(candidates([])))
    found = best(candidates([]), head.header)
    assert found
    assert (found.choice.kind, found.choice.name) == ("shipments", "yamato-b2")


def test_a_file_without_a_header_that_is_no_carriers_is_refused(cast: Cast, session: Session, clock: Clock) -> None:
    bare = B2.split(b"\r\n", 1)[1].replace(b"2026/11/20", "近日".encode("cp932"))
    report = take_in_shipments(session, cast.shop(), bare, clock(), mapping="yamato-b2")
    assert "見出し" in report.refusal
