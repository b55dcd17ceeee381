"""支払方法のことば: the shop's own words, a try-out, and the words in its orders that match none of them."""

from dataclasses import replace
from typing import Any

from flask import g, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import FieldList, Form, FormField, HiddenField, SelectField, StringField

from admin.blueprint import blueprint
from admin.ground.door import needs, takes
from admin.settings.forms import SettingsForm
from admin.settings.receipt_answers import AnswerRow, answers_of, lines_of, show_answers
from admin.settings.sections import SECTIONS
from admin.settings.views import answer
from admin.settings.words import PAYMENT_CLASSES, PAYMENT_STATES, PROBLEMS
from portal.clock import now
from portal.extensions import db, reading
from portal.models import Shop
from portal.payments.rules.methods import NO_WORDS, folded
from portal.receipts.rules.givers import MALLS, PRODUCTS
from portal.shops import recent_words
from portal.shops.rules.payment_words import MOST_WORDS, TEACHABLE, tried
from portal.shops.rules.problems import Problem
from portal.values.roles import Role
from portal.web.fields import SelectChoice, tidied

Page = str | tuple[str, int] | Response
EMPTY_ROWS = 3
PARTS = 14 * MOST_WORDS
CHOICES = [
    SelectChoice("", _l("選んでください")),
    *(SelectChoice(kind, words) for kind, words in PAYMENT_CLASSES.items()),
]

STATE_CHOICES = [
    SelectChoice("", _l("選んでください")),
    *(SelectChoice(state, words) for state, words in PAYMENT_STATES.items() if state in TEACHABLE),
]


class WordRow(Form):
    words = StringField(_l("注文にある支払方法"), filters=[tidied])
    kind = SelectField(_l("どれに当たるか"), choices=CHOICES, validate_choice=False)


class FoundRow(Form):
    """Words of the shop's orders; without a choice they stay unknown."""

    words = HiddenField(filters=[tidied])
    kind = SelectField(_l("どれに当たるか"), choices=CHOICES, validate_choice=False)


class StateRow(Form):
    words = StringField(_l("ファイルの入金欄の言葉"), filters=[tidied])
    kind = SelectField(_l("どの状態に当たるか"), choices=STATE_CHOICES, validate_choice=False)


class PaymentsForm(SettingsForm):
    rows = FieldList(FormField(WordRow))
    found = FieldList(FormField(FoundRow))
    states = FieldList(FormField(StateRow))
    answers = FieldList(FormField(AnswerRow))
    trying = StringField(_l("支払方法の対応表"), filters=[tidied])

    @classmethod
    def values(cls, shop: Shop) -> dict[str, Any]:
        rows = [{"words": words, "kind": kind} for words, kind in shop.payment_words.items()]
        states = [{"words": words, "kind": state} for words, state in shop.payment_state_words.items()]
        return super().values(shop) | {"rows": [*rows, *[{}] * EMPTY_ROWS], "states": states}

    def changes(self) -> dict[str, Any]:
        chosen = [*self._chosen(self.rows), *(row for row in self._chosen(self.found) if row[1])]
        # Words of orders are offered with the shop's own; those without a choice stay unread.
        states = [row for row in self._chosen(self.states) if row[1]]
        return {
            "payment_words": dict(chosen),
            "payment_state_words": dict(states),
            "receipt_answers": self.kept_answers | answers_of(self.answers),
        }

    def offer(self, shop: Shop) -> None:
        """Keep the answers to words that the form may not show any more."""
        self.kept_answers = dict(shop.receipt_answers)

    def field_of(self, column: str) -> Any:
        setting, _dot, key = column.partition(".")
        if setting == "receipt_answers":
            return next((row.sentence for row in self.answers if row.key.data == key), self.answers)
        return self.states if setting == "payment_state_words" else self.rows

    def complaint(self) -> str | None:
        """Return what the fields themselves cannot say, or None: a word without a choice, one word in two rows."""
        chosen = self._chosen(self.rows)
        if any(not kind for _words, kind in chosen):
            return str(_("どれに当たるかを選んでください。消すときは、言葉を空欄にしてください。"))
        words = [folded(words) for words, _kind in chosen]
        return str(PROBLEMS[Problem.WORD_TWICE]) if len(set(words)) < len(words) else None

    @staticmethod
    def _chosen(rows: Any) -> list[tuple[str, str]]:
        return [(row.data["words"], row.data["kind"] or "") for row in rows if row.data["words"]]


@blueprint.get("/shops/<slug>/settings/payments")
@needs(Role.MANAGER)
def show_payment_words() -> str:
    return page(PaymentsForm.of(g.shop))


@blueprint.post("/shops/<slug>/settings/payments")
@needs(Role.MANAGER)
@takes(parts=PARTS)
def change_payment_words() -> Page:
    form = PaymentsForm.typed(g.shop)
    if not form.validate() or refused(form):
        return page(form), 422
    return answer(form, again=page, done=url_for("admin.show_payment_words"))


@blueprint.post("/shops/<slug>/settings/payments/try")
@needs(Role.MANAGER)
@takes(parts=PARTS)
@reading
def try_payment_words() -> Page:
    """Try a text with the words as they stand in the form, saved or not."""
    form = PaymentsForm.typed(g.shop)
    refused(form)
    return page(form)


def refused(form: PaymentsForm) -> bool:
    complaint = form.complaint()
    if complaint:
        form.refuse("payment_words", complaint)
    return complaint is not None


def page(form: PaymentsForm) -> str:
    own = form.changes()["payment_words"]
    kinds = {words: kind for words, kind in own.items() if kind in PAYMENT_CLASSES}
    trying = form.trying.data or ""
    since = now() - recent_words.LATELY
    unknown = [replace(one, words=one.words or NO_WORDS) for one in recent_words.unknown(db.session, g.shop, since)]
    unread = recent_words.unread(db.session, g.shop, since)
    if not form.found.entries:
        for found in unknown:
            form.found.append_entry({"words": found.words})
    typed = {row.words.data for row in form.states}
    for found in unread:
        if found.words not in typed:
            form.states.append_entry({"words": found.words})
    if all(row.words.data for row in form.states):
        form.states.append_entry()
    while sum(not row.words.data for row in form.rows) < EMPTY_ROWS:
        form.rows.append_entry()
    methods = [one.words or NO_WORDS for one in recent_words.methods(db.session, g.shop, since)]
    lines = lines_of(g.shop, kinds, form.changes()["receipt_answers"], methods)
    show_answers(form.answers, lines, form.kept_answers)
    return render_template(
        "admin/settings/payments.html",
        title=dict(SECTIONS)["payments"],
        form=form,
        counts={found.words: found.orders for found in unknown},
        state_counts={found.words: found.orders for found in unread},
        outcome=tried("" if folded(trying) == NO_WORDS else trying, kinds) if trying else None,
        classes=PAYMENT_CLASSES,
        lines={line.key: line for line in lines},
        mall=MALLS.get(g.shop.platform),
        products=PRODUCTS,
    )
