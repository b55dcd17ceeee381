"""What the product needs from the outside, each as small as our need. `adapters.wire` chooses who answers."""

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
        """Raises MailRefusedError, MailerDownError or MailUncertainError; returning means accepted."""


class DocumentStore(Protocol):
    """Bytes under keys such as `<shop id>/receipt/<digest>.pdf`. A key is written once."""

    def put(self, key: str, content: bytes) -> None: ...

    def put_file(self, key: str, source: BinaryIO) -> None:
        """From where `source` stands to its end, block by block: for what is too large to hold."""

    def get(self, key: str) -> bytes:
        """Raises KeyError when there is nothing under the key."""

    def open(self, key: str) -> BinaryIO:
        """To read from any place of it; the caller closes. Raises KeyError when there is nothing under the key."""

    def delete(self, key: str) -> None: ...

    def check(self) -> None:
        """Raises when nothing could be stored now; cheap."""


class Renderer(Protocol):
    def render(self, kind: str, document: Mapping[str, Any], images: Mapping[str, bytes]) -> bytes:
        """PDF of a frozen document (its `to_dict()` form); `images` holds logo and seal as PNG."""


# --- the payment company ---------------------------------------------------------------------------------------------
class PaymentStanding(StrEnum):
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    VOID = "void"
    """Let go by us, or lapsed."""
    DECLINED = "declined"


@dataclass(frozen=True)
class CardSetup:
    reference: str
    """What `finish_card_setup` is asked with once the buyer is back or the company has sent its message."""
    url: str
    """The payment company's own page: card numbers are typed there, never here."""


@dataclass(frozen=True)
class SavedCard:
    reference: str
    customer_reference: str
    brand: str
    last4: str
    expires: str
    """Last month it is good for, YYYY-MM."""


@dataclass(frozen=True)
class Payment:
    reference: str
    """The payment company's name for it."""
    amount: int
    standing: PaymentStanding
    lapses_at: datetime | None = None
    """Until when an authorisation can be captured."""
    code: str = ""
    """Of a decline."""


class PaymentDeclinedError(Exception):
    """The company said no; asking the same again gives the same answer. `code` is the company's word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class GatewayDownError(Exception):
    """The company cannot be reached, or takes nothing now: nothing was done."""


class PaymentUncertainError(Exception):
    """The answer was lost: it may or may not have been done. `find` tells."""


class ForgedMessageError(Exception):
    """The message does not bear the company's signature, or an old one."""


LAPSED = "authorisation_lapsed"
"""Code of a capture that came too late: the same on every gateway, because it is answered by a new authorisation."""
GIVEN_UP = "setup_given_up"
"""Code of a set-up that ended without a card: the buyer turned back, or never came back."""


class PaymentGateway(Protocol):
    """All of these raise GatewayDownError, those that move money PaymentDeclinedError and PaymentUncertainError too.

    `key` is our idempotency key: within 24 hours the same key gives the same answer and does nothing again.
    """

    @property
    def page_origin(self) -> str:
        """Where the page is on which cards are typed: https://host, for our Content-Security-Policy."""

    def start_card_setup(
        self, *, our_reference: str, return_url: str, cancel_url: str, customer_reference: str = ""
    ) -> CardSetup:
        """`customer_reference`: of the buyer's earlier cards there. The company's page leads back to either address."""

    def finish_card_setup(self, setup_reference: str) -> SavedCard | None:
        """None: it is not over yet. PaymentDeclinedError: the card was not accepted, or GIVEN_UP."""

    def cancel_card_setup(self, setup_reference: str) -> None:
        """From now on no card is taken there; one that was taken before stays."""

    def read_message(self, body: bytes, headers: Mapping[str, str]) -> str:
        """The set-up that a message of the company's is about; empty: about something else. ForgedMessageError."""

    def authorise(self, *, amount: int, source: str, key: str, our_reference: str) -> Payment:
        """`source` is a saved card's reference or a wallet's agreement; `our_reference` goes into the metadata."""

    def capture(self, payment_reference: str, *, amount: int, key: str) -> Payment:
        """PaymentDeclinedError with the code LAPSED: too late, the money is no longer held."""

    def void(self, payment_reference: str, *, key: str) -> Payment: ...

    def find(self, our_reference: str, *, source: str = "", payment_reference: str = "") -> Payment | None:
        """As it stands now; None: no such payment was ever made. What else is known of it makes the answer surer."""


@dataclass(frozen=True)
class Ports:
    mailer: Mailer
    documents: DocumentStore
    renderer: Renderer
    gateways: Mapping[str, PaymentGateway]
    """By `SubscriptionRules.gateway` and `Card.gateway`."""
