"""What every form of a buyer's change has; the forms themselves stand in the modules subscription_forms_of_…."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from flask import request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, IntegerField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from portal.models import Subscription
from portal.subscriptions.allowances import Change
from portal.subscriptions.proposals import Proposal

AGAIN = "again"
"""Name of the button that leads from what will happen back to what was typed."""
NOT_TYPED = frozenset({"csrf_token", "version", "once", AGAIN})


class NumberField(IntegerField):
    """Also full-width digits; empty is None."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = None
        typed = unicodedata.normalize("NFKC", valuelist[0] if valuelist else "").replace(",", "").strip()
        if not typed:
            return
        if not re.fullmatch(r"[0-9]{1,7}", typed):
            raise ValueError(_("数字だけで入力してください。"))
        self.data = int(typed)


class BuyersForm(FlaskForm):
    """One change. Its fields are drawn by `template`; without one there is nothing to fill in.

    `subscription` is as it is now, `today` is Tokyo's. The fields of what a buyer may choose from are made in `prepare`.
    """

    change: ClassVar[Change]
    template: ClassVar[str] = ""

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
        """Beside the field that `path` (of a RefusedError) names; False: there is none, and it is said above."""
        field: Field | None = self._fields.get(path)
        if field is None or isinstance(field.widget, HiddenInput):
            return False
        field.errors = [*field.errors, sentence]
        return True
