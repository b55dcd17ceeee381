"""解約: the form with what it comes to, the confirmation, and the receipt. It is always offered and never fails."""

from functools import partial
from typing import Any
from uuid import UUID, uuid4

from flask import abort, current_app, g, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, RadioField, StringField, ValidationError
from wtforms.validators import Length

from portal.access import requests
from portal.access.rules.contact import shown_contact
from portal.clock import now
from portal.extensions import db, reading, writing_session
from portal.jobs import nudge
from portal.models import BuyerRequest, SubscriptionChange
from portal.mypage.blueprint import blueprint
from portal.mypage.subscriptions.loader import Reached, require_subscription, subscription_url
from portal.receipts.documents import Cancellation
from portal.subscriptions.cancellation import by_buyer, offers
from portal.subscriptions.cancellation import mails as canceling_mails
from portal.subscriptions.cancellation import proof as proofs
from portal.subscriptions.cancellation.by_buyer import OtherOutcomeError
from portal.subscriptions.changes import standings
from portal.subscriptions.changes.confirm import NotAllowedError
from portal.subscriptions.record.refusals import StaleError
from portal.subscriptions.rules.allowances import Change
from portal.subscriptions.terms import reasons
from portal.subscriptions.terms.reasons import Kind
from portal.values.dates import tokyo_date
from portal.values.ids import uuid_or_none
from portal.values.masks import mask_email
from portal.web.fields import SelectChoice, VersionField, tidied
from portal.web.pdfs import pdf_or_wait
from portal.web.redirects import go_to
from portal.web.terms import shop_frame

Page = str | tuple[str, int] | Response
WITHOUT_CODE = "without-code"
"""Value of `?by=` without the second step: the cancellation is only recorded, and staff make sure who asks."""


class CancelForm(FlaskForm):
    reason = RadioField(_l("よろしければ、理由をお聞かせください（任意）"), validate_choice=False)
    reply_to = StringField(
        _l("返信先（電話番号またはメールアドレス）"),
        filters=[tidied],
        validators=[Length(max=254, message=_l("長すぎるようです。電話番号かメールアドレスだけを入力してください。"))],
    )
    version = VersionField()
    takes_effect = BooleanField()
    once = HiddenField()

    def __init__(self, reached: Reached, *, is_proved: bool, **more: Any) -> None:
        super().__init__(**more)
        offered = [reason.text for reason in reasons.on_offer(db.session, g.shop.id, Kind.CANCEL)]
        self.reason.choices = [SelectChoice(text, text) for text in offered] + [SelectChoice("", _l("回答しない"))]
        self._offered = offered
        self.asks_where_to = not is_proved
        self.is_reachable = requests.is_reachable(reached.order, reached.subscription)

    @property
    def has_reasons(self) -> bool:
        return bool(self._offered)

    @property
    def said_reason(self) -> str:
        """Return the chosen reason, or an empty text if it is no longer on offer: a reason holds nobody up."""
        return self.reason.data if self.reason.data in self._offered else ""

    def validate_reply_to(self, field: StringField) -> None:
        if self.asks_where_to and not self.is_reachable and not field.data:
            raise ValidationError(str(_l("当店から返信する電話番号かメールアドレスを入力してください。")))


@blueprint.get("/subscriptions/<uuid:subscription_id>/cancel")
def show_cancel(subscription_id: UUID) -> Page:
    reached = require_subscription(subscription_id)
    if not by_buyer.is_possible(reached.subscription):
        return over(reached)
    return form_page(reached, CancelForm(reached, is_proved=is_proved(reached), data={"reason": ""}))


@blueprint.post("/subscriptions/<uuid:subscription_id>/cancel")
@reading
def preview_cancel(subscription_id: UUID) -> Page:
    reached = require_canceler(subscription_id)
    if not by_buyer.is_possible(reached.subscription):
        return over(reached)
    form = CancelForm(reached, is_proved=is_proved(reached))
    if not form.validate():
        return form_page(reached, form), 422
    return last_look(reached, form, once=uuid4())


