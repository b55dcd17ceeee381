"""カードの有効期限: mails to buyers whose card pays for a subscription and expires, sent by a job or by staff."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.models import Card, Order, Shop, Subscription, SubscriptionRules
from portal.notifications import card_expiry
from portal.notifications.letters import Letter
from portal.notifications.outbox import Mailroom, To
from portal.notifications.rules.texts import Text
from portal.payments.rules.expiry import Expiry, expiry_of, month_of, next_month
from portal.subscriptions.payment.card_use import users_of
from portal.subscriptions.record import attention
from portal.subscriptions.record.attention import Attention
from portal.values.dates import tokyo_date

MESSAGE = {Expiry.EXPIRING: "card_expiring", Expiry.EXPIRED: "card_expired"}
_TOLD = {Expiry.EXPIRING: Card.told_expiring, Expiry.EXPIRED: Card.told_expired}


@dataclass(frozen=True)
class Notice:
    """One mail about a card, and what its buyer has to be told of it."""

    card: Card
    expiry: Expiry
    subscriptions: Sequence[Subscription]
    """Active subscriptions that the card pays for; the newest tells who the buyer is."""

    @property
    def message(self) -> str:
        return MESSAGE[self.expiry]

    @property
    def recipient(self) -> str:
        return self.subscriptions[-1].email

    @property
    def was_told(self) -> bool:
        told = self.card.told_expiring if self.expiry is Expiry.EXPIRING else self.card.told_expired
        return told == self.card.expires


def due(
    session: Session, shop_id: UUID, today: date, *, untold: bool = False, limit: int | None = None
) -> list[Notice]:
    """Return the notices of cards that have expired, or will this month or the next; the earliest expiry comes first.

    Only cards that pay for an active subscription count. `untold`: only those whose buyer has not been told of this
    expiry.
    """
    over = Card.expires < month_of(today)
    soon = (Card.expires >= month_of(today)) & (Card.expires <= next_month(today))
    wanted = over | soon
    if untold:
        wanted = (over & _not_told(Expiry.EXPIRED)) | (soon & _not_told(Expiry.EXPIRING))
    paying = select(Subscription.card_id).where(Subscription.state == "active", Subscription.deleted_at.is_(None))
    cards = session.scalars(
        select(Card)
        .where(Card.shop_id == shop_id, Card.deleted_at.is_(None), wanted, Card.id.in_(paying))
        .order_by(Card.expires, Card.id)
        .limit(limit)
    ).all()
    return _notices(session, cards, today)


def of_cards(session: Session, shop_id: UUID, card_ids: Iterable[UUID], today: date) -> list[Notice]:
    """Return the notices of the selected cards, as far as there is anything to tell about them now."""
    chosen = select(Card).where(Card.shop_id == shop_id, Card.id.in_(list(card_ids)), Card.deleted_at.is_(None))
    return _notices(session, session.scalars(chosen.order_by(Card.expires, Card.id)).all(), today)


def preview(
    session: Session, mailroom: Mailroom, shop: Shop, notice: Notice, *, words: Text | None = None, now: datetime
) -> Letter:
    """Return the mail as it would be sent; raise like `send`."""
    order, context = _about(session, mailroom, shop, notice)
    return mailroom.write(
        session,
        shop=shop,
        order=order,
        message=notice.message,
        context=context,
        language="ja",
        now=now,
        words=words,
    )


def send(
    session: Session,
    mailroom: Mailroom,
    shop: Shop,
    notices: Sequence[Notice],
    *,
    words: Text | None = None,
    actor: str,
    now: datetime,
) -> int:
    """Send notices by hand, also to buyers who were told before, and return how many mails were written.

    A form sent twice within the same minute counts once. `words`: what staff wrote this time; raise
    own_letters.UnfillableError if `text_rules.problems` finds any problem in it.
    """
    return sum(
        _send(session, mailroom, shop, notice, f":{now:%Y%m%d%H%M}", words=words, actor=actor, now=now)
        for notice in notices
    )


def tell(
    session: Session, mailroom: Mailroom, rules: SubscriptionRules, *, actor: str, now: datetime, limit: int
) -> int:
    """Send the notices that are due, once for each expiry, if the shop has chosen that; return how many.

    Subscriptions of an expired card are flagged for staff, too.
    """
    if not rules.card_mails:
        return 0
    shop = session.get_one(Shop, rules.shop_id)
    found = due(session, shop.id, tokyo_date(now), untold=True, limit=limit)
    for notice in found:
        if notice.expiry is Expiry.EXPIRED:
            for subscription in notice.subscriptions:
                if not subscription.needs_attention:
                    attention.flag(session, subscription, Attention.CARD_EXPIRED, actor=actor, now=now)
        _send(session, mailroom, shop, notice, "", words=None, actor=actor, now=now)
    return len(found)


def _send(
    session: Session,
    mailroom: Mailroom,
    shop: Shop,
    notice: Notice,
    again: str,
    *,
    words: Text | None,
    actor: str,
    now: datetime,
) -> bool:
    order, context = _about(session, mailroom, shop, notice)
    card = notice.card
    was_written = mailroom.post(
        session,
        shop=shop,
        order=order,
        message=notice.message,
        recipient=notice.recipient,
        context=context,
        language="ja",
        once_key=card_expiry.once_key(notice.message, card.id, card.expires) + again,
        now=now,
        words=words,
    )
    # Telling the buyer does not change the card: the version stays, so that its open forms stay valid.
    told = _TOLD[notice.expiry].key
    session.execute(
        update(Card)
        .where(Card.id == card.id)
        .values({told: card.expires, "version": Card.version})
        .execution_options(synchronize_session=False)
    )
    session.refresh(card, [told])
    if was_written:
        audit.record_about(session, card, "card.told", {"text": (None, notice.message)}, actor=actor, now=now)
    return was_written


def _not_told(expiry: Expiry) -> ColumnElement[bool]:
    return _TOLD[expiry] != Card.expires


def _notices(session: Session, cards: Sequence[Card], today: date) -> list[Notice]:
    used = users_of(session, (card.id for card in cards))
    found = [Notice(card, expiry_of(card.expires, today), used.get(card.id, ())) for card in cards]
    return [notice for notice in found if notice.expiry is not Expiry.GOOD and notice.subscriptions]


def _about(session: Session, mailroom: Mailroom, shop: Shop, notice: Notice) -> tuple[Order | None, dict[str, object]]:
    """Return the newest order, through which the link leads to the buyer's pages, and the context of the mail.

    Without an order the link leads to the shop's first page.
    """
    numbers = [subscription.number for subscription in notice.subscriptions]
    ids = [subscription.id for subscription in notice.subscriptions]
    newest = select(Order).where(Order.subscription_id.in_(ids)).order_by(Order.ordered_at.desc(), Order.id.desc())
    order = session.scalars(newest.limit(1)).first()
    card = notice.card
    return order, card_expiry.context(
        buyer=notice.subscriptions[-1],
        brand=card.brand,
        last4=card.last4,
        expires=card.expires,
        numbers=numbers,
        page_url=mailroom.order_url(shop, order, To.CARDS) if order else f"{mailroom.public_url}/{shop.slug}/",
        language="ja",
    )
