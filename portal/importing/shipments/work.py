"""Import of a file of shipping results; parcels and orders that hang together are applied whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session, selectinload

from portal.importing.applying import reasons
from portal.importing.applying.batches import Work
from portal.importing.applying.history import Outcome, Result, refused
from portal.importing.reading.mapping import Bound
from portal.importing.reading.rows import Problem
from portal.importing.shipments.rows import ParcelSaid, Unit, by_parcel, read_unit
from portal.models import Order, Shipment, Shop
from portal.notifications.outbox import Mailroom
from portal.orders.rules.codes import code_key
from portal.shipments.notices import tell_attempted, tell_shipped
from portal.shipments.parcels import ParcelRefusedError, Said
from portal.shipments.rules.statuses import Event, state_of
from portal.shipments.verbs import Outcome as ParcelOutcome
from portal.shipments.verbs import put_parcel
from portal.values.dates import tokyo_date

BATCH = 200
"""Units, mostly single orders, per commit."""
NUMBER_IS_REUSED_AFTER = timedelta(days=60)
"""Age from which a parcel with the same tracking number is another one: carriers give numbers out again."""


@dataclass(frozen=True)
class Applier:
    """Writer of units: for which shop, on whose behalf, and with which outbox buyers are told."""

    session: Session
    shop: Shop
    mailroom: Mailroom
    header: str
    """Header of the column of order codes, for what is wrong with an order as a whole."""
    actor: str
    now: datetime

    def apply(self, units: Sequence[Unit]) -> list[Result]:
        orders = self._orders(units)
        return [result for unit in units for result in self._unit(unit, orders)]

    def _orders(self, units: Sequence[Unit]) -> dict[str, Order]:
        keys = {key for unit in units if not unit.problems for parcel in unit.parcels for key in parcel.code_keys}
        found = self.session.scalars(
            select(Order)
            .where(Order.shop_id == self.shop.id, Order.code_key.in_(keys), Order.code_live)
            .options(
                selectinload(Order.lines),
                selectinload(Order.shipments).selectinload(Shipment.orders),
                selectinload(Order.shipments).selectinload(Shipment.events),
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return {order.code_key: order for order in found}

    def _unit(self, unit: Unit, orders: Mapping[str, Order]) -> list[Result]:
        problems = unit.problems or [
            Problem(lines[0], self.header, reasons.NO_SUCH_ORDER)
            for code, lines in unit.lines.items()
            if code_key(code) not in orders
        ]
        if problems:
            return _refused(unit, problems)
        try:
            with self.session.begin_nested():
                outcomes = self._put(unit, orders)
        except ParcelRefusedError as error:
            reason = reasons.of_parcel(error)
        except (IntegrityError, DataError):
            reason = reasons.NOT_STORED
        else:
            return [Result(code, lines, outcomes[code_key(code)]) for code, lines in unit.lines.items()]
        # What the savepoint undid is still in the loaded rows.
        self.session.expire_all()
        return _refused(unit, [Problem(lines[0], self.header, reason) for lines in unit.lines.values()])

    def _put(self, unit: Unit, orders: Mapping[str, Order]) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}
        left: list[Shipment] = []
        changed: list[Shipment] = []
        for parcel in unit.parcels:
            members = [orders[key] for key in parcel.code_keys]
            put = put_parcel(
                self.session,
                members,
                self._with_events(parcel, members),
                shared=self._shared(parcel) if parcel.bundled else (),
                actor=self.actor,
                now=self.now,
            )
            if put.now_shipped:
                left.append(put.shipment)
            if put.outcome != ParcelOutcome.UNCHANGED:
                changed.append(put.shipment)
            for key in parcel.code_keys:
                outcomes[key] = _stronger(outcomes.get(key), Outcome(put.outcome))
        # Told when all parcels are there: the mail about the first one mentions that others follow.
        for shipment in left:
            tell_shipped(self.session, self.mailroom, self.shop, shipment, now=self.now)
        for shipment in changed:
            tell_attempted(self.session, self.mailroom, self.shop, shipment, now=self.now)
        return outcomes

    def _with_events(self, parcel: ParcelSaid, members: Sequence[Order]) -> Said:
        said = parcel.said
        known = (shipment for order in members for shipment in order.shipments)
        carrier = said.carrier or next(
            (shipment.carrier for shipment in known if shipment.tracking_number == said.tracking_number), ""
        )
        address = members[0].recipient_address or members[0].address
        events = tuple(
            Event(event.at, state_of(carrier, event.words, deliver_to=address), event.words, event.place)
            for event in parcel.events
        )
        return replace(said, events=events)

    def _shared(self, parcel: ParcelSaid) -> Sequence[Shipment]:
        """Return the parcels of other orders into which this one's goods were packed."""
        since = tokyo_date(self.now) - NUMBER_IS_REUSED_AFTER
        return self.session.scalars(
            select(Shipment).where(
                Shipment.shop_id == self.shop.id,
                Shipment.tracking_number == parcel.said.tracking_number,
                Shipment.tracking_number != "",
                or_(Shipment.shipped_on.is_(None), Shipment.shipped_on >= since),
            )
        ).all()


def work(session: Session, shop: Shop, actor: str, mailroom: Mailroom) -> Work[Unit]:
    def apply(bound: Bound, units: Sequence[Unit], now: datetime) -> list[Result]:
        return Applier(session, shop, mailroom, bound.header("code"), actor, now).apply(units)

    return Work(by_parcel, read_unit, apply, BATCH)


def _refused(unit: Unit, problems: Sequence[Problem]) -> list[Result]:
    return [refused(code, lines, problems) for code, lines in unit.lines.items()]


def _stronger(known: Outcome | None, new: Outcome) -> Outcome:
    order = (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED)
    return new if known is None else min(known, new, key=order.index)
