"""花子 at her cards and on the payment company's page."""

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.adapters.sandbox_gateway import Behaviour
from portal.models import (
    Card,
    CardRegistration,
    Order,
    OutboxMail,
    PaymentAttempt,
    Subscription,
)
from tests.cast import Cast
from tests.mypage.signing_in import csrf_token
from tests.mypage.subscribers import Subscriber, hidden
from tests.payments.companies import Company


class Hanako(Subscriber):
    """花子 at her cards and on the payment company's page."""

    company: Company

    @property
    def cards(self) -> str:
        return f"{self.page}/cards"

    def start(self, **fields: str) -> TestResponse:
        path = f"{self.cards}/new"
        return self.client.post(path, data=fields | {"csrf_token": csrf_token(self.client, path)})

    def set_out(self, **fields: str) -> CardRegistration:
        answer = self.start(**fields)
        assert answer.status_code == 303, answer.text
        assert answer.location.startswith(self.company.gateway.page_origin)
        return self.registrations()[-1]

    def come_back(self, registration: CardRegistration) -> TestResponse:
        return self.client.get(f"{self.cards}/{registration.id}/return")

    def register(self, kind: Behaviour = Behaviour.GOOD, expires: str = "2030-01", **fields: str) -> TestResponse:
        registration = self.set_out(**fields)
        self.company.type_card(registration.reference, kind, expires)
        return self.come_back(registration)

    def press(self, path: str, on: str = "") -> TestResponse:
        """Press the button of the form that stands on `on` (by default at `path`) and sends to `path`."""
        return self.client.post(path, data=hidden(self.client.get(on or path)))

    def registrations(self) -> list[CardRegistration]:
        self.session.rollback()
        self.session.expire_all()
        return list(self.session.scalars(select(CardRegistration).order_by(CardRegistration.id)))

    def paid_by(self) -> str:
        """Return the last 4 digits of the card that pays, or "" if there is none."""
        card_id = self.now().card_id
        return self.session.get_one(Card, card_id).last4 if card_id else ""

    def count(self, model: type[Card | PaymentAttempt]) -> int:
        self.session.rollback()
        return len(self.session.scalars(select(model)).all())

    def mails(self, message: str) -> list[OutboxMail]:
        self.session.rollback()
        return list(self.session.scalars(select(OutboxMail).filter_by(message=message)))


def held(
    cast: Cast, subscription: Subscription, card: Card | None, code: str = "S-2", reason: str = "card_declined"
) -> Order:
    order = cast.refused_order(subscription, card, code, reason)
    cast.session.commit()
    return order


def tell(hanako: Hanako, message: tuple[bytes, dict[str, str]]) -> int:
    """Send the company's own message, from no browser, and return the status of our answer."""
    body, headers = message
    client: FlaskClient = hanako.client.application.test_client()
    return client.post(f"/webhooks/{hanako.company.name}", data=body, headers=headers).status_code
