"""定期受注: plans from which orders are made. Dates are in Asia/Tokyo; money is integer yen, tax included."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, ForeignKey, Index, String, Text, UniqueConstraint, event, inspect, text
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from portal.models.base import Base, OfShop, Versioned
from portal.values import search_keys
from portal.values.points import PointsUse
from portal.values.states import SubscriptionState

LIVE = text("deleted_at IS NULL")
DUE = text("state = 'active' AND deleted_at IS NULL")


class Subscription(Versioned, OfShop, Base):
    __tablename__ = "subscription"
    __table_args__ = (
        # Numbers that begin again at 1 pass over those in use.
        Index("uq_subscription_number", "shop_id", "number", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        # TEA-77 and tea-77 would give their orders one code.
        Index("ix_subscription_number_key", "shop_id", text("upper(number)")),
        Index(
            "uq_subscription_external_number",
            "shop_id",
            "external_number",
            unique=True,
            sqlite_where=text("external_number <> ''"),
            postgresql_where=text("external_number <> ''"),
        ),
        Index("ix_subscription_due", "shop_id", "next_creation_on", "id", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_subscription_shop_id_state", "shop_id", "state", "created_at", "id"),
        Index("ix_subscription_shop_id_created_at", "shop_id", "created_at", "id"),
        # Lists: sorted by the next delivery within a state, or narrowed by one of these columns.
        Index("ix_subscription_shop_id_next_delivery_on", "shop_id", "state", "next_delivery_on", "id"),
        Index("ix_subscription_shop_id_payment_method", "shop_id", "payment_method", "created_at", "id"),
        Index("ix_subscription_shop_id_cycle", "shop_id", "cycle", "created_at", "id"),
        Index(
            "ix_subscription_shop_id_deleted",
            "shop_id",
            "created_at",
            "id",
            sqlite_where=text("deleted_at IS NOT NULL"),
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
        Index("ix_subscription_shop_id_email_key", "shop_id", "email_key"),
        Index("ix_subscription_card_id", "card_id"),
        Index(
            "ix_subscription_resume_on",
            "resume_on",
            "shop_id",
            sqlite_where=text("resume_on IS NOT NULL"),
            postgresql_where=text("resume_on IS NOT NULL"),
        ),
        Index(
            "ix_subscription_shop_id_attention",
            "shop_id",
            "created_at",
            "id",
            sqlite_where=text("needs_attention"),
            postgresql_where=text("needs_attention"),
        ),
    )

    number: Mapped[str] = mapped_column(String(24))
    """Number shown to the buyer, assigned by `subscriptions.record.numbering`."""
    external_number: Mapped[str] = mapped_column(String(60), default="")
    """Number in the system that it came from."""
    state: Mapped[SubscriptionState] = mapped_column(String(10), default=SubscriptionState.ACTIVE)
    needs_attention: Mapped[bool] = mapped_column(default=False)
    attention_reason: Mapped[str] = mapped_column(String(200), default="")
    """Code of `subscriptions.record.attention`, or staff's own words; empty unless it needs attention."""
    attention_since: Mapped[datetime | None]
    """Time at which it was marked for this reason; without meaning unless it needs attention."""
    source_media: Mapped[str] = mapped_column(String(60), default="")
    source_device: Mapped[str] = mapped_column(String(60), default="")
    source_address: Mapped[str] = mapped_column(String(45), default="")
    """IP address that it was ordered from."""

    customer_number: Mapped[str] = mapped_column(String(60), default="")
    """Number of a member of the shop; empty for a guest, who has no points."""
    buyer_name: Mapped[str] = mapped_column(String(120))
    buyer_kana: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    email_key: Mapped[str] = mapped_column(String(254), default="")
    """`values.emails.normalise(email)`. Same key, same buyer."""
    postcode: Mapped[str] = mapped_column(String(10), default="")
    prefecture: Mapped[str] = mapped_column(String(10), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    """Billing address after the prefecture; also the delivery address if `delivery_to` is buyer."""
    delivery_to: Mapped[str] = mapped_column(String(6), default="buyer")
    """Delivery address: buyer (the billing address), listed (`listed_address_id`) or own (the recipient columns)."""
    listed_address_id: Mapped[UUID | None] = mapped_column(ForeignKey("listed_address.id"))
    recipient_name: Mapped[str] = mapped_column(String(120), default="")
    recipient_kana: Mapped[str] = mapped_column(String(120), default="")
    recipient_phone: Mapped[str] = mapped_column(String(40), default="")
    recipient_postcode: Mapped[str] = mapped_column(String(10), default="")
    recipient_prefecture: Mapped[str] = mapped_column(String(10), default="")
    recipient_address: Mapped[str] = mapped_column(String(300), default="")

    payment_method: Mapped[str] = mapped_column(String(100), default="")
    """Shop's own words; `payments.rules.methods.classify` reads them."""
    card_id: Mapped[UUID | None] = mapped_column(ForeignKey("card.id"))
    wallet_agreement: Mapped[str] = mapped_column(String(100), default="")
    """Buyer's stored consent at the wallet; if empty, nothing may be charged."""
    instalments: Mapped[int] = mapped_column(default=1)

    shipping_fee: Mapped[int] = mapped_column(default=0)
    cool_fee: Mapped[int] = mapped_column(default=0)
    payment_fee: Mapped[int] = mapped_column(default=0)
    perk_free_shipping: Mapped[bool] = mapped_column(default=False)
    perk_off: Mapped[int] = mapped_column(default=0)
    """Yen off the shipping fee, which never falls below 0."""
    coupon_code: Mapped[str] = mapped_column(String(60), default="")
    coupon: Mapped[int] = mapped_column(default=0)
    """Yen off every order."""
    wrapping: Mapped[str] = mapped_column(String(100), default="")
    points_use: Mapped[PointsUse] = mapped_column(String(6), default=PointsUse.NONE)
    points_each: Mapped[int] = mapped_column(default=0)
    """Points per order, for `next` and `always` of `points_use`."""
    points_balance: Mapped[int] = mapped_column(default=0)
    points_expire_on: Mapped[date | None]

    carrier: Mapped[str] = mapped_column(String(20), default="")
    """Code of `shipments.rules.carrier_table`, as on shipments."""
    carrier_fixed: Mapped[bool] = mapped_column(default=False)
    delivery_method: Mapped[str] = mapped_column(String(60), default="")
    """Shop's own words (ネコポス, 宅急便 …); `subscriptions.schedule.methods` knows which have no date."""
    time_slot: Mapped[str] = mapped_column(String(40), default="")

    cycle: Mapped[str] = mapped_column(String(20))
    """Text form of `schedule.cycles.Cycle`."""
    cycle_fixed: Mapped[bool] = mapped_column(default=True)
    """True if the buyer or staff chose the cycle; if False, the items' own rules per cycle number take precedence."""
    anchor_on: Mapped[date]
    """Nominal date of the next delivery, from which the cycle goes on. The promised date is `next_delivery_on`."""
    next_creation_on: Mapped[date]
    next_ship_on: Mapped[date]
    next_delivery_on: Mapped[date]
    next_skipped: Mapped[bool] = mapped_column(default=False)
    """True if the next delivery is skipped, which can be undone until its creation date."""
    skips_in_a_row: Mapped[int] = mapped_column(default=0)
    """Number of final skips since the last order."""
    previous_ship_on: Mapped[date | None]
    previous_delivery_on: Mapped[date | None]
    late_until: Mapped[date | None]
    """Last delivery date, among past ones, up to which staff have confirmed late orders; None if not confirmed."""

    cycle_number: Mapped[int] = mapped_column(default=1)
    """定期回数 of the next order; the first (checkout) order is 1."""
    orders_made: Mapped[int] = mapped_column(default=0)
    purchase_count: Mapped[int] = mapped_column(default=0)
    """Number of orders made that were shipped and not returned."""
    orders_before: Mapped[int] = mapped_column(default=0)
    """Part of `orders_made` that the previous system made, before `counted_from`."""
    purchases_before: Mapped[int] = mapped_column(default=0)
    """Part of `purchase_count` from the previous system, before `counted_from`."""
    counted_from: Mapped[datetime | None]
    """Time from which orders are counted here; None if all orders that refer to it count."""
    remaining_orders: Mapped[int | None]
    """Number of orders still to be made; None if without end."""
    resumed: Mapped[bool] = mapped_column(default=False)
    """True after the buyer resumed it, until the next order is made."""
    resume_on: Mapped[date | None]
    """Day on which a suspended subscription resumes by itself."""
    suspended_at: Mapped[datetime | None]
    canceled_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    stop_reason: Mapped[str] = mapped_column(String(100), default="")
    """Reason of suspending, canceling or finishing, in the wording of that time."""

    note_1: Mapped[str] = mapped_column(Text, default="")
    note_2: Mapped[str] = mapped_column(Text, default="")
    memo: Mapped[str] = mapped_column(Text, default="")
    content_digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of what the last file said, so that the same file again changes nothing, even after later cycles."""
    search_keys: Mapped[str] = mapped_column(Text, default="")
    """`values.search_keys.of_subscription`, kept by the listener below; bulk inserts must set it themselves."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    items: Mapped[list["SubscriptionItem"]] = relationship(
        back_populates="subscription", order_by="SubscriptionItem.position", cascade="all, delete-orphan"
    )


