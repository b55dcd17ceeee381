"""templates/mail/<message>/{subject.txt,body.txt,body.html} in the reader's language, without a web request."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

from babel.dates import format_date
from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from portal.models import Shop
from portal.values.colours import accent_on_light

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
TRANSLATIONS = ROOT / "portal" / "translations"


BLANK_LINES = re.compile(r"\n{3,}")
DAY = {"ja": "M月d日(E)", "en": "EEE d MMM"}


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def write(message: str, language: str, shop: Shop, context: Mapping[str, Any]) -> Letter:
    """Raises jinja2.TemplateNotFound for a message without a folder, UndefinedError for a name without a value."""
    templates = _environment(language)
    given = {**context, "shop": shop, "language": language, "accent": accent_on_light(shop.accent)}

    def part(name: str) -> str:
        return templates.get_template(f"mail/{message}/{name}").render(given).strip()

    return Letter(
        subject=part("subject.txt"),
        text=BLANK_LINES.sub("\n\n", part("body.txt")) + "\n",
        html=part("body.html") + "\n",
    )


def day(value: date, language: str) -> str:
    """11月24日(火)."""
    return format_date(value, DAY[language], locale=language)


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = partial(day, language=language)
    # The msgids are Japanese: for "ja" there is no catalogue and nothing to translate.
    catalogue = Translations.load(TRANSLATIONS, [language])
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    return environment
