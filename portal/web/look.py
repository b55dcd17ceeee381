"""Functions and filters of all templates: versioned assets, the shop's colours, dates, yen and cycles in words."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel.dates import format_date, get_day_names
from flask import Flask, g, request
from flask_babel import gettext
from markupsafe import Markup, escape
from wtforms import Field

from portal.clock import now
from portal.notifications import letters
from portal.values.colours import stylesheet
from portal.values.dates import TOKYO, tokyo_date
from portal.values.languages import LANGUAGES
from portal.values.money import format_yen
from portal.web.languages import locale
from portal.words.change import Line, change_done, change_lines, change_name
from portal.words.cycle import cycle_words
from portal.words.payments import payment_name
from portal.words.slot import slot_words
from portal.words.states import ORDER_STATES

VERSION_LENGTH = 10


def versioned(folder: Path, address: str) -> Callable[[str], str]:
    """Return `asset`: 'css/page.css' → an address that changes with the content, so that it may be kept for ever."""

    @cache
    def version(path: str) -> str:
        return sha256((folder / path).read_bytes()).hexdigest()[:VERSION_LENGTH]

    def asset(path: str) -> str:
        return f"{request.script_root}{address}/{path}?v={version(path)}"

    return asset


def in_language(language: str) -> str:
    """Return this address in another language, relative, so that it also holds on an error page without a route."""
    return "?" + urlencode(request.args.to_dict() | {"lang": language})


def day(on: date) -> Markup:
    """Return a day like 11月24日(火), with the year if it is not this one."""
    return _marked(on.isoformat(), day_text(on))


def day_text(on: date) -> str:
    """Return `day` without its element, for what is no HTML yet, such as the sentences of a form."""
    return letters.day(on, locale(), tokyo_date(now()))


def long_day(on: date | datetime) -> Markup:
    """Return a day like 2026年11月18日(水); for an instant, its day in Tokyo."""
    local = tokyo_date(on) if isinstance(on, datetime) else on
    return _marked(local.isoformat(), letters.long_day(local, locale()))


def year_month(on: date) -> str:
    """Return the heading of a calendar's month, like 2026年12月."""
    return format_date(on, LANGUAGES[locale()].year_month, locale=locale())


def weekdays() -> list[str]:
    """Return 日 月 火 …, from Sunday, as a wall calendar begins its weeks."""
    names = get_day_names("abbreviated", locale=locale())
    return [names[number] for number in (6, *range(6))]


def moment(at: datetime) -> Markup:
    """Return a moment like 11月24日(火) 9:05, in Tokyo's time, with the year if it is not this one."""
    local = at.astimezone(TOKYO)
    words = LANGUAGES[locale()].moment.format(day=day_text(local.date()), hour=local.hour, minute=local.minute)
    return _marked(local.isoformat(timespec="minutes"), words)


def stamp(at: datetime) -> Markup:
    """Return a moment like 2026/11/24 9:05, in Tokyo's time, for lists of what happened."""
    local = at.astimezone(TOKYO)
    words = f"{local:%Y/%m/%d} {local.hour}:{local.minute:02}"
    return _marked(local.isoformat(timespec="minutes"), words)


def sentences(*parts: str) -> Markup:
    """Join sentences as the language does; empty ones are left out."""
    return escape(LANGUAGES[locale()].gap).join(part for part in parts if part)


def yen(amount: int) -> str:
    """Return an amount like ¥12,345, with a real minus sign, as wide as a digit."""
    return format_yen(amount).replace("-", "−")


def lines_of_change(facts: Mapping[str, Any], **more: Any) -> list[Line]:
    """Return `change_lines` as they are read today."""
    return change_lines(facts, tokyo_date(now()), **more)


@lru_cache(maxsize=2048)
def _marked(instant: str, words: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(instant, words)


def takes_focus(field: Field, wanted: bool = False) -> bool:
    """Tell whether a field of the page gets `autofocus`: the first drawn that was refused or is `wanted`.

    A document may have only one; who is sent back to a form begins where it was refused.
    """
    if not (field.errors or wanted) or g.get("focus_taken", field.id) != field.id:
        return False
    g.focus_taken = field.id
    return True


def _addressed(name: str) -> str:
    shop = g.get("shop")
    return letters.addressed(name, gettext, given_first=bool(shop and shop.given_first))


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        asset=versioned(Path(str(app.static_folder)), str(app.static_url_path)),
        theme=stylesheet,
        in_language=in_language,
        change_lines=lines_of_change,
        change_name=change_name,
        change_done=change_done,
        weekdays=weekdays,
        sentences=sentences,
        takes_focus=takes_focus,
        order_states=ORDER_STATES,
    )
    app.jinja_env.filters.update(
        addressed=_addressed,
        day=day,
        long_day=long_day,
        year_month=year_month,
        moment=moment,
        stamp=stamp,
        yen=yen,
        cycle=cycle_words,
        slot=slot_words,
        payment=payment_name,
    )
