"""Filters of the ledger: numbers in any width, with commas or 円; the address of the page keeps them."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, ValidationError
from wtforms.validators import Length, Optional

from admin.ground.search_form import PeriodForm
from portal.receipts.given import NAMES
from portal.receipts.rules.question import LARGEST, PaperQuestion, Question, State
from portal.receipts.rules.wording import LONGEST
from portal.web.fields import SelectChoice

_FIGURE = re.compile(r"¥?(\d{1,12})円?")
_NUMBER = re.compile(r"(?:No\.?|番号)?(\d{1,12})", re.IGNORECASE)


KINDS: Mapping[str, Any] = {kind: _l(name) for kind, name in NAMES.items()}


class WholeNumber(StringField):
    """A whole number as people type it; `value` is the number meant, None if nothing was typed."""

    value: int | None = None
    form_of = _FIGURE

    def pre_validate(self, form: Any) -> None:
        typed = re.sub(r"[\s,、.]", "", unicodedata.normalize("NFKC", self.data or ""))
        if not typed:
            return
        found = self.form_of.fullmatch(typed)
        if found is None:
            raise ValidationError(str(_l("数字で入力してください。")))
        # No row is larger, so larger numbers need not be told apart.
        self.value = min(int(found[1]), LARGEST)


class ReceiptNumber(WholeNumber):
    form_of = _NUMBER


class PapersForm(PeriodForm):
    """What the law has papers searched by."""

    since = DateField(_l("取引日（から）"), validators=[Optional()])
    until = DateField(_l("取引日（まで）"), validators=[Optional()])
    at_least = WholeNumber(_l("金額（から）"))
    at_most = WholeNumber(_l("金額（まで）"))
    counterparty = StringField(_l("取引先"), validators=[Length(max=LONGEST)])

    def validate_at_most(self, field: WholeNumber) -> None:
        if field.value is not None and self.at_least.value is not None and field.value < self.at_least.value:
            raise ValidationError(str(_l("下の金額より大きくしてください。")))

    @property
    def asked(self) -> dict[str, Any]:
        return {
            "since": self.since.data,
            "until": self.until.data,
            "at_least": self.at_least.value,
            "at_most": self.at_most.value,
            "counterparty": (self.counterparty.data or "").strip(),
        }

    @property
    def address(self) -> dict[str, str]:
        """Return the search as query parameters, for links."""
        return {name: text for name, text in (self._typed() or {}).items() if text}

    def _typed(self) -> dict[str, str]:
        return {name: str(field.raw_data[0]) for name, field in self._fields.items() if field.raw_data}


class GivenForm(PapersForm):
    """A search of statements, delivery notes and return invoices."""

    kind = SelectField(
        _l("書類"),
        choices=[SelectChoice("", _l("すべて")), *(SelectChoice(kind, words) for kind, words in KINDS.items())],
        default="",
    )

    @property
    def question(self) -> PaperQuestion:
        return PaperQuestion(**self.asked, kind=self.kind.data or "")


class LedgerForm(PapersForm):
    number = ReceiptNumber(_l("番号"))
    state = SelectField(
        _l("状態"),
        choices=[
            SelectChoice("", _l("すべて")),
            SelectChoice("valid", _l("有効")),
            SelectChoice("reissued", _l("再発行")),
            SelectChoice("void", _l("取消")),
        ],
        default="",
    )
    issued_by = SelectField(
        _l("発行者"),
        choices=[
            SelectChoice("", _l("すべて")),
            SelectChoice("buyer", _l("購入者")),
            SelectChoice("staff", _l("店舗")),
        ],
        default="",
    )

    @property
    def question(self) -> Question:
        return Question(
            **self.asked,
            number=self.number.value,
            state=State(self.state.data) if self.state.data else None,
            issued_by=self.issued_by.data or "",
        )
