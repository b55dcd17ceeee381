"""Mails from templates/mail/<message>/{subject.txt,body.txt,body.html} in the reader's language, without a request."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from babel.dates import format_date
from babel.support import Translations
from jinja2 import (
    ChoiceLoader,
    DictLoader,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    pass_context,
    select_autoescape,
)
from jinja2.runtime import Context
from markupsafe import Markup

from portal.models import Shop
from portal.notifications.rules.placeholders import PLACEHOLDERS
from portal.notifications.rules.texts import Text, tidy
from portal.values.colours import accent_on_light
from portal.values.inkless import clean
from portal.values.languages import LANGUAGES
from portal.values.names import family_first, honorific_of

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
TRANSLATIONS = ROOT / "portal" / "translations"


BLANK_LINES = re.compile(r"\n{3,}")
PARTS = {
    "how_to_open": "howToOpen",
    "signature": "shopSignature",
    "shipped/details": "deliveryDetails",
    "delivery_attempted/what": "deliveryAttempt",
    "order_canceled/what": "orderCancellation",
    "request_received/what": "requestReceived",
    "order_link/links": "orderLinks",
    "order_received/items": "orderItems",
    "order_received/payment": "paymentRequest",
    "request_answered/quoted": "requestQuoted",
    "payment_failed/what": "paymentTrouble",
    "order_generated/dates": "deliveryPlan",
    "upcoming_delivery/coming": "upcomingDelivery",
    "subscription_changed/what": "subscriptionChange",
    "subscription_canceled/what": "subscriptionCancellation",
}
"""Placeholder in a shop's own text for each templates/mail/<part>.txt."""
WORDS = {
    "code": "loginCode",
    "order_code": "orderCode",
    "number": "receiptNumber",
    "order_url": "myPageUrl",
    "answer": "requestAnswer",
    "amount": "orderTotal",
    "payment_method": "paymentMethod",
    "buyer_name": "memberName",
    "card": "cardName",
    "expires": "cardExpires",
    "subscriptions": "subscriptionNumbers",
    "change": "changeName",
    "change_number": "changeNumber",
    "page_url": "myPageUrl",
}
"""Placeholder in a shop's own text for each name in the messages' contexts."""


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def write(message: str, language: str, shop: Shop, context: Mapping[str, Any], today: date) -> Letter:
    """Write the mail in our own words. A day of another year than that of `today` gets its year.

    Raise jinja2.TemplateNotFound for a message without a folder, UndefinedError for a name without a value.
    """
    templates = _environment(language)
    given = _given({**context, "today": today}, shop, language)

    def part(name: str) -> str:
        return templates.get_template(f"mail/{message}/{name}").render(given).strip()

    return Letter(
        subject=part("subject.txt"),
        text=BLANK_LINES.sub("\n\n", part("body.txt")) + "\n",
        html=part("body.html") + "\n",
    )


def write_part(part: str, language: str, shop: Shop, context: Mapping[str, Any], today: date) -> str:
    """Write one of PARTS by itself. Raise the same errors as `write`."""
    written = (
        _environment(language)
        .get_template(f"mail/{part}.txt")
        .render(_given({**context, "today": today}, shop, language))
    )
    return BLANK_LINES.sub("\n\n", written.strip())


def write_frame(body: Markup, language: str, shop: Shop) -> str:
    """Write the HTML around a shop's own text."""
    given = _given({"body": body}, shop, language)
    return _environment(language).get_template("mail/own.html").render(given).strip() + "\n"


def as_own(message: str, language: str) -> Text:
    """Return our words with placeholders for the values, from which a shop's own text starts."""
    templates = _environment(language, as_own=True)
    words = {name: PLACEHOLDERS[placeholder].written for name, placeholder in WORDS.items()}
    shop = SimpleNamespace(name=PLACEHOLDERS["shopName"].written, given_first=False)
    order = SimpleNamespace(code=PLACEHOLDERS["orderCode"].written, buyer_name=PLACEHOLDERS["memberName"].written)
    given = {**words, "numbers": [words["number"]], "shop": shop, "order": order, "language": language}

    def part(name: str) -> str:
        return templates.get_template(f"mail/{message}/{name}").render(given)

    return tidy(part("subject.txt"), BLANK_LINES.sub("\n\n", part("body.txt")))


def day(value: date, language: str, today: date) -> str:
    """Format as 11月24日(火), and as 2027年1月15日(金) in a year that is not today's."""
    return (
        format_date(value, LANGUAGES[language].day, locale=language)
        if value.year == today.year
        else long_day(value, language)
    )


def long_day(value: date, language: str) -> str:
    """Format as 2026年11月24日(火)."""
    return format_date(value, LANGUAGES[language].long_day, locale=language)


@pass_context
def _day(given: Context, value: date) -> str:
    return day(value, given["language"], given["today"])


def addressed(name: str, gettext: Callable[[str], str], *, given_first: bool = False) -> str:
    """Return the name with 様 or 御中, as the reader's language writes it, and without marks that turn the writing.

    With `given_first` the parts of a person's name are exchanged.
    """
    name = family_first(name) if given_first else name
    words = gettext("%(name)s 御中") if honorific_of(name) == "御中" else gettext("%(name)s 様")
    return words % {"name": clean(name)}


def _given(context: Mapping[str, Any], shop: Shop, language: str) -> dict[str, Any]:
    return {**context, "shop": shop, "language": language, "accent": accent_on_light(shop.accent)}


@cache
def _environment(language: str, *, as_own: bool = False) -> Environment:
    stand_ins = {f"mail/{part}.txt": PLACEHOLDERS[name].written for part, name in PARTS.items()} if as_own else {}
    environment = Environment(
        loader=ChoiceLoader([DictLoader(stand_ins), FileSystemLoader(TEMPLATES)]),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = _day
    environment.filters["long_day"] = partial(long_day, language=language)
    # The msgids are Japanese: "ja" has no catalog and needs no translation.
    catalogue = Translations.load(TRANSLATIONS, [language])
    environment.filters["addressed"] = pass_context(
        lambda given, name: addressed(name, catalogue.gettext, given_first=given["shop"].given_first)
    )
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    return environment
