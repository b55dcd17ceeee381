"""Import of a file of 定期購入, each subscription whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from portal.importing.applying import reasons, subscription_reasons
from portal.importing.applying.batches import Group, Work
from portal.importing.applying.history import Outcome, Result, refused
from portal.importing.reading import groups
from portal.importing.reading.mapping import Bound
from portal.importing.reading.rows import Problem, Reading, RowsRefusedError
from portal.importing.subscriptions.facts import OWN, details_of, items_of, settled
from portal.importing.subscriptions.rows import SubscriptionSaid, read_subscription
from portal.importing.subscriptions.updates import Update, bring_up
from portal.models import ListedAddress, Shop, Subscription
from portal.models.base import fill_defaults
from portal.orders.rules.codes import code_key
from portal.subscriptions.changes import addresses, counting, verbs
from portal.subscriptions.changes.verbs import New
from portal.subscriptions.record import linking, numbering
from portal.subscriptions.record.facts import Frame, frame_of, timing_of
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.rules.list_rules import ListError
from portal.subscriptions.schedule import Cycle, CycleError, next_delivery
from portal.subscriptions.terms import label_list, labels
from portal.values import emails
from portal.values.dates import tokyo_date
from portal.values.states import SubscriptionState

BATCH = 50
NEEDED = ("buyer_name", "cycle")
"""Fields that a new subscription needs, besides at least one item."""
_NEW = (
    *("cycle", "cycle_fixed", "cycle_number", "anchor_on", "next_ship_on", "next_creation_on", "stop_reason"),
    *("stopped_at", "resume_on", "next_skipped", "remaining_orders", "previous_ship_on", "previous_delivery_on"),
    "created_at",
)
"""Fields that `New` has under the same name."""


def work(session: Session, shop: Shop, actor: str) -> Work[Group[SubscriptionSaid]]:
    def apply(bound: Bound, read: Sequence[Group[SubscriptionSaid]], now: datetime) -> list[Result]:
        batch = _Batch(session, shop, bound, frame_of(session, shop.id), actor, now)
        return batch.write(read)

    return Work(groups.by_subscription, _read, apply, BATCH)


def _read(reading: Reading) -> Group[SubscriptionSaid]:
    lines = tuple(row.line for row in reading.rows)
    try:
        said = read_subscription(reading)
    except RowsRefusedError as error:
        texts = reading.rows[0].texts
        return Group(lines, texts.get("number", "") or texts.get("external_number", ""), None, error.problems)
    return Group(lines, said.number or said.external_number, said)


@dataclass(frozen=True)
class _Batch:
    session: Session
    shop: Shop
    bound: Bound
    frame: Frame
    actor: str
    now: datetime

    def write(self, read: Sequence[Group[SubscriptionSaid]]) -> list[Result]:
        known = self._known([each.said for each in read if each.said])
        return [self._one(each, known) for each in read]

    def _known(self, said: Sequence[SubscriptionSaid]) -> list[Subscription]:
        """Return the known subscriptions, live ones first; deleted ones too, since none comes in a second time."""
        known = list(numbering.numbered(self.session, self.shop.id, {each.number for each in said if each.number}))
        externals = {each.external_number for each in said if each.external_number}
        mine = select(Subscription).where(Subscription.shop_id == self.shop.id)
        named = mine.where(Subscription.external_number.in_(externals))
        return known + list(self.session.scalars(named.order_by(Subscription.deleted_at.is_not(None), Subscription.id)))

    def _one(self, read: Group[SubscriptionSaid], known: Sequence[Subscription]) -> Result:
        said = read.said
        if said is None:
            return refused(read.code, read.lines, read.problems)
        by_number = next((row for row in known if code_key(row.number) == code_key(said.number)), None)
        by_external = next(
            (r for r in known if said.external_number and r.external_number == said.external_number), None
        )
        if by_number and by_external and by_number is not by_external:
            return self._refused(read, "external_number", subscription_reasons.OTHER_NUMBER)
        standing = by_number or by_external
        if standing is not None and standing.content_digest == said.digest:
            return Result(read.code, read.lines, Outcome.UNCHANGED)
        try:
            with self.session.begin_nested():
                outcome = self._put(said, standing)
        except RefusedError as error:
            return self._of_refusal(read, error)
        except (IntegrityError, DataError):
            return self._refused(read, "", reasons.NOT_STORED)
        return Result(read.code, read.lines, outcome)

    def _put(self, said: SubscriptionSaid, standing: Subscription | None) -> Outcome:
        values = self._with_destination(settled(said.values), standing)
        if standing is None:
            self._create(said, values)
            return Outcome.CREATED
        changed = bring_up(self.session, standing, Update(said, values), self.frame, actor=self.actor, now=self.now)
        changed |= self._label(standing, said)
        return Outcome.UPDATED if changed else Outcome.UNCHANGED

    def _create(self, said: SubscriptionSaid, values: dict[str, Any]) -> None:
        state = SubscriptionState(values.get("state", SubscriptionState.ACTIVE))
        missing = [field for field in NEEDED if not values.get(field)]
        if missing or not said.items:
            raise RefusedError(Refusal.REQUIRED, missing[0] if missing else "name")
        new = New(
            items=items_of(said.items),
            details=details_of(values),
            number=said.number,
            external_number=said.external_number,
            state=state,
            attention=(values.get("attention_reason") or "要対応") if values.get("attention") else "",
            orders_before=values.get("orders_made", 0),
            purchases_before=values.get("purchase_count", 0),
            content_digest=said.digest,
            **{name: values[name] for name in _NEW if name in values},
            next_delivery_on=self._next_delivery(values, state),
        )
        subscription = verbs.create(self.session, self.shop, new, frame=self.frame, actor=self.actor, now=self.now)
        if subscription.content_digest != said.digest:
            raise RefusedError(Refusal.DELETED)
        if linking.take_orders(self.session, subscription):
            counting.recount(self.session, subscription)
            if not {"orders_made", "cycle_number"} & values.keys():
                subscription.cycle_number = subscription.orders_made + 1
        self._label(subscription, said)

    def _next_delivery(self, values: dict[str, Any], state: SubscriptionState) -> date:
        """Return the next delivery date.

        If a stopped subscription has none, its rule gives one; starting it again finds the next possible one.
        """
        if "next_delivery_on" in values:
            said: date = values["next_delivery_on"]
            return said
        if "next_ship_on" in values:
            like_it = Subscription(shop_id=self.shop.id, **details_of(values))
            fill_defaults(like_it)
            return timing_of(self.session, like_it, self.frame).delivery_on(values["next_ship_on"])
        if state == SubscriptionState.ACTIVE:
            raise RefusedError(Refusal.REQUIRED, "next_delivery_on")
        previous = values.get("previous_delivery_on") or tokyo_date(self.now)
        try:
            return next_delivery(Cycle.parse(values["cycle"]), previous)
        except CycleError as error:
            raise RefusedError(Refusal.CYCLE, "cycle") from error

    def _with_destination(self, values: dict[str, Any], standing: Subscription | None) -> dict[str, Any]:
        """Return the values with the address list's entry, found by what stands in it or added."""
        if values.get("delivery_to") != "listed":
            return values
        email = values.get("email") or (standing.email if standing else "")
        email_key = emails.normalise(email)
        if not email_key:
            raise RefusedError(Refusal.ADDRESS, "delivery_to")
        columns = {name: values.pop(f"recipient_{name}", "") for name in OWN}
        entry = addresses.Entry(
            recipient_name=columns["name"],
            recipient_kana=columns["kana"],
            label=values.pop("recipient_label", ""),
            **{name: columns[name] for name in ("phone", "postcode", "prefecture", "address")},
        )
        listed = addresses.of_buyer(self.session, self.shop.id, email_key)
        same = next((row for row in listed if _holds(row, entry)), None)
        if same is None:
            same = addresses.add(self.session, self.shop.id, email_key, entry, actor=self.actor, now=self.now)
        return values | {"listed_address_id": same.id}

    def _label(self, subscription: Subscription, said: SubscriptionSaid) -> bool:
        """Set the labels and return whether they changed. Words that the shop does not have yet become its labels."""
        if said.labels is None:
            return False
        of_shop = {label.name: label.id for label in labels.of_shop(self.session, self.shop.id)}
        before = {label.name for label in labels.of_subscription(self.session, subscription)}
        if before == set(said.labels):
            return False
        for name in said.labels:
            if name not in of_shop:
                try:
                    added = label_list.add_label(self.session, self.shop, name, actor=self.actor, now=self.now)
                except ListError as error:
                    raise RefusedError(Refusal.LABEL, "labels") from error
                of_shop[name] = added.id
        wanted = [of_shop[name] for name in said.labels]
        labels.put(self.session, subscription, wanted, actor=self.actor, now=self.now)
        return True

    def _of_refusal(self, read: Group[SubscriptionSaid], error: RefusedError) -> Result:
        said = read.said
        assert said is not None
        if error.field.startswith("items."):
            _, place, field = error.field.split(".")
            field = {"cycles": "item_cycles"}.get(field, field)
            item = said.items[int(place) - 1]
            return self._refused(read, field, subscription_reasons.of_refusal(error), line=item.line)
        is_needed = error.code == Refusal.REQUIRED and error.field in (*NEEDED, "name")
        is_date = error.code == Refusal.REQUIRED and error.field == "next_delivery_on"
        reason = subscription_reasons.of_refusal(error)
        if is_needed:
            reason = subscription_reasons.NEEDED
        elif is_date:
            reason = subscription_reasons.NO_NEXT_DATE
        elif (error.code, error.field) == (Refusal.ADDRESS, "delivery_to"):
            reason = subscription_reasons.LISTED_WITHOUT_EMAIL
        return self._refused(read, {"items": "name"}.get(error.field, error.field), reason)

    def _refused(self, read: Group[SubscriptionSaid], field: str, reason: str, *, line: int = 0) -> Result:
        header = self.bound.header(field) if field else ""
        return refused(read.code, read.lines, [Problem(line or read.lines[0], header, reason)])


def _holds(listed: ListedAddress, entry: addresses.Entry) -> bool:
    return all(getattr(listed, column.name) == getattr(entry, column.name) for column in fields(entry))
