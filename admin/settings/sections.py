"""The sections of a shop's settings, in the order of the overview."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from admin.settings import forms

SECTIONS = (
    ("access", _l("購入者の認証とアクセス")),
    ("documents", _l("領収書・書類")),
    ("issuer", _l("発行者")),
    ("pictures", _l("ロゴと印影")),
    ("look", _l("見た目と言語")),
    ("contact", _l("購入者に見せる連絡先")),
    ("prepay", _l("前払いのご案内")),
    ("mail", _l("メール")),
    ("payments", _l("支払方法の対応表")),
    ("tax", _l("消費税率")),
    ("carriers", _l("配送会社の言葉")),
    ("states", _l("注文の状態の言葉")),
    ("parcels", _l("同梱")),
)
FORMS: Mapping[str, type[forms.SettingsForm]] = {
    "access": forms.AccessForm,
    "documents": forms.DocumentsForm,
    "issuer": forms.IssuerForm,
    "look": forms.LookForm,
    "contact": forms.ContactForm,
    "prepay": forms.PrepayForm,
    "mail": forms.MailForm,
    "parcels": forms.ParcelsForm,
}
"""Forms of the plain sections; pictures, payments, tax, carriers and states have views of their own."""
