"""カード: the buyer's registered cards, which subscriptions each pays, and what can be done with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID, uuid4

from flask import abort, current_app, g, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.clock import now
from portal.extensions import db
from portal.jobs import nudge
from portal.models import Card, Subscription, SubscriptionChange
from portal.mypage.blueprint import blueprint
from portal.mypage.subscriptions.loader import Reached, cards_url, require_belongings, subscription_url
from portal.mypage.subscriptions.words import refusal_words, why_words
from portal.payments import cards
from portal.payments.rules.expiry import Expiry, expiry_of
from portal.subscriptions.changes.confirm import NotAllowedError
from portal.subscriptions.payment import card_acknowledgments, card_use, registering
from portal.subscriptions.payment.card_acknowledgments import By
from portal.subscriptions.payment.card_use import CardInUseError
from portal.subscriptions.payment.trouble import Trouble, trouble_of
from portal.subscriptions.record.refusals import RefusedError, StaleError
from portal.subscriptions.rules.allowances import Verdict
from portal.values.dates import tokyo_date
from portal.values.ids import uuid_or_none
from portal.web.languages import locale
from portal.web.redirects import go_to
from portal.web.terms import shop_frame

HERE = "/subscriptions/<uuid:subscription_id>/cards"
OF_ONE = f"{HERE}/<uuid:card_id>"
NOTICES = frozenset({"default", "deleted", "gone"})


@dataclass(frozen=True)
class Shown:
    """One of the buyer's cards, as the list shows it."""

    card: Card
    expiry: Expiry
    pays: Sequence[Subscription]
    """Subscriptions that the card pays: active ones, and those at rest."""
    is_this: bool
    """True if the card pays the subscription whose page this is."""


@blueprint.get(HERE)
def show_cards(subscription_id: UUID) -> str:
    reached = require_belongings(subscription_id)
    notice = request.args.get("done", "")
    return render_template(
        "mypage/cards/list.html",
        **commons(reached),
        cards=_shown(reached.subscription),
        notice=notice if notice in NOTICES else "",
        receipt=_receipt(reached.subscription),
    )


@blueprint.get(f"{OF_ONE}/use")
def show_card_use(subscription_id: UUID, card_id: UUID) -> Response:
    """Show what will happen if this card is used."""
    reached = require_belongings(subscription_id)
    return _use_page(reached, _require_card(reached, card_id))


@blueprint.post(f"{OF_ONE}/use")
def use_card(subscription_id: UUID, card_id: UUID) -> Response:
    reached = require_belongings(subscription_id)
    card = _require_card(reached, card_id)
    try:
        receipt = registering.put_to_use(
            db.session,
            reached.subscription,
            card,
            seen_version=request.form.get("version", -1, int),
            **_by(reached),
        )
    except StaleError:
        db.session.rollback()
        return _use_page(reached, card, is_stale=True, status=409)
    except NotAllowedError as error:
        return _use_page(reached, card, refused=why_words(error.verdict), status=409)
    except RefusedError as error:
        db.session.rollback()
        return _use_page(reached, card, refused=refusal_words(error.code), status=409)
    except LookupError:
        abort(404)
    db.session.commit()
    for job in ("send_mails", "settle_payments"):
        nudge(job)
    if receipt is None:
        return redirect(cards_url(subscription_id), 303)
    return redirect(url_for(".show_done_change", subscription_id=subscription_id, receipt_id=receipt.id), 303)


@blueprint.get(f"{OF_ONE}/default")
def after_card_default(subscription_id: UUID, card_id: UUID) -> NoReturn:  # noqa: ARG001 - the address has it
    """Redirect to the list of cards: the second step leads back here from the POST below."""
    go_to(cards_url(subscription_id))


@blueprint.post(f"{OF_ONE}/default")
def make_card_default(subscription_id: UUID, card_id: UUID) -> Response:
    reached = require_belongings(subscription_id)
    card = _require_card(reached, card_id)
    try:
        cards.make_default(db.session, card, actor=reached.visit.actor, now=now())
    except LookupError:
        db.session.rollback()
        go_to(cards_url(subscription_id, "gone"))
    db.session.commit()
    return redirect(cards_url(subscription_id, "default"), 303)


@blueprint.get(f"{OF_ONE}/delete")
def show_card_deletion(subscription_id: UUID, card_id: UUID) -> str:
    reached = require_belongings(subscription_id)
    card = _require_card(reached, card_id)
    return _deletion_page(reached, card)


