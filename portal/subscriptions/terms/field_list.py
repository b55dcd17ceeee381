"""Adding, changing, ordering and deleting a shop's custom fields and their categories. Answers are never touched."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import audit
from portal.models import CustomAnswer, CustomField, FieldCategory, Shop, Subscription
from portal.orders.turns import lock_shop
from portal.subscriptions.rules.field_rules import Definition
from portal.subscriptions.rules.list_rules import ListError, ListProblem, check_count, check_name
from portal.subscriptions.terms import places
from portal.values.records import read_off

LONGEST_NAME = 60
MOST_CATEGORIES = 30
MOST_FIELDS = 50
"""Most fields in one category."""


def categories_of(session: Session, shop: Shop) -> list[FieldCategory]:
    mine = select(FieldCategory).where(FieldCategory.shop_id == shop.id, FieldCategory.deleted_at.is_(None))
    return list(session.scalars(mine.order_by(FieldCategory.position, FieldCategory.id)))


def fields_of(session: Session, category: FieldCategory) -> list[CustomField]:
    mine = select(CustomField).where(CustomField.category_id == category.id, CustomField.deleted_at.is_(None))
    return list(session.scalars(mine.order_by(CustomField.position, CustomField.id)))


def answered_by(session: Session, *fields: CustomField) -> int:
    """Return how many subscriptions that are not deleted have an answer in any of the fields."""
    answers = (
        select(func.count(func.distinct(CustomAnswer.subscription_id)))
        .join(Subscription, Subscription.id == CustomAnswer.subscription_id)
        .where(CustomAnswer.field_id.in_([field.id for field in fields]), Subscription.deleted_at.is_(None))
    )
    return session.scalar(answers) or 0


# --- categories ------------------------------------------------------------------------------------------------------
def add_category(session: Session, shop: Shop, name: str, *, several: bool, actor: str, now: datetime) -> FieldCategory:
    """Add a category at the end. Raise ListError if the name is not allowed or there are too many categories."""
    lock_shop(session, shop.id)
    standing = categories_of(session, shop)
    check_name(name, [one.name for one in standing], longest=LONGEST_NAME)
    check_count(len(standing), most=MOST_CATEGORIES)
    category = FieldCategory(shop_id=shop.id, name=name, several=several, position=places.after(standing))
    session.add(category)
    session.flush()
    audit.record_about(
        session,
        category,
        "field_category.added",
        {"category": (None, name), "several": (None, several)},
        actor=actor,
        now=now,
    )
    return category


def change_category(
    session: Session,
    shop: Shop,
    category: FieldCategory,
    name: str,
    *,
    several: bool,
    version: int,
    actor: str,
    now: datetime,
) -> None:
    """Rename the category and set whether it takes several answers.

    Raise ListError if the name is not allowed, or if the category was changed or deleted since the form was opened.
    """
    lock_shop(session, shop.id)
    _check_version(session, category, version)
    check_name(name, [one.name for one in categories_of(session, shop) if one.id != category.id], longest=LONGEST_NAME)
    before = (category.name, category.several)
    if before == (name, several):
        return
    category.name, category.several = name, several
    changes: dict[str, audit.Change] = {"category": (before[0], name), "several": (before[1], several)}
    audit.record_about(session, category, "field_category.changed", changes, actor=actor, now=now)


def delete_category(
    session: Session, shop: Shop, category: FieldCategory, *, version: int, actor: str, now: datetime
) -> None:
    """Delete the category and its fields. Raise ListError if it was changed or deleted since the form was opened."""
    lock_shop(session, shop.id)
    _check_version(session, category, version)
    category.deleted_at = now
    for field in fields_of(session, category):
        field.deleted_at = now
    audit.record_about(
        session, category, "field_category.deleted", {"category": (category.name, None)}, actor=actor, now=now
    )


# --- fields ----------------------------------------------------------------------------------------------------------
def add_field(
    session: Session, shop: Shop, category: FieldCategory, wanted: Definition, *, actor: str, now: datetime
) -> CustomField:
    """Add a field at the end of the category.

    `wanted` must have no problems (`field_rules.definition_problems`). Raise ListError if the name is taken, there are
    too many fields or the category is deleted.
    """
    lock_shop(session, shop.id)
    _check_there(session, category)
    standing = fields_of(session, category)
    check_name(wanted.name, [one.name for one in standing], longest=LONGEST_NAME)
    check_count(len(standing), most=MOST_FIELDS)
    field = CustomField(shop_id=shop.id, category_id=category.id, position=places.after(standing), **_columns(wanted))
    session.add(field)
    session.flush()
    audit.record_about(
        session,
        field,
        "custom_field.added",
        {key: (None, one) for key, one in _told(wanted).items()},
        actor=actor,
        now=now,
    )
    return field


def change_field(
    session: Session,
    shop: Shop,
    field: CustomField,
    wanted: Definition,
    *,
    version: int,
    actor: str,
    now: datetime,
) -> None:
    """Change the field. Existing answers stay as they are, even if they no longer fit.

    `wanted` must have no problems, as for `add_field`. Raise ListError if the name is taken, or if the field was
    changed or deleted since the form was opened.
    """
    lock_shop(session, shop.id)
    _check_version(session, field, version)
    category = session.get_one(FieldCategory, field.category_id)
    others = [one.name for one in fields_of(session, category) if one.id != field.id]
    check_name(wanted.name, others, longest=LONGEST_NAME)
    before = definition_of(field)
    if before == wanted:
        return
    for column, value in _columns(wanted).items():
        setattr(field, column, value)
    old, new = _told(before), _told(wanted)
    audit.record_about(
        session, field, "custom_field.changed", {key: (old[key], new[key]) for key in old}, actor=actor, now=now
    )


def delete_field(session: Session, shop: Shop, field: CustomField, *, version: int, actor: str, now: datetime) -> None:
    """Delete the field. Raise ListError if it was changed or deleted since the form was opened."""
    lock_shop(session, shop.id)
    _check_version(session, field, version)
    field.deleted_at = now
    audit.record_about(
        session, field, "custom_field.deleted", {"custom_field": (field.name, None)}, actor=actor, now=now
    )


def definition_of(field: CustomField) -> Definition:
    return read_off(Definition, field, options=tuple(field.options))


# --- both ------------------------------------------------------------------------------------------------------------
def move(
    session: Session, shop: Shop, row: FieldCategory | CustomField, by: int, *, shown: int, actor: str, now: datetime
) -> None:
    """Move the row one place up (-1) or down (1); do nothing if it is no longer at the position `shown`."""
    lock_shop(session, shop.id)
    session.refresh(row)
    beside: list[FieldCategory] | list[CustomField]
    if isinstance(row, FieldCategory):
        beside = categories_of(session, shop)
    else:
        beside = fields_of(session, session.get_one(FieldCategory, row.category_id))
    moved = places.step(beside, row.id, by, shown=shown)
    if moved is not None:
        audit.record_about(session, row, f"{row.__tablename__}.moved", {"position": moved}, actor=actor, now=now)


def _check_there(session: Session, row: FieldCategory | CustomField) -> None:
    session.refresh(row)
    if row.deleted_at is not None:
        raise ListError(ListProblem.GONE)


def _check_version(session: Session, row: FieldCategory | CustomField, version: int) -> None:
    _check_there(session, row)
    if row.version != version:
        raise ListError(ListProblem.STALE)


def _columns(wanted: Definition) -> dict[str, object]:
    return asdict(wanted) | {"options": list(wanted.options)}


def _told(wanted: Definition) -> dict[str, object]:
    told = {f"field_{key}": value for key, value in asdict(wanted).items()}
    return told | {"field_options": "\n".join(wanted.options)}
