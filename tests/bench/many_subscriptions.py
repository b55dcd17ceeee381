"""A shop with any number of subscriptions on PostgreSQL, written by the database itself."""

from uuid import UUID

from sqlalchemy import Connection, text

from portal.models import Subscription
from tests.bench.many_orders import BUYERS, insert_select, name_keys, names

_DRAWN = """
(
    SELECT number, lpad(to_hex(number), 32, '0')::uuid AS id, lpad(number::text, 10, '0') AS digits,
           now() - (:count - number) * interval '5 years' / :count AS at,
           current_date + number % 60 AS delivery_on,
           floor(:families * power(random(), 2))::integer * :given + floor(:given * power(random(), 2))::integer AS who
    FROM generate_series(1, :count) number
) drawn JOIN buyer USING (who)
"""
_SUBSCRIPTION = {
    "id": "id",
    "shop_id": ":shop",
    "number": "digits",
    "state": "(ARRAY['active', 'active', 'active', 'active', 'suspended', 'canceled'])[1 + number % 6]",
    "needs_attention": "number % 1000 = 0",
    "attention_reason": "CASE WHEN number % 1000 = 0 THEN 'payment_refused' ELSE '' END",
    "buyer_name": "name",
    "buyer_kana": "kana",
    "email": "'buyer' || number || '@example.jp'",
    "email_key": "'buyer' || number || '@example.jp'",
    "delivery_to": "'buyer'",
    "payment_method": "(ARRAY['クレジットカード', '代金引換', 'NP後払い', 'Amazon Pay'])[1 + number % 4]",
    "instalments": "1",
    "points_use": "'none'",
    "cycle": "(ARRAY['months:1', 'months:1@15', 'weeks:2', 'days:30'])[1 + number % 4]",
    "cycle_fixed": "true",
    "anchor_on": "delivery_on",
    "next_creation_on": "delivery_on - 11",
    "next_ship_on": "delivery_on - 4",
    "next_delivery_on": "delivery_on",
    "cycle_number": "2",
    "search_keys": """keys || 'w' || digits || E'\\nb' || reverse(digits) || E'\\nw' || 'buyer' || number
        || E'@example.jp\\n'""",
    "created_at": "at",
    "updated_at": "at",
    "version": "1",
}
_KEYS = """
INSERT INTO subscription_key
SELECT shop_id, key, id FROM subscription, string_to_table(btrim(search_keys, E'\n'), E'\n') key
ON CONFLICT DO NOTHING
"""


def fill(connection: Connection, shop_id: UUID, count: int) -> None:
    """Write subscriptions with deliveries in the next two months, every thousandth of which needs attention.

    They get the same search keys as the product writes.
    """
    connection.execute(text(BUYERS))
    buyers = [
        {"who": who, "name": name, "kana": kana, "keys": name_keys(name, kana)}
        for who, (name, kana) in enumerate(names())
    ]
    connection.execute(text("INSERT INTO buyer VALUES (:who, :name, :kana, :keys)"), buyers)
    # The trigger and the foreign keys, checked row by row, would take most of the time.
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(text("SELECT setseed(0.5)"))
    sizes = {
        "families": len({name.split()[0] for name, _ in names()}),
        "given": len({n.split()[1] for n, _ in names()}),
    }
    connection.execute(
        text(insert_select(Subscription, _SUBSCRIPTION, _DRAWN)), {"shop": shop_id, "count": count, **sizes}
    )
    connection.execute(text(_KEYS))
