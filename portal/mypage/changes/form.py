"""Base of the forms of a buyer's changes; the forms themselves stand in the modules beside, one for each noun."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from flask import request
from flask_wtf import FlaskForm

from portal.access.rules.contact import Person
from portal.extensions import db
from portal.models import Subscription, SubscriptionChange
from portal.mypage.subscriptions.loader import Reached
from portal.subscriptions.changes.confirm import carry_out
from portal.subscriptions.changes.proposals import Proposal
from portal.subscriptions.rules.allowances import Change
from portal.web.fields import VersionField, put_beside
from portal.web.languages import locale
from portal.web.terms import shop_frame

AGAIN = "again"
"""Name of the button that leads from the preview back to the form."""
FORESEEN = "foreseen"
"""Name of the field with the digest of what was shown, in the form that confirms it."""
NOT_TYPED = frozenset({"csrf_token", "version", "once", FORESEEN, AGAIN})


class HeldBackError(Exception):
    """Reason to show the preview again: the change was not carried out yet.

    What was written in the transaction stays, such as a code that was sent or an attempt that counts.
    """


@dataclass(frozen=True)
class Agreed:
    """Change that the buyer has seen and confirmed."""

    proposal: Proposal
    foreseen: Subscription
    """Copy as the change would make it, worked out before the write lock was taken."""
    _: KW_ONLY
    once_id: UUID
    seen_version: int
    now: datetime


class BuyersForm(FlaskForm):
    """Form of one change. Its fields are drawn by `template`; without one there is nothing to fill in.

    `subscription` is as it is now, `today` is the day in Tokyo. `prepare` sets what a buyer may choose from.
    """

    change: ClassVar[Change]
    template: ClassVar[str] = ""
    follows: ClassVar[bool] = True
    """True if the days below the form follow what is filled in; False if the change leaves them as they are."""
    complains_early: ClassVar[bool] = True
    """True if mistakes are shown while it is filled in; False if there is too much to type before it can be right."""
    instead: ClassVar[str] = ""
    """Partial that is shown below the usual sentence if there is no choice."""
    confirmation: ClassVar[str] = ""
    """Partial in place of the button that confirms, if that takes more than a press."""
    needs_card: bool = False
    """True once the change was refused for want of a good card: the page then leads to the cards."""

    version = VersionField()
    """Version of the subscription when the form was opened."""

    def __init__(self, subscription: Subscription, today: date, **more: Any) -> None:
        super().__init__(**more)
        self.subscription = subscription
        self.today = today
        self.prepare()

    def prepare(self) -> None:
        """Set choices and limits, both of an empty form and of one that was sent."""

    def fill(self, subscription: Subscription) -> None:
        """Fill in the current values, which the buyer finds when the form opens."""

    def proposal(self, subscription: Subscription) -> Proposal:
        """Return the proposal of a valid form. Raise RefusedError as the verbs do."""
        return Proposal(self.change)

    def blocks(self, after: Subscription) -> tuple[Person, Person] | None:
        """Return the destination now and as it is in `after`, or None if the change is about something else."""
        return None

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
        """Do what may not be done before the change is stored."""

    @property
    def has_choice(self) -> bool:
        """Tell whether there is anything to choose but what is so already; if not, the buyer may ask the shop."""
        return True

    @property
    def is_unfinished(self) -> bool:
        """Tell whether a button inside the form was pressed, so that the form comes again with what was typed."""
        return AGAIN in request.form

    def typed(self) -> Sequence[tuple[str, str]]:
        """Return the names and values to be carried on to the next page, as they came."""
        return [(name, value) for name, value in request.form.items(multi=True) if name not in NOT_TYPED]

    def refuse(self, path: str, sentence: str) -> bool:
        """Put the sentence beside the field that `path` (of a RefusedError) names; return False if there is none."""
        return put_beside(self, path, sentence)
