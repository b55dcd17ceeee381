"""A document is stored for years and must load unchanged; all papers use the same words."""

import json
from dataclasses import fields, replace
from datetime import date
from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.adapters.weasyprint import TEMPLATES
from portal.receipts.documents import (
    Cycle,
    DeliveryNoteDocument,
    DocumentLine,
    Issuer,
    Parcel,
    Party,
    RateTotal,
    ReceiptDocument,
    Reissue,
    StatementDocument,
)
from portal.receipts.documents.layout import name_size, receipt_context
from portal.receipts.documents.wording import ENGLISH, JAPANESE
from portal.values.languages import LANGUAGES
from tests.receipts.sample_documents import delivery_note, receipt, statement


def whole(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy that draws every field, even those with a default."""
    hints = {field.name: get_type_hints(kind)[field.name] for field in fields(kind)}
    drawn = {name: st.from_type(hint) for name, hint in hints.items()}
    return st.builds(kind, **drawn | ({"language": st.sampled_from(list(LANGUAGES))} if "language" in hints else {}))


for part in (Cycle, Issuer, Party, DocumentLine, RateTotal, Reissue, Parcel):
    st.register_type_strategy(part, whole(part))
DOCUMENTS = {kind: whole(kind) for kind in (ReceiptDocument, StatementDocument, DeliveryNoteDocument)}


@pytest.mark.parametrize("kind", DOCUMENTS, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_any_document_survives_being_stored_as_json(kind: type[Any], data: st.DataObject) -> None:
    document = data.draw(DOCUMENTS[kind])
    stored = json.loads(json.dumps(document.to_dict()))
    assert kind.from_dict(stored) == document


def test_a_stored_receipt_of_the_first_schema_is_still_read() -> None:
    # Stored ledgers have this form: never change this text.
    stored = {
        "schema": 1,
        "number": "000123",
        "issued_on": "2026-11-21",
        "transaction_on": "2026-11-20",
        "addressee": "山田 花子",
        "honorific": "様",
        "proviso": "お茶代として",
        "amount": 1069,
        "paid_by_card": True,
        "issuer": {
            "name": "株式会社さくら茶舗",
            "address": ["〒600-8001", "京都府京都市下京区四条通1-1"],
            "phone": "075-000-0000",
            "email": "shop@example.jp",
            "registration_number": "T6000012070001",
            "logo": None,
            "seal": "seal",
        },
        "order_code": "A-10234",
        "payment_words": None,
        "rates": [
            {"rate": 8, "reduced": True, "total": 540, "tax": 40},
            {"rate": 10, "reduced": False, "total": 550, "tax": None},
        ],
        "points_paid": 21,
        "lines": [
            {"name": "煎茶", "quantity": 1, "unit_price": 540, "amount": 540, "reduced": True, "rate": 8},
            {"name": "送料", "quantity": None, "unit_price": None, "amount": 550, "reduced": False, "rate": 10},
        ],
        "reissue": {"original_number": "000098", "original_issued_on": "2026-10-03"},
        "verify_url": "https://mypage.example.jp/verify/token",
        "language": "ja",
        "note": "",
    }
    document = ReceiptDocument.from_dict(stored)
    assert document == ReceiptDocument(
        number="000123",
        issued_on=date(2026, 11, 21),
        transaction_on=date(2026, 11, 20),
        addressee="山田 花子",
        honorific="様",
        proviso="お茶代として",
        amount=1069,
        paid_by_card=True,
        issuer=Issuer(
            "株式会社さくら茶舗",
            ("〒600-8001", "京都府京都市下京区四条通1-1"),
            "075-000-0000",
            "shop@example.jp",
            "T6000012070001",
            seal="seal",
        ),
        order_code="A-10234",
        rates=(RateTotal(8, True, 540, 40), RateTotal(10, False, 550)),
        points_paid=21,
        lines=(
            DocumentLine("煎茶", 1, 540, 540, reduced=True, rate=8),
            DocumentLine("送料", amount=550, rate=10),
        ),
        reissue=Reissue("000098", date(2026, 10, 3)),
        verify_url="https://mypage.example.jp/verify/token",
    )
    later = {"replaces_number": "", "paid_with": "points", "card_amount": None}
    later["rates"] = [{**row, "untaxed": []} for row in stored["rates"]]
    assert document.to_dict() == {**stored, **later}, "what came later has its default"


@pytest.mark.parametrize(
    "change",
    [{"schema": 2}, {"schema": None}, {"colour": "red"}, {"amount": "1069"}, {"amount": 10.5}, {"honorific": "殿"},
     {"issued_on": "21 November"}, {"issuer": {"name": "x", "stamp": "y"}}, {"language": "fr"}],
    ids=str,
)  # fmt: skip
def test_data_that_is_no_document_of_this_schema_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"ReceiptDocument"):
        ReceiptDocument.from_dict(receipt().to_dict() | change)


def test_a_document_without_a_necessary_field_is_refused() -> None:
    for document in (receipt(), statement(), delivery_note()):
        stored = document.to_dict()
        del stored["order_code"]
        with pytest.raises(ValueError, match="order_code"):
            type(document).from_dict(stored)


def test_a_document_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        receipt().amount = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("amount", "japanese", "english"),
    [
        (12345, "￥12,345-", "¥12,345"),
        (0, "￥0-", "¥0"),
        (-500, "-￥500-", "-¥500"),
        (12345678, "￥12,345,678-", "¥12,345,678"),
    ],
)
def test_the_face_amount_is_written_as_people_of_the_language_expect(amount: int, japanese: str, english: str) -> None:
    assert JAPANESE.face(amount) == japanese
    assert ENGLISH.face(amount) == english


def test_days_are_written_in_the_language_of_the_document() -> None:
    assert JAPANESE.day(date(2026, 2, 9)) == "2026年2月9日"
    assert ENGLISH.day(date(2026, 2, 9)) == "9 February 2026"


def test_the_reduced_rate_carries_the_mark_and_no_rate_says_so() -> None:
    assert JAPANESE.percent(RateTotal(8, True, 1080)) == "8%対象 ※"
    assert JAPANESE.percent(RateTotal(10, False, 1100)) == "10%対象"
    assert JAPANESE.percent(RateTotal(0, False, 1000)) == "対象外"
    assert ENGLISH.percent(RateTotal(8, True, 1080)) == "8% ※"


def test_a_usual_name_stands_large_and_a_long_one_smaller() -> None:
    assert name_size("山田 花子") == "large"
    assert name_size("Wolfeschlegelsteinhausen") == "large"
    assert name_size("株式会社さくら茶舗京都本社営業第一部") == "medium"
    assert name_size("株" * 40) == "small"


def test_the_tax_column_is_left_out_of_a_part_of_a_split() -> None:
    part = replace(receipt(), rates=(RateTotal(8, True, 6), RateTotal(10, False, 99)))
    assert receipt_context(receipt())["has_tax"] is True
    assert receipt_context(part)["has_tax"] is False


def drawn(document: ReceiptDocument, **context: Any) -> str:
    """Return the preview's HTML as a page would include it."""
    templates = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return templates.get_template("documents/_receipt_preview.html").render(receipt_context(document, **context))


def test_the_preview_draws_the_receipt_before_it_has_a_number_or_a_day() -> None:
    html = drawn(receipt(number="", issued_on=None, transaction_on=None, verify_url=""))
    assert "発行時に付きます" in html
    assert "山田 花子" in html
    assert "￥5,904-" in html
    assert "None" not in html
    assert "発行日" not in html
    assert "取引日" not in html
    assert "<img" not in html


def test_the_preview_is_no_first_heading_and_has_no_style_of_its_own() -> None:
    html = drawn(receipt())
    assert "<h1" not in html
    assert '<h2 class="paper-title">領収書' in html
    assert "style" not in html
    assert html.count("<article") == 1
    assert 'id="receipt-preview"' in html


def test_the_preview_shows_the_shops_pictures_from_the_addresses_of_the_page() -> None:
    with_seal = replace(receipt(), issuer=replace(receipt().issuer, seal="seal"))
    assert 'src="/s/sakura/seal"' in drawn(with_seal, images={"seal": "/s/sakura/seal"})
    assert "<img" not in drawn(with_seal)


def test_what_the_buyer_types_is_never_markup_in_the_preview() -> None:
    assert "<b>" not in drawn(receipt(addressee="<b>花子", proviso="<b>お茶"))
