"""What every form of a buyer's change has; the forms themselves stand in the modules subscription_forms_of_…."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from flask import request
from flask_wtf import FlaskForm
from wtforms import IntegerField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from portal.extensions import db
from portal.models import Subscription, SubscriptionChange
from portal.mypage.subscriptions.loader import Reached
from portal.subscriptions.changes.confirm import carry_out
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.rules.allowances import Change
from portal.web.fields import put_beside
from portal.web.languages import locale
from portal.web.terms import shop_frame

AGAIN = "again"
"""Name of the button that leads from what will happen back to what was typed."""
FORESEEN = "foreseen"
"""Name of the digest of what was shown, in the form that confirms it."""
NOT_TYPED = frozenset({"csrf_token", "version", "once", FORESEEN, AGAIN})


class HeldBackError(Exception):
    """The change was not carried out yet: the page that says what will happen comes again. What was written in the
    transaction stays, such as a code that was sent or a try that counts."""


@dataclass(frozen=True)
class Agreed:
    """What the buyer has seen and pressed the last button for."""

    proposal: Proposal
    foreseen: Subscription
    """A copy as the change would make it, worked out before the write lock was taken."""
    _: KW_ONLY
    once_id: UUID
    seen_version: int
    now: datetime


class BuyersForm(FlaskForm):
    """One change. Its fields are drawn by `template`; without one there is nothing to fill in.

    `subscription` is as it is now, `today` is Tokyo's. The fields of what a buyer may choose from are made in `prepare`.
    """

    change: ClassVar[Change]
    template: ClassVar[str] = ""
    follows: ClassVar[bool] = True
    """The deliveries below the form follow what is filled in. False: they have nothing to do with it."""
    complains_early: ClassVar[bool] = True
    """While it is filled in, what is wrong so far is said. False: there is too much to type in before it can be right."""
    instead: ClassVar[str] = ""
    """Besides what is said where there is no choice."""
    confirmation: ClassVar[str] = ""
    """Partial in place of the button that confirms, where that takes more than a press."""
    needs_card: bool = False
    """Set once it is known: what was refused goes with another card, and the page leads to the cards."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    """Of the subscription when the form was opened."""

    def __init__(self, subscription: Subscription, today: date, **more: Any) -> None:
        super().__init__(**more)
        self.subscription = subscription
        self.today = today
        self.prepare()

    def prepare(self) -> None:
        """Choices and limits, of an empty form and of one that was sent."""

    def fill(self, subscription: Subscription) -> None:
        """As it stands now: what the buyer finds when the form opens."""

    def proposal(self, subscription: Subscription) -> Proposal:
        """Of a valid form. RefusedError as the verbs."""
        return Proposal(self.change)

    def carry_out(self, reached: Reached, agreed: Agreed) -> Sequence[SubscriptionChange]:
        """Carry the change out by its verb; return a receipt for each subscription that changed, its own first.

        Raise HeldBackError, or what the verb raises.
        """
        return [
            carry_out(
                db.session,
                reached.subscription,
                agreed.proposal,
                shop_frame(),
                foreseen=agreed.foreseen,
                once_id=agreed.once_id,
                seen_version=agreed.seen_version,
                language=locale(),
                actor=reached.visit.actor,
                now=agreed.now,
            )
        ]

    def after_commit(self) -> None:
        """What may not be said before the change is stored."""

    @property
    def has_choice(self) -> bool:
        """False: there is nothing but what is so already, and the shop is asked instead."""
        return True

    @property
    def is_unfinished(self) -> bool:
        """A button inside the form was pressed, not the one that goes on: the form comes again with what was typed."""
        return AGAIN in request.form

    def typed(self) -> Sequence[tuple[str, str]]:
        """Names and values to be carried on, as they came."""
        return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_TYPED]

    def refuse(self, path: str, sentence: str) -> bool:
        """Say it beside the field that `path` (of a RefusedError) names; return False if there is none."""
        return put_beside(self, path, sentence)
