"""Mailer over SMTP. It decides what a server's answer means for the outbox: taken, refused, down or uncertain."""

import re
import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Literal

from portal.adapters.envelope import quoted, seal
from portal.ports import Mail, MailerDownError, MailRefusedError, MailUncertainError

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 60.0
"""Timeout of each answer of the server; all of them together stay below `notifications.delivery.STUCK_AFTER`."""
REST_SECONDS = 20.0
"""Pause after a failed connection, since waiting for a dead server would block the worker."""
OK = frozenset({250, 251, 252})
OURS_TO_MEND = frozenset({500, 501, 502, 503, 504, 530, 534, 535, 538})
"""Codes (RFC 5321, RFC 4954) that reject our commands or our login; they do not refuse this mail."""
TROUBLE = (OSError, smtplib.SMTPException)


class SmtpMailer:
    """Mailer with one connection per mail, so that a restarted server never leaves us a stale one."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        security: Literal["starttls", "tls", "none"],
        user: str = "",
        password: str = "",
        connect_seconds: float = CONNECT_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
        rest_seconds: float = REST_SECONDS,
    ) -> None:
        self._host = host
        self._port = port
        self._security = security
        self._user = user
        self._password = password
        self._connect_seconds = connect_seconds
        self._answer_seconds = answer_seconds
        self._rest_seconds = rest_seconds
        self._rests_until = 0.0

    def send(self, mail: Mail) -> None:
        message = seal(mail, datetime.now(UTC))
        sender = message["From"].addresses[0].addr_spec
        with self._connection() as smtp:
            _expect(smtp.mail(sender), OK, "sender")
            _expect(smtp.rcpt(quoted(mail.recipient)), OK, "recipient", about_this_mail=True)
            _expect(smtp.docmd("DATA"), {354}, "data", about_this_mail=True)
            # If sending fails, the server never saw the end of the content and cannot have taken the mail.
            smtp.send(_stuffed(bytes(message)))
            try:
                answer = smtp.getreply()
            except TROUBLE as error:
                raise MailUncertainError(f"no answer after the content: {type(error).__name__}") from error
            _expect(answer, OK, "content", about_this_mail=True)
            with suppress(*TROUBLE):
                smtp.quit()

    @contextmanager
    def _connection(self) -> Iterator[smtplib.SMTP]:
        if time.monotonic() < self._rests_until:
            raise MailerDownError("resting after a failed connection")
        try:
            smtp = self._open()
        except TROUBLE as error:
            self._rests_until = time.monotonic() + self._rest_seconds
            raise MailerDownError(_reason(error)) from error
        try:
            yield smtp
        except TROUBLE as error:
            raise MailRefusedError(f"connection lost: {_reason(error)}", permanent=False) from error
        finally:
            smtp.close()

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=self._connect_seconds, context=context
            )
        else:
            smtp = smtplib.SMTP(self._host, self._port, timeout=self._connect_seconds)
        try:
            smtp.ehlo_or_helo_if_needed()
            if self._security == "starttls":
                smtp.starttls(context=context)
            if self._user:
                smtp.login(self._user, self._password)
            if smtp.sock is not None:
                smtp.sock.settimeout(self._answer_seconds)
        except BaseException:
            smtp.close()
            raise
        return smtp


def _stuffed(content: bytes) -> bytes:
    """Double the dot at the start of a line and end with a lone dot (RFC 5321 §4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", content) + b".\r\n"


def _expect(
    answer: tuple[int, bytes], wanted: set[int] | frozenset[int], step: str, *, about_this_mail: bool = False
) -> None:
    """Raise MailerDownError or MailRefusedError unless the answer has a wanted code.

    `about_this_mail`: a 5xx refuses the mail for good. Otherwise it is about us (a sender that may not send, say),
    somebody will mend that, and the mails must still be queued then.
    """
    code, _words = answer
    if code in wanted:
        return
    if code == 421:
        raise MailerDownError(f"{step}: 421, the server is closing")
    # Only the code is kept: the server's words often repeat the address.
    final = about_this_mail and 500 <= code < 600 and code not in OURS_TO_MEND
    raise MailRefusedError(f"{step} refused: {code}", permanent=final)


def _reason(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return type(error).__name__ + (f" {code}" if code else "")
