"""Interfaces to the outside, each as small as our need. `adapters.wire` chooses the adapters behind them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, BinaryIO, Protocol


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes
    content_type: str = "application/pdf"


@dataclass(frozen=True)
class Mail:
    message_id: str
    sender: str
    recipient: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


class MailRefusedError(Exception):
    """The server said no. `permanent`: trying again will not help (5xx for this recipient or content)."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class MailerDownError(Exception):
    """The server cannot be reached, or takes nobody's mail now: no fault of this mail."""


class MailUncertainError(Exception):
    """The connection broke after the content went out: it may or may not have been delivered."""


class Mailer(Protocol):
    def send(self, mail: Mail) -> None:
        """Send a mail; returning means accepted. Raise MailRefusedError, MailerDownError or MailUncertainError."""


class DocumentStore(Protocol):
    """Bytes under keys such as `<shop id>/receipt/<digest>.pdf`. A key is written once."""

    def put(self, key: str, content: bytes) -> None: ...

    def put_file(self, key: str, source: BinaryIO) -> None:
        """Store `source` from its position to its end, block by block: for what is too large to hold."""

    def get(self, key: str) -> bytes:
        """Return the content. Raise KeyError if there is nothing under the key."""

    def open(self, key: str) -> BinaryIO:
        """Open the content for reading at any place; the caller closes it. Raise KeyError if there is none."""

    def delete(self, key: str) -> None: ...

    def check(self) -> None:
        """Raise an error if nothing could be stored now; cheap."""


class Renderer(Protocol):
    def render(self, kind: str, document: Mapping[str, Any], images: Mapping[str, bytes]) -> bytes:
        """Return the PDF of a frozen document (its `to_dict()` form); `images` holds logo and seal as PNG."""


# --- the payment company ---------------------------------------------------------------------------------------------
class PaymentStanding(StrEnum):
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    VOID = "void"
    """A payment that we released, or that lapsed."""
    DECLINED = "declined"


@dataclass(frozen=True)
class CardSetup:
    reference: str
    """Reference for `finish_card_setup` once the buyer is back or the company has sent its message."""
    url: str
    """Address of the payment company's own page: card numbers are typed there, never here."""


@dataclass(frozen=True)
class SavedCard:
    reference: str
    customer_reference: str
    brand: str
    last4: str
    expires: str
    """Last month in which the card is valid, YYYY-MM."""


@dataclass(frozen=True)
class Payment:
    reference: str
    """The payment company's name for the payment."""
    amount: int
    standing: PaymentStanding
    lapses_at: datetime | None = None
    """Time until which an authorization can be captured."""
    code: str = ""
    """Code of a decline."""


class PaymentDeclinedError(Exception):
    """The company said no; asking the same again gives the same answer. `code` is the company's reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class GatewayDownError(Exception):
    """The company cannot be reached, or takes nothing now: nothing was done."""


class PaymentUncertainError(Exception):
    """The answer was lost: it may or may not have been done. `find` tells."""


class ForgedMessageError(Exception):
    """The message has no signature of the company's, or an old one."""


LAPSED = "authorisation_lapsed"
"""Code of a capture that came too late: the same on every gateway, because it is answered by a new authorization."""
GIVEN_UP = "setup_given_up"
"""Code of a set-up that ended without a card: the buyer turned back, or never came back."""


class PaymentGateway(Protocol):
    """A payment company.

    All methods raise GatewayDownError; those that move money also raise PaymentDeclinedError and PaymentUncertainError.

    `key` is our idempotency key: within 24 hours the same key gives the same answer and does nothing again.
    """

    @property
    def page_origin(self) -> str:
        """Return the origin (https://host) of the page on which cards are typed, for our Content-Security-Policy."""

    def start_card_setup(
        self, *, our_reference: str, return_url: str, cancel_url: str, customer_reference: str = ""
    ) -> CardSetup:
        """Begin a set-up; the company's page leads back to one of the two addresses.

        `customer_reference` is that of the buyer's earlier cards there.
        """

    def finish_card_setup(self, setup_reference: str) -> SavedCard | None:
        """Return the card, or None if the set-up is not over yet.

        Raise PaymentDeclinedError if the card was not accepted, or with the code GIVEN_UP.
        """

    def cancel_card_setup(self, setup_reference: str) -> None:
        """End a set-up: from now on no card is taken there; one that was taken before stays."""

    def read_message(self, body: bytes, headers: Mapping[str, str]) -> str:
        """Return the set-up that the company's message is about, or an empty text if it is about something else.

        Raise ForgedMessageError if the company's signature is missing or old.
        """

    def authorise(self, *, amount: int, source: str, key: str, our_reference: str) -> Payment:
        """Authorize an amount.

        `source` is a saved card's reference or a wallet's agreement; `our_reference` goes into the metadata.
        """

    def capture(self, payment_reference: str, *, amount: int, key: str) -> Payment:
        """Capture an amount. Raise PaymentDeclinedError with the code LAPSED if the money is no longer held."""

    def void(self, payment_reference: str, *, key: str) -> Payment: ...

    def find(self, our_reference: str, *, source: str = "", payment_reference: str = "") -> Payment | None:
        """Return the payment as it stands now, or None if no such payment was ever made.

        What else is known of it makes the answer surer.
        """


@dataclass(frozen=True)
class Ports:
    mailer: Mailer
    documents: DocumentStore
    renderer: Renderer
    gateways: Mapping[str, PaymentGateway]
    """Gateways by the name in `SubscriptionRules.gateway` and `Card.gateway`."""
