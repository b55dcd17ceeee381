"""Words of files that the shop gives a meaning: for carriers, and for the states of orders."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from flask import g, render_template, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import FieldList, Form, FormField, SelectField, StringField

from admin.blueprint import blueprint
from admin.ground.door import needs, takes
from admin.settings.forms import SettingsForm
from admin.settings.sections import SECTIONS
from admin.settings.views import answer
from admin.settings.words import CARRIER_NAMES, ORDER_MEANINGS
from portal.clock import now
from portal.extensions import db
from portal.models import Shop
from portal.shops import recent_words
from portal.shops.recent_words import Words
from portal.shops.rules.taught_words import MOST_WORDS
from portal.values.roles import Role
from portal.web.fields import SelectChoice, tidied

Page = str | tuple[str, int] | Response
PARTS = 3 * MOST_WORDS


class TaughtRow(Form):
    """A word with its meaning; words of files are offered with the shop's own, and stay unknown without a choice."""

    words = StringField(_l("ファイルにある言葉"), filters=[tidied])
    meaning = SelectField(_l("意味"), validate_choice=False)


class TaughtForm(SettingsForm):
    column: ClassVar[str] = ""
    """Setting that keeps the words."""
    rows = FieldList(FormField(TaughtRow))

    @classmethod
    def values(cls, shop: Shop) -> dict[str, Any]:
        rows = [{"words": words, "meaning": meaning} for words, meaning in getattr(shop, cls.column).items()]
        return super().values(shop) | {"rows": rows}

    def changes(self) -> dict[str, Any]:
        rows = [(row.data["words"], row.data["meaning"]) for row in self.rows]
        return {self.column: {words: meaning for words, meaning in rows if words and meaning}}

    def field_of(self, column: str) -> Any:
        return self.rows


class CarriersForm(TaughtForm):
    column = "carrier_words"


class StatesForm(TaughtForm):
    column = "status_words"


@dataclass(frozen=True)
class Taught:
    form: type[TaughtForm]
    meanings: Mapping[Any, Any]
    unknown: Callable[[Session, Shop, datetime], list[Words]]
    """Search for the words of the shop's latest orders that have no meaning yet."""
    asked: Any
    """Head of the column of meanings."""
    help: Any


TAUGHT: Mapping[str, Taught] = {
    "carriers": Taught(
        CarriersForm,
        CARRIER_NAMES,
        recent_words.carriers,
        _l("どの配送会社か"),
        _l(
            "ファイルの配送方法・配送会社の言葉のうち、どの配送会社か分からないものです。決めるまで、お客さまのページには言葉をそのまま出し、追跡ページへのリンクは出しません。決めると、もうある荷物にもすぐに反映されます。"
        ),
    ),
    "states": Taught(
        StatesForm,
        ORDER_MEANINGS,
        recent_words.states,
        _l("注文の状態"),
        _l(
            "ファイルの注文の状態の言葉のうち、意味の決まっていないものです。決めるまで注文の状態は変えず、お客さまは領収書を発行できません。決めたあとは、次に取り込むファイルから（同じファイルの取り込み直しでも）その状態になります。"
        ),
    ),
}
NAMES = ",".join(TAUGHT)


@blueprint.get(f"/shops/<slug>/settings/<any({NAMES}):kind>")
@needs(Role.MANAGER)
def show_taught_words(kind: str) -> str:
    return page(kind, TAUGHT[kind].form.of(g.shop))


@blueprint.post(f"/shops/<slug>/settings/<any({NAMES}):kind>")
@needs(Role.MANAGER)
@takes(parts=PARTS)
def change_taught_words(kind: str) -> Page:
    form = TAUGHT[kind].form.typed(g.shop)
    if not form.validate():
        return page(kind, form), 422
    done = url_for("admin.show_taught_words", kind=kind)
    return answer(form, again=lambda form: page(kind, form), done=done)


def page(kind: str, form: TaughtForm) -> str:
    taught = TAUGHT[kind]
    unknown = taught.unknown(db.session, g.shop, now() - recent_words.LATELY)
    typed = {row.words.data for row in form.rows}
    for found in unknown:
        if found.words not in typed:
            form.rows.append_entry({"words": found.words})
    if all(row.words.data for row in form.rows):
        form.rows.append_entry()
    rows: Any = form.rows
    for row in rows:
        row.meaning.choices = [
            SelectChoice("", _l("決めない")),
            *(SelectChoice(meaning, words) for meaning, words in taught.meanings.items()),
        ]
    return render_template(
        "admin/settings/taught_words.html",
        title=dict(SECTIONS)[kind],
        kind=kind,
        taught=taught,
        form=form,
        counts={found.words: found.orders for found in unknown},
    )
