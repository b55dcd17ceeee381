"""Addresses that a buyer edits for several subscriptions at once: the own address, or an entry of the list."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, TypedDict
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _

from portal.clock import now
from portal.extensions import db
from portal.models import ListedAddress, Subscription, SubscriptionChange
from portal.mypage.changes.address_fields import ListedForm, OwnForm, SharedForm
from portal.mypage.subscriptions.loader import Reached
from portal.subscriptions.changes import addresses, shared_addresses
from portal.subscriptions.changes.shared_addresses import Move
from portal.values.dates import tokyo_date
from portal.web.languages import locale
from portal.web.terms import shop_frame


class By(TypedDict):
    seen_rows: str
    once_id: UUID
    language: str
    actor: str
    now: Any


class Shared(ABC):
    endpoint: ClassVar[str]
    """Ending of the names of its views."""
    listed: ListedAddress | None = None

    def __init__(self, reached: Reached) -> None:
        self.reached = reached
        self.subscription = reached.subscription

    def url(self, step: str) -> str:
        values: dict[str, Any] = {"subscription_id": self.subscription.id, **self.place}
        return url_for(f".{step}_{self.endpoint}", **values)

    @property
    def place(self) -> dict[str, UUID]:
        """Return the parts of a page's address that it needs besides the subscription's id."""
        return {}

    @property
    @abstractmethod
    def title(self) -> str: ...

    @property
    @abstractmethod
    def users(self) -> Sequence[Subscription]:
        """Return the subscriptions that an edit moves, those at rest too."""

    @property
    @abstractmethod
    def seen(self) -> str: ...

    def is_done(self, once_id: UUID) -> bool:
        """Tell whether the form was sent before."""
        return bool(shared_addresses.written(db.session, self.users, once_id))

    @abstractmethod
    def typed_form(self) -> SharedForm: ...

    @abstractmethod
    def filled_form(self) -> SharedForm:
        """Return the form with the stored values, whatever the request carries."""

    @abstractmethod
    def is_same(self, form: Any) -> bool: ...

    @abstractmethod
    def moves(self, form: Any) -> list[Move]: ...

    @abstractmethod
    def edit(self, form: Any, once_id: UUID) -> Sequence[SubscriptionChange]:
        """Carry out the edit of a valid form by its verb and return the receipts. Raise what the verb raises."""

    def _by(self, form: SharedForm, once_id: UUID) -> By:
        return {
            "seen_rows": form.seen.data or "",
            "once_id": once_id,
            "language": locale(),
            "actor": self.reached.visit.actor,
            "now": now(),
        }


class Own(Shared):
    endpoint = "own_address"

    @property
    def title(self) -> str:
        return str(_("お客さまのご住所の変更"))

    @property
    def users(self) -> Sequence[Subscription]:
        return shared_addresses.sharing_own(db.session, self.subscription)

    @property
    def seen(self) -> str:
        return shared_addresses.seen(*self.users)

    def typed_form(self) -> OwnForm:
        return OwnForm()

    def filled_form(self) -> OwnForm:
        form = OwnForm(formdata=None)
        form.show(shared_addresses.own_of(self.subscription))
        return form

    def is_same(self, form: OwnForm) -> bool:
        return form.own == shared_addresses.own_of(self.subscription)

    def moves(self, form: OwnForm) -> list[Move]:
        return shared_addresses.moves_of_own(db.session, self.subscription, form.own, shop_frame(), tokyo_date(now()))

    def edit(self, form: OwnForm, once_id: UUID) -> Sequence[SubscriptionChange]:
        return shared_addresses.edit_own(
            db.session, self.subscription, form.own, shop_frame(), **self._by(form, once_id)
        )


class Listed(Shared):
    endpoint = "listed_address"
    listed: ListedAddress

    def __init__(self, reached: Reached, listed: ListedAddress) -> None:
        super().__init__(reached)
        self.listed = listed

    @property
    def place(self) -> dict[str, UUID]:
        return {"address_id": self.listed.id}

    @property
    def title(self) -> str:
        return str(_("「%(label)s」の変更", label=self.listed.label or self.listed.recipient_name))

    @property
    def users(self) -> Sequence[Subscription]:
        return shared_addresses.sharing_listed(db.session, self.listed)

    @property
    def seen(self) -> str:
        return shared_addresses.seen(self.listed, *self.users)

    def typed_form(self) -> ListedForm:
        return ListedForm()

    def filled_form(self) -> ListedForm:
        form = ListedForm(formdata=None)
        form.show(self.listed)
        return form

    def is_same(self, form: ListedForm) -> bool:
        return form.entry == addresses.entry_of(self.listed)

    def moves(self, form: ListedForm) -> list[Move]:
        return shared_addresses.moves_of_listed(db.session, self.listed, form.entry, shop_frame(), tokyo_date(now()))

    def edit(self, form: ListedForm, once_id: UUID) -> Sequence[SubscriptionChange]:
        return shared_addresses.edit_listed(
            db.session, self.listed, form.entry, shop_frame(), **self._by(form, once_id)
        )
