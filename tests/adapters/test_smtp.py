"""The SMTP adapter against a real server: what each of the server's answers means."""

import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.headerregistry import Address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from portal.adapters.envelope import seal
from portal.adapters.smtp import SmtpMailer
from portal.ports import Attachment, Mail, MailerDownError, MailRefusedError, MailUncertainError
from tests.databases import free_port
from tests.notifications.mailserver import MailServer

MAIL = Mail(
    message_id="<0123456789abcdef@shop.example.jp>",
    sender=str(Address("さくら茶舗, 京都", addr_spec="shop@example.jp")),
    recipient="hanako@example.jp",
    subject="【さくら茶舗】お荷物を発送しました (A-10234)",
    text="髙橋 﨑子 様\n.点で始まる行\n.\nおわり\n",
    html="<p>髙橋 𠮷子 様</p>",
)


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def mailer(server: MailServer) -> SmtpMailer:
    return SmtpMailer("127.0.0.1", server.port, security="none", answer_seconds=1, rest_seconds=0)


def test_a_mail_arrives_as_it_was_written(server: MailServer, mailer: SmtpMailer) -> None:
    mailer.send(MAIL)
    (came,) = server.received
    assert came["Subject"] == MAIL.subject
    assert came["Message-ID"] == MAIL.message_id
    assert came["From"].addresses[0].display_name == "さくら茶舗, 京都"
    assert came["From"].addresses[0].addr_spec == "shop@example.jp"
    assert came["Auto-Submitted"] == "auto-generated"
    text, html = came.get_body(("plain",)), came.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == MAIL.text.splitlines()
    assert html.get_content().strip() == MAIL.html


def test_a_receipt_comes_as_a_file_with_its_name(server: MailServer, mailer: SmtpMailer) -> None:
    mailer.send(Mail(**{**vars(MAIL), "attachments": (Attachment("領収書_A-10234.pdf", b"%PDF-1.7\n.\n"),)}))
    (part,) = server.received[0].iter_attachments()
    assert part.get_filename() == "領収書_A-10234.pdf"
    assert part.get_content() == b"%PDF-1.7\n.\n"


def test_an_address_as_old_phones_had_them_is_written_to(server: MailServer, mailer: SmtpMailer) -> None:
    mailer.send(Mail(**{**vars(MAIL), "recipient": "taro..chan.@docomo.example.jp"}))
    assert server.recipients == ["taro..chan.@docomo.example.jp"]
    on_the_wire = bytes(seal(Mail(**{**vars(MAIL), "recipient": "taro..chan.@docomo.example.jp"}), datetime.now(UTC)))
    assert b'To: "taro..chan."@docomo.example.jp' in on_the_wire


def test_nothing_in_a_header_starts_another_one(server: MailServer, mailer: SmtpMailer) -> None:
    for field in ("subject", "sender", "recipient", "message_id"):
        with pytest.raises(ValueError):  # noqa: PT011 - the standard library's words are not ours to test
            mailer.send(Mail(**{**vars(MAIL), field: "a@example.jp\r\nBcc: taro@example.jp"}))
    assert server.received == []


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("MAIL", "550 sender not allowed"),
        ("MAIL", "530 log in first"),
        ("RCPT", "530 log in first"),
        ("DATA", "503 no"),
    ],
)
def test_a_5xx_about_ourselves_is_tried_again_once_someone_mended_it(
    server: MailServer, mailer: SmtpMailer, step: str, answer: str
) -> None:
    server.answers[step] = answer
    with pytest.raises(MailRefusedError) as refusal:
        mailer.send(MAIL)
    assert not refusal.value.permanent
    server.answers.clear()
    mailer.send(MAIL)
    assert len(server.received) == 1


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_a_5xx_is_final_and_a_4xx_is_for_now(server: MailServer, mailer: SmtpMailer, step: str) -> None:
    server.answers[step] = "550 <hanako@example.jp> no such user"
    with pytest.raises(MailRefusedError) as final:
        mailer.send(MAIL)
    server.answers[step] = "451 try later, hanako@example.jp"
    with pytest.raises(MailRefusedError) as for_now:
        mailer.send(MAIL)
    assert (final.value.permanent, for_now.value.permanent) == (True, False)
    assert "550" in str(final.value)
    assert "hanako" not in str(final.value), "the reason is logged"


def test_a_server_that_is_closing_refuses_nobody_in_particular(server: MailServer, mailer: SmtpMailer) -> None:
    server.answers["RCPT"] = "421 shutting down"
    with pytest.raises(MailerDownError):
        mailer.send(MAIL)


