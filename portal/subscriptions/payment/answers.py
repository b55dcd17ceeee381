"""Effects of a payment company's answer on an order and its subscription, in the transaction that writes it."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Order, PaymentAttempt, Shop, Subscription
from portal.notifications import payment_failed
from portal.notifications.outbox import Mailroom, To
from portal.orders import changes as order_changes
from portal.orders import verbs as order_verbs
from portal.orders.attention import CAPTURE_REFUSED, VOID_REFUSED
from portal.payments import capturing, company
from portal.payments.attempts import Authorised, Kind
from portal.payments.deferred import move
from portal.payments.rules.credit_states import Credit
from portal.payments.rules.payment_states import PaymentState
from portal.ports import LAPSED
from portal.subscriptions.payment.paying import held_orders
from portal.subscriptions.record import attention
from portal.subscriptions.record.attention import Attention
from portal.values.states import OrderStatus

OF_PAYMENT = frozenset({Attention.PAYMENT_REFUSED, Attention.NO_CONSENT, Attention.CAPTURE_REFUSED})
ENDED = (OrderStatus.CANCELED, OrderStatus.RETURNED)
_NO_CREDIT = frozenset({Credit.REGISTRATION_NG, Credit.REJECTED, Credit.PENDING})


def answered(session: Session, attempt: PaymentAttempt, *, mailroom: Mailroom, actor: str, now: datetime) -> None:
    """Apply the answer of a card's or a wallet's company to the order and its subscription."""
    order = session.get_one(Order, attempt.order_id)
    subscription = _locked(session, order)
    _Answer(session, order, subscription, attempt, mailroom, actor, now).act()


def credit_moved(session: Session, order: Order, to: Credit, *, mailroom: Mailroom, actor: str, now: datetime) -> bool:
    """Move the order by `payments.deferred.move` and return whether it moved.

    Also do what the move means for the order's subscription.
    """
    subscription = _locked(session, order)
    if not move(session, order, to, actor=actor, now=now):
        return False
    if subscription is None:
        return True
    if to in _NO_CREDIT:
        _flag(session, subscription, Attention.PAYMENT_REFUSED, actor=actor, now=now)
        tell_buyer(session, mailroom, order, code=f"deferred_{to}", now=now, once_key=f"{order.id.hex}:{to}")
    elif to in (Credit.APPROVED, Credit.CANCELED):
        _clear_attention(session, subscription, actor=actor, now=now)
    return True


class _Answer:
    def __init__(
        self,
        session: Session,
        order: Order,
        subscription: Subscription | None,
        attempt: PaymentAttempt,
        mailroom: Mailroom,
        actor: str,
        now: datetime,
    ) -> None:
        self.session, self.order, self.subscription, self.attempt = session, order, subscription, attempt
        self.mailroom, self.actor, self.now = mailroom, actor, now

    def act(self) -> None:
        _ACTS[self.attempt.kind, self.attempt.state](self)

    def authorised(self) -> None:
        self._put({"authorised": Authorised.DONE}, "order.payment_authorised")
        if self.order.status == OrderStatus.ON_HOLD:
            order_verbs.resume(self.session, self.order, actor=self.actor, now=self.now)
        # An order that has shipped is paid when the money is captured, which comes next.
        if self.order.status != OrderStatus.SHIPPED:
            self._clear_attention()

    def not_authorised(self) -> None:
        if self.order.status in ENDED or self.attempt.reason == company.CANCELED:
            self._put({"authorised": Authorised.NONE}, "order.payment_refused")
        elif self.order.status == OrderStatus.SHIPPED:
            self._unpaid()
        elif self.attempt.reason == company.NO_CONSENT:
            self._put({"authorised": Authorised.NONE}, "order.payment_refused")
            self._tell(Attention.NO_CONSENT)
        else:
            self._put({"authorised": Authorised.HELD}, "order.payment_refused")
            self._tell(Attention.PAYMENT_REFUSED)

    def captured(self) -> None:
        values = {"authorised": str(Authorised.CAPTURED), "payment_state": str(PaymentState.PAID)}
        if self.order.needs_attention == CAPTURE_REFUSED:
            values["needs_attention"] = ""
        self._put(values, "order.payment_captured")
        self._clear_attention()

    def not_captured(self) -> None:
        if self.attempt.reason == LAPSED:
            capturing.authorise_anew(self.session, self.order, actor=self.actor, now=self.now)
        else:
            self._unpaid()

    def voided(self) -> None:
        if self.order.status in ENDED or self.order.total <= 0:
            self._put({"authorised": Authorised.NONE}, "order.payment_let_go")

    def not_voided(self) -> None:
        """Flag the order for staff, who have to give the money back at the payment company."""
        self._put({"authorised": Authorised.NONE, "needs_attention": VOID_REFUSED}, "order.payment_refused")

    def _unpaid(self) -> None:
        """Mark the order as unpaid for staff, and tell the buyer; it stays shipped."""
        unpaid = {"authorised": str(Authorised.HELD), "payment_state": str(PaymentState.UNPAID)}
        self._put(unpaid | {"needs_attention": CAPTURE_REFUSED}, "order.payment_refused")
        self._tell(Attention.CAPTURE_REFUSED)

    def _put(self, values: Mapping[str, str], action: str) -> None:
        changes: dict[str, audit.Change] = {name: (getattr(self.order, name), value) for name, value in values.items()}
        for name, value in values.items():
            setattr(self.order, name, str(value))
        self.order.payment_said = values.get("payment_state", self.order.payment_said)
        if self.attempt.reason:
            changes["payment_reason"] = ("", self.attempt.reason)
        order_changes.record(self.session, self.order, action, changes, actor=self.actor, now=self.now)

    def _clear_attention(self) -> None:
        if self.subscription is not None:
            _clear_attention(self.session, self.subscription, actor=self.actor, now=self.now)

    def _tell(self, why: Attention) -> None:
        agreement = ""
        if self.subscription is not None:
            _flag(self.session, self.subscription, why, actor=self.actor, now=self.now)
            agreement = self.subscription.wallet_agreement if self.attempt.card_id is None else ""
        tell_buyer(
            self.session,
            self.mailroom,
            self.order,
            code=self.attempt.reason,
            agreement=agreement,
            once_key=self.attempt.id.hex,
            now=self.now,
        )


_ACTS: Mapping[tuple[str, str], Callable[[_Answer], None]] = {
    (Kind.AUTHORISE, "done"): _Answer.authorised,
    (Kind.AUTHORISE, "refused"): _Answer.not_authorised,
    (Kind.CAPTURE, "done"): _Answer.captured,
    (Kind.CAPTURE, "refused"): _Answer.not_captured,
    (Kind.VOID, "done"): _Answer.voided,
    (Kind.VOID, "refused"): _Answer.not_voided,
}


def tell_buyer(
    session: Session,
    mailroom: Mailroom,
    order: Order,
    *,
    code: str,
    once_key: str,
    now: datetime,
    agreement: str = "",
) -> None:
    """Mail the buyer the link to where the payment is changed, once for each refusal."""
    shop = session.get_one(Shop, order.shop_id)
    mailroom.post(
        session,
        shop=shop,
        order=order,
        message="payment_failed",
        recipient=order.email,
        context=payment_failed.context(
            order_url=mailroom.order_url(shop, order, To.SUBSCRIPTION),
            amount=order.total,
            method=order.payment_method,
            code=code,
            agreement=agreement,
            is_shipped=order.status == OrderStatus.SHIPPED,
        ),
        language="ja",
        once_key=f"payment_failed:{once_key}",
        now=now,
    )


def _locked(session: Session, order: Order) -> Subscription | None:
    """Lock the subscription and then its order, as the verbs of subscriptions do; return the subscription, if any."""
    subscription = None
    if order.subscription_id is not None:
        query = select(Subscription).where(Subscription.id == order.subscription_id).with_for_update(key_share=True)
        subscription = session.scalars(query.execution_options(populate_existing=True)).one()
    session.refresh(order, with_for_update={"key_share": True})
    return subscription


def _flag(session: Session, subscription: Subscription, why: Attention, *, actor: str, now: datetime) -> None:
    """Flag the subscription for staff, unless it is deleted: then only its order is still to be dealt with."""
    if subscription.deleted_at is None:
        attention.flag(session, subscription, why, actor=actor, now=now)


def _clear_attention(session: Session, subscription: Subscription, *, actor: str, now: datetime) -> None:
    """Clear what was flagged for a payment, once no order of the subscription waits for its payment any more."""
    session.flush()
    is_ours = subscription.deleted_at is None and subscription.attention_reason in OF_PAYMENT
    if is_ours and not held_orders(session, subscription):
        attention.clear(session, subscription, actor=actor, now=now)
