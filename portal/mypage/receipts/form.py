"""Form of what a buyer may write on the receipt, and the words in which a mistake is answered."""

from typing import Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField

from portal.models import Order, Shop
from portal.receipts.documents.receipt import Honorific, Language
from portal.receipts.drafting import Texts, proviso_in
from portal.receipts.rules.wording import TextProblem
from portal.values.inkless import clean
from portal.values.languages import DEFAULT, LANGUAGES
from portal.values.names import family_first, honorific_of
from portal.web.fields import SelectChoice, refuse_unprintable, tidied_text

PROBLEMS = {
    TextProblem.TOO_LONG: _l("長すぎて領収書に入りません。短くしてください。"),
    TextProblem.CONTROL: _l("改行や特殊な記号は使えません。取り除いてください。"),
}


class ReceiptForm(FlaskForm):
    addressee = StringField(_l("宛名"), filters=[tidied_text])
    honorific = RadioField(_l("敬称"), choices=[SelectChoice("様", _l("様")), SelectChoice("御中", _l("御中"))])
    proviso = StringField(_l("但し書き"), filters=[tidied_text])
    language = RadioField(_l("領収書の言語"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.language.choices = [SelectChoice(code, LANGUAGES[code].name) for code in g.shop.languages]
        if len(g.shop.languages) == 1:
            del self.language
        # Who takes the receipt in another language has not typed the shop's words again.
        self.proviso.data = proviso_in(g.shop, self.proviso.data or "", self._language)

    def validate_addressee(self, field: StringField) -> None:
        empty = {TextProblem.EMPTY: _("宛名を入力してください。")}
        refuse_unprintable(field.data, PROBLEMS | empty, may_be_empty=False)

    def validate_proviso(self, field: StringField) -> None:
        empty = {TextProblem.EMPTY: _("但し書きを入力してください。")}
        refuse_unprintable(field.data, PROBLEMS | empty, may_be_empty=False)

    @property
    def texts(self) -> Texts:
        """Return the texts, also of a form with mistakes: the preview shows them as they are."""
        addressee = self.addressee.data or ""
        honorific: Honorific = "" if not addressee else "御中" if self.honorific.data == "御中" else "様"
        return Texts(addressee, honorific, self.proviso.data or "", self._language)

    @property
    def _language(self) -> Language:
        chosen = self.language.data if "language" in self else None
        return next((code for code in LANGUAGES if code == chosen and code in g.shop.languages), DEFAULT)


def first_values(shop: Shop, order: Order, language: str) -> dict[str, Any]:
    """Return the values that most buyers leave as they are: their own name, the shop's proviso."""
    return {
        "addressee": clean(family_first(order.buyer_name) if shop.given_first else order.buyer_name),
        "honorific": honorific_of(order.buyer_name),
        "proviso": shop.default_proviso,
        "language": language,
    }
