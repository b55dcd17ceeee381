"""Moves of a whole subscription: stopping, starting, ending, deleting, skipping; and making its next order now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.subscriptions.scope import (
    Page,
    act,
    page,
    refused,
    require_subscription,
    seen_version,
    stale_page,
    to_subscription,
)
from admin.subscriptions.words import attention_words, refusal_words
from portal.clock import now
from portal.extensions import db
from portal.jobs import nudge
from portal.models import Subscription
from portal.subscriptions.changes import skipping, stopping, verbs
from portal.subscriptions.generation import generating
from portal.subscriptions.generation.due import generates, is_late
from portal.subscriptions.generation.generating import CannotMakeError
from portal.subscriptions.payment import paying
from portal.subscriptions.record.facts import facts_of
from portal.subscriptions.record.refusals import RefusedError, StaleError
from portal.subscriptions.schedule import next_possible, plan
from portal.subscriptions.terms import reasons
from portal.subscriptions.terms.reasons import Kind
from portal.values.dates import tokyo_date
from portal.values.roles import Role
from portal.values.states import SubscriptionState
from portal.web.fields import SelectChoice, tidied
from portal.web.terms import shop_frame

LONGEST_REASON = 100
OTHER = "other"


@dataclass(frozen=True)
class Move:
    verb: Callable[..., object]
    done: Any
    reasons: Kind | None = None
    """Kind whose reasons are offered, None if no reason is asked for."""
    back: str = "show_subscription"


def _under_our_terms(verb: Callable[..., object]) -> Callable[..., object]:
    """Hand the shop's terms to a verb that asks for them."""

    def act_so(*about: Any, **by: Any) -> object:
        return verb(*about, frame=shop_frame(), **by)

    return act_so


MOVES: Mapping[str, Move] = {
    "suspension": Move(stopping.suspend, _l("停止しました。"), Kind.SUSPEND),
    "resumption": Move(_under_our_terms(stopping.resume), _l("再開しました。")),
    "cancellation": Move(stopping.cancel, _l("キャンセルしました。"), Kind.CANCEL),
    "end": Move(stopping.finish, _l("終了しました。"), Kind.CANCEL),
    "deletion": Move(verbs.delete, _l("削除しました。")),
}
KEYS = ",".join(MOVES)


class ReasonForm(FlaskForm):
    reason = SelectField(_l("理由"), default="")
    words = StringField(
        _l("理由を書く"),
        filters=[tidied],
        validators=[Length(max=LONGEST_REASON, message=_l("長すぎます。100文字までにしてください。"))],
    )
    resume_on = DateField(_l("再開日"), validators=[Optional()])

    def offer(self, kind: Kind) -> None:
        texts = [reason.text for reason in reasons.on_offer(db.session, g.shop.id, kind)]
        self.reason.choices = [
            SelectChoice("", _l("回答しない")),
            *(SelectChoice(text, text) for text in texts),
            SelectChoice(OTHER, _l("ほかの理由（下に書く）")),
        ]

    @property
    def said(self) -> str:
        chosen = self.reason.data or ""
        return (self.words.data or "") if chosen in ("", OTHER) else chosen


@blueprint.get(f"/shops/<slug>/subscriptions/<uuid:subscription_id>/<any({KEYS}):move>")
@needs(Role.OPERATOR)
def confirm_subscription_move(subscription_id: UUID, move: str) -> Page:
    subscription = require_subscription(subscription_id)
    if subscription.deleted_at is not None:
        return to_subscription(subscription_id)
    return _confirmation(subscription, move, ReasonForm(formdata=None))


@blueprint.post(f"/shops/<slug>/subscriptions/<uuid:subscription_id>/<any({KEYS}):move>")
@needs(Role.OPERATOR)
def move_subscription(subscription_id: UUID, move: str) -> Page:
    chosen, form = MOVES[move], ReasonForm()
    said: dict[str, Any] = {}
    if chosen.reasons is not None:
        form.offer(chosen.reasons)
        if not form.validate():
            return _confirmation(require_subscription(subscription_id), move, form), 422
        said["reason"] = form.said
        if move == "suspension":
            said["resume_on"] = form.resume_on.data
    if move == "suspension" and form.resume_on.data and form.resume_on.data <= tokyo_date(now()):
        form.resume_on.errors = [_("明日以降の日にしてください。")]
        return _confirmation(require_subscription(subscription_id), move, form), 422
    return act(subscription_id, chosen.verb, done=str(chosen.done), back=chosen.back, **said)


