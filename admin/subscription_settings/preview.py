"""Preview of what the settings as typed come to: the dates of a delivery, the next number."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import g
from sqlalchemy import select

from admin.subscription_settings.form import RulesForm
from admin.subscription_settings.sections import DATELESS, DaysForm
from portal.clock import now
from portal.extensions import db
from portal.models import ClosedDay, SubscriptionRules
from portal.subscriptions.record import numbering
from portal.subscriptions.rules.settings import USUAL_TRANSIT_DAYS
from portal.subscriptions.schedule import Calendar, Timing, earliest_delivery, methods
from portal.subscriptions.schedule.cycles import WEEKDAYS
from portal.subscriptions.terms.settings import settings_of
from portal.values.dates import DateError, parse_date, tokyo_date
from portal.web.fields import overwrite

USUAL_SAMPLE = "東京都"


@dataclass(frozen=True)
class Example:
    method: str
    """Delivery method, empty for one with dates."""
    delivery_on: date
    ship_on: date
    creation_on: date
    deadline: datetime
    was_moved: bool
    """Whether closed days move the ship date earlier."""
    is_too_near: bool


def preview(topic: str, form: RulesForm, rules: SubscriptionRules, typed: dict[str, Any]) -> dict[str, Any]:
    """Return the context of a section's preview. `typed`: the changes that can be drawn."""
    settings = settings_of(rules) | typed
    if isinstance(form, DaysForm):
        return {"examples": examples(form, settings)}
    if topic == "numbering":
        return {"numbers": next_numbers(SubscriptionRules(**settings))}
    return {}


# --- days ------------------------------------------------------------------------------------------------------------
def examples(form: DaysForm, settings: dict[str, Any]) -> list[Example]:
    """Return an example of a delivery with dates and one by a method without; fill in the day of the sample."""
    today = tokyo_date(now())
    calendar = calendar_of(settings)
    transit = settings["transit_days"]
    to = form.sample_prefecture.data or USUAL_SAMPLE
    usual = timing_of(settings, int(transit.get(to, transit.get("", USUAL_TRANSIT_DAYS))), None, calendar)
    dateless = methods.dateless_days("", DATELESS[0], settings["dateless_days"])
    letter = timing_of(settings, 0, dateless, calendar)
    wanted = wanted_day(form) or max(earliest_delivery(usual, today), earliest_delivery(letter, today))
    overwrite(form.sample_on, wanted.isoformat())
    return [example("", usual, wanted, today), example(DATELESS[0], letter, wanted, today)]


def example(method: str, timing: Timing, delivery_on: date, today: date) -> Example:
    ship_on, creation_on = timing.ship_on(delivery_on), timing.creation_on(delivery_on)
    return Example(
        method,
        delivery_on,
        ship_on,
        creation_on,
        timing.deadline(creation_on),
        was_moved=not method and ship_on != delivery_on - timing.lead,
        is_too_near=delivery_on < earliest_delivery(timing, today),
    )


def timing_of(settings: dict[str, Any], transit: int, dateless: int | None, calendar: Calendar) -> Timing:
    return Timing(
        lead_days=settings["lead_days"],
        transit_days=transit,
        creation_days=settings["creation_days"],
        creation_base=settings["creation_base"],
        dateless_days=dateless,
        calendar=calendar,
    )


def calendar_of(settings: dict[str, Any]) -> Calendar:
    return Calendar(
        closed_weekdays=frozenset(WEEKDAYS.index(day) for day in settings["closed_weekdays"]),
        closed_days=frozenset(db.session.scalars(select(ClosedDay.day).filter_by(shop_id=g.shop.id))),
        holidays=settings["closed_on_holidays"],
    )


def wanted_day(form: DaysForm) -> date | None:
    try:
        return parse_date(form.sample_on.data or "")
    except DateError:
        return None


# --- numbers ---------------------------------------------------------------------------------------------------------
def next_numbers(rules: SubscriptionRules) -> list[str]:
    """Return the next number and the one after it, provided that no live subscription has them already."""
    today = tokyo_date(now())
    first = numbering.following(rules.last_number, rules.number_digits)
    second = numbering.following(first, rules.number_digits)
    return [numbering.text_of(rules, n, today) for n in (first, second)]
