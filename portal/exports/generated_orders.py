"""Orders made from subscriptions, in the columns of the order import and those of their subscription."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select, tuple_
from sqlalchemy.orm import Session, selectinload

from portal.models import Export, Order, OrderLine, Shipment, SubscriptionOccurrence
from portal.payments.rules.payment_states import PaymentState
from portal.shipments.rules.carriers import carrier
from portal.values.dates import TOKYO, ends, starts
from portal.values.states import ORDER_NAMES

Cell = str | int | None
HEADER = (
    *("受注コード", "受注日時", "注文ステータス", "支払方法", "入金ステータス"),
    *("購入者名", "購入者名かな", "購入者電話番号", "購入者メールアドレス"),
    *("購入者郵便番号", "購入者都道府県", "購入者住所"),
    *("お届け先名", "お届け先名かな", "お届け先電話番号", "お届け先郵便番号", "お届け先都道府県", "お届け先住所"),
    *("送料", "決済手数料", "その他手数料", "手数料税率", "値引き", "クーポン利用", "ポイント利用", "合計金額", "備考"),
    *("商品コード", "商品名", "数量", "単価", "小計", "税率", "税区分"),
    *("配送方法", "お届け希望日", "お届け希望時間帯"),
    *("定期受注番号", "定期回数", "次回お届け予定日", "出荷予定日", "与信", "ラッピング", "備考1", "備考2", "メモ"),
)
PAYMENTS: Mapping[str, str] = {PaymentState.PAID: "入金済み", PaymentState.UNPAID: "未入金"}
"""Words that the import of orders reads, as those of states."""
CREDITS: Mapping[str, str] = {"none": "--", "held": "保留", "done": "与信済み", "captured": "売上確定"}
DAY = "%Y/%m/%d"


def question(since: date, until: date) -> dict[str, str]:
    """Store the days on which the orders were made, as days in Tokyo; both are included."""
    return {"since": since.isoformat(), "until": until.isoformat()}


def total(session: Session, export: Export) -> int:
    """Count the order lines, since the file has a row for each."""
    lines = select(func.count()).select_from(OrderLine).join(Order, Order.id == OrderLine.order_id)
    return session.scalar(lines.where(*_asked(export))) or 0


def chunk(session: Session, export: Export, limit: int) -> tuple[list[list[Cell]], str]:
    """Return the next rows of whole order lines, and the cursor after them.

    An order may begin in one part of the file and end in the next; the import still reads it as one.
    """
    after = _read(export.cursor)
    query = (
        select(OrderLine, Order)
        .join(Order, Order.id == OrderLine.order_id)
        .where(*_asked(export))
        .order_by(Order.ordered_at, Order.id, OrderLine.position)
        .limit(limit)
        .options(selectinload(Order.shipments))
    )
    if after is not None:
        query = query.where(tuple_(Order.ordered_at, Order.id, OrderLine.position) > tuple_(*after))
    found = session.execute(query).all()
    ships = _ship_days(session, {order.id for _, order in found})
    rows = [_row(order, line, ships.get(order.id)) for line, order in found]
    if not found:
        return rows, export.cursor
    line, order = found[-1]
    return rows, f"{order.ordered_at.isoformat()} {order.id.hex} {line.position}"


def _asked(export: Export) -> tuple[ColumnElement[bool], ...]:
    since, until = (date.fromisoformat(export.question[end]) for end in ("since", "until"))
    made_here = exists().where(SubscriptionOccurrence.order_id == Order.id, SubscriptionOccurrence.outcome == "ordered")
    return (
        Order.shop_id == export.shop_id,
        Order.ordered_at >= starts(since),
        Order.ordered_at < ends(until),
        Order.subscription_id.is_not(None),
        made_here,
    )


def _read(cursor: str) -> tuple[datetime, UUID, int] | None:
    if not cursor:
        return None
    at, order_id, position = cursor.split()
    return datetime.fromisoformat(at), UUID(order_id), int(position)


def _ship_days(session: Session, order_ids: set[UUID]) -> dict[UUID, date]:
    """Return the planned ship day of each order."""
    query = select(SubscriptionOccurrence.order_id, SubscriptionOccurrence.ship_on).where(
        SubscriptionOccurrence.order_id.in_(order_ids), SubscriptionOccurrence.outcome == "ordered"
    )
    return {row.order_id: row.ship_on for row in session.execute(query) if row.order_id}


def _row(order: Order, line: OrderLine, ship_on: date | None) -> list[Cell]:
    parcel = order.shipments[0] if order.shipments else None
    return [
        *(order.code, f"{order.ordered_at.astimezone(TOKYO):{DAY} %H:%M:%S}", ORDER_NAMES[order.status]),
        *(order.payment_method, PAYMENTS.get(order.payment_state)),
        *(order.buyer_name, order.buyer_kana, order.phone, order.email),
        *(order.postcode, order.prefecture, order.address),
        *(order.recipient_name, order.recipient_kana, order.recipient_phone),
        *(order.recipient_postcode, order.recipient_prefecture, order.recipient_address),
        *(order.shipping_fee, order.payment_fee, order.other_fee, order.fee_rate),
        *(order.discount, order.coupon, order.points_used, order.total, order.buyer_note),
        *(line.product_code, line.name, line.quantity, line.unit_price, line.amount, line.tax_rate),
        "税込" if line.tax_included else "税抜",
        *(_way(parcel), _day(order.requested_on), order.time_slot),
        *(order.subscription_number, order.cycle_number, _day(order.next_delivery_on), _day(ship_on)),
        *(CREDITS.get(order.authorised), order.wrapping, order.note_1, order.note_2, order.memo),
    ]


def _way(parcel: Shipment | None) -> str | None:
    if parcel is None:
        return None
    return " ".join(filter(None, [carrier(parcel.carrier).name if parcel.carrier else "", parcel.service]))


def _day(day: date | None) -> str | None:
    return f"{day:{DAY}}" if day else None
