"""Late cycles: the orders for past dates, which are shown and made only if a person allows it.

Operators may: they make single orders now and change what each contains, and here they see every order they allow.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.subscriptions.scope import Page, page, require_subscription, seen_version, stale_page, to_subscription
from admin.subscriptions.words import refusal_words
from portal.clock import now
from portal.extensions import db
from portal.models import Subscription
from portal.subscriptions.generation import due, late
from portal.subscriptions.generation.late import Coming
from portal.subscriptions.record.refusals import RefusedError, StaleError
from portal.values.dates import DateError, parse_date, tokyo_date
from portal.values.ids import uuid_or_none
from portal.values.roles import Role
from portal.web.terms import shop_frame

AT_ONCE = 50
"""Most subscriptions whose orders are looked at and let through together."""


@dataclass(frozen=True)
class Late:
    subscription: Subscription
    coming: list[Coming]

    @property
    def total(self) -> int:
        return sum(one.delivery.total for one in self.coming)

    @property
    def key(self) -> str:
        """Return what was looked at: the subscription, its version, and the day of the last delivery shown."""
        one = self.subscription
        return f"{one.id}_{one.version}_{self.coming[-1].delivery.delivery_on.isoformat()}"


@dataclass(frozen=True)
class Chosen:
    subscription_id: UUID
    version: int
    until: date


@blueprint.get("/shops/<slug>/subscriptions/late")
@needs(Role.VIEWER)
def show_late_subscriptions() -> str:
    today = tokyo_date(now())
    frame = shop_frame()
    conditions = due.waiting(g.shop.id, today)
    query = select(Subscription).where(*conditions).options(selectinload(Subscription.items))
    first = db.session.scalars(query.order_by(Subscription.next_delivery_on, Subscription.id).limit(AT_ONCE)).all()
    listed = [Late(one, late.what_comes(db.session, one, today, frame)) for one in first]
    if listed:
        note_look("subscriptions.viewed", "shop", g.shop.id)
    count = db.session.scalar(select(func.count()).select_from(Subscription).where(*conditions)) or 0
    return render_template(
        "admin/subscriptions/late/late_list.html",
        listed=[one for one in listed if one.coming],
        count=count,
        tomorrow=today + timedelta(days=1),
    )


@blueprint.post("/shops/<slug>/subscriptions/late")
@needs(Role.OPERATOR)
def confirm_late_subscriptions() -> Response:
    """Confirm those that were chosen, as they were looked at; leave what has changed since, and say so."""
    done, left = 0, 0
    for text in request.form.getlist("late")[:AT_ONCE]:
        chosen = _chosen(text)
        if chosen is None:
            continue
        is_done = _confirm_one(chosen)
        done, left = done + is_done, left + (not is_done)
    if not done and not left:
        flash(_("定期購入を選んでください。"), "wrong")
    if done:
        flash(_("%(count)s件を確認しました。明日から、1日に1つずつ注文を作ります。", count=done), "good")
    if left:
        flash(_("%(count)s件は、画面を開いたあとに変わったので、そのままにしました。", count=left), "wrong")
    return redirect(url_for("admin.show_late_subscriptions"), 303)


def _confirm_one(chosen: Chosen) -> bool:
    """Confirm one in a transaction of its own, so that one that has changed holds up no other."""
    query = select(Subscription).filter_by(id=chosen.subscription_id, shop_id=g.shop.id)
    subscription = db.session.scalar(query)
    if subscription is None:
        return False
    try:
        confirmed = late.confirm(
            db.session,
            [subscription],
            until=chosen.until,
            seen_version=chosen.version,
            actor=staff_actor(),
            now=now(),
        )
    except (RefusedError, StaleError):
        db.session.rollback()
        return False
    db.session.commit()
    return confirmed > 0


@blueprint.get("/shops/<slug>/subscriptions/<uuid:subscription_id>/late")
@needs(Role.OPERATOR)
def show_late_orders(subscription_id: UUID) -> Page:
    subscription = require_subscription(subscription_id)
    coming = late.what_comes(db.session, subscription, tokyo_date(now()), shop_frame())
    if subscription.deleted_at is not None or not coming:
        flash(_("お届け日を過ぎた分はありません。"), "good")
        return to_subscription(subscription_id)
    return page("late/late.html", subscription, late=Late(subscription, coming))


@blueprint.post("/shops/<slug>/subscriptions/<uuid:subscription_id>/late")
@needs(Role.OPERATOR)
def confirm_late_orders(subscription_id: UUID) -> Page:
    subscription, version = require_subscription(subscription_id), seen_version()
    until = _typed_day(request.form.get("until", ""))
    try:
        late.confirm(db.session, [subscription], until=until, seen_version=version, actor=staff_actor(), now=now())
    except RefusedError as error:
        db.session.rollback()
        flash(refusal_words(error.code), "wrong")
        return to_subscription(subscription_id)
    except StaleError:
        return stale_page(subscription_id, "show_subscription")
    db.session.commit()
    flash(_("確認しました。明日から、1日に1つずつ注文を作ります。"), "good")
    return to_subscription(subscription_id, "show_subscription_deliveries")


def _chosen(text: str) -> Chosen | None:
    """Read what `Late.key` writes; return None for anything else."""
    key, _sign, rest = text.partition("_")
    version, _sign, until = rest.partition("_")
    subscription_id, day = uuid_or_none(key), _typed_day(until)
    if subscription_id is None or day is None or not version.isdigit():
        return None
    return Chosen(subscription_id, int(version), day)


def _typed_day(text: str) -> date | None:
    try:
        return parse_date(text)
    except DateError:
        return None
