"""Who gives the receipt of which payment: the resulting table, and the shop's own yes, no and sentence in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, HiddenField, SelectField, StringField

from portal.models import Shop
from portal.payments.rules.methods import NO_WORDS, PaymentClass, classify, folded
from portal.receipts.rules import givers
from portal.receipts.rules.givers import CLASS, MALLS, NEVER, NO, PRODUCT, PRODUCTS, WORDS, YES, Answer, Product
from portal.web.fields import SelectChoice, tidied

MAY, MAY_NOT = _l("できる"), _l("できない")
_ORDER = (
    *(PaymentClass.CARD, PaymentClass.WALLET, PaymentClass.SHOP, PaymentClass.SEVERAL),
    *(PaymentClass.COD, PaymentClass.CONVENIENCE, PaymentClass.DEFERRED, PaymentClass.UNKNOWN),
)


class AnswerRow(Form):
    """The shop's own answer to a class, a deferred product or the words of a payment; blank is the usual one."""

    key = HiddenField(filters=[tidied])
    may = SelectField(_l("お客さまによる発行"), validate_choice=False)
    sentence = StringField(_l("発行できないときの文"), filters=[tidied])


@dataclass(frozen=True)
class Line:
    key: str
    words: str
    """Words of the payment, empty for a class."""
    payment_class: PaymentClass
    product: Product | None
    """Deferred product that the line is about, or that the words name."""
    usual: bool
    """Whether buyers may issue the receipt if the shop answers nothing here."""
    answer: Answer
    by_mall: bool
    """Whether the mall gives the receipt instead."""

    @property
    def may(self) -> bool:
        return self.answer.may and not self.by_mall

    @property
    def choices(self) -> list[SelectChoice]:
        usual = SelectChoice("", _l("標準（%(usual)s）", usual=MAY if self.usual else MAY_NOT))
        yes = [] if self.payment_class in NEVER else [SelectChoice(YES, MAY)]
        return [usual, *yes, SelectChoice(NO, MAY_NOT)]


def lines_of(
    shop: Shop, kinds: Mapping[str, str], own: Mapping[str, Sequence[str]], methods: Iterable[str]
) -> list[Line]:
    """Return the table: classes, deferred products, and the words of the shop and of its latest orders (`methods`).

    `kinds` and `own`: the shop's words and answers as they stand in the form, saved or not.
    """
    mall = None if shop.marketplace_receipts else MALLS.get(shop.platform)

    def line(key: str, words: str, payment_class: PaymentClass, product: Product | None) -> Line:
        def answered(own: Mapping[str, Sequence[str]]) -> Answer:
            if words:
                return givers.answer("" if words == NO_WORDS else words, payment_class, own)
            return givers.answer_to_product(product, own) if product else givers.answer_to_class(payment_class, own)

        others = {other: said for other, said in own.items() if other != key}
        by_mall = mall is not None and payment_class not in mall.leaves
        return Line(key, words, payment_class, product, answered(others).may, answered(own), by_mall)

    named = {folded(words): words for words in (*kinds, *methods)}
    named |= {key.removeprefix(WORDS): key.removeprefix(WORDS) for key in own if key.startswith(WORDS)} | named
    lines = []
    for payment_class in _ORDER:
        lines.append(line(CLASS + payment_class, "", payment_class, None))
        if payment_class is PaymentClass.DEFERRED:
            lines += [line(PRODUCT + product.code, "", payment_class, product) for product in PRODUCTS]
    for words in named.values():
        payment_class = classify("" if words == NO_WORDS else words, kinds)
        product = givers.product_of(words) if payment_class is PaymentClass.DEFERRED else None
        lines.append(line(givers.key_of_words(words), words, payment_class, product))
    return lines


def show_answers(rows: "FieldList[Any]", lines: Sequence[Line], stored: Mapping[str, Sequence[str]]) -> None:
    """Put a row of the form for each line of the table, with what was typed or else what is stored."""
    there = {row.key.data for row in rows}
    for line in lines:
        if line.key not in there:
            may, sentence = stored.get(line.key, ("", ""))
            rows.append_entry({"key": line.key, "may": may, "sentence": sentence})
    choices = {line.key: line.choices for line in lines}
    for row in rows:
        row.may.choices = choices.get(row.key.data, [])


def answers_of(rows: "FieldList[Any]") -> dict[str, list[str]]:
    return {row.key.data: [row.may.data or "", row.sentence.data or ""] for row in rows if row.key.data}
