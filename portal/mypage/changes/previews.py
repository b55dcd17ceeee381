"""Preview of a change: the next deliveries old beside new, an order's cost, the deadline, and what the law requires."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from hashlib import sha256
from itertools import zip_longest
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from portal.models import Subscription
from portal.payments.rules.methods import PaymentClass, classify
from portal.payments.rules.wallets import Way, way_of
from portal.subscriptions.changes import acknowledgments, proposals, standings
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.overview.upcoming import SHOWN, coming, facts_when_going
from portal.subscriptions.record import history
from portal.subscriptions.record.facts import Frame
from portal.subscriptions.rules.allowances import Change, Verdict
from portal.subscriptions.schedule import (
    Commitment,
    Delivery,
    amount_of_a_year,
    amount_to_pay,
    commitment,
    cycle_in_force,
    is_open_ended,
    plan,
    uses_points,
)
from portal.values.dates import TOKYO, tokyo_date
from portal.values.states import SubscriptionState

SUMS = {
    "subtotal": _l("商品"),
    "shipping": _l("送料"),
    "cool": _l("クール便"),
    "payment_fee": _l("手数料"),
    "coupon": _l("クーポン"),
    "points_used": _l("ポイント利用"),
    "total": _l("合計（税込）"),
}
LESS = frozenset({"coupon", "points_used"})
"""Names of SUMS that are taken off the total."""


@dataclass(frozen=True)
class Sum:
    label: Any
    before: int
    after: int
    is_total: bool


ALWAYS_SAID = frozenset({Change.ITEMS, Change.RESUME})
NEVER_SAID = frozenset({Change.SKIP, Change.UNSKIP, Change.PAUSE})
"""Changes that never need the 特定商取引法 notice: what was ordered stays the same."""


class Paid(StrEnum):
    """Time at which an order is paid."""

    SHIPPED = "shipped"
    AT_DOOR = "at_door"
    BY_INVOICE = "by_invoice"
    AS_TOLD = "as_told"
    """Bank transfer and the like: the shop says it order by order."""


@dataclass(frozen=True)
class LawsPoints:
    """Notice by the 特定商取引法: what a confirmation has to say when there will be more to pay."""

    delivery: Delivery
    """First delivery that is paid as the change makes it."""
    cycle: str
    """Cycle in its text form."""
    is_open_ended: bool
    deliveries_left: int | None
    """Number of deliveries left, or None if they go on without end."""
    year: int
    uses_points: bool
    bound: Commitment
    to_pay_until_met: int
    payment_method: str
    paid: Paid


@dataclass(frozen=True)
class Row:
    """One delivery, old beside new."""

    before: Delivery | None
    after: Delivery | None
    names_items: bool
    """True if the row names its items: they are not those of the row above, which are not repeated."""

    @property
    def is_changed(self) -> bool:
        """Tell whether the buyer sees a difference: in the day, the sum, the items, or being skipped."""
        return _seen(self.before) != _seen(self.after)


@dataclass(frozen=True)
class Preview:
    after: Subscription
    """Copy of the subscription as it would be, not stored."""
    facts: Mapping[str, Any]
    """Differences, as on the receipt; empty if the change changes nothing."""
    rows: Sequence["Row"]
    is_as_if: bool
    """True if it rests: the deliveries are those that it would have if it started again today."""
    sums: Sequence[Sum]
    until: datetime | None
    law: LawsPoints | None

    @property
    def is_same(self) -> bool:
        return not self.facts

    @property
    def moves_deliveries(self) -> bool:
        return any(row.is_changed for row in self.rows)

    @property
    def digest(self) -> str:
        """Return a digest of what a buyer agrees to: it differs as soon as a day, a sum or a value does."""
        law = self.law
        said = law and (law.year, law.to_pay_until_met, law.bound.to_go, law.deliveries_left, _seen(law.delivery))
        deliveries = [(_seen(row.before), _seen(row.after)) for row in self.rows]
        sums = [(one.before, one.after, one.is_total) for one in self.sums]
        return digest_of(sorted(self.facts.items()), deliveries, sums, said)


def digest_of(*parts: object) -> str:
    """Return the digest of these values, which a form carries from the page that was seen to the confirmation."""
    return sha256(repr(parts).encode()).hexdigest()


def preview(
    session: Session, subscription: Subscription, proposal: Proposal, frame: Frame, *, now: datetime
) -> Preview:
    """Work out what will happen; nothing is stored. Raise RefusedError as the verb does."""
    today = tokyo_date(now)
    copy = proposals.foresee(session, subscription, proposal, frame, now=now)
    facts = acknowledgments.differences(session, history.snapshot(subscription), history.snapshot(copy))
    pairs, is_as_if = _side_by_side(session, subscription, copy, frame, today)
    return Preview(
        after=copy,
        facts=facts,
        rows=_rows(pairs),
        is_as_if=is_as_if,
        sums=_sums(pairs),
        until=last_moment(standings.verdicts(session, subscription, frame, today)[proposal.change]),
        law=_laws_points(session, subscription, copy, proposal.change, frame, today),
    )


def as_it_is(session: Session, subscription: Subscription, frame: Frame, today: date) -> dict[str, Any]:
    """Return the deliveries beside an empty form; if the subscription rests, as if it started again today."""
    found = coming(session, subscription, frame, today)
    rests = not found and subscription.state != SubscriptionState.ACTIVE
    if rests:
        found = plan(facts_when_going(session, subscription, frame, today), SHOWN)
    return {"deliveries": found, "rests": rests}


def last_moment(verdict: Verdict) -> datetime | None:
    """Return 23:59 in Tokyo on the last day for the change, or None if it has no deadline."""
    return None if verdict.until is None else datetime.combine(verdict.until, time(23, 59), TOKYO)


Pairs = Sequence[tuple[Delivery | None, Delivery | None]]


def _side_by_side(
    session: Session, subscription: Subscription, copy: Subscription, frame: Frame, today: date
) -> tuple[Pairs, bool]:
    before, after = coming(session, subscription, frame, today), coming(session, copy, frame, today)
    is_as_if = not before and not after and subscription.state == copy.state
    if is_as_if:
        before, after = (plan(facts_when_going(session, one, frame, today), SHOWN) for one in (subscription, copy))
    return list(zip_longest(before, after)), is_as_if


def _sums(pairs: Pairs) -> Sequence[Sum]:
    """Return the sums that differ between the first deliveries, old and new, that are not skipped."""
    first = [next((one for one in column if one and not one.skipped), None) for column in zip(*pairs, strict=True)]
    before, after = first if len(first) == 2 else (None, None)
    if before is None or after is None:
        return ()
    found = []
    for name, label in SUMS.items():
        sign = -1 if name in LESS else 1
        old, new = sign * getattr(before, name), sign * getattr(after, name)
        if old != new:
            found.append(Sum(label, old, new, name == "total"))
    return found


def _laws_points(
    session: Session,
    subscription: Subscription,
    copy: Subscription,
    change: Change,
    frame: Frame,
    today: date,
) -> LawsPoints | None:
    before, after = (facts_when_going(session, one, frame, today) for one in (subscription, copy))
    paid = next((one for one in plan(after, SHOWN) if not one.skipped), None)
    year = amount_of_a_year(after)
    is_said = change in ALWAYS_SAID or (change not in NEVER_SAID and year > amount_of_a_year(before))
    if paid is None or not is_said:
        return None
    return LawsPoints(
        delivery=paid,
        cycle=str(cycle_in_force(after)),
        is_open_ended=is_open_ended(after),
        deliveries_left=after.remaining_orders,
        year=year,
        uses_points=uses_points(after),
        bound=commitment(after.items, copy.orders_made),
        to_pay_until_met=amount_to_pay(after, copy.orders_made),
        payment_method=copy.payment_method,
        paid=_paid(copy.payment_method, frame.payment_words),
    )


def _paid(payment_method: str, payment_words: Mapping[str, str]) -> Paid:
    way = way_of(payment_method, payment_words)
    if way in (Way.CARD, Way.WALLET):
        return Paid.SHIPPED
    if way is Way.DEFERRED:
        return Paid.BY_INVOICE
    return Paid.AT_DOOR if classify(payment_method, payment_words) is PaymentClass.COD else Paid.AS_TOLD


def _rows(pairs: Pairs) -> Sequence[Row]:
    names_items = any(before and after and _goods(before) != _goods(after) for before, after in _sent(pairs))
    rows, above = [], None
    for before, after in pairs:
        goods = tuple(_goods(one) if one and not one.skipped else () for one in (before, after))
        rows.append(Row(before, after, names_items and goods != above))
        above = goods
    return rows


def _sent(pairs: Pairs) -> Pairs:
    return [(before, after) for before, after in pairs if before and after and not (before.skipped or after.skipped)]


def _seen(delivery: Delivery | None) -> object:
    return delivery and (delivery.delivery_on, delivery.skipped, delivery.total, _goods(delivery))


def _goods(delivery: Delivery) -> Sequence[tuple[str, int]]:
    return [(item.name, item.quantity) for item in delivery.items]
