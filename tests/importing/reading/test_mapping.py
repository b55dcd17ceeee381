import io
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from portal.importing.applying.history import ImportFile
from portal.importing.orders import parcel_rows, rows
from portal.importing.reading.mapping import TRANSLATED, ColumnMapping, Kind, bind, from_data, preset, preset_names
from portal.importing.reading.reader import FileRefusedError
from portal.values.states import OrderStatus, ShipmentStatus
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import table, take_in_file, the_order

ORDER_FIELDS = {
    *("code", "paid_on", "status", "slip_status", "line_status", "tax_basis", "carrier", "service"),
    *("external_number", "tracking_number"),
    *("customer_number", "cycle", "later_price"),
    *rows.READERS,
    *rows.LINE_FIELDS,
    *parcel_rows.READERS,
}
SHIPMENT_FIELDS = {
    *("code", "status", "bundled", "carrier", "service", "external_number", "tracking_number"),
    *("event_at", "event_words", "event_place", "product_code", "quantity", "delivered_on"),
    *parcel_rows.READERS,
}
WORDS = {
    ("orders", "status"): {"", *OrderStatus},
    ("orders", "slip_status"): {"", *OrderStatus},
    ("orders", "line_status"): {"", "cancelled"},
    ("orders", "tax_basis"): {"included", "excluded", "exempt", "export", "outside"},
    ("shipments", "status"): {"", *ShipmentStatus},
    ("shipments", "bundled"): {"", "yes"},
}

KINDS: tuple[Kind, ...] = ("orders", "shipments")
PRESETS = [preset(kind, name) for kind in KINDS for name in preset_names(kind)]


def test_the_presets_are_there() -> None:
    assert preset_names("orders") == [
        *("aupay", "colorme", "e-shops", "ecforce", "futureshop", "generic", "logiless", "makeshop", "next-engine"),
        *("qoo10", "rakuten", "shopify", "shoplist", "shopserve", "subscription-store", "yahoo"),
    ]
    assert preset_names("shipments") == ["generic", "logiless", "sagawa-ehiden", "yamato-b2", "yupack-r"]
    with pytest.raises(KeyError):
        preset("orders", "../orders-generic")


@pytest.mark.parametrize("mapping", PRESETS, ids=lambda mapping: f"{mapping.kind} {mapping.name}")
def test_a_preset_says_only_what_the_importer_understands(mapping: ColumnMapping) -> None:
    known = ORDER_FIELDS if mapping.kind == "orders" else SHIPMENT_FIELDS
    assert set(mapping.fields) <= known
    assert {*mapping.required, *mapping.words} <= set(mapping.fields)
    assert mapping.clears <= set(mapping.fields)
    for field, table_of_words in mapping.words.items():
        if field not in ("service", *TRANSLATED):
            assert set(table_of_words.values()) <= WORDS[mapping.kind, field]


def test_the_first_alternative_that_a_file_has_is_read() -> None:
    mapping = from_data(
        "own", "orders", {"fields": {"code": ["受注番号", "注文番号"], "buyer_name": [["姓", "名"], "氏名"]}}
    )
    bound = bind(mapping, ["氏名", "注文番号", "姓", "名"])
    assert (bound.header("code"), bound.header("buyer_name")) == ("注文番号", "姓＋名")
    assert bound.columns["buyer_name"].places == (2, 3)


def test_a_column_that_is_read_must_not_stand_there_twice() -> None:
    mapping = from_data("own", "orders", {"fields": {"code": "受注コード"}})
    assert bind(mapping, ["受注コード", "予備", "予備"]).columns["code"].places == (0,)
    with pytest.raises(FileRefusedError, match="2つ"):
        bind(mapping, ["受注コード", "受注ｺｰﾄﾞ"])


def test_a_shops_own_mapping_can_say_that_prices_are_without_tax(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    fields = {"code": "注文番号", "ordered_at": "日付", "buyer_name": "氏名", "name": "品名", "quantity": "個数"}
    own = from_data(
        "own",
        "orders",
        {
            "fields": fields | {"unit_price": "価格", "tax_basis": "税区分"},
            "required": ["code"],
            "words": {"tax_basis": {"税抜": "excluded"}},
            "fixed": {"tax_basis": "税抜"},
        },
    )
    row = {"注文番号": "X-1", "日付": "2026-11-18", "氏名": "山田", "品名": "煎茶", "個数": "2", "価格": "1000"}
    take_in_file(session, shop, ImportFile("own.csv", (io.BytesIO(table(row)),), own), clock())
    assert (the_order(session, "X-1").total, the_order(session, "X-1").lines[0].amount) == (2200, 2200)


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_of_our_own_form_is_explained(kind: Kind) -> None:
    paper = (Path(__file__).parents[3] / "docs" / "import.md").read_text("utf-8")
    for alternatives in preset(kind, "generic").fields.values():
        for headers in alternatives:
            for header in headers:
                assert f"`{header}`" in paper, header


def test_a_header_is_laid_out_whatever_its_width() -> None:
    bound = bind(preset("orders", "futureshop"), ["受注コード", "お届け先住所1", "お届け先住所2", "お届け先住所3"])
    assert bound.columns["recipient_address"].places == (1, 2, 3)
