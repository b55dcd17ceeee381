"""Form of phone and e-mail address. The change proves a new address, in its transaction, by a code sent there."""

from collections.abc import Sequence
from datetime import datetime
from math import ceil
from typing import Any

from flask import current_app, g, request, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from portal.access import login_codes
from portal.access.login_codes import Confirmed, Spent, TooMany, TooSoon, Wrong
from portal.clock import now as clock_now
from portal.extensions import db, limiter
from portal.models import Subscription, SubscriptionChange
from portal.mypage.access.second_step import who
from portal.mypage.changes.form import Agreed, BuyersForm, HeldBackError
from portal.mypage.orders.loader import TOKEN, visit
from portal.mypage.subscriptions.loader import Reached, require_step_to_others
from portal.mypage.subscriptions.words import why_words
from portal.subscriptions.changes import contact
from portal.subscriptions.changes.contact import CannotFollowError
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.rules.allowances import Change
from portal.values import emails, phones
from portal.values.ids import uuid_or_none
from portal.web.fields import overwrite, tidied
from portal.web.languages import locale
from portal.web.terms import shop_frame

SEND = "send"
"""Name of the button that has a code sent to the new address."""
CODES = "10 per hour"
"""Limit on codes of a session to all new addresses together: nobody sends mails to strangers from here."""


class ContactForm(BuyersForm):
    change = Change.CONTACT
    template = "mypage/changes/_contact.html"
    follows = False
    confirmation = "mypage/changes/_confirm_contact.html"

    phone = StringField(_l("電話番号"), filters=[tidied])
    email = StringField(_l("メールアドレス"), filters=[tidied])
    code = StringField(_l("確認コード（6桁）"), filters=[tidied])

    def prepare(self) -> None:
        """Leave the e-mail address out until the current one is proved, even if the shop asks no code otherwise."""
        current = visit()
        assert current is not None
        self.visit = current
        self.proves_old = current.proves(self.subscription.email_key)
        if contact.followers(db.session, self.subscription, {"phone": ""}):
            # Subscriptions with the same number change along, and the page names them.
            require_step_to_others(self.subscription, current)
        self.said = ""
        self.token = ""
        if not self.proves_old:
            del self.email

    def fill(self, subscription: Subscription) -> None:
        if self.proves_old:
            self.phone.data, self.email.data = subscription.phone, subscription.email

    def typed(self) -> Sequence[tuple[str, str]]:
        return [(name, value) for name, value in super().typed() if name in ("phone", "email")]

    def validate_phone(self, field: Field) -> None:
        is_left_alone = field.data == self.subscription.phone or (not field.data and not self.proves_old)
        if is_left_alone:
            return
        if not phones.normalise(field.data or ""):
            raise ValidationError(_("電話番号を市外局番から入力してください。例：090-1234-5678"))
        field.data = phones.display(field.data)

    def validate_email(self, field: Field) -> None:
        if not emails.is_address(field.data or ""):
            raise ValidationError(_("メールアドレスの形式が正しくありません。例：hanako@example.jp"))

    def proposal(self, subscription: Subscription) -> Proposal:
        wanted: Wanted = {}
        if self.phone.data:
            wanted["phone"] = self.phone.data
        if self.proves_old:
            wanted["email"] = self.email.data or ""
        return Proposal(self.change, wanted)

    def carry_out(self, reached: Reached, agreed: Agreed) -> Sequence[SubscriptionChange]:
        if self.new_key:
            self._prove(reached, agreed.now)
        try:
            return contact.change(
                db.session,
                reached.subscription,
                agreed.proposal,
                shop_frame(),
                foreseen=agreed.foreseen,
                seen_followers=[uuid for text in request.form.getlist("follower") if (uuid := uuid_or_none(text))],
                once_id=agreed.once_id,
                seen_version=agreed.seen_version,
                language=locale(),
                actor=reached.visit.actor,
                now=agreed.now,
            )
        except CannotFollowError as error:
            # The rollback also keeps the code from being used up.
            db.session.rollback()
            self.said = _(
                "同時に変更される定期購入（番号 %(number)s）は、現在変更できません。%(why)s",
                number=error.subscription.number,
                why=why_words(error.verdict),
            )
            raise HeldBackError from error

    def after_commit(self) -> None:
        """Go on with the visit under the new address."""
        if self.token:
            session.clear()
            session[TOKEN] = self.token

    # --- of a valid form ---------------------------------------------------------------------------------------------
    @property
    def new_key(self) -> str:
        """Return the key of an address that is still to be proved, or an empty text if there is none."""
        key = emails.normalise(self.email.data or "") if self.proves_old else ""
        return "" if self.visit.proves(key) else key

    @property
    def is_sent(self) -> bool:
        return login_codes.pending(db.session, self.new_key, self.visit, clock_now()) is not None

    @property
    def wait_seconds(self) -> int:
        code = login_codes.pending(db.session, self.new_key, self.visit, clock_now())
        if code is None:
            return 0
        return max(0, ceil((code.sent_at + login_codes.AGAIN_AFTER - clock_now()).total_seconds()))

    @property
    def followers(self) -> list[Subscription]:
        """Return the buyer's other subscriptions that change along."""
        wanted = self.proposal(self.subscription).wanted
        return [other for other, _changes in contact.followers(db.session, self.subscription, wanted)]

    def _prove(self, reached: Reached, now: datetime) -> None:
        """Send a code if asked to, else check the typed one. Raise HeldBackError unless the right one was typed."""
        secret: str = current_app.config["SECRET_KEY"]
        if SEND in request.form:
            self._send(reached, secret, now)
            raise HeldBackError
        outcome = login_codes.confirm(
            db.session,
            reached.order,
            reached.visit,
            self.code.data or "",
            email_key=self.new_key,
            secret=secret,
            now=now,
        )
        if isinstance(outcome, Confirmed):
            self.token = outcome.token
            return
        if isinstance(outcome, Wrong):
            wrong = _("確認コードが正しくありません。もう一度ご入力ください。")
            self.code.errors = [wrong, _("あと%(count)s回入力できます。", count=outcome.tries_left)]
        if isinstance(outcome, Spent):
            self.said = _("この確認コードは使用できません。新しい確認コードをお送りします。")
        overwrite(self.code, "")
        raise HeldBackError

    def _send(self, reached: Reached, secret: str, now: datetime) -> None:
        more: Any = {"secret": secret, "language": locale(), "now": now}
        with limiter.limit(CODES, key_func=who):
            outcome = login_codes.send(
                db.session,
                g.shop,
                reached.order,
                reached.visit,
                email=self.email.data or "",
                mailroom=current_app.extensions["mailroom"],
                for_new_address=True,
                **more,
            )
        if isinstance(outcome, TooSoon):
            self.said = _("確認コードは先ほどお送りしました。メールが届くまで、しばらくお待ちください。")
        if isinstance(outcome, TooMany):
            self.said = _(
                "本日は、これ以上確認コードをお送りできません。明日もう一度お試しいただくか、当店へお問い合わせください。"
            )


FORMS: tuple[type[BuyersForm], ...] = (ContactForm,)