@event.listens_for(Subscription, "before_insert")
@event.listens_for(Subscription, "before_update")
def _keep_search_keys(_mapper: Mapper[Subscription], _connection: Connection, subscription: Subscription) -> None:
    """Recompute the search keys if a column or an item's name that they are made of has changed."""
    attributes = inspect(subscription).attrs
    named_anew = any(attributes[column].history.has_changes() for column in search_keys.SUBSCRIPTION_COLUMNS)
    if named_anew or _products_are_new(subscription):
        values = {column: getattr(subscription, column) for column in search_keys.SUBSCRIPTION_COLUMNS}
        subscription.search_keys = search_keys.of_subscription(values, [item.name for item in subscription.items])


def _products_are_new(subscription: Subscription) -> bool:
    if "items" in inspect(subscription).unloaded:
        return False
    put = inspect(subscription).attrs["items"].history.has_changes()
    return put or any(inspect(item).attrs["name"].history.has_changes() for item in subscription.items)


class SubscriptionItem(OfShop, Base):
    """Item of a subscription: a copy, not a link to a catalogue, so that no change elsewhere renames or reprices it."""

    __tablename__ = "subscription_item"
    __table_args__ = (UniqueConstraint("subscription_id", "position"),)

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id"))
    position: Mapped[int]
    product_code: Mapped[str] = mapped_column(String(100), default="")
    name: Mapped[str] = mapped_column(String(300))
    quantity: Mapped[int]
    first_price: Mapped[int]
    """Unit price in the first order only."""
    later_price: Mapped[int]
    tax_rate: Mapped[int | None]
    remaining: Mapped[int | None]
    """Number of deliveries that still contain it; None for all."""
    commitment_count: Mapped[int] = mapped_column(default=0)
    bundled_gift: Mapped[bool] = mapped_column(default=False)
    cycles: Mapped[list[str]] = mapped_column(default=list)
    """Item's own cycle per cycle number, in text form; the last one repeats. Empty if it has none."""

    subscription: Mapped[Subscription] = relationship(back_populates="items")


