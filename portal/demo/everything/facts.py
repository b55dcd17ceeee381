"""Facts of rows that have everything which they can have, but for dates."""

from typing import Any

RECIPIENT: dict[str, Any] = {
    "recipient_name": "山田 一郎",
    "recipient_kana": "ヤマダ イチロウ",
    "recipient_phone": "090-1234-0000",
    "recipient_postcode": "530-0001",
    "recipient_prefecture": "大阪府",
    "recipient_address": "大阪市北区梅田4-5-6",
}
LISTED: dict[str, Any] = {
    "label": "実家",
    "recipient_name": "山田 一郎",
    "recipient_kana": "ヤマダ イチロウ",
    "phone": "090-1234-0000",
    "postcode": "530-0001",
    "prefecture": "大阪府",
    "address": "大阪市北区梅田4-5-6",
}
PAID_BY_CARD: dict[str, Any] = {"payment_method": "クレジットカード", "instalments": 3, "payment_fee": 110}
ITEM: dict[str, Any] = {
    "name": "煎茶",
    "product_code": "T-100",
    "remaining": 4,
    "commitment_count": 2,
    "cycles": ["days:14", "days:30"],
}
SUMS: dict[str, Any] = {
    "shipping_fee": 500,
    "payment_fee": 330,
    "other_fee": 100,
    "discount": 100,
    "coupon": 200,
    "mall_coupon": 100,
    "points_used": 300,
}
EXTRAS: dict[str, Any] = {
    "purchases_before": 1,
    "external_number": "OLD-1",
    "customer_number": "M-1",
    "source_media": "チラシ",
    "source_device": "スマートフォン",
    "source_address": "192.0.2.7",
    "wrapping": "のし",
    "carrier_fixed": True,
    "time_slot": "14時〜16時",
    "cool_fee": 220,
    "perk_off": 100,
    "coupon_code": "WELCOME",
    "coupon": 200,
    "points_use": "next",
    "points_each": 10,
    "points_balance": 500,
    "remaining_orders": 4,
    "note_1": "留守がち",
    "note_2": "置き配",
    "memo": "電話あり",
}
PARCEL: dict[str, Any] = {
    "external_number": "P-1",
    "tracking_number": "123456789013",
    "tracking_state": "held",
    "requested_slot": "14時〜16時",
}
FULL_ORDER: dict[str, Any] = RECIPIENT | {
    "time_slot": "14時〜16時",
    "wrapping": "のし",
    "note_1": "留守がち",
    "note_2": "置き配",
    "memo": "電話あり",
    "buyer_note": "ありがとう",
    "set_by_staff": ["buyer_name"],
    "payment_class": "card",
}