@blueprint.post("/subscriptions/<uuid:subscription_id>/cancel/confirm")
def confirm_cancel(subscription_id: UUID) -> Page:
    reached = require_canceler(subscription_id)
    proved = is_proved(reached)
    form = CancelForm(reached, is_proved=proved)
    once = uuid_or_none(form.once.data) or abort(400)
    if not form.validate():
        return form_page(reached, form), 422
    try:
        receipt = by_buyer.cancel_or_request(
            db.session,
            reached.subscription,
            reached.order,
            shop_frame(),
            reason=form.said_reason,
            reply_to=form.reply_to.data or "",
            is_proved=proved,
            takes_effect=bool(form.takes_effect.data),
            once_id=once,
            seen_version=form.version.data or 0,
            language=str(get_locale()),
            actor=reached.visit.actor,
            now=now(),
        )
    except LookupError:
        abort(404)
    except NotAllowedError:
        return over(reached)
    except (StaleError, OtherOutcomeError):
        if not by_buyer.is_possible(reached.subscription):
            return over(reached)
        return last_look(reached, form, once=once, is_stale=True), 409
    proof_id = tell(reached, receipt)
    db.session.commit()
    nudge("render", str(proof_id))
    nudge("send_mails")
    return redirect(url_for(".show_canceled", subscription_id=subscription_id, change_id=receipt.id), 303)


@blueprint.get("/subscriptions/<uuid:subscription_id>/cancel/<uuid:change_id>")
def show_canceled(subscription_id: UUID, change_id: UUID) -> str:
    reached = require_subscription(subscription_id)
    receipt = require_receipt(reached, change_id)
    return render_template(
        "mypage/cancellation/done.html",
        reached=reached,
        receipt=receipt,
        cancellation=by_buyer.frozen(receipt),
        **became_of(reached, receipt),
        email=mask_email(reached.subscription.email),
        reply_to=by_buyer.shown_reply_to(db.session, reached.subscription, reached.order, receipt),
        back=subscription_url(subscription_id),
    )


@blueprint.get("/subscriptions/<uuid:subscription_id>/proofs/<uuid:change_id>")
def cancellation_proof(subscription_id: UUID, change_id: UUID) -> Response:
    reached = require_subscription(subscription_id)
    receipt = require_receipt(reached, change_id)
    buyer = shown_contact(reached.subscription, reached.visit, g.shop).buyer
    with writing_session() as writing:
        paper = proofs.request(writing, g.shop, reached.order, receipt, buyer, now=now())
    back = url_for(".show_canceled", subscription_id=subscription_id, change_id=change_id)
    waiting = partial(render_template, "mypage/cancellation/preparing.html", back=back)
    return pdf_or_wait(paper, proofs.file_name(receipt.number), lambda late: waiting(late=late))


def became_of(reached: Reached, receipt: SubscriptionChange) -> dict[str, Any]:
    """Return whether and when the subscription has ended, and what became of a request for it.

    After a request it has not ended if it was started again since. Only who may cancel at once takes a request back:
    whoever typed name and code must not undo the buyer's.
    """
    asked = db.session.get_one(BuyerRequest, receipt.request_id) if receipt.request_id else None
    canceled_at = reached.subscription.canceled_at if asked else receipt.at
    return {
        "is_over": canceled_at is not None and canceled_at >= receipt.at,
        "canceled_at": canceled_at,
        "answered_at": asked.answered_at if asked else None,
        "withdrawn_at": asked.withdrawn_at if asked else None,
        "withdrawal_url": withdrawal_url_of(receipt) if asked and not asked.answered_at and is_proved(reached) else "",
    }


def withdrawal_url_of(receipt: SubscriptionChange) -> str:
    signed = current_app.extensions["links"].sign_withdrawal(receipt.shop_id, receipt.id)
    return url_for(".show_withdrawal", signed=signed)


