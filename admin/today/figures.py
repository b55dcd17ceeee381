"""今日の仕事's four figures: today's count, and those of the two weeks before as a small plot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, case, func, literal, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.models import GenerationRun, ImportRun, Order, OutboxMail, Shipment, Shop
from portal.values.dates import TOKYO, tokyo_date

DAYS = 14


@dataclass(frozen=True)
class Figure:
    label: Any
    days: Sequence[date]
    counts: Sequence[int]
    """One for each of `days`; the last is today's."""

    @property
    def now(self) -> int:
        return self.counts[-1]

    @property
    def most(self) -> int:
        return max(self.counts)


def figures(session: Session, shop: Shop, now: datetime) -> list[Figure]:
    today = tokyo_date(now)
    days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    midnights = [datetime.combine(day, time(), TOKYO) for day in [*days, today + timedelta(days=1)]]
    unsent = OutboxMail.state.in_(["failed", "unknown"])

    def counted(name: str, model: Any, at: InstrumentedAttribute[Any], of: Any = 1, *where: ColumnElement[bool]) -> Any:
        bounds: Sequence[Any] = midnights
        if at.type.python_type is date:
            bounds = [*days, today + timedelta(days=1)]
        spans = pairwise(bounds)
        sums = [func.coalesce(func.sum(case(((at >= start) & (at < end), of), else_=0)), 0) for start, end in spans]
        within = (model.shop_id == shop.id, at >= bounds[0], at < bounds[-1])
        return select(literal(name).label("name"), *sums).where(*within, *where)

    # All in one statement: the page has many others.
    rows = session.execute(
        union_all(
            counted("orders", Order, Order.ordered_at),
            counted("shipped", Shipment, Shipment.shipped_on),
            counted("made", GenerationRun, GenerationRun.day, GenerationRun.ordered),
            counted("refused", ImportRun, ImportRun.started_at, ImportRun.refused),
            counted("undelivered", OutboxMail, OutboxMail.created_at, 1, unsent),
        )
    )
    by_name = {name: [int(count) for count in counts] for name, *counts in rows}
    failed = [sum(both) for both in zip(by_name["refused"], by_name["undelivered"], strict=True)]
    return [
        Figure(_l("本日の受注"), days, by_name["orders"]),
        Figure(_l("本日の出荷"), days, by_name["shipped"]),
        Figure(_l("本日作った定期購入の注文"), days, by_name["made"]),
        Figure(_l("本日の失敗（取り込み・メール）"), days, failed),
    ]