def _confirmation(subscription: Subscription, move: str, form: ReasonForm) -> str:
    if (kind := MOVES[move].reasons) and not form.reason.choices:
        form.offer(kind)
    facts = facts_of(db.session, subscription, shop_frame())
    restart = next_possible(facts, tokyo_date(now()))[1] if move == "resumption" else None
    coming = plan(facts, 1) if subscription.state == SubscriptionState.ACTIVE else []
    return page("move.html", subscription, move=move, form=form, restart=restart, coming=coming)


# --- the next delivery -----------------------------------------------------------------------------------------------
@blueprint.post("/shops/<slug>/subscriptions/<uuid:subscription_id>/skip")
@needs(Role.OPERATOR)
def skip_delivery(subscription_id: UUID) -> Page:
    return act(
        subscription_id,
        _under_our_terms(skipping.skip),
        done=_("次回のお届けをスキップします。"),
        back="show_subscription_deliveries",
    )


@blueprint.post("/shops/<slug>/subscriptions/<uuid:subscription_id>/unskip")
@needs(Role.OPERATOR)
def unskip_delivery(subscription_id: UUID) -> Page:
    return act(
        subscription_id,
        skipping.unskip,
        done=_("スキップをやめました。お届けします。"),
        back="show_subscription_deliveries",
    )


@blueprint.get("/shops/<slug>/subscriptions/<uuid:subscription_id>/next-order")
@needs(Role.OPERATOR)
def confirm_next_order(subscription_id: UUID) -> Page:
    subscription = require_subscription(subscription_id)
    is_active = subscription.state == SubscriptionState.ACTIVE and subscription.deleted_at is None
    coming = plan(facts_of(db.session, subscription, shop_frame()), 2)
    possible = is_active and not subscription.next_skipped and generates(shop_frame().rules) and bool(coming)
    if not possible:
        flash(_("現在は、次の注文を作れません。"), "wrong")
        return to_subscription(subscription_id, "show_subscription_deliveries")
    late = is_late(subscription, tokyo_date(now()))
    return page("next_order.html", subscription, coming=coming, is_late=late)


@blueprint.post("/shops/<slug>/subscriptions/<uuid:subscription_id>/next-order")
@needs(Role.OPERATOR)
def make_next_order(subscription_id: UUID) -> Page:
    """Make the next order now. Pressed twice it is made once: the second form is stale."""
    subscription, version = require_subscription(subscription_id), seen_version()
    back = "show_subscription_deliveries"
    try:
        generating.make_now(db.session, subscription, seen_version=version, actor=staff_actor(), now=now())
    except RefusedError as error:
        return refused(subscription_id, refusal_words(error.code), back)
    except CannotMakeError as error:
        return refused(subscription_id, attention_words(error.reason), back)
    except StaleError:
        return stale_page(subscription_id, back)
    db.session.commit()
    nudge("settle_payments")
    flash(_("注文を作りました。"), "good")
    return to_subscription(subscription_id, back, "made-title")


@blueprint.post("/shops/<slug>/subscriptions/<uuid:subscription_id>/payment-retry")
@needs(Role.OPERATOR)
def retry_subscription_payment(subscription_id: UUID) -> Response:
    """Retry the payments that were refused; one that waits for an answer already is not asked twice."""
    subscription = require_subscription(subscription_id)
    try:
        asked = paying.retry(db.session, subscription, actor=staff_actor(), now=now())
    except RefusedError as error:
        return refused(subscription_id, refusal_words(error.code))
    db.session.commit()
    nudge("settle_payments")
    flash(_("支払いをもう一度試しています。") if asked else _("支払いを待つ注文はありません。"), "good")
    return to_subscription(subscription_id)