def tell(reached: Reached, receipt: SubscriptionChange) -> UUID:
    """Post the mails with the proof attached, and return the id of the proof's rendition.

    Although it goes to the buyer's own address, the proof shows no more than the page.
    """
    buyer = shown_contact(reached.subscription, reached.visit, g.shop).buyer
    proof = proofs.request(db.session, g.shop, reached.order, receipt, buyer, now=now())
    canceling_mails.tell(
        db.session,
        current_app.extensions["mailroom"],
        g.shop,
        reached.subscription,
        reached.order,
        receipt,
        proof_id=proof.id,
        language=receipt.language,
        now=now(),
    )
    return proof.id


def is_proved(reached: Reached) -> bool:
    return not reached.needs_step(Change.CANCEL)


def require_canceler(subscription_id: UUID) -> Reached:
    """Return the subscription; a buyer who can take the second step is sent there, unless `?by=` asks to go without."""
    reached = require_subscription(subscription_id)
    if is_sent_to_step(reached):
        go_to(step_url(reached))
    return reached


def is_sent_to_step(reached: Reached) -> bool:
    return not is_proved(reached) and reached.can_step and request.args.get("by") != WITHOUT_CODE


def require_receipt(reached: Reached, change_id: UUID) -> SubscriptionChange:
    found = db.session.get(SubscriptionChange, change_id)
    if found is None or found.subscription_id != reached.subscription.id or by_buyer.FROZEN not in found.facts:
        abort(404)
    return found


def form_page(reached: Reached, form: CancelForm) -> str:
    subscription, today = reached.subscription, tokyo_date(now())
    asks_step = is_sent_to_step(reached)
    # If the code is still to be typed, the page says what comes of the cancellation with it.
    proved = asks_step or is_proved(reached)
    foreseen = by_buyer.foresee(db.session, subscription, shop_frame(), is_proved=proved, today=today)
    verdicts = standings.verdicts(db.session, subscription, shop_frame(), today)
    # A buyer without proof is not told of others' requests, and may leave another address for the answer.
    waiting = by_buyer.waiting_for(db.session, subscription, is_proved=True) if proved else None
    is_waiting = waiting is not None and not foreseen.takes_effect
    # The change that is offered instead requires the code too.
    has_offer = proved and not is_waiting
    return render_template(
        "mypage/cancellation/form.html",
        **shown(reached, form, foreseen),
        waiting=waiting if is_waiting else None,
        offer=offers.first_possible(subscription, shop_frame().rules, verdicts) if has_offer else None,
        step_url=step_url(reached) if asks_step else "",
        is_just_proved=reached.visit.proves(subscription.email_key),
        without_code_url=url_for(".show_cancel", subscription_id=subscription.id, by=WITHOUT_CODE),
    )


def last_look(reached: Reached, form: CancelForm, *, once: UUID, is_stale: bool = False) -> str:
    subscription = reached.subscription
    foreseen = by_buyer.foresee(
        db.session, subscription, shop_frame(), is_proved=is_proved(reached), today=tokyo_date(now())
    )
    return render_template(
        "mypage/cancellation/confirm.html",
        **shown(reached, form, foreseen),
        once=once,
        is_stale=is_stale,
        reply_to=by_buyer.shown_reply_to(db.session, subscription, reached.order),
    )


def over(reached: Reached) -> str:
    """Render the page when nothing is left to cancel: what became of the subscription, and the proof if any."""
    return render_template(
        "mypage/cancellation/over.html",
        reached=reached,
        subscription=reached.subscription,
        receipt=by_buyer.newest(db.session, reached.subscription),
        back=subscription_url(reached.subscription.id),
    )


def shown(reached: Reached, form: CancelForm, foreseen: Cancellation) -> dict[str, Any]:
    by = request.args.get("by") if request.args.get("by") == WITHOUT_CODE else None
    return {
        "subscription": reached.subscription,
        "form": form,
        "cancellation": foreseen,
        "action": url_for(".preview_cancel", subscription_id=reached.subscription.id, by=by),
        "confirm_action": url_for(".confirm_cancel", subscription_id=reached.subscription.id, by=by),
        "back": subscription_url(reached.subscription.id),
    }


def step_url(reached: Reached) -> str:
    back = url_for(".show_cancel", subscription_id=reached.subscription.id)
    return url_for(".show_second_step", subscription=reached.subscription.id, back=back)
