"""Mailer over SMTP. What the answers mean for the outbox is decided here: refused for now, refused, or uncertain."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from portal.adapters.envelope import seal
from portal.ports import Mail, MailRefusedError, MailUncertainError

TIMEOUT = 30.0
"""Seconds for each answer of the server."""


@dataclass(frozen=True)
class SmtpMailer:
    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str = ""
    password: str = field(default="", repr=False)
    timeout: float = TIMEOUT

    def send(self, mail: Mail) -> None:
        message = seal(mail, datetime.now(UTC))
        sender, recipient = (message[name].addresses[0].addr_spec for name in ("From", "To"))
        with self._connected() as smtp:
            _expect(smtp.mail(sender), "sender")
            _expect(smtp.rcpt(recipient), "recipient")
            _expect(smtp.docmd("DATA"), "data", wanted=354)
            # If not all of it got out, the server never saw the end and cannot have taken the mail.
            smtp.send(_data(bytes(message)))
            try:
                answer = smtp.getreply()
            except (OSError, smtplib.SMTPException) as error:
                raise MailUncertainError(f"no answer after the content: {type(error).__name__}") from error
            _expect(answer, "content")
            _say_goodbye(smtp)

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Whatever goes wrong before the content is out, is no fault of this mail: refused for now."""
        try:
            smtp = self._open()
        except (OSError, smtplib.SMTPException) as error:
            raise MailRefusedError(_reason("connecting", error), permanent=False) from error
        try:
            yield smtp
        except (OSError, smtplib.SMTPException) as error:
            raise MailRefusedError(_reason("sending", error), permanent=False) from error
        finally:
            smtp.close()

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            smtp = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
        try:
            smtp.ehlo_or_helo_if_needed()
            if self.security == "starttls":
                smtp.starttls(context=context)
            if self.user:
                smtp.login(self.user, self.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


def _data(content: bytes) -> bytes:
    """RFC 5321 §4.5.2: a line that starts with a dot gets another one; a lone dot ends the content."""
    stuffed = re.sub(rb"(?m)^\.", b"..", content)
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _expect(answer: tuple[int, bytes], step: str, wanted: int = 250) -> None:
    code, _words = answer
    if code == wanted or (wanted == 250 and code in (251, 252)):
        return
    # The server's words often repeat the address: only the code is kept.
    raise MailRefusedError(f"{step} refused: {code}", permanent=500 <= code < 600)


def _reason(step: str, error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return f"{step}: {type(error).__name__}" + (f" {code}" if code else "")


def _say_goodbye(smtp: smtplib.SMTP) -> None:
    """The mail is accepted: nothing that happens now can change that."""
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        return
