"""The sections of a shop's settings, each a small form whose fields are columns of `Shop` (or parts of one)."""

from typing import Any, Self

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.widgets import HiddenInput

from admin.settings.words import NOTHING, described
from portal.access.rules.second_step import Action, is_asked
from portal.models import Shop
from portal.shops.rules.settings import ACCESS_DAYS, PLATFORMS, SETTINGS
from portal.web.fields import SelectChoice, tidied

PLATFORM_NAMES = {
    "own": _l("自社サイト・カート"),
    "rakuten": _l("楽天市場"),
    "yahoo": _l("Yahoo!ショッピング"),
    "aupay": _l("au PAY マーケット"),
    "qoo10": "Qoo10",
    "shoplist": "SHOPLIST",
    "other": _l("そのほかのモール"),
}
NO_LIMIT = _l("期限なし")


def number_or_none(value: Any) -> int | None:
    return None if value in ("", None, "None") else int(value)


class SettingsForm(FlaskForm):
    """A section of the settings; `version` is the shop's `settings_version` when the form was opened."""

    version = IntegerField(widget=HiddenInput())

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
        columns = {column.key: getattr(shop, column.key) for column in Shop.__table__.columns}
        return columns | {"version": shop.settings_version}

    def offer(self, shop: Shop) -> None:
        """Fill in choices that depend on the shop: beside the usual ones, what it has already."""

    def changes(self) -> dict[str, Any]:
        """Return column of `Shop` → value."""
        return {field.name: field.data for field in self.shown() if field.name in SETTINGS}

    def field_of(self, column: str) -> Field:
        """Return the field beside which a problem of this column is shown."""
        field: Field = self[column]
        return field

    def facts(self) -> list[tuple[Any, str]]:
        """Return (label, value in words) of the fields, for the overview."""
        return [(field.label.text, described(field)) for field in self.shown()]

    def shown(self) -> list[Field]:
        """Return the fields that can be seen."""
        return [field for field in self if field.name not in ("csrf_token", "version")]

    def refuse(self, column: str, sentence: Any) -> None:
        field = self.field_of(column)
        field.errors = [*field.errors, str(sentence)]


class AccessForm(SettingsForm):
    platform = SelectField(
        _l("出店先"), choices=[SelectChoice(key, PLATFORM_NAMES[key]) for key in PLATFORMS], validate_choice=False
    )
    login_element = RadioField(
        _l("受注コードといっしょに入力してもらうもの"),
        choices=[SelectChoice("name", _l("購入者名")), SelectChoice("phone", _l("電話番号"))],
        validate_choice=False,
    )
    derive_readings = BooleanField(_l("注文にかながないとき、漢字から読みを推測して照合する"))
    access_days = SelectField(_l("アクセスの有効期限"), coerce=number_or_none, validate_choice=False)
    step_personal_data = BooleanField(_l("住所・電話番号・メールアドレスを伏せずに見る"))
    step_other_orders = BooleanField(_l("同じ購入者のほかの注文を見る"))
    step_receipt = BooleanField(_l("領収書を発行する"))
    step_subscription = BooleanField(_l("定期購入の内容を変える"))
    totp_demanded = BooleanField(_l("担当者のログインに認証アプリを必須にする"))

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


class DocumentsForm(SettingsForm):
    receipts_allowed = BooleanField(_l("領収書のダウンロードを許可する"))
    receipt_policy = RadioField(
        _l("2回目からのダウンロード"),
        choices=[
            SelectChoice("unlimited", _l("何回でも同じ領収書をダウンロードできる")),
            SelectChoice("once", _l("1回だけ。2回目以降はダウンロードできない")),
            SelectChoice("reissue", _l("2回目以降は「（再発行）」と表示する")),
        ],
        validate_choice=False,
    )
    marketplace_receipts = BooleanField(_l("楽天市場の注文でも、この店舗の領収書を発行できる"))
    delivery_notes_allowed = BooleanField(_l("納品書のダウンロードを許可する"))
    default_proviso = StringField(_l("但し書き（購入者が書きかえる前の文）"), filters=[tidied])
    rounding = RadioField(
        _l("消費税の端数"),
        choices=[
            SelectChoice("down", _l("切り捨て")),
            SelectChoice("half_up", _l("四捨五入")),
            SelectChoice("up", _l("切り上げ")),
        ],
        validate_choice=False,
    )
    points_mode = RadioField(
        _l("ポイントの扱い"),
        choices=[
            SelectChoice("discount", _l("値引き（税率ごとの対象額から引く）")),
            SelectChoice("means", _l("支払い手段（対象額はそのまま、支払いにあてた額として示す）")),
        ],
        validate_choice=False,
    )


class IssuerForm(SettingsForm):
    issuer_name = StringField(_l("発行者の名前"), filters=[tidied])
    registration_number = StringField(_l("登録番号（適格請求書発行事業者）"), filters=[tidied])
    issuer_postcode = StringField(_l("郵便番号"), filters=[tidied])
    issuer_address = StringField(_l("住所"), filters=[tidied])
    issuer_phone = StringField(_l("電話番号"), filters=[tidied])
    issuer_email = StringField(_l("メールアドレス"), filters=[tidied])


class LookForm(SettingsForm):
    name = StringField(_l("店舗の名前"), filters=[tidied])
    accent = StringField(_l("アクセントの色"), filters=[tidied])
    english = BooleanField(_l("英語のページも出す"))

    @classmethod
    def values(cls, shop: Shop) -> dict[str, Any]:
        return super().values(shop) | {"english": "en" in shop.languages}

    def changes(self) -> dict[str, Any]:
        return super().changes() | {"languages": ["ja", "en"] if self.english.data else ["ja"]}

    def field_of(self, column: str) -> Field:
        return super().field_of("english" if column == "languages" else column)


class ContactForm(SettingsForm):
    contact_phone = StringField(_l("電話番号"), filters=[tidied])
    contact_hours = StringField(_l("電話の受付時間"), filters=[tidied])
    contact_email = StringField(_l("メールアドレス"), filters=[tidied])
    contact_url = StringField(_l("お問い合わせフォームの URL"), filters=[tidied])
    site_url = StringField(_l("店舗のサイトの URL"), filters=[tidied])


class MailForm(SettingsForm):
    mail_from = StringField(_l("送信元のアドレス"), filters=[tidied])
    notice_addresses = TextAreaField(_l("お知らせを受け取るアドレス"))

    @classmethod
    def values(cls, shop: Shop) -> dict[str, Any]:
        return super().values(shop) | {"notice_addresses": "\n".join(shop.notice_addresses)}

    def changes(self) -> dict[str, Any]:
        return super().changes() | {"notice_addresses": (self.notice_addresses.data or "").splitlines()}


class ParcelsForm(SettingsForm):
    bundling = BooleanField(_l("同じお届け先の注文を、同梱の候補として出す"))
