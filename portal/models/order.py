"""受注: one purchase with its lines. All amounts are integer yen, tax included."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    event,
    inspect,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, Mapper, mapped_column, relationship

from portal.models.base import Base, OfShop, Versioned
from portal.values import search_keys, unusable
from portal.values.states import OrderStatus

if TYPE_CHECKING:
    from portal.models.shipment import Shipment


UNLINKED = text("subscription_id IS NULL AND subscription_number <> ''")
MONEY_HELD = text("authorised = 'done'")
"""Condition of orders with authorized money; as text, because a partial index is used only for the same wording."""


class Order(Versioned, OfShop, Base):
    __tablename__ = "order"
    __table_args__ = (
        # One live order per code; a cancellation may release the code for a new order.
        Index(
            "uq_order_shop_id_code_key_live",
            "shop_id",
            "code_key",
            unique=True,
            sqlite_where=text("code_live"),
            postgresql_where=text("code_live"),
        ),
        Index("ix_order_shop_id_code_key", "shop_id", "code_key"),
        # The other orders of a buyer, and the orders of a subscription, newest first.
        Index("ix_order_shop_id_email_key_ordered_at", "shop_id", "email_key", "ordered_at"),
        Index("ix_order_shop_id_subscription_id", "shop_id", "subscription_id", "ordered_at", "id"),
        Index("ix_order_shop_id_ordered_at", "shop_id", "ordered_at", "id"),
        # Lists of orders, newest first: those not shipped by status, and all by payment.
        Index(
            "ix_order_shop_id_status",
            "shop_id",
            "status",
            "ordered_at",
            "id",
            sqlite_where=text("status <> 'shipped'"),
            postgresql_where=text("status <> 'shipped'"),
        ),
        Index("ix_order_shop_id_payment_method", "shop_id", "payment_method", "ordered_at", "id"),
        Index(
            "ix_order_shop_id_payment_class",
            "shop_id",
            "payment_class",
            "ordered_at",
            "id",
            sqlite_where=text("payment_class <> ''"),
            postgresql_where=text("payment_class <> ''"),
        ),
        # Few orders of many need attention.
        Index(
            "ix_order_shop_id_needs_attention",
            "shop_id",
            "needs_attention",
            sqlite_where=text("needs_attention <> ''"),
            postgresql_where=text("needs_attention <> ''"),
        ),
        # Few orders of many need attention.
        Index(
            "ix_order_shop_id_attention",
            "shop_id",
            "ordered_at",
            sqlite_where=text("needs_attention <> ''"),
            postgresql_where=text("needs_attention <> ''"),
        ),
        # Few orders have a name, e-mail or phone that cannot be used.
        Index(
            "ix_order_shop_id_unusable",
            "shop_id",
            "ordered_at",
            sqlite_where=text("unusable <> ''"),
            postgresql_where=text("unusable <> ''"),
        ),
        # Authorized money, to be captured when the order has shipped or voided when it was canceled.
        Index(
            "ix_order_authorised",
            "status",
            "id",
            sqlite_where=MONEY_HELD,
            postgresql_where=MONEY_HELD,
        ),
        # Few orders, as a rule, belong to a subscription that is not known yet.
        Index(
            "ix_order_subscription_number",
            "shop_id",
            "subscription_number",
            sqlite_where=UNLINKED,
            postgresql_where=UNLINKED,
        ),
        # Some orders of many wait to be shipped.
        Index(
            "ix_order_shop_id_awaiting",
            "shop_id",
            sqlite_where=text("status = 'awaiting_shipment'"),
            postgresql_where=text("status = 'awaiting_shipment'"),
        ),
    )

    code: Mapped[str] = mapped_column(String(60))
    """受注コード as the shop's mail prints it."""
    code_key: Mapped[str] = mapped_column(String(60))
    """Key that a typed code is compared with: `orders.rules.codes.code_key(code)`."""
    code_live: Mapped[bool] = mapped_column(default=True)
    """False once a cancellation allowed the same code to be used again."""
    status: Mapped[OrderStatus] = mapped_column(String(20), default=OrderStatus.AWAITING_SHIPMENT)
    ordered_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]

    buyer_name: Mapped[str] = mapped_column(String(120))
    buyer_kana: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    email_key: Mapped[str] = mapped_column(String(254), default="")
    """`values.emails.normalise(email)`, empty without an address. Same key, same buyer."""
    postcode: Mapped[str] = mapped_column(String(10), default="")
    prefecture: Mapped[str] = mapped_column(String(10), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    """Address after the prefecture, parts separated by a space."""
    recipient_name: Mapped[str] = mapped_column(String(120), default="")
    recipient_kana: Mapped[str] = mapped_column(String(120), default="")
    recipient_phone: Mapped[str] = mapped_column(String(40), default="")
    recipient_postcode: Mapped[str] = mapped_column(String(10), default="")
    recipient_prefecture: Mapped[str] = mapped_column(String(10), default="")
    recipient_address: Mapped[str] = mapped_column(String(300), default="")

    payment_method: Mapped[str] = mapped_column(String(100), default="")
    """Cart's own words; `payments.rules.methods.classify` reads them."""
    payment_state: Mapped[str] = mapped_column(String(10), default="unknown")
    """PaymentState; unknown if the file says nothing, as many channels' files. Payments entered by hand are in it."""
    payment_said: Mapped[str] = mapped_column(String(10), default="unknown", server_default="unknown")
    """PaymentState that the file says, or staff decided, before payments entered by hand (`payments.movements`)."""
    payment_state_words: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """The file's words for an unread state, empty for all others; `payments.reading.state_of` reads them."""
    status_words: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """Words of the file for the order's state that were not understood; they moved nothing."""
    received: Mapped[int] = mapped_column(default=0, server_default="0")
    received_by_card: Mapped[int] = mapped_column(default=0, server_default="0")
    """Yen of the payments entered for the order that were made on credit."""
    """Yen of the payments that were entered by hand; 0 says nothing, as files tell a state and no amount."""
    refunded: Mapped[int] = mapped_column(default=0, server_default="0")
    """Yen given back: the sum of the order's live refunds."""
    refunded_rates: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Rate → yen of the refunds, empty if one of them does not say what it was for."""
    payment_class: Mapped[str] = mapped_column(String(12), default="")
    """PaymentClass that staff chose for this order; empty if `payment_method` decides."""

    shipping_fee: Mapped[int] = mapped_column(default=0)
    payment_fee: Mapped[int] = mapped_column(default=0)
    other_fee: Mapped[int] = mapped_column(default=0)
    fee_rate: Mapped[int | None]
    """Tax rate of shipping and fees in percent; None if neither file nor shop says."""
    discount: Mapped[int] = mapped_column(default=0)
    """Positive yen taken off (値引き)."""
    coupon: Mapped[int] = mapped_column(default=0)
    mall_coupon: Mapped[int] = mapped_column(default=0, server_default="0")
    """Yen of coupons that the mall bears: a means of payment, since the shop gets them from the mall."""
    points_used: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    """Amount that the buyer paid: lines + fees - discount - coupon - points_used, as the file states it."""

    subscription_id: Mapped[UUID | None] = mapped_column(ForeignKey("subscription.id"), index=True)
    subscription_number: Mapped[str] = mapped_column(String(60), default="")
    """Number of the subscription as printed, also of one that another system keeps."""
    cycle_number: Mapped[int | None]
    """定期回数: which order of its subscription this is; the first is 1."""
    next_delivery_on: Mapped[date | None]
    """次回お届け予定日 on statement and delivery note, as it stood when the order was made."""
    requested_on: Mapped[date | None]
    """お届け希望日."""
    time_slot: Mapped[str] = mapped_column(String(40), default="")
    wrapping: Mapped[str] = mapped_column(String(100), default="")
    note_1: Mapped[str] = mapped_column(Text, default="")
    note_2: Mapped[str] = mapped_column(Text, default="")
    memo: Mapped[str] = mapped_column(Text, default="")
    """Staff's own note, never shown to the buyer."""
    deferred_state: Mapped[str] = mapped_column(String(20), default="")
    """後払いの与信: a state of `payments.deferred`; empty if not paid that way."""
    next_payment_method: Mapped[str] = mapped_column(String(100), default="")
    """Payment method after the deferred-payment company has canceled (後払い → 代金引換)."""
    authorised: Mapped[str] = mapped_column(String(10), default="")
    """Authorization of a generated order: none, held, done or captured; empty if no payment goes through us."""

    buyer_note: Mapped[str] = mapped_column(Text, default="")
    needs_attention: Mapped[str] = mapped_column(String(40), default="")
    """Reason code for the Today list (rates_unknown, amounts_do_not_add_up, changed_after_receipt …); empty if none."""
    content_digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of what the last import held, so that importing the same file again changes nothing."""
    search_keys: Mapped[str] = mapped_column(Text)
    """`values.search_keys.of_order`, kept up to date by the listener below; bulk inserts must set it themselves."""
    unusable: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """`values.unusable.of_order`, kept up to date in the same way."""
    set_by_staff: Mapped[list[str]] = mapped_column(default=list)
    """Columns that staff have corrected; imports no longer change them."""
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    lines: Mapped[list["OrderLine"]] = relationship(
        back_populates="order", order_by="OrderLine.position", cascade="all, delete-orphan"
    )
    shipments: Mapped[list["Shipment"]] = relationship(
        secondary="order_shipment", back_populates="orders", order_by="Shipment.id"
    )


@event.listens_for(Order, "before_insert")
@event.listens_for(Order, "before_update")
def _keep_search_keys(_mapper: Mapper[Order], _connection: Connection, order: Order) -> None:
    """Recompute search keys and marks if a column that they are made of has changed."""
    attributes = inspect(order).attrs
    if any(attributes[column].history.has_changes() for column in search_keys.COLUMNS):
        order.search_keys = search_keys.of_order({column: getattr(order, column) for column in search_keys.COLUMNS})
    if any(attributes[column].history.has_changes() for column in unusable.COLUMNS):
        order.unusable = unusable.of_order({column: getattr(order, column) for column in unusable.COLUMNS})


# Conditions of partial indexes. Their values are literals, as SQLite does not recognise a condition with a parameter.
NEEDS_ATTENTION = Order.needs_attention != literal_column("''")
UNUSABLE = Order.unusable != literal_column("''")
AWAITS_SHIPMENT = Order.status == literal_column("'awaiting_shipment'")
NOT_SHIPPED = Order.status != literal_column("'shipped'")
DECIDED_PAYMENT = Order.payment_class != literal_column("''")


class OrderLine(OfShop, Base):
    __tablename__ = "order_line"
    __table_args__ = (UniqueConstraint("order_id", "position"),)

    order_id: Mapped[UUID] = mapped_column(ForeignKey("order.id"))
    position: Mapped[int]
    product_code: Mapped[str] = mapped_column(String(100), default="")
    name: Mapped[str] = mapped_column(String(300))
    quantity: Mapped[int]
    unit_price: Mapped[int]
    """Yen as the cart shows it: with tax, unless the channel's prices are without; see `amount`."""
    amount: Mapped[int]
    """Tax-included yen of the whole line; the lines of an order add up exactly."""
    tax_rate: Mapped[int | None]
    """Percent, or None if unknown; then there is no receipt but 'please ask the shop'."""
    untaxed: Mapped[str] = mapped_column(String(7), default="", server_default="")
    """Why the rate is 0: exempt (非課税), export (輸出免税) or outside (不課税), empty if nobody said."""
    tax_included: Mapped[bool] = mapped_column(default=True)
    """False if the price came without tax and no rate is known, so that `amount` is still without tax."""

    order: Mapped[Order] = relationship(back_populates="lines")