def test_a_connection_lost_after_the_content_leaves_it_uncertain(server: MailServer, mailer: SmtpMailer) -> None:
    server.hang_ups = 1
    with pytest.raises(MailUncertainError):
        mailer.send(MAIL)


def test_silence_after_the_content_leaves_it_uncertain(server: MailServer, mailer: SmtpMailer) -> None:
    with server.holding_its_answer(), pytest.raises(MailUncertainError):
        mailer.send(MAIL)
    assert len(server.received) == 1


def test_no_server_is_down_and_the_next_mail_does_not_wait_for_it_again() -> None:
    port = free_port()
    mailer = SmtpMailer("127.0.0.1", port, security="none", rest_seconds=60)
    with pytest.raises(MailerDownError, match="ConnectionRefusedError"):
        mailer.send(MAIL)
    with MailServer(port) as server:
        with pytest.raises(MailerDownError, match="resting"):
            mailer.send(MAIL)
        assert server.received == []


def test_a_server_that_comes_back_is_used_again() -> None:
    port = free_port()
    mailer = SmtpMailer("127.0.0.1", port, security="none", rest_seconds=0)
    with pytest.raises(MailerDownError):
        mailer.send(MAIL)
    with MailServer(port) as server:
        mailer.send(MAIL)
        assert len(server.received) == 1


def test_a_server_without_starttls_gets_nothing_in_the_clear(server: MailServer) -> None:
    with pytest.raises(MailerDownError):
        SmtpMailer("127.0.0.1", server.port, security="starttls").send(MAIL)
    assert server.received == []


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with key and certificate for `localhost`, signed by itself."""
    folder = tmp_path_factory.mktemp("certificate")
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    )
    subprocess.run(
        [*command.split(), "-keyout", "key.pem", "-out", "certificate.pem"],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    both = folder / "both.pem"
    both.write_bytes((folder / "key.pem").read_bytes() + (folder / "certificate.pem").read_bytes())
    return both


def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


class Guarded(Controller):
    """An SMTP server that asks for STARTTLS and a password before anything else, as hosted mail servers do."""

    def factory(self) -> SMTP:
        def check(server: object, session: object, envelope: object, mechanism: str, login: object) -> AuthResult:
            right = isinstance(login, LoginPassword) and (login.login, login.password) == (b"shop", b"open sesame")
            return AuthResult(handled=False, success=right)

        return SMTP(
            self.handler,
            tls_context=self.context,
            require_starttls=True,
            auth_required=True,
            authenticator=check,
        )

    def __init__(self, handler: object, context: ssl.SSLContext) -> None:
        self.context = context
        super().__init__(handler, hostname="127.0.0.1", port=free_port())


def test_starttls_and_password(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    inbox = MailServer()
    server = Guarded(inbox, tls(certificate))
    server.start()
    try:
        mailer = SmtpMailer("localhost", server.port, security="starttls", user="shop", password="open sesame")
        mailer.send(MAIL)
        with pytest.raises(MailerDownError):
            SmtpMailer("localhost", server.port, security="starttls", user="shop", password="wrong").send(MAIL)
    finally:
        server.stop()
    assert len(inbox.received) == 1


def test_a_certificate_that_nobody_vouches_for_gets_nothing(certificate: Path) -> None:
    inbox = MailServer()
    server = Guarded(inbox, tls(certificate))
    server.start()
    try:
        with pytest.raises(MailerDownError, match="SSLCertVerificationError"):
            SmtpMailer("localhost", server.port, security="starttls", user="shop", password="open sesame").send(MAIL)
    finally:
        server.stop()
    assert inbox.received == []


def test_tls_from_the_first_byte(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    inbox = MailServer()
    server = Controller(inbox, hostname="127.0.0.1", port=free_port(), ssl_context=tls(certificate))
    server.start()
    try:
        SmtpMailer("localhost", server.port, security="tls").send(MAIL)
    finally:
        server.stop()
    assert len(inbox.received) == 1


def test_the_password_is_not_shown() -> None:
    assert "open sesame" not in repr(SmtpMailer("localhost", 25, security="none", user="shop", password="open sesame"))


def test_waiting_for_a_dead_server_ends() -> None:
    """The server takes connections and never says a word."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.monotonic()
        with pytest.raises(MailerDownError, match=r"Timeout|timed out|Disconnected"):
            SmtpMailer("127.0.0.1", silent.getsockname()[1], security="none", connect_seconds=0.3).send(MAIL)
        assert time.monotonic() - began < 10