@blueprint.post(f"{OF_ONE}/delete")
def delete_card(subscription_id: UUID, card_id: UUID) -> Response:
    reached = require_belongings(subscription_id)
    card = _require_card(reached, card_id)
    try:
        receipt = card_acknowledgments.delete(db.session, reached.subscription, card, **_by(reached))
    except CardInUseError:
        return make_response(_deletion_page(reached, card), 409)
    except LookupError:
        db.session.rollback()
        go_to(cards_url(subscription_id, "gone"))
    db.session.commit()
    nudge("send_mails")
    return redirect(cards_url(subscription_id, "deleted", receipt.id), 303)


def commons(reached: Reached) -> dict[str, Any]:
    """Return what all pages about cards show: how the subscription is paid now, and whether that may be changed."""
    subscription = reached.subscription
    verdict = registering.may_change(db.session, subscription, shop_frame(), tokyo_date(now()))
    card = db.session.get(Card, subscription.card_id) if subscription.card_id else None
    return {
        "subscription": subscription,
        "order": reached.order,
        "back": subscription_url(subscription.id),
        "verdict": verdict,
        "why": why_words(verdict) if verdict.is_shown else "",
        "pays_by_card": registering.pays_by_card(db.session, subscription),
        "current": card,
        "others": _others(subscription, card),
        "trouble": trouble_of(db.session, subscription),
    }


@blueprint.app_template_global()
def payment_trouble(subscription_id: UUID) -> Trouble | None:
    """Return what the banner says wherever a subscription or a held order of it is shown, or None without trouble."""
    return trouble_of(db.session, db.session.get_one(Subscription, subscription_id))


def _others(subscription: Subscription, card: Card | None) -> Sequence[Subscription]:
    """Return the subscriptions that the card pays besides this one."""
    return [] if card is None else [one for one in card_use.users(db.session, card) if one.id != subscription.id]


def _shown(subscription: Subscription) -> Sequence[Shown]:
    # Cards belong to an e-mail address.
    mine = cards.of_buyer(db.session, g.shop.id, subscription.email_key) if subscription.email_key else []
    used = card_use.users_of(db.session, [card.id for card in mine], card_use.ACTIVE_OR_RESTING)
    today = tokyo_date(now())
    return [
        Shown(card, expiry_of(card.expires, today), used.get(card.id, ()), card.id == subscription.card_id)
        for card in mine
    ]


def _receipt(subscription: Subscription) -> SubscriptionChange | None:
    """Return the receipt that `?receipt=` names, to be shown with the notice of what was just done, or None."""
    mine = select(SubscriptionChange).filter_by(
        id=uuid_or_none(request.args.get("receipt")), subscription_id=subscription.id
    )
    return db.session.scalar(mine)


def _by(reached: Reached) -> By:
    return By(
        frame=shop_frame(),
        order=reached.order,
        once_id=uuid_or_none(request.form.get("once")) or abort(400),
        mailroom=current_app.extensions["mailroom"],
        language=locale(),
        actor=reached.visit.actor,
        now=now(),
    )


def _require_card(reached: Reached, card_id: UUID) -> Card:
    """Return a card of this buyer, or 404; redirect to the list, which says so, if it was deleted in another window."""
    subscription = reached.subscription
    card = db.session.get(Card, card_id) or abort(404)
    if (card.shop_id, card.email_key) != (g.shop.id, subscription.email_key or None):
        abort(404)
    if card.deleted_at is not None:
        go_to(cards_url(subscription.id, "gone"))
    return card


def _use_page(
    reached: Reached, card: Card, *, is_stale: bool = False, refused: str = "", status: int = 200
) -> Response:
    said = commons(reached)
    verdict: Verdict = said["verdict"]
    is_possible = verdict.allowed and said["pays_by_card"] and not refused
    page = render_template(
        "mypage/cards/use.html",
        **said,
        card=card,
        is_this=card.id == reached.subscription.card_id,
        is_possible=is_possible,
        is_stale=is_stale,
        refused=refused,
        once=uuid4(),
    )
    return make_response(page, status)


def _deletion_page(reached: Reached, card: Card) -> str:
    return render_template(
        "mypage/cards/delete.html",
        **commons(reached),
        card=card,
        users=card_use.users(db.session, card),
        resting=card_use.resting(db.session, card),
        once=uuid4(),
    )
