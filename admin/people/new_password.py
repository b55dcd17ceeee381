"""Check of a new password, which tells the person what is wrong with it."""

from flask_babel import lazy_gettext as _l

from admin.people.login_form import NewPasswordForm
from portal.extensions import db
from portal.models import Staff
from portal.staff import account
from portal.staff.password_rules import LONGEST, SHORTEST, Objection, objection

ADVICE = {
    Objection.TOO_SHORT: _l("短すぎます。%(count)s文字以上にしてください。", count=SHORTEST),
    Objection.TOO_LONG: _l("長すぎます。%(count)s文字までにしてください。", count=LONGEST),
    Objection.COMMON: _l(
        "よく使われる言葉や並びなので、すぐに当てられてしまいます。関係のない言葉をいくつかつなげてみてください。"
    ),
    Objection.OWN: _l(
        "お名前・メールアドレス・店舗の名前から当てられてしまいます。関係のない言葉をいくつかつなげてみてください。"
    ),
}


def accepts(form: NewPasswordForm, staff: Staff) -> bool:
    """Return whether the form holds a password that may be used; if not, the field says why."""
    if not form.validate():
        return False
    found = objection(form.new.data or "", account.own_words(db.session, staff))
    if found:
        form.new.errors = [ADVICE[found]]
    return found is None
