"""templates/mail/<message>/{subject.txt,body.txt,body.html} in the reader's language, without a web request."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel.support import Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
TRANSLATIONS = ROOT / "portal" / "translations"


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def write(message: str, language: str, context: Mapping[str, Any]) -> Letter:
    """Raises jinja2.TemplateNotFound for a message without a folder, UndefinedError for a name without a value."""
    templates = _environment(language)

    def part(name: str) -> str:
        return templates.get_template(f"mail/{message}/{name}").render(**context, language=language).strip()

    return Letter(subject=part("subject.txt"), text=part("body.txt") + "\n", html=part("body.html") + "\n")


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
    # The msgids are Japanese: for "ja" there is no catalogue and nothing to translate.
    catalogue = Translations.load(TRANSLATIONS, [language])
    environment.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    return environment
