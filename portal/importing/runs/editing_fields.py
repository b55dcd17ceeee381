"""The fields of each kind of file as the form of a mapping lists them, and what may be set for each."""

from collections.abc import Mapping, Sequence

from portal.importing.reading.mapping import Kind
from portal.importing.runs.preview import WORD_FIELDS
from portal.values.points import PointsUse
from portal.values.states import OrderStatus, ShipmentStatus, SubscriptionState

ORDER_FIELDS = (
    *("code", "ordered_at", "status", "slip_status", "cancelled_at", "returned_at"),
    *("buyer_name", "buyer_kana", "phone", "email", "postcode", "prefecture", "address"),
    *("recipient_name", "recipient_kana", "recipient_phone"),
    *("recipient_postcode", "recipient_prefecture", "recipient_address"),
    *("payment_method", "payment_state", "paid_on", "refunded"),
    *("name", "product_code", "quantity", "unit_price", "amount", "tax_rate", "tax_basis", "line_status"),
    *(
        "shipping_fee",
        "payment_fee",
        "other_fee",
        "fee_rate",
        "discount",
        "coupon",
        "mall_coupon",
        "points_used",
        "total",
    ),
    *("carrier", "external_number", "tracking_number", "shipped_on", "requested_on", "requested_slot"),
    *("subscription_number", "cycle_number", "next_delivery_on", "cycle", "customer_number", "later_price"),
    "buyer_note",
)
SHIPMENT_FIELDS = (
    *("code", "tracking_number", "external_number", "carrier", "service", "shipped_on", "status", "bundled"),
    *("requested_on", "requested_slot", "delivered_on", "event_at", "event_words", "event_place"),
    *("product_code", "quantity"),
)
SUBSCRIPTION_FIELDS = (
    *("number", "external_number", "state", "attention", "attention_reason", "stop_reason", "stopped_at"),
    *("suspended_at", "canceled_at", "resume_on", "labels", "created_at", "customer_number"),
    *("buyer_name", "buyer_kana", "phone", "email", "postcode", "prefecture", "address", "delivery_to"),
    *("recipient_label", "recipient_name", "recipient_kana", "recipient_phone"),
    *("recipient_postcode", "recipient_prefecture", "recipient_address"),
    *("payment_method", "instalments", "wallet_agreement", "shipping_fee", "cool_fee", "payment_fee"),
    *("perk_free_shipping", "perk_off", "coupon_code", "coupon", "wrapping"),
    *("points_use", "points_each", "points_balance", "points_expire_on"),
    *("carrier", "carrier_fixed", "delivery_method", "time_slot"),
    *("cycle", "cycle_days", "cycle_months", "cycle_day", "cycle_nth", "cycle_weekday", "cycle_fixed"),
    *("next_delivery_on", "next_ship_on", "next_creation_on", "anchor_on", "next_skipped"),
    *("previous_ship_on", "previous_delivery_on", "orders_made", "purchase_count", "cycle_number", "remaining_orders"),
    *("product_code", "name", "quantity", "first_price", "later_price", "tax_rate"),
    *("remaining", "commitment_count", "bundled_gift", "item_cycles"),
    *("note_1", "note_2", "memo", "source_media", "source_device", "source_address"),
)
FIELDS: Mapping[Kind, Sequence[str]] = {
    "orders": ORDER_FIELDS,
    "shipments": SHIPMENT_FIELDS,
    "subscriptions": SUBSCRIPTION_FIELDS,
}
SINGLE = frozenset(("code", "number", "external_number", *WORD_FIELDS, "tax_rate", "quantity", "email", "service"))
"""Fields that are read from one column only; every other field may be put together from several."""
MOST_COLUMNS = 4
FIXABLE = ("payment_method", "payment_state", "tax_rate", "tax_basis", "fee_rate", "carrier")
"""Fields that a shop may set once for all rows."""
_OF_SUBSCRIPTIONS = (
    *("cool_fee", "perk_off", "coupon_code", "wrapping", "points_each", "points_expire_on", "time_slot"),
    *("remaining_orders", "resume_on", "stop_reason", "attention_reason", "note_1", "note_2", "memo", "labels"),
)
CLEARABLE = ("shipping_fee", "payment_fee", "other_fee", "discount", "coupon", "mall_coupon", "points_used")
CLEARABLE_TEXTS = ("requested_on", "requested_slot", "buyer_note", "buyer_kana", "phone", "email", *_OF_SUBSCRIPTIONS)
MEANINGS: Mapping[Kind, Mapping[str, Sequence[str]]] = {
    "orders": {
        "status": tuple(OrderStatus),
        "slip_status": tuple(OrderStatus),
        "line_status": ("cancelled",),
        "tax_basis": ("included", "excluded", "exempt", "export", "outside"),
    },
    "shipments": {"status": tuple(ShipmentStatus), "bundled": ("yes",)},
    "subscriptions": {
        "state": tuple(SubscriptionState),
        "points_use": tuple(PointsUse),
        "delivery_to": ("buyer", "listed", "own"),
    },
}
"""Field → what its words may mean, besides nothing at all (the empty text)."""
REQUIRED: Mapping[Kind, tuple[str, ...]] = {
    "orders": ("code",),
    "shipments": ("code", "tracking_number"),
    "subscriptions": (),
}
ONE_OF: Mapping[Kind, tuple[str, ...]] = {"subscriptions": ("number", "external_number")}
"""Fields of which at least one is needed."""
