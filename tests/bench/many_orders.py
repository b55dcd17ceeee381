"""A shop with any number of orders on PostgreSQL, written by the database itself, as Python would take hours."""

from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Connection, text

from portal.models import Base, Order, OrderShipment, Receipt, Shipment
from portal.values import search_keys

FAMILIES = """佐藤 サトウ 鈴木 スズキ 高橋 タカハシ 田中 タナカ 伊藤 イトウ 渡辺 ワタナベ 山本 ヤマモト 中村 ナカムラ 小林 コバヤシ
加藤 カトウ 吉田 ヨシダ 山田 ヤマダ 佐々木 ササキ 山口 ヤマグチ 松本 マツモト 井上 イノウエ 木村 キムラ 林 ハヤシ 斎藤 サイトウ
清水 シミズ 山崎 ヤマザキ 森 モリ 池田 イケダ 橋本 ハシモト 阿部 アベ 石川 イシカワ 山下 ヤマシタ 中島 ナカジマ 石井 イシイ
小川 オガワ 前田 マエダ 岡田 オカダ 長谷川 ハセガワ 藤田 フジタ 後藤 ゴトウ 近藤 コンドウ 村上 ムラカミ 遠藤 エンドウ 青木 アオキ
坂本 サカモト 大野 オオノ 小野 オノ 竹内 タケウチ 金子 カネコ 和田 ワダ 中山 ナカヤマ 石田 イシダ 上田 ウエダ 森田 モリタ 原 ハラ
柴田 シバタ 酒井 サカイ 工藤 クドウ 横山 ヨコヤマ 宮崎 ミヤザキ 宮本 ミヤモト 内田 ウチダ 高木 タカギ 谷口 タニグチ 安藤 アンドウ
丸山 マルヤマ 今井 イマイ 河野 コウノ 藤原 フジワラ 小山 コヤマ 大塚 オオツカ 松尾 マツオ 平野 ヒラノ 久保 クボ 松井 マツイ 岩崎 イワサキ
木下 キノシタ 千葉 チバ 野口 ノグチ 桜井 サクライ 菅原 スガワラ 佐野 サノ 野村 ノムラ 新井 アライ 菊地 キクチ 渡部 ワタベ 五十嵐 イガラシ
鬼頭 キトウ 雲母 キララ 勅使河原 テシガワラ 四月一日 ワタヌキ"""
GIVEN = """花子 ハナコ 太郎 タロウ 陽菜 ヒナ 蓮 レン 結衣 ユイ 翔太 ショウタ 美咲 ミサキ 大輔 ダイスケ 恵子 ケイコ 健一 ケンイチ 由美子 ユミコ
誠 マコト 直樹 ナオキ 裕子 ユウコ 真由美 マユミ 隆 タカシ 洋子 ヨウコ 和也 カズヤ 愛 アイ 拓也 タクヤ 久美子 クミコ 学 マナブ 京子 キョウコ
明美 アケミ 浩 ヒロシ 智子 トモコ 亮 リョウ 千尋 チヒロ 修 オサム 幸子 サチコ 葵 アオイ 湊 ミナト 凛 リン 樹 イツキ 紬 ツムギ 朝陽 アサヒ
芽依 メイ 悠真 ユウマ 澪 ミオ 律 リツ 琴音 コトネ 大和 ヤマト 心春 コハル 陸 リク 楓 カエデ 颯太 ソウタ 杏 アン 匠 タクミ 一樹 カズキ 静江 シズエ
茂 シゲル 和子 カズコ 清 キヨシ 節子 セツコ 勇 イサム 文子 フミコ 昭 アキラ 千代 チヨ 実 ミノル 幸代 サチヨ"""

