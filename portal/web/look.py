"""Functions and filters of all templates: versioned assets, the shop's colours, dates, yen and cycles in words."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache, partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

from babel.dates import format_date, get_day_names
from flask import Flask, g, request
from flask_babel import gettext
from markupsafe import Markup, escape
from wtforms import Field

from portal.notifications.letters import addressed
from portal.values.colours import stylesheet
from portal.values.dates import TOKYO, tokyo_date
from portal.values.languages import LANGUAGES
from portal.values.money import format_yen
from portal.web.languages import locale
from portal.words.change import change_done, change_lines, change_name
from portal.words.cycle import cycle_words

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
    """Return a day like 11月24日(火)."""
    return _day(on, locale(), long=False)


def long_day(on: date | datetime) -> Markup:
    """Return a day like 2026年11月18日(水); for an instant, its day in Tokyo."""
    return _day(tokyo_date(on) if isinstance(on, datetime) else on, locale(), long=True)


def year_month(on: date) -> str:
    """Return the heading of a calendar's month, like 2026年12月."""
    return format_date(on, LANGUAGES[locale()].year_month, locale=locale())


def weekdays() -> list[str]:
    """Return 日 月 火 …, from Sunday, as a wall calendar begins its weeks."""
    names = get_day_names("abbreviated", locale=locale())
    return [names[number] for number in (6, *range(6))]


def moment(at: datetime) -> Markup:
    """Return a moment like 11月24日(火) 9:05, in Tokyo's time."""
    return _moment(at, locale())


def stamp(at: datetime) -> Markup:
    """Return a moment like 2026/11/24 9:05, in Tokyo's time, for lists of what happened."""
    local = at.astimezone(TOKYO)
    words = f"{local:%Y/%m/%d} {local.hour}:{local.minute:02}"
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(timespec="minutes"), words)


def sentences(*parts: str) -> Markup:
    """Join sentences as the language does; empty ones are left out."""
    return escape(LANGUAGES[locale()].gap).join(part for part in parts if part)


def yen(amount: int) -> str:
    """Return an amount like ¥12,345, with a real minus sign, as wide as a digit."""
    return format_yen(amount).replace("-", "−")


@lru_cache(maxsize=2048)
def _day(on: date, language: str, *, long: bool) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(on.isoformat(), _words(on, language, long=long))


@lru_cache(maxsize=2048)
def _moment(at: datetime, language: str) -> Markup:
    local = at.astimezone(TOKYO)
    day = _words(local.date(), language, long=False)
    words = LANGUAGES[language].moment.format(day=day, hour=local.hour, minute=local.minute)
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(timespec="minutes"), words)


@lru_cache(maxsize=2048)
def _words(on: date, language: str, *, long: bool) -> str:
    return format_date(on, LANGUAGES[language].long_day if long else LANGUAGES[language].day, locale=language)


def takes_focus(field: Field, wanted: bool = False) -> bool:
    """Tell whether a field of the page gets `autofocus`: the first drawn that was refused or is `wanted`.

    A document may have only one; who is sent back to a form begins where it was refused.
    """
    if not (field.errors or wanted) or g.get("focus_taken", field.id) != field.id:
        return False
    g.focus_taken = field.id
    return True


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        asset=versioned(Path(str(app.static_folder)), str(app.static_url_path)),
        theme=stylesheet,
        in_language=in_language,
        change_lines=change_lines,
        change_name=change_name,
        change_done=change_done,
        weekdays=weekdays,
        sentences=sentences,
        takes_focus=takes_focus,
    )
    app.jinja_env.filters.update(
        addressed=partial(addressed, gettext=gettext),
        day=day,
        long_day=long_day,
        year_month=year_month,
        moment=moment,
        stamp=stamp,
        yen=yen,
        cycle=cycle_words,
    )
