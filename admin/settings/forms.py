"""The sections of a shop's settings, each a small form whose fields are columns of `Shop` (or parts of one)."""

from typing import Any, Self

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Field, SelectField, StringField

from admin.settings.declared_form import DeclaredForm
from admin.settings.words import NOTHING, described
from portal.access.rules.second_step import Action, is_asked
from portal.models import Shop
from portal.receipts.documents.wording import WORDS
from portal.receipts.drafting import proviso_of
from portal.receipts.rules.givers import MALLS
from portal.shops.rules.checks import ACCESS_DAYS
from portal.shops.rules.declarations import DECLARED
from portal.shops.verbs import settings_of
from portal.values.languages import DEFAULT, OTHERS
from portal.web.fields import SelectChoice, tidied

NO_LIMIT = _l("期限なし")


def number_or_none(value: Any) -> int | None:
    return None if value in ("", None, "None") else int(value)


class SettingsForm(DeclaredForm):
    """A section of the settings; `version` is the shop's `settings_version` when the form was opened."""

    declared = DECLARED

    @property
    def double_confirmed(self) -> bool:
        """Tell whether the form confirms that buyers will have the mall's receipt and the shop's."""
        return False

    @classmethod
    def of(cls, shop: Shop) -> Self:
        """Make the form from the shop as it stands, whatever the request carries."""
        form = cls(formdata=None, data=cls.values(shop))
        form.offer(shop)
        return form

    @classmethod
    def typed(cls, shop: Shop) -> Self:
        form = cls()
        form.offer(shop)
        return form

    @classmethod
    def values(cls, shop: Shop) -> dict[str, Any]:
        return cls.shown_as_typed(settings_of(shop)) | {"version": shop.settings_version}

    def offer(self, shop: Shop) -> None:
        """Fill in choices that depend on the shop: beside the usual ones, what it has already."""

    def field_of(self, column: str) -> Field:
        """Return the field beside which a problem of this column is shown."""
        field: Field = self[column]
        return field

    def facts(self) -> list[tuple[Any, str]]:
        """Return (label, value in words) of the fields, for the overview."""
        return [(field.label.text, described(field)) for field in self.shown()]

    def refuse(self, column: str, sentence: Any) -> None:
        field = self.field_of(column)
        field.errors = [*field.errors, str(sentence)]


PROVISOS = {language.code: f"proviso_{language.code}" for language in OTHERS}
SPEAKS = {language.code: f"speaks_{language.code}" for language in OTHERS}
"""Name of the field by language, as for PROVISOS."""


class DocumentsForm(SettingsForm):
    section = "documents"
    parts = dict.fromkeys(PROVISOS.values(), "provisos") | {"confirms_double": "marketplace_receipts"}

    @property
    def double_confirmed(self) -> bool:
        return "confirms_double" in self and bool(self["confirms_double"].data)

    def offer(self, shop: Shop) -> None:
        """Leave out what concerns malls in a shop that is in none of those that give receipts."""
        if shop.platform not in MALLS:
            del self.marketplace_receipts, self.confirms_double

    def facts(self) -> list[tuple[Any, str]]:
        shown = (field for field in self.shown() if field.name != "confirms_double")
        return [(field.label.text, described(field)) for field in shown]

    @classmethod
    def values(cls, shop: Shop) -> dict[str, Any]:
        return super().values(shop) | {name: proviso_of(shop, code) for code, name in PROVISOS.items()}

    def changes(self) -> dict[str, Any]:
        return super().changes() | {"provisos": {code: self[name].data for code, name in PROVISOS.items()}}

    def field_of(self, column: str) -> Field:
        setting, _dot, code = column.partition(".")
        return super().field_of(PROVISOS.get(code, next(iter(PROVISOS.values()))) if setting == "provisos" else column)


