"""Changing one thing of a subscription: a form, the next deliveries before and after, and saving."""

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any
from uuid import UUID

from flask import flash, g, render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor, takes
from admin.subscriptions.forms import BuyerForm, ChangeForm, CountsForm, CycleForm, FeesForm, NotesForm
from admin.subscriptions.row_forms import AddressForm, ItemsForm, OfferingForm, PaymentForm
from admin.subscriptions.scope import SHOWN, Page, page, require_subscription, stale_words, to_subscription
from admin.subscriptions.words import refusal_words
from portal.clock import now
from portal.extensions import db, reading
from portal.models import Order, Subscription
from portal.subscriptions.changes import changing, counting
from portal.subscriptions.record.facts import facts_of
from portal.subscriptions.record.refusals import RefusedError, StaleError
from portal.subscriptions.schedule import Delivery, earliest_delivery, plan
from portal.values.dates import tokyo_date
from portal.values.roles import Role
from portal.values.states import OrderStatus, SubscriptionState
from portal.web.fields import overwrite
from portal.web.redirects import is_partial
from portal.web.terms import shop_frame

PARTS: Mapping[str, tuple[type[ChangeForm], Any, str]] = {
    "cycle": (CycleForm, _l("間隔と日付"), "show_subscription"),
    "payment": (PaymentForm, _l("支払い"), "show_subscription"),
    "address": (AddressForm, _l("お届け先と配送"), "show_subscription"),
    "buyer": (BuyerForm, _l("購入者"), "show_subscription"),
    "items": (ItemsForm, _l("商品"), "show_subscription_items"),
    "fees": (FeesForm, _l("送料・値引き・ポイント"), "show_subscription_items"),
    "counts": (CountsForm, _l("回数"), "show_subscription"),
    "notes": (NotesForm, _l("備考とメモ"), "show_subscription"),
}
"""(form, title, endpoint of the page that shows it) by part."""
KEYS = ",".join(PARTS)
MOST_PARTS = 1_500
"""Most fields of one form: a hundred items have eleven each."""
STANDING = (OrderStatus.SHIPPED, OrderStatus.CANCELED, OrderStatus.RETURNED, OrderStatus.RETURN_PENDING)
"""States of orders that no change could be meant for."""


@blueprint.get(f"/shops/<slug>/subscriptions/<uuid:subscription_id>/changes/<any({KEYS}):change>")
@needs(Role.OPERATOR)
def show_subscription_change(subscription_id: UUID, change: str) -> Page:
    subscription = require_subscription(subscription_id)
    note_look("subscription.viewed", "subscription", subscription.id)
    if subscription.deleted_at is not None:
        return to_subscription(subscription_id)
    return _form_page(change, subscription, PARTS[change][0].of(subscription), _deliveries(subscription))


@blueprint.post(f"/shops/<slug>/subscriptions/<uuid:subscription_id>/changes/<any({KEYS}):change>/preview")
@takes(parts=MOST_PARTS)
@needs(Role.OPERATOR)
@reading
def preview_subscription_change(subscription_id: UUID, change: str) -> Page:
    """Preview what was typed; nothing is stored. Without JavaScript the answer is the whole page."""
    subscription = require_subscription(subscription_id)
    form = _typed(change, subscription)
    after, refused = _foreseen(subscription, form)
    if is_partial():
        return render_template("admin/subscriptions/_preview.html", **_compared(subscription, after), refused=refused)
    return _form_page(change, subscription, form, after, refused=refused), 422 if refused else 200