class SubscriptionOccurrence(OfShop, Base):
    """One cycle that was processed. The unique constraint makes each cycle's order exactly once."""

    __tablename__ = "subscription_occurrence"
    __table_args__ = (
        UniqueConstraint("subscription_id", "anchor_on"),
        Index("ix_subscription_occurrence_order_id", "order_id"),
        Index("ix_subscription_occurrence_run_id", "run_id"),
    )

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id"))
    anchor_on: Mapped[date]
    cycle_number: Mapped[int]
    delivery_on: Mapped[date]
    ship_on: Mapped[date]
    creation_on: Mapped[date]
    outcome: Mapped[str] = mapped_column(String(8))
    """ordered, skipped or merged."""
    order_id: Mapped[UUID | None] = mapped_column(ForeignKey("order.id"))
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("generation_run.id"))
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class GenerationRun(OfShop, Base):
    """Generation of one shop's orders on one day: the report for staff, and the point to go on from after a crash."""

    __tablename__ = "generation_run"
    __table_args__ = (UniqueConstraint("shop_id", "day"),)

    day: Mapped[date]
    """Day up to which creation dates are due, inclusive."""
    state: Mapped[str] = mapped_column(String(8), default="running")
    """running or done."""
    due: Mapped[int] = mapped_column(default=0)
    """Number of subscriptions due at the start."""
    ordered: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    held: Mapped[int] = mapped_column(default=0)
    """Number of made orders that are on hold because the payment was not authorized."""
    waiting: Mapped[int] = mapped_column(default=0)
    """Number of late subscriptions that staff have to confirm first."""
    failed: Mapped[int] = mapped_column(default=0)
    """Number of subscriptions whose order could not be made; they need attention."""
    started_at: Mapped[datetime]
    worked_at: Mapped[datetime | None]
    """Time when a worker last finished a part; if long ago, the worker has died and others go on."""
    finished_at: Mapped[datetime | None]


