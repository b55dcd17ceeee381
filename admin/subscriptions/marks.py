"""Marks of a subscription: labels, 要対応, and answers to the shop's own fields."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, flash, g, request
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

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
from admin.subscriptions.words import refusal_words
from portal.clock import now
from portal.extensions import db
from portal.models import CustomField, FieldCategory, Subscription
from portal.subscriptions.record import attention
from portal.subscriptions.record.refusals import RefusedError, StaleError
from portal.subscriptions.terms import field_list, fields, labels
from portal.subscriptions.terms.answer_rules import fits, left_of
from portal.values.ids import uuid_or_none
from portal.values.roles import Role
from portal.web.fields import tidied, tidied_lines

LONGEST_REASON = 200
MOST_VALUES = 500
"""Most texts that are read for one field."""


@dataclass(frozen=True)
class Asked:
    """A field of the form, with what was answered or typed."""

    field: CustomField
    values: tuple[str, ...]
    misfit: tuple[str, ...] = ()
    """Answer on record that no longer fits; it stays unless something else is said."""
    error: str = ""


# --- labels and 要対応 -----------------------------------------------------------------------------------------------
@blueprint.get("/shops/<slug>/subscriptions/<uuid:subscription_id>/marks")
@needs(Role.OPERATOR)
def show_subscription_marks(subscription_id: UUID) -> Page:
    subscription = require_subscription(subscription_id)
    return page(
        "marks.html",
        subscription,
        offered=labels.of_shop(db.session, g.shop.id),
        carried={label.id for label in labels.of_subscription(db.session, subscription)},
    )


@blueprint.post("/shops/<slug>/subscriptions/<uuid:subscription_id>/labels")
@needs(Role.OPERATOR)
def label_subscription(subscription_id: UUID) -> Response:
    subscription = require_subscription(subscription_id)
    chosen = {found for text in request.form.getlist("label") if (found := uuid_or_none(text))}
    try:
        labels.put(db.session, subscription, chosen, actor=staff_actor(), now=now())
    except RefusedError as error:
        return refused(subscription_id, refusal_words(error.code), "show_subscription_marks")
    db.session.commit()
    flash(_("ラベルを保存しました。"), "good")
    return to_subscription(subscription_id, place="labels-title")


@blueprint.post("/shops/<slug>/subscriptions/<uuid:subscription_id>/attention")
@needs(Role.OPERATOR)
def flag_subscription(subscription_id: UUID) -> Page:
    require_subscription(subscription_id)
    reason = tidied(request.form.get("reason"))[:LONGEST_REASON]
    if not reason:
        flash(_("何をすればよいかを書いてください。"), "wrong")
        return to_subscription(subscription_id, "show_subscription_marks")
    return _mark(
        subscription_id,
        lambda subscription: attention.flag(db.session, subscription, reason, actor=staff_actor(), now=now()),
        _("要対応にしました。"),
    )


@blueprint.post("/shops/<slug>/subscriptions/<uuid:subscription_id>/attention-cleared")
@needs(Role.OPERATOR)
def clear_subscription_attention(subscription_id: UUID) -> Page:
    return _mark(
        subscription_id,
        lambda subscription: attention.clear(db.session, subscription, actor=staff_actor(), now=now()),
        _("対応済みにしました。"),
    )


def _mark(subscription_id: UUID, mark: Any, done: str) -> Response:
    try:
        mark(require_subscription(subscription_id))
    except RefusedError as error:
        return refused(subscription_id, refusal_words(error.code))
    db.session.commit()
    flash(done, "good")
    return to_subscription(subscription_id)


# --- the shop's own fields -------------------------------------------------------------------------------------------
@blueprint.get("/shops/<slug>/subscriptions/<uuid:subscription_id>/fields/<uuid:category_id>/<int:position>")
@needs(Role.OPERATOR)
def show_answers(subscription_id: UUID, category_id: UUID, position: int) -> Page:
    subscription, category = require_subscription(subscription_id), _require_category(category_id)
    return _answers_page(subscription, category, position, _asked(subscription, category, position))


@blueprint.post("/shops/<slug>/subscriptions/<uuid:subscription_id>/fields/<uuid:category_id>/<int:position>")
@needs(Role.OPERATOR)
def save_answers(subscription_id: UUID, category_id: UUID, position: int) -> Page:
    subscription, category = require_subscription(subscription_id), _require_category(category_id)
    asked = _asked(subscription, category, position)
    typed = _typed(asked)
    try:
        fields.save(
            db.session,
            subscription,
            category,
            position,
            {one.field.id: typed[one.field.id] for one in asked if not (one.misfit and not any(typed[one.field.id]))},
            seen_version=seen_version(),
            actor=staff_actor(),
            now=now(),
        )
    except RefusedError as error:
        db.session.rollback()
        wrong = uuid_or_none(error.field)
        again = [
            Asked(
                one.field, typed[one.field.id], one.misfit, refusal_words(error.code) if one.field.id == wrong else ""
            )
            for one in asked
        ]
        if wrong is None:
            flash(refusal_words(error.code), "wrong")
        return _answers_page(require_subscription(subscription_id), category, position, again), 422
    except StaleError:
        return stale_page(subscription_id, "show_subscription")
    db.session.commit()
    flash(_("保存しました。"), "good")
    return to_subscription(subscription_id, place="answers-title")


@blueprint.post("/shops/<slug>/subscriptions/<uuid:subscription_id>/fields/<uuid:category_id>/<int:position>/removal")
@needs(Role.OPERATOR)
def erase_answers(subscription_id: UUID, category_id: UUID, position: int) -> Page:
    category = _require_category(category_id, deleted=True)

    def erase(session: Any, subscription: Subscription, **who: Any) -> bool:
        return fields.erase(session, subscription, category, position, **who)

    return act(subscription_id, erase, done=_("回答を消しました。"), place="answers-title")


def own_fields(subscription: Subscription) -> dict[str, Any]:
    """Return the context of the page of basics: what was answered, and what can be filled in."""
    answered = fields.answered(db.session, subscription)
    filled: dict[tuple[FieldCategory, int], list[fields.Answered]] = {}
    for one in answered:
        filled.setdefault((one.category, one.position), []).append(one)
    standing = {category.id for category, _position in filled}
    to_fill = [
        (category, fields.next_position(db.session, subscription, category))
        for category in field_list.categories_of(db.session, g.shop)
        if category.several or category.id not in standing
    ]
    return {"filled": filled, "to_fill": to_fill}


def _require_category(category_id: UUID, *, deleted: bool = False) -> FieldCategory:
    query = select(FieldCategory).filter_by(id=category_id, shop_id=g.shop.id)
    found = db.session.scalar(query)
    if found is None or (found.deleted_at is not None and not deleted):
        abort(404)
    return found


def _asked(subscription: Subscription, category: FieldCategory, position: int) -> list[Asked]:
    standing = {
        one.field.id: one.values
        for one in fields.answered(db.session, subscription)
        if one.category.id == category.id and one.position == position
    }
    asked = []
    for field in field_list.fields_of(db.session, category):
        values = standing.get(field.id, ())
        is_fit = fits(field, values)
        asked.append(Asked(field, values if is_fit else tuple(left_of(field, values)), () if is_fit else values))
    return asked


def _typed(asked: list[Asked]) -> dict[UUID, tuple[str, ...]]:
    return {
        one.field.id: tuple(tidied_lines(text) or "" for text in request.form.getlist(str(one.field.id))[:MOST_VALUES])
        for one in asked
    }


def _answers_page(subscription: Subscription, category: FieldCategory, position: int, asked: list[Asked]) -> str:
    has_answers = any(
        one.category.id == category.id and one.position == position for one in fields.answered(db.session, subscription)
    )
    return page(
        "answers.html", subscription, category=category, position=position, asked=asked, has_answers=has_answers
    )