@blueprint.post(f"/shops/<slug>/subscriptions/<uuid:subscription_id>/changes/<any({KEYS}):change>")
@takes(parts=MOST_PARTS)
@needs(Role.OPERATOR)
def change_subscription(subscription_id: UUID, change: str) -> Page:
    subscription = require_subscription(subscription_id)
    form = _typed(change, subscription)
    if not form.validate():
        return _form_page(change, subscription, form, None, refused=_("印のついたところをご確認ください。")), 422
    try:
        is_changed = changing.change(
            db.session,
            subscription,
            form.wanted(),
            form.manner(),
            frame=shop_frame(),
            seen_version=form.version.data,
            actor=staff_actor(),
            now=now(),
        )
    except RefusedError as error:
        db.session.rollback()
        subscription = require_subscription(subscription_id)
        refused = _refuse(form, error)
        return _form_page(change, subscription, form, None, refused=refused), 422
    except StaleError:
        db.session.rollback()
        subscription = require_subscription(subscription_id)
        after, refused = _foreseen(subscription, form)
        overwrite(form.version, subscription.version)
        stale = stale_words(subscription)
        return _form_page(change, subscription, form, after, refused=refused, stale=stale), 409
    db.session.commit()
    flash(_("保存しました。") if is_changed else _("変わったところはありません。"), "good")
    return to_subscription(subscription_id, PARTS[change][2])


@blueprint.post("/shops/<slug>/subscriptions/<uuid:subscription_id>/recount")
@needs(Role.OPERATOR)
def recount_subscription(subscription_id: UUID) -> Page:
    """Count anew from the orders, to put right what a file or a person at the database has left wrong."""
    counting.recount(db.session, require_subscription(subscription_id))
    db.session.commit()
    flash(_("注文から数え直しました。"), "good")
    return to_subscription(subscription_id, place="counts-title")


def _typed(part: str, subscription: Subscription) -> ChangeForm:
    kind = PARTS[part][0]
    if not issubclass(kind, OfferingForm):
        return kind()
    form = kind.typed(subscription)
    form.shop_id = subscription.shop_id
    return form


def _foreseen(subscription: Subscription, form: ChangeForm) -> tuple[list[Delivery] | None, str]:
    """Return the next deliveries as they would be, or None and what stands in the way."""
    if not form.validate():
        return None, _("印のついたところをご確認ください。")
    try:
        copy = changing.foresee(db.session, subscription, form.wanted(), form.manner(), frame=shop_frame(), now=now())
    except RefusedError as error:
        return None, _refuse(form, error)
    return _deliveries(copy), ""


def _refuse(form: ChangeForm, error: RefusedError) -> str:
    sentence = refusal_words(error.code)
    return _("印のついたところをご確認ください。") if form.refuse(error.field, sentence) else sentence


def _deliveries(subscription: Subscription) -> list[Delivery]:
    if subscription.state == SubscriptionState.FINISHED:
        return []
    return plan(facts_of(db.session, subscription, shop_frame()), SHOWN)


def _compared(subscription: Subscription, after: list[Delivery] | None) -> dict[str, Any]:
    """Return the context of _preview.html: the deliveries as they are and as they would be, side by side."""
    before = _deliveries(subscription)
    pairs = list(zip_longest(before, after or []))
    names_items = any(one and other and _goods(one) != _goods(other) for one, other in pairs)
    return {"pairs": pairs, "has_after": after is not None, "is_same": after == before, "names_items": names_items}


def _goods(delivery: Delivery) -> object:
    return None if delivery.skipped else [(item.name, item.quantity) for item in delivery.items]


def _form_page(
    part: str,
    subscription: Subscription,
    form: ChangeForm,
    after: list[Delivery] | None,
    *,
    refused: str = "",
    stale: str = "",
) -> str:
    facts = facts_of(db.session, subscription, shop_frame())
    return page(
        f"changes/{part}.html",
        subscription,
        part=part,
        title=PARTS[part][1],
        back=PARTS[part][2],
        form=form,
        refused=refused,
        stale=stale,
        earliest=earliest_delivery(facts.timing, tokyo_date(now())),
        unshipped=_unshipped(subscription),
        **_compared(subscription, after),
    )


def _unshipped(subscription: Subscription) -> list[Order]:
    """Return the orders that are made already and not shipped: a change does not reach them."""
    made = select(Order).where(Order.subscription_id == subscription.id, Order.shop_id == g.shop.id)
    return list(db.session.scalars(made.where(Order.status.not_in(STANDING)).order_by(Order.ordered_at).limit(SHOWN)))
