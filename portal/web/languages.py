"""Language of a page: chosen by link and remembered in a cookie, until then guessed from the browser."""

import re
from collections.abc import Sequence

from flask import Flask, Response, current_app, g, request
from flask_babel import gettext
from markupsafe import Markup

from portal.extensions import babel
from portal.values.languages import DEFAULT, LANGUAGES

SUPPORTED = tuple(LANGUAGES)
COOKIE = "lang"
STAFFS_SIDE = "/admin/"
ONE_YEAR = 365 * 24 * 3600

_JAPANESE = re.compile("[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LANG_JA = Markup(' lang="ja"')
_NOTHING = Markup()

_words: dict[str, dict[str, Markup]] = {language: {} for language in SUPPORTED}


def chosen() -> str | None:
    """Return the language chosen by `?lang=`, now or in an earlier request, or None if nobody chose yet."""
    for value in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if value in SUPPORTED:
            return value
    return None


def offered() -> Sequence[str]:
    """Return the languages of the shop's pages.

    The staff's side is in Japanese only: its texts can be translated, but are not yet.
    """
    if request.path.startswith(STAFFS_SIDE):
        return (DEFAULT,)
    shop = g.get("shop")
    return SUPPORTED if shop is None else shop.languages


def locale() -> str:
    language: str | None = g.get("locale")
    if language is None:
        language = chosen() or request.accept_languages.best_match(SUPPORTED, default=DEFAULT)
        language = g.locale = language if language in offered() else DEFAULT
    return language


def remember(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in SUPPORTED and request.cookies.get(COOKIE) != asked:
        # Read from the settings: behind a proxy that ends TLS the request itself looks like plain http.
        secure = current_app.config["SETTINGS"].is_https
        response.set_cookie(COOKIE, asked, max_age=ONE_YEAR, samesite="Lax", secure=secure, httponly=True)
    return response


def translate(text: str, **values: object) -> Markup:
    """Translate a text, as `_` of the templates.

    A page asks for a hundred texts: each is looked up in the catalogue once per process and language.
    """
    words = _words[locale()]
    found = words.get(text)
    if found is None:
        found = words[text] = Markup(gettext(text))  # noqa: S704 - our own texts; the values are escaped
    return found % values if "%" in found else found


def lang_of(text: str) -> Markup:
    """Return the attribute for an element with a text from data, so that Japanese is spoken and drawn as such."""
    return _LANG_JA if locale() != "ja" and _JAPANESE.search(text) else _NOTHING


def init_app(app: Flask) -> None:
    app.config.setdefault("BABEL_DEFAULT_LOCALE", DEFAULT)
    app.config.setdefault("BABEL_DEFAULT_TIMEZONE", "Asia/Tokyo")
    babel.init_app(app, locale_selector=locale)
    app.after_request(remember)
    app.jinja_env.globals.update(_=translate, current_language=locale, lang_of=lang_of, languages=LANGUAGES)
