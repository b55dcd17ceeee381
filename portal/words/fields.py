"""Labels of the columns of orders, parcels and subscriptions on the staff's side: in forms, audit and files."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.values.points import PointsUse

FIELDS: Mapping[str, Any] = {
    "buyer_name": _l("購入者名"),
    "buyer_kana": _l("購入者名（カナ）"),
    "phone": _l("電話番号"),
    "email": _l("メールアドレス"),
    "postcode": _l("郵便番号"),
    "prefecture": _l("都道府県"),
    "address": _l("住所"),
    "recipient_name": _l("お届け先名"),
    "recipient_kana": _l("お届け先名（カナ）"),
    "recipient_phone": _l("お届け先電話番号"),
    "recipient_postcode": _l("お届け先郵便番号"),
    "recipient_prefecture": _l("お届け先都道府県"),
    "recipient_address": _l("お届け先住所"),
    "payment_method": _l("支払方法"),
    "payment_state": _l("入金"),
    "payment_state_words": _l("入金状況の対応表"),
    "status_words": _l("注文の状態の言葉"),
    "refunded": _l("返金額"),
    "product_code": _l("商品コード"),
    "tax_rate": _l("税率"),
    "shipping_fee": _l("送料"),
    "payment_fee": _l("決済手数料"),
    "other_fee": _l("その他の手数料"),
    "fee_rate": _l("送料・手数料の税率"),
    "discount": _l("値引き"),
    "coupon": _l("クーポン"),
    "points_used": _l("利用ポイント"),
    "tracking_number": _l("お問い合わせ番号（送り状番号）"),
    "shipped_on": _l("出荷日"),
    "attention_reason": _l("要対応の理由"),
    "resume_on": _l("再開日"),
    "labels": _l("ラベル"),
    "customer_number": _l("会員番号"),
    "instalments": _l("支払回数"),
    "wallet_agreement": _l("同意（契約番号）"),
    "cool_fee": _l("クール便"),
    "perk_free_shipping": _l("特典の送料無料"),
    "perk_off": _l("特典の送料値引き"),
    "coupon_code": _l("クーポンの番号"),
    "wrapping": _l("包装"),
    "points_use": _l("ポイントの利用方法"),
    "points_each": _l("利用するポイント"),
    "points_balance": _l("ポイントの残高"),
    "points_expire_on": _l("ポイントの期限"),
    "carrier_fixed": _l("配送会社の固定"),
    "delivery_method": _l("配送方法"),
    "time_slot": _l("時間帯"),
    "cycle": _l("お届け間隔"),
    "cycle_fixed": _l("間隔の固定"),
    "next_delivery_on": _l("次回のお届け日"),
    "next_ship_on": _l("次回の発送日"),
    "next_creation_on": _l("注文を作る日"),
    "anchor_on": _l("間隔の起算日"),
    "next_skipped": _l("次回のスキップ"),
    "previous_ship_on": _l("前回の発送日"),
    "previous_delivery_on": _l("前回のお届け日"),
    "orders_made": _l("作った注文"),
    "remaining_orders": _l("残りの自動注文"),
    "note_1": _l("備考1"),
    "note_2": _l("備考2"),
}
"""Label by column; a label that only one page uses stands with that page."""
POINTS_USES: Mapping[PointsUse, Any] = {
    PointsUse.NONE: _l("利用しない"),
    PointsUse.NEXT: _l("次回のみ利用する"),
    PointsUse.ALWAYS: _l("毎回利用する"),
    PointsUse.ALL: _l("毎回、保有ポイントをすべて利用する"),
}
"""Label by way of using points, for buyers and staff alike."""