class ListedAddress(Versioned, OfShop, Base):
    """Entry of a buyer's address list; editing it changes every subscription that is delivered there."""

    __tablename__ = "listed_address"
    __table_args__ = (Index("ix_listed_address_shop_id_email_key", "shop_id", "email_key"),)

    email_key: Mapped[str] = mapped_column(String(254))
    label: Mapped[str] = mapped_column(String(60), default="")
    recipient_name: Mapped[str] = mapped_column(String(120))
    recipient_kana: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    postcode: Mapped[str] = mapped_column(String(10), default="")
    prefecture: Mapped[str] = mapped_column(String(10), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class SubscriptionLabel(OfShop, Base):
    """Label of the shop for its subscriptions."""

    __tablename__ = "subscription_label"
    __table_args__ = (UniqueConstraint("shop_id", "name"),)

    name: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]


class SubscriptionLabelling(OfShop, Base):
    __tablename__ = "subscription_labelling"
    __table_args__ = (
        UniqueConstraint("subscription_id", "label_id"),
        Index("ix_subscription_labelling_label_id", "label_id", "subscription_id"),
    )

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id"))
    label_id: Mapped[UUID] = mapped_column(ForeignKey("subscription_label.id"))


class StopReason(OfShop, Base):
    """Reason that staff and buyers choose from; listed in the order of ids."""

    __tablename__ = "stop_reason"
    __table_args__ = (Index("ix_stop_reason_shop_id", "shop_id", "kind", "id"),)

    kind: Mapped[str] = mapped_column(String(8))
    """suspend or cancel."""
    text: Mapped[str] = mapped_column(String(100))
    retired_at: Mapped[datetime | None]
    """Time since which it is no longer offered; past choices stay."""


class FieldCategory(Versioned, OfShop, Base):
    """Category of custom fields; one with `several` can be filled in more than once."""

    __tablename__ = "field_category"
    __table_args__ = (
        Index("uq_field_category_name", "shop_id", "name", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )

    name: Mapped[str] = mapped_column(String(60))
    several: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int]
    deleted_at: Mapped[datetime | None]
    """Time of deletion, with all fields; answers stay."""


class CustomField(Versioned, OfShop, Base):
    __tablename__ = "custom_field"
    __table_args__ = (
        Index("uq_custom_field_name", "category_id", "name", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
    )

    category_id: Mapped[UUID] = mapped_column(ForeignKey("field_category.id"))
    name: Mapped[str] = mapped_column(String(60))
    kind: Mapped[str] = mapped_column(String(10))
    """text, integer, email, date, textarea, select, selects, radio or checkbox (see `subscriptions.terms.fields`)."""
    required: Mapped[bool] = mapped_column(default=False)
    """True if buyers must answer; staff may save without."""
    longest: Mapped[int | None]
    least: Mapped[int | None]
    most: Mapped[int | None]
    options: Mapped[list[str]] = mapped_column(default=list)
    position: Mapped[int]
    deleted_at: Mapped[datetime | None]
    """Time since which it is no longer asked; answers stay and are shown."""


class CustomAnswer(OfShop, Base):
    """Answer to a custom field; it stays as it was if the field changes later."""

    __tablename__ = "custom_answer"
    __table_args__ = (UniqueConstraint("subscription_id", "field_id", "position"),)

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscription.id"))
    field_id: Mapped[UUID] = mapped_column(ForeignKey("custom_field.id"))
    position: Mapped[int] = mapped_column(default=0)
    """Number of the answer, in a category that allows several."""
    values: Mapped[list[str]]