# After the fields of the section, so that it stands below the one that it belongs to.
DocumentsForm.confirms_double = BooleanField(
    _l("モールの領収書と二重発行になることを確認しました"),
    description=_l("新しく印を付けて発行できるようにするときに必要です。"),
)
for _other in OTHERS:
    setattr(
        DocumentsForm,
        PROVISOS[_other.code],
        StringField(
            _l("%(language)sの領収書の但し書き", language=_l(_other.for_staff)),
            filters=[tidied],
            description=_l(
                "「%(before)s ◯◯」の◯◯の部分です。例：%(example)s",
                before=WORDS[_other.code].proviso,
                example=_other.proviso,
            ),
        ),
    )


class IssuerForm(SettingsForm):
    section = "issuer"


class ContactForm(SettingsForm):
    section = "contact"


class PrepayForm(SettingsForm):
    section = "prepay"


class ParcelsForm(SettingsForm):
    section = "parcels"


class AccessForm(SettingsForm):
    section = "access"
    access_days = SelectField(
        _l(DECLARED["access_days"].label),
        coerce=number_or_none,
        validate_choice=False,
        description=_l(DECLARED["access_days"].help),
    )
    step_personal_data = BooleanField(_l("住所・電話番号・メールアドレスを伏せずに見る"))
    step_other_orders = BooleanField(_l("同じ購入者のほかの注文を見る"))
    step_receipt = BooleanField(_l("領収書を発行する"))
    step_subscription_reversible = BooleanField(
        _l("定期購入のお休みと時間帯を変える（お客さまがご自分で元に戻せるもの）")
    )
    step_subscription = BooleanField(_l("定期購入のほかの内容を変える"))
    step_cancel = BooleanField(
        _l("定期購入をその場で解約する（解約のお申し込みと、メールのリンクからの解約には求めません）")
    )

    STEPS = tuple(Action)

    @classmethod
    def values(cls, shop: Shop) -> dict[str, Any]:
        return super().values(shop) | {f"step_{action}": is_asked(shop, action) for action in cls.STEPS}

    def offer(self, shop: Shop) -> None:
        labels = {days: NO_LIMIT if days is None else _l("出荷から%(days)s日", days=days) for days in ACCESS_DAYS}
        if shop.access_days not in labels:
            labels = {shop.access_days: _l("出荷から%(days)s日", days=shop.access_days), **labels}
        self.access_days.choices = [SelectChoice("" if days is None else days, label) for days, label in labels.items()]

    def changes(self) -> dict[str, Any]:
        return super().changes() | {"second_step": {action: self[f"step_{action}"].data for action in self.STEPS}}

    def field_of(self, column: str) -> Field:
        return super().field_of("step_personal_data" if column == "second_step" else column)

    def facts(self) -> list[tuple[Any, str]]:
        steps = [self[f"step_{action}"] for action in self.STEPS]
        asked = [str(field.label.text) for field in steps if field.data]
        return [
            *((field.label.text, described(field)) for field in self.shown() if field not in steps),
            (_l("確認コードを求める操作"), "\n".join(asked) or str(NOTHING)),
        ]


class LookForm(SettingsForm):
    section = "look"
    parts = dict.fromkeys(SPEAKS.values(), "languages")

    @classmethod
    def values(cls, shop: Shop) -> dict[str, Any]:
        return super().values(shop) | {name: code in shop.languages for code, name in SPEAKS.items()}

    def changes(self) -> dict[str, Any]:
        others = [code for code, name in SPEAKS.items() if self[name].data]
        return super().changes() | {"languages": [DEFAULT, *others]}

    def field_of(self, column: str) -> Field:
        return super().field_of(next(iter(SPEAKS.values())) if column == "languages" else column)


for _other in OTHERS:
    setattr(
        LookForm,
        SPEAKS[_other.code],
        BooleanField(
            _l("%(language)sのページも出す", language=_l(_other.for_staff)),
            description=_l("外すと、言語の切り替えを出さず、いつも日本語で表示します。日本語のページはいつも出ます。"),
        ),
    )


class MailForm(SettingsForm):
    section = "mail"
