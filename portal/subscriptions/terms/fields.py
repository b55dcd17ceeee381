"""Answers to the custom fields of a subscription, which stay until somebody replaces or deletes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import CustomAnswer, CustomField, FieldCategory, Subscription
from portal.subscriptions.record import history
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.terms import answer_rules

MOST_FILLED = 100
"""Most times that a category that allows several answers can be filled in."""
_NAMED = 50
"""Most characters of a field's name in the audit trail, which has no room for more."""


@dataclass(frozen=True)
class Answered:
    category: FieldCategory
    field: CustomField
    position: int
    values: tuple[str, ...]
    fits: bool
    """False if the field was changed or is no longer asked; the answer is then shown unchanged, with a note."""


def answered(session: Session, subscription: Subscription) -> list[Answered]:
    """Return the existing answers, ordered by category, position and field."""
    rows = session.execute(
        select(FieldCategory, CustomField, CustomAnswer)
        .join(CustomField, CustomField.category_id == FieldCategory.id)
        .join(CustomAnswer, CustomAnswer.field_id == CustomField.id)
        .where(CustomAnswer.subscription_id == subscription.id)
        .order_by(
            FieldCategory.position,
            FieldCategory.id,
            CustomAnswer.position,
            CustomField.position,
            CustomField.id,
        )
    )
    return [
        Answered(category, field, answer.position, tuple(answer.values), _fits(category, field, answer))
        for category, field, answer in rows
    ]


def save(
    session: Session,
    subscription: Subscription,
    category: FieldCategory,
    position: int,
    answers: Mapping[UUID, Sequence[str]],
    *,
    by_buyer: bool = False,
    seen_version: int | None = None,
    actor: str,
    now: datetime,
) -> bool:
    """Fill in a category, or replace answers in it, and return whether anything changed. `answers`: field id → texts.

    Fields that are left out keep their answers, and so does a misfit answer that comes back unchanged. A replaced
    answer cannot be restored; an empty one deletes. Raise RefusedError, with the field's id if an answer is wrong. Only
    buyers must answer required fields.
    """
    history.lock(session, subscription)
    fields = _asked(session, subscription, category)
    if not set(answers) <= set(fields):
        raise RefusedError(Refusal.FIELD)
    _check_position(session, subscription, category, position)
    standing = _standing(session, subscription, category, position)
    wanted = {field_id: answer_rules.tidy(fields[field_id], values) for field_id, values in answers.items()}
    new = {
        field_id: values
        for field_id, values in wanted.items()
        if values != answer_rules.tidy(fields[field_id], _values(standing.get(field_id)))
    }
    for field_id, values in new.items():
        _check_answer(fields[field_id], values)
    if by_buyer:
        _check_required(fields, standing, wanted)
    if not new:
        return False
    history.compare_version(subscription, seen_version)
    _write(session, subscription, fields, standing, position, new, actor=actor, now=now)
    return True


def erase(
    session: Session,
    subscription: Subscription,
    category: FieldCategory,
    position: int,
    *,
    seen_version: int | None = None,
    actor: str,
    now: datetime,
) -> bool:
    """Delete for good all answers at one position of a category, even to deleted fields; return whether any existed."""
    history.lock(session, subscription)
    standing = _standing(session, subscription, category, position)
    if not standing:
        return False
    history.compare_version(subscription, seen_version)
    fields = {field_id: session.get_one(CustomField, field_id) for field_id in standing}
    nothing: dict[UUID, list[str]] = {field_id: [] for field_id in standing}
    _write(session, subscription, fields, standing, position, nothing, actor=actor, now=now)
    return True


def next_position(session: Session, subscription: Subscription, category: FieldCategory) -> int:
    """Return the position at which the category would be filled in once more, or 0 if it has no answers."""
    last = session.scalar(
        select(func.max(CustomAnswer.position))
        .join(CustomField, CustomField.id == CustomAnswer.field_id)
        .where(CustomAnswer.subscription_id == subscription.id, CustomField.category_id == category.id)
    )
    return 0 if last is None else last + 1


def _fits(category: FieldCategory, field: CustomField, answer: CustomAnswer) -> bool:
    is_asked = field.deleted_at is None and category.deleted_at is None
    return is_asked and (category.several or answer.position == 0) and answer_rules.fits(field, answer.values)


def _asked(session: Session, subscription: Subscription, category: FieldCategory) -> dict[UUID, CustomField]:
    if category.shop_id != subscription.shop_id or category.deleted_at is not None:
        raise RefusedError(Refusal.FIELD)
    mine = select(CustomField).where(CustomField.category_id == category.id, CustomField.deleted_at.is_(None))
    return {field.id: field for field in session.scalars(mine.order_by(CustomField.position, CustomField.id))}


def _standing(
    session: Session, subscription: Subscription, category: FieldCategory, position: int
) -> dict[UUID, CustomAnswer]:
    mine = (
        select(CustomAnswer)
        .join(CustomField, CustomField.id == CustomAnswer.field_id)
        .where(CustomAnswer.subscription_id == subscription.id, CustomAnswer.position == position)
        .where(CustomField.category_id == category.id)
        .execution_options(populate_existing=True)
    )
    return {answer.field_id: answer for answer in session.scalars(mine)}


def _values(answer: CustomAnswer | None) -> list[str]:
    return answer.values if answer else []


def _check_position(session: Session, subscription: Subscription, category: FieldCategory, position: int) -> None:
    """Raise RefusedError if the category cannot be filled in at the position.

    Positions above 0 need a category that allows several answers. Erased ones leave gaps; the next follows the last
    one.
    """
    if position != 0 and not category.several:
        raise RefusedError(Refusal.ONE_ANSWER)
    if not 0 <= position <= min(next_position(session, subscription, category), MOST_FILLED - 1):
        raise RefusedError(Refusal.OUT_OF_RANGE)


def _check_answer(field: CustomField, values: Sequence[str]) -> None:
    problem = answer_rules.problem(field, values)
    if problem is not None:
        raise RefusedError(problem, str(field.id))


def _check_required(
    fields: Mapping[UUID, CustomField],
    standing: Mapping[UUID, CustomAnswer],
    wanted: Mapping[UUID, Sequence[str]],
) -> None:
    for field_id, field in fields.items():
        if field.required and not wanted.get(field_id, _values(standing.get(field_id))):
            raise RefusedError(Refusal.REQUIRED, str(field_id))


def _write(
    session: Session,
    subscription: Subscription,
    fields: Mapping[UUID, CustomField],
    standing: Mapping[UUID, CustomAnswer],
    position: int,
    new: Mapping[UUID, list[str]],
    *,
    actor: str,
    now: datetime,
) -> None:
    changes: dict[str, audit.Change] = {}
    for field_id, values in new.items():
        answer = standing.get(field_id)
        place = f" ({position + 1})" if position else ""
        before = "、".join(answer.values) if answer else None
        changes[f"{fields[field_id].name[:_NAMED]}{place}"] = (before, "、".join(values) if values else None)
        if answer is None:
            session.add(
                CustomAnswer(
                    shop_id=subscription.shop_id,
                    subscription_id=subscription.id,
                    field_id=field_id,
                    position=position,
                    values=values,
                )
            )
        elif values:
            answer.values = values
        else:
            session.delete(answer)
    before_all = history.snapshot(subscription)
    history.record(session, subscription, "answered", before_all, actor=actor, now=now, more=changes)