BUYERS = "CREATE TEMP TABLE buyer (who integer PRIMARY KEY, name text, kana text, keys text)"
_DRAWN = """
(
    SELECT number, lpad(to_hex(number), 32, '0')::uuid AS id, lpad(number::text, 8, '0') AS digits,
           now() - (:count - number) * interval '5 years' / :count AS at,
           (7 + number % 3)::text || '0' || lpad((number::bigint * 7919 % 100000000)::text, 8, '0') AS phone_digits,
           'buyer' || number || '@example.jp' AS address,
           -- The first names of the two lists are frequent, the last ones rare.
           floor(:families * power(random(), 2))::integer * :given + floor(:given * power(random(), 2))::integer AS who
    FROM generate_series(1, :count) number
) drawn JOIN buyer USING (who)
"""
_OTHER_KEYS = """
'w' || digits || E'\\nwa' || digits || E'\\nb' || reverse(digits) || E'a\\nw' || address || E'\\nw0' || phone_digits
    || E'\\nb' || reverse(phone_digits) || E'0\\n'
"""
_ORDER = {
    "id": "id",
    "shop_id": ":shop",
    "code": "'A-' || digits",
    "code_key": "'A-' || digits",
    "code_live": "true",
    "status": "CASE WHEN number % 50 = 0 THEN 'cancelled' WHEN number > :count - 2000 THEN 'picking' ELSE 'shipped' END",
    "ordered_at": "at",
    "created_at": "at",
    "updated_at": "at",
    "buyer_name": "name",
    "buyer_kana": "kana",
    "phone": "'0' || phone_digits",
    "email": "address",
    "email_key": "address",
    "postcode": "'530-0001'",
    "prefecture": "'大阪府'",
    "address": "'大阪市北区梅田1-2-3 メゾン桜 405'",
    "payment_method": "(ARRAY['クレジットカード', '銀行振込', 'コンビニ決済', '代金引換', 'Amazon Pay'])[1 + number % 5]",
    "payment_state": "'paid'",
    "total": "1000 + number % 50000",
    "needs_attention": "CASE WHEN number % 5000 = 0 THEN 'rates_unknown' ELSE '' END",
    "search_keys": f"keys || {_OTHER_KEYS}",
    "version": "1",
}
_KEYS = """
INSERT INTO order_key
SELECT shop_id, floor(extract(epoch FROM ordered_at) / 2419200), key, ordered_at, id
FROM "order", string_to_table(btrim(search_keys, E'\n'), E'\n') key
"""
_ALL = '"order"'
_OF_ORDER = {"id": "id", "shop_id": "shop_id"}
_SHIPMENT = _OF_ORDER | {
    "status": "'shipped'",
    "carrier": "'yamato'",
    "tracking_number": "'4000' || substr(code, 3)",
    "created_at": "ordered_at",
    "updated_at": "ordered_at",
}
_RECEIPT = _OF_ORDER | {
    "order_id": "id",
    "number": "substr(code, 3)::integer",
    "issued_by": "'buyer'",
    "issued_at": "ordered_at",
    "issued_on": "ordered_at::date",
    "transaction_on": "ordered_at::date",
    "counterparty": "buyer_name",
    "amount": "total",
    "public_token": "code",
    "rendition_id": "id",
}


def fill(connection: Connection, shop_id: UUID, count: int) -> None:
    """Write orders spread evenly over five years, each with a parcel, each fourth with a receipt.

    They get the same search keys as imports write.
    """
    connection.execute(text(BUYERS))
    buyers = [
        {"who": who, "name": name, "kana": kana, "keys": name_keys(name, kana)}
        for who, (name, kana) in enumerate(names())
    ]
    connection.execute(text("INSERT INTO buyer VALUES (:who, :name, :kana, :keys)"), buyers)
    # The trigger and the foreign keys, checked row by row, would take most of the time.
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    connection.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
    connection.execute(text("SELECT setseed(0.5)"))
    sizes = {"families": len(FAMILIES.split()) // 2, "given": len(GIVEN.split()) // 2}
    connection.execute(text(insert_select(Order, _ORDER, _DRAWN)), {"shop": shop_id, "count": count, **sizes})
    connection.execute(text("ALTER TABLE order_key DROP CONSTRAINT order_key_pkey"))
    connection.execute(text(_KEYS))
    key = "shop_id, period, key, ordered_at, order_id"
    connection.execute(text(f"ALTER TABLE order_key ADD CONSTRAINT order_key_pkey PRIMARY KEY ({key})"))
    connection.execute(text(insert_select(Shipment, _SHIPMENT, _ALL)))
    connection.execute(text(insert_select(OrderShipment, _OF_ORDER | {"order_id": "id", "shipment_id": "id"}, _ALL)))
    connection.execute(text(insert_select(Receipt, _RECEIPT, f"{_ALL} WHERE substr(code, 3)::integer % 4 = 0")))


def insert_select(model: type[Base], values: dict[str, str], source: str) -> str:
    """Return an INSERT … SELECT that fills these columns with SQL expressions and every other one with a blank."""
    columns = {column.name: values.get(column.name) or _blank(column) for column in model.__table__.c}
    return (
        f'INSERT INTO "{model.__tablename__}" ({", ".join(columns)}) SELECT {", ".join(columns.values())} FROM {source}'
    )


def _blank(column: Column[Any]) -> str:
    if column.nullable:
        return "NULL"
    blanks = {int: "0", bool: "false", str: "''"}
    return "'[]'" if isinstance(column.type, JSON) else blanks[column.type.python_type]


def names() -> Iterator[tuple[str, str]]:
    for (family, family_kana), (given, given_kana) in product(_pairs(FAMILIES), _pairs(GIVEN)):
        yield f"{family} {given}", f"{family_kana} {given_kana}"


def _pairs(words: str) -> Iterator[tuple[str, str]]:
    return zip(words.split()[::2], words.split()[1::2], strict=True)


def name_keys(name: str, kana: str) -> str:
    keys = search_keys.of_order({"code_key": "", "buyer_name": name, "buyer_kana": kana})
    # The keys of the empty code are left out.
    return "\n" + "".join(f"{key}\n" for key in keys.split("\n") if len(key) > 1)
