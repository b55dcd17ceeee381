"""State of an order as its page's headline gives it. Takes facts and a day, returns a key for the sentence."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from portal.orders.page import OrderPage, Parcel
from portal.shipments.rules.carriers import service
from portal.shipments.rules.statuses import Event, TrackingState, newest_event
from portal.values.states import OrderStatus, ShipmentStatus

LAST_STEP = 4
"""Last step of 受付 0, 出荷準備 1, 出荷済み 2, 配達中 3, お届け済み 4."""
REFRESH = ((10, 60), (30, 180))
"""Pairs of (number of refreshes up to which it holds, seconds to the next one); afterwards SLOWEST_REFRESH."""
SLOWEST_REFRESH = 600
GIVEN_UP = timedelta(days=14)
"""Time after the ship day when a parcel is no longer watched: some carriers never say that it has arrived."""


class Stage(StrEnum):
    """Stage of a parcel, or of the order as a whole. Their order decides which parcels the headline speaks of."""

    ATTEMPTED = "attempted"
    OUT_FOR_DELIVERY = "out_for_delivery"
    WAITING_THERE = "waiting_there"
    """The parcel waits at a depot, post office or shop."""
    TROUBLE = "trouble"
    SENT_BACK = "sent_back"
    ON_THE_WAY = "on_the_way"
    SHIPPED = "shipped"
    REGISTERING = "registering"
    """Shipped today: the carrier does not know the number yet, which is normal."""
    DELIVERED = "delivered"
    PREPARING = "preparing"
    BUNDLING = "bundling"
    """Held back until staff decide whether it travels with another order."""
    RECEIVED = "received"
    ON_HOLD = "on_hold"
    CANCELED = "cancelled"
    RETURN_PENDING = "return_pending"
    RETURNED = "returned"


STEPS = {
    Stage.RECEIVED: 0,
    Stage.BUNDLING: 0,
    Stage.ON_HOLD: 0,
    Stage.PREPARING: 1,
    Stage.REGISTERING: 2,
    Stage.SHIPPED: 2,
    Stage.ON_THE_WAY: 2,
    Stage.TROUBLE: 2,
    Stage.WAITING_THERE: 3,
    Stage.OUT_FOR_DELIVERY: 3,
    Stage.ATTEMPTED: 3,
    Stage.DELIVERED: LAST_STEP,
}
FOR_THE_BUYER = frozenset({Stage.ATTEMPTED, Stage.WAITING_THERE, Stage.TROUBLE, Stage.SENT_BACK, Stage.ON_HOLD})
OF_TRACKING = {
    TrackingState.REGISTERED: Stage.SHIPPED,
    TrackingState.ACCEPTED: Stage.SHIPPED,
    TrackingState.IN_TRANSIT: Stage.ON_THE_WAY,
    TrackingState.OUT_FOR_DELIVERY: Stage.OUT_FOR_DELIVERY,
    TrackingState.ATTEMPTED: Stage.ATTEMPTED,
    TrackingState.HELD: Stage.WAITING_THERE,
    TrackingState.EXCEPTION: Stage.TROUBLE,
    TrackingState.DELIVERED: Stage.DELIVERED,
    TrackingState.RETURNED: Stage.SENT_BACK,
}
OF_ORDER = {
    OrderStatus.CANCELED: Stage.CANCELED,
    OrderStatus.RETURN_PENDING: Stage.RETURN_PENDING,
    OrderStatus.RETURNED: Stage.RETURNED,
    OrderStatus.ON_HOLD: Stage.ON_HOLD,
    OrderStatus.AWAITING_SHIPMENT: Stage.RECEIVED,
    OrderStatus.PICKING: Stage.PREPARING,
    OrderStatus.PARTIALLY_SHIPPED: Stage.SHIPPED,
    OrderStatus.SHIPPED: Stage.SHIPPED,
}
OVER = frozenset({OrderStatus.CANCELED, OrderStatus.RETURN_PENDING, OrderStatus.RETURNED})
NOT_SHIPPED = frozenset({Stage.PREPARING, Stage.BUNDLING, Stage.RECEIVED})
WATCHED = frozenset(
    {
        Stage.REGISTERING,
        Stage.SHIPPED,
        Stage.ON_THE_WAY,
        Stage.OUT_FOR_DELIVERY,
        Stage.ATTEMPTED,
        Stage.WAITING_THERE,
        Stage.TROUBLE,
    }
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Day and time when the buyer should be at home."""

    on: date
    slot: str
    """Time slot as the shipment has it: a code or words of its carrier."""
    carrier: str
    is_promise: bool
    """False if it is only the buyer's wish, for a parcel that has not left yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    stage: Stage
    count: int
    """Number of parcels the headline speaks of."""
    total: int
    """Number of live parcels, 0 while the shop has made none."""
    others: tuple[tuple[Stage, int], ...]
    """Remaining parcels by stage."""
    step: int | None
    """Step from 0 to LAST_STEP, None if the order left that path (canceled, returned)."""
    arrival: Arrival | None
    more_to_come: bool
    """True if there are goods without a parcel yet."""

    @property
    def needs_attention(self) -> bool:
        """Return whether the buyer must know or do something; waiting at the depot for the requested day is normal."""
        return self.stage in FOR_THE_BUYER and self.arrival is None


def stage_of(parcel: Parcel, today: date) -> Stage:
    if parcel.status == ShipmentStatus.CANCELED:
        return Stage.CANCELED
    if parcel.tracking_state:
        return OF_TRACKING[TrackingState(parcel.tracking_state)]
    if parcel.status == ShipmentStatus.SHIPPED:
        on_its_day = parcel.shipped_on is not None and parcel.shipped_on >= today
        return Stage.REGISTERING if on_its_day and is_tracked(parcel) else Stage.SHIPPED
    if parcel.held_for_bundling:
        return Stage.BUNDLING
    return Stage.PREPARING if parcel.status == ShipmentStatus.PICKING else Stage.RECEIVED


def is_tracked(parcel: Parcel) -> bool:
    """Return whether the carrier will ever say where the parcel is."""
    known = service(parcel.carrier, parcel.service)
    return bool(parcel.tracking_number) and (known is None or known.tracked)


def newest_of(parcel: Parcel) -> Event | None:
    events = (
        Event(event.occurred_at, TrackingState(event.state) if event.state else None, event.words, event.place)
        for event in parcel.events
    )
    return newest_event(events)


def live_parcels(parcels: Sequence[Parcel]) -> list[Parcel]:
    return [parcel for parcel in parcels if parcel.status != ShipmentStatus.CANCELED]


def standing(order: OrderPage, today: date) -> Standing:
    parcels = live_parcels(order.parcels)
    stages = [stage_of(parcel, today) for parcel in parcels]
    status = OrderStatus(order.status)
    held_back = status == OrderStatus.ON_HOLD and NOT_SHIPPED.issuperset(stages)
    if status in OVER or held_back or not parcels:
        stage = OF_ORDER[status]
        more = status == OrderStatus.PARTIALLY_SHIPPED
        return Standing(stage, 0, len(parcels), (), STEPS.get(stage), None, more)
    counted = Counter(stages)
    stage, *others = sorted(counted, key=list(Stage).index)
    return Standing(
        stage=stage,
        count=counted[stage],
        total=len(parcels),
        others=tuple((other, counted[other]) for other in others),
        step=_step(stage, alone=not others),
        arrival=_arrival(stage, parcels[stages.index(stage)], today),
        more_to_come=status == OrderStatus.PARTIALLY_SHIPPED and NOT_SHIPPED.isdisjoint(stages),
    )


def refresh_seconds(order: OrderPage, today: date, refreshes: int) -> int | None:
    """Return the seconds until the page asks for tracking news again, or None if there will be none."""
    if order.status in OVER or not any(_is_watched(parcel, today) for parcel in order.parcels):
        return None
    return next((seconds for until, seconds in REFRESH if refreshes < until), SLOWEST_REFRESH)


def delivered_at(parcel: Parcel) -> datetime | None:
    """Return the carrier's own time of delivery, or None if the parcel is not delivered."""
    times = [event.occurred_at for event in parcel.events if event.state == TrackingState.DELIVERED]
    return times[0] if times and parcel.tracking_state == TrackingState.DELIVERED else None


def _is_watched(parcel: Parcel, today: date) -> bool:
    recent = parcel.shipped_on is None or today - parcel.shipped_on <= GIVEN_UP
    return recent and is_tracked(parcel) and stage_of(parcel, today) in WATCHED


def _step(stage: Stage, *, alone: bool) -> int | None:
    step = STEPS.get(stage)
    # The last step means that all parcels are delivered, not just the first of them.
    return STEPS[Stage.SHIPPED] if stage is Stage.DELIVERED and not alone else step


def _arrival(stage: Stage, parcel: Parcel, today: date) -> Arrival | None:
    """Return the day to be at home: today if out for delivery, else the requested day unless it has passed."""
    if stage is Stage.OUT_FOR_DELIVERY:
        slot = parcel.requested_slot if parcel.requested_on in (today, None) else ""
        return Arrival(today, slot, parcel.carrier, is_promise=True)
    told_otherwise = stage in (Stage.DELIVERED, Stage.ATTEMPTED, Stage.TROUBLE, Stage.SENT_BACK)
    if told_otherwise or parcel.requested_on is None or parcel.requested_on < today:
        return None
    return Arrival(parcel.requested_on, parcel.requested_slot, parcel.carrier, is_promise=stage not in NOT_SHIPPED)
