"""What the product needs from the outside, each as small as our need. `adapters.wire` chooses who answers."""

from collections.abc import Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Ports:
    mailer: Mailer
    documents: DocumentStore
    renderer: Renderer
