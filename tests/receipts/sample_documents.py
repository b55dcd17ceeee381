"""Documents of a tea shop as issuing would draft them, with invented people and example addresses."""

from datetime import date
from typing import Any

from portal.receipts.documents import (
    DeliveryNoteDocument,
    DocumentLine,
    Issuer,
    Parcel,
    Party,
    RateTotal,
    ReceiptDocument,
    StatementDocument,
)

ISSUER = Issuer(
    name="株式会社さくら茶舗",
    address=("〒600-8001", "京都府京都市下京区四条通1-1"),
    phone="075-000-0000",
    email="shop@example.jp",
    registration_number="T6000012070001",
)
PRODUCTS = (
    ("宇治煎茶 深蒸し 100g", 1080, True),
    ("有機ほうじ茶ティーバッグ 20包入り", 864, True),
    ("湯呑み（藍）", 2200, False),
    ("茶こし ステンレス製 目の細かいタイプ", 1100, False),
    ("抹茶 30g 缶入り", 1620, True),
)


def lines(count: int) -> tuple[DocumentLine, ...]:
    chosen = ((number, *PRODUCTS[number % len(PRODUCTS)]) for number in range(count))
    return tuple(
        DocumentLine(f"{name} {number + 1:02}", 1, price, price, reduced=reduced, rate=8 if reduced else 10)
        for number, name, price, reduced in chosen
    )


def rates(of: tuple[DocumentLine, ...]) -> tuple[RateTotal, ...]:
    totals: dict[int, int] = {}
    for line in of:
        totals[line.rate or 0] = totals.get(line.rate or 0, 0) + (line.amount or 0)
    return tuple(RateTotal(rate, rate == 8, total, total * rate // (100 + rate)) for rate, total in totals.items())


def receipt(count: int = 4, **changes: Any) -> ReceiptDocument:
    items = (*lines(count), DocumentLine("送料", amount=660, rate=10))
    facts: dict[str, Any] = {
        "number": "000123",
        "issued_on": date(2026, 11, 21),
        "transaction_on": date(2026, 11, 20),
        "addressee": "山田 花子",
        "honorific": "様",
        "proviso": "お茶代として",
        "amount": sum(line.amount or 0 for line in items),
        "paid_by_card": True,
        "issuer": ISSUER,
        "order_code": "A-10234",
        "rates": rates(items),
        "lines": items,
        "verify_url": "https://mypage.example.jp/verify/Zk3vQ9xT7mB2Lr5cW8yN1aPd4sHf6gJ0kEuRtYiOpAs",
    }
    return ReceiptDocument(**(facts | changes))


def statement(count: int = 4, **changes: Any) -> StatementDocument:
    items = lines(count)
    subtotal = sum(line.amount or 0 for line in items)
    facts: dict[str, Any] = {
        "order_code": "A-10234",
        "issued_on": date(2026, 11, 21),
        "ordered_on": date(2026, 11, 18),
        "buyer": Party("山田 花子", "530-****", ("大阪府大阪市***",), "***-****-5678"),
        "issuer": ISSUER,
        "lines": items,
        "subtotal": subtotal,
        "shipping": 660,
        "total": subtotal + 660,
        "rates": rates((*items, DocumentLine("送料", amount=660, rate=10))),
        "payment_words": "クレジットカード",
        "shipped_on": (date(2026, 11, 20),),
    }
    return StatementDocument(**(facts | changes))


def delivery_note(count: int = 4, **changes: Any) -> DeliveryNoteDocument:
    items = lines(count)
    facts: dict[str, Any] = {
        "order_code": "A-10234",
        "issued_on": date(2026, 11, 21),
        "ordered_on": date(2026, 11, 18),
        "delivery": Party("鈴木 一郎", "060-0001", ("北海道札幌市中央区北一条西2-2-2",), "011-000-0000"),
        "issuer": ISSUER,
        "lines": items,
        "total": sum(line.amount or 0 for line in items),
        "buyer_name": "山田 花子",
        "parcels": (Parcel("ヤマト運輸", "1234-5678-9010", date(2026, 11, 20)),),
        "note": "開封後はお早めにお召し上がりください。",
    }
    return DeliveryNoteDocument(**(facts | changes))
