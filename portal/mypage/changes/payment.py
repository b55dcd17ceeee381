"""Form of the payment: the method, and which of the registered cards."""

from typing import Any, NamedTuple
from uuid import UUID

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField
from wtforms.validators import ValidationError

from portal.extensions import db
from portal.models import Card, Subscription
from portal.mypage.changes.form import BuyersForm
from portal.payments import cards
from portal.payments.rules.expiry import Expiry, expiry_of
from portal.payments.rules.wallets import Way, way_of
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.record.editable_fields import Wanted
from portal.subscriptions.rules.allowances import Change
from portal.subscriptions.schedule import fees, methods
from portal.values.ids import uuid_or_none
from portal.values.money import format_yen
from portal.web.fields import SelectChoice
from portal.web.terms import shop_frame
from portal.words.payments import payment_name


class Unusable(NamedTuple):
    """Payment method of the shop that cannot be chosen now, with the reason."""

    words: str
    reason: str


class PaymentForm(BuyersForm):
    """Form of the payment method. If a card pays already, another card is chosen on the page of the cards."""

    change = Change.PAYMENT
    template = "mypage/changes/_payment.html"
    follows = False
    instead = "mypage/changes/_unusable_payments.html"

    payment_method = RadioField(_l("お支払い方法"), validate_choice=False)
    card_id = RadioField(_l("お使いになるカード"), validate_choice=False)

    def prepare(self) -> None:
        self.rules = shop_frame().rules
        self.cards = self._good_cards()
        self.card_id.choices = [SelectChoice(str(card.id), card.last4) for card in self.cards]
        current = self.subscription.payment_method
        offered = [words for words in self.rules.payment_methods if words != current]
        reasons = {words: self._why_not(words) for words in offered}
        self.unusable = [reason for reason in reasons.values() if reason]
        usable = [current, *(words for words in offered if not reasons[words])]
        self.payment_method.choices = [SelectChoice(words, self._words(words)) for words in usable]
        self.usable = usable
        self.by_card = [words for words in usable if self._needs_card(words)]
        self.asks_card = bool(self.by_card)

    def fill(self, subscription: Subscription) -> None:
        self.payment_method.data = subscription.payment_method
        if self.cards:
            self.card_id.data = str(self.cards[0].id)

    @property
    def has_choice(self) -> bool:
        return len(self.usable) > 1

    def validate_payment_method(self, field: Field) -> None:
        if field.data not in self.usable:
            raise ValidationError(_("お支払い方法を選んでください。"))

    def validate_card_id(self, field: Field) -> None:
        if self._needs_card(self.payment_method.data or "") and field.data not in map(str, self._card_ids):
            raise ValidationError(_("お使いになるカードを選んでください。"))

    def proposal(self, subscription: Subscription) -> Proposal:
        method = self.payment_method.data or ""
        if method == subscription.payment_method:
            return Proposal(self.change)
        wanted: Wanted = {"payment_method": method, "payment_fee": self._fee(method)}
        if self._needs_card(method):
            wanted["card_id"] = uuid_or_none(self.card_id.data)
        return Proposal(self.change, wanted)

    def refuse(self, path: str, sentence: str) -> bool:
        return super().refuse("payment_method" if path == "wallet_agreement" else path, sentence)

    @property
    def _card_ids(self) -> list[UUID]:
        return [card.id for card in self.cards]

    def _good_cards(self) -> list[Card]:
        """Return the buyer's cards that are not expired, the default first."""
        subscription = self.subscription
        if not subscription.email_key:
            return []
        mine = cards.of_buyer(db.session, subscription.shop_id, subscription.email_key)
        return [card for card in mine if expiry_of(card.expires, self.today) is not Expiry.EXPIRED]

    def _way(self, words: str) -> Way:
        return way_of(words, g.shop.payment_words)

    def _needs_card(self, words: str) -> bool:
        return words != self.subscription.payment_method and self._way(words) is Way.CARD

    def _fee(self, words: str) -> int:
        if words == self.subscription.payment_method:
            return self.subscription.payment_fee
        return fees.payment_fee(words, self.rules.payment_fees, self.subscription.payment_fee)

    def _words(self, words: str) -> Any:
        fee = self._fee(words)
        if words == self.subscription.payment_method:
            return _("%(method)s（現在のお支払い方法）", method=payment_name(words) or _("記載なし"))
        name = payment_name(words)
        return _("%(method)s（手数料 %(fee)s）", method=name, fee=format_yen(fee)) if fee else name

    def _why_not(self, words: str) -> Unusable | None:
        subscription = self.subscription
        at_door = methods.is_paid_at_door(words, g.shop.payment_words)
        refused = self.rules.cod_methods_refused
        if at_door and not methods.collects_money(subscription.carrier, subscription.delivery_method, refused):
            method = subscription.delivery_method or _("ポストへのお届け")
            return Unusable(
                payment_name(words), str(_("現在のお届け方法（%(method)s）では、ご利用いただけません。", method=method))
            )
        way = self._way(words)
        if way is Way.CARD and not self.cards:
            return Unusable(payment_name(words), str(_("先にカードの登録が必要です。")))
        if way is Way.WALLET:
            return Unusable(payment_name(words), str(_("決済会社でのお手続きが必要です。当店へお問い合わせください。")))
        return None


FORMS: tuple[type[BuyersForm], ...] = (PaymentForm,)
