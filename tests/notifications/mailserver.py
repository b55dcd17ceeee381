"""A real SMTP server whose answers a test decides."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.databases import free_port


class MailServer:
    """SMTP server that answers yes, except to the commands MAIL, RCPT or DATA that have another reply in `answers`.

    While `hang_ups` is not 0, it cuts the line after a mail's content instead of answering.
    """

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.answers: dict[str, str] = {}
        self.hang_ups = 0
        self.received: list[EmailMessage] = []
        self.recipients: list[str] = []
        self._may_answer = threading.Event()
        self._may_answer.set()

    def __enter__(self) -> Self:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" in self.answers:
            return self.answers["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    @contextmanager
    def holding_its_answer(self) -> Iterator[Callable[[], bool]]:
        """Keep the server silent once it has a mail's content; yield a function that tells whether that has come."""
        before = len(self.received)
        self._may_answer.clear()
        try:
            yield lambda: len(self.received) > before
        finally:
            self._may_answer.set()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        answer = self.answers.get("DATA", "250 OK")
        if answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=default)
            assert isinstance(message, EmailMessage)
            self.received.append(message)
            self.recipients += envelope.rcpt_tos
        if self.hang_ups:
            self.hang_ups -= 1
            assert server.transport is not None
            server.transport.abort()
        while not self._may_answer.is_set():  # noqa: ASYNC110 - set by another thread
            await asyncio.sleep(0.01)
        return answer
