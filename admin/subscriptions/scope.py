"""Loading one subscription of the shop, rendering its pages, and acting on it once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.audit.history import history_of
from admin.ground.door import staff_actor
from admin.subscriptions.words import attention_words, refusal_words, state_names, stop_words
from portal.clock import now
from portal.extensions import db
from portal.models import Subscription
from portal.subscriptions.generation.due import is_waiting
from portal.subscriptions.record import history
from portal.subscriptions.record.refusals import RefusedError, StaleError
from portal.subscriptions.rules.states import is_locked
from portal.values.dates import tokyo_date
from portal.values.states import SubscriptionState
from portal.web.terms import shop_frame

Page = str | tuple[str, int] | Response
SHOWN = 6
"""Most coming deliveries that are shown."""
MOST_CHANGES = 3
"""Most changes, of the newest, that are named to somebody whose page is stale."""


def require_subscription(subscription_id: UUID) -> Subscription:
    query = select(Subscription).where(Subscription.id == subscription_id, Subscription.shop_id == g.shop.id)
    return db.session.scalar(query) or abort(404)


def to_subscription(subscription_id: UUID, endpoint: str = "show_subscription", place: str = "") -> Response:
    return redirect(url_for(f"admin.{endpoint}", subscription_id=subscription_id, _anchor=place or None), 303)


def seen_version() -> int:
    """Return the version that the form's page showed. Abort with 400 if it is missing."""
    version = request.form.get("version", type=int)
    return abort(400) if version is None else version


def page(template: str, subscription: Subscription, **context: Any) -> str:
    """Render a page of this subscription, with what its head says."""
    today = tokyo_date(now())
    of_shop = shop_frame().rules
    is_active = subscription.state == SubscriptionState.ACTIVE and subscription.deleted_at is None
    is_due = is_active and subscription.next_creation_on <= today
    return render_template(
        f"admin/subscriptions/{template}",
        subscription=subscription,
        names=state_names(of_shop.status_names),
        rules=of_shop,
        today=today,
        is_active=is_active,
        is_locked=is_active and is_locked(subscription.state, subscription.next_creation_on, today),
        is_waiting=is_due and is_waiting(subscription, today),
        can_change=subscription.deleted_at is None and subscription.state != SubscriptionState.FINISHED,
        days_since=lambda instant: history.days_since(instant, today),
        attention_words=attention_words,
        stop_words=stop_words,
        **context,
    )


def act(
    subscription_id: UUID,
    verb: Callable[..., object],
    *,
    done: str,
    back: str = "show_subscription",
    place: str = "",
    **said: Any,
) -> Page:
    """Call `verb(session, subscription, …, seen_version=…, actor=…, now=…)`, commit, and go `back`.

    If it is so already, that is no mistake. If it is refused or the form is stale, do nothing and say why.
    """
    subscription, version = require_subscription(subscription_id), seen_version()
    try:
        verb(db.session, subscription, **said, seen_version=version, actor=staff_actor(), now=now())
    except RefusedError as error:
        return refused(subscription_id, refusal_words(error.code), back, place)
    except StaleError:
        return stale_page(subscription_id, back)
    db.session.commit()
    flash(done, "good")
    return to_subscription(subscription_id, back, place)


def refused(subscription_id: UUID, sentence: str, back: str = "show_subscription", place: str = "") -> Response:
    """Roll back, say why nothing was done, and go `back`."""
    db.session.rollback()
    flash(sentence, "wrong")
    return to_subscription(subscription_id, back, place)


def stale_page(subscription_id: UUID, back: str) -> tuple[str, int]:
    """Roll back, and show what happened meanwhile."""
    db.session.rollback()
    subscription = require_subscription(subscription_id)
    return page("changes/stale.html", subscription, happened=happened(subscription), back=back), 409


def happened(subscription: Subscription) -> list[Any]:
    """Return the newest changes, in words."""
    lines = history_of(db.session, g.shop, ("subscription", subscription.id), limit=20)
    return [line for line in lines if line.changes][:MOST_CHANGES]


def stale_words(subscription: Subscription) -> str:
    told = _("、").join(f"{line.what}（{line.who}）" for line in happened(subscription)[:1])
    words = _("この画面を開いたあとに、ほかの人が変えました。まだ何も保存していません。")
    return f"{words}{_('最後に変わったこと：%(what)s', what=told)}" if told else str(words)
