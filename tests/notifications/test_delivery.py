"""What becomes of a mail in the outbox."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import jobs
from portal.adapters import smtp
from portal.adapters.smtp import SmtpMailer
from portal.models import OutboxMail, Receipt
from portal.notifications import delivery
from portal.notifications.rules.retries import BACKOFF
from portal.ports import Mailer, MailerDownError, MailRefusedError, MailUncertainError
from portal.receipts.drafting import Texts
from portal.receipts.issuing import issue
from tests.cast import Cast
from tests.conftest import Clock
from tests.databases import free_port
from tests.notifications.mailers import FakeMailer
from tests.notifications.mailserver import MailServer

Post = Callable[..., None]
FOR_NOW = MailRefusedError("recipient refused: 451", permanent=False)
FOR_GOOD = MailRefusedError("recipient refused: 550", permanent=True)


@pytest.fixture
def send(app: Flask, session: Session) -> Iterator[Callable[[Mailer], None]]:
    """Return a function that runs the job once with a given mailer."""

    def run(mailer: Mailer) -> None:
        session.commit()
        app.extensions["ports"] = replace(app.extensions["ports"], mailer=mailer)
        with app.app_context():
            jobs.mails.send_mails()

    return run


def all_mails(session: Session) -> list[OutboxMail]:
    mails = list(session.scalars(select(OutboxMail).order_by(OutboxMail.id).execution_options(populate_existing=True)))
    session.rollback()
    return mails


def one(session: Session) -> OutboxMail:
    (mail,) = all_mails(session)
    return mail


@pytest.fixture
def posted(cast: Cast, post: Post, session: Session) -> OutboxMail:
    """Return a queued mail that does not expire."""
    shop = cast.shop()
    order = cast.order(shop)
    context = {"order_code": order.code, "number": "1"}
    post(shop, order, message="receipt_file", context=context)
    session.commit()
    return one(session)


def test_a_sent_mail_is_not_sent_again(session: Session, posted: OutboxMail, send: Callable[[Mailer], None]) -> None:
    mailer = FakeMailer()
    send(mailer)
    send(mailer)
    (sent,) = mailer.sent
    assert (sent.recipient, sent.message_id) == ("hanako@example.jp", posted.message_id)
    assert one(session).state == "sent"
    assert one(session).sent_at is not None


def test_refused_for_now_it_is_tried_later_and_later_and_given_up_in_the_end(
    session: Session, posted: OutboxMail, send: Callable[[Mailer], None], clock: Clock
) -> None:
    for tries, wait in enumerate(BACKOFF, 1):
        send(FakeMailer(FOR_NOW))
        assert (one(session).state, one(session).attempts) == ("queued", tries)
        clock.forward(seconds=wait.total_seconds() - 1)
        early = FakeMailer()
        send(early)
        assert early.sent == []
        clock.forward(seconds=1)
    send(FakeMailer(FOR_NOW))
    assert (one(session).state, one(session).last_error) == ("failed", "recipient refused: 451")


def test_refused_for_good_it_has_failed_and_the_others_go_on(
    session: Session, posted: OutboxMail, cast: Cast, post: Post, send: Callable[[Mailer], None], clock: Clock
) -> None:
    other = cast.shop("other")
    clock.forward(seconds=1)
    post(other, cast.order(other), message="receipt_file", context={"order_code": "A", "number": "1"})
    mailer = FakeMailer(FOR_GOOD)
    send(mailer)
    assert [mail.state for mail in all_mails(session)] == ["failed", "sent"]


def test_uncertain_it_is_left_to_staff(
    session: Session, posted: OutboxMail, send: Callable[[Mailer], None], clock: Clock
) -> None:
    mailer = FakeMailer(MailUncertainError("no answer after the content"))
    send(mailer)
    clock.forward(days=30)
    send(mailer)
    assert mailer.sent == []
    assert (one(session).state, one(session).last_error) == ("unknown", "no answer after the content")


def test_a_mail_that_breaks_the_mailer_does_not_hold_up_the_others(
    session: Session, posted: OutboxMail, cast: Cast, post: Post, send: Callable[[Mailer], None], clock: Clock
) -> None:
    other = cast.shop("other")
    clock.forward(seconds=1)
    post(other, cast.order(other), message="receipt_file", context={"order_code": "A", "number": "1"})
    send(FakeMailer(UnicodeEncodeError("ascii", "花子", 0, 1, "hanako@example.jp")))
    broken, sent = all_mails(session)
    assert (broken.state, sent.state) == ("failed", "sent")
    assert broken.last_error == "not sendable: UnicodeEncodeError"


def test_while_the_server_is_away_no_try_is_used_up_and_nothing_is_given_up(
    session: Session, posted: OutboxMail, send: Callable[[Mailer], None], clock: Clock
) -> None:
    for _ in range(50):
        send(FakeMailer(MailerDownError("ConnectionRefusedError")))
        clock.forward(hours=3)
    assert (one(session).state, one(session).attempts) == ("queued", 0)
    mailer = FakeMailer()
    send(mailer)
    assert len(mailer.sent) == 1


def test_while_the_server_is_away_it_is_asked_once_a_run(
    session: Session, cast: Cast, post: Post, send: Callable[[Mailer], None]
) -> None:
    shop = cast.shop()
    order = cast.order(shop)
    for _ in range(5):
        post(shop, order)
    mailer = FakeMailer(*[MailerDownError("down")] * 5)
    send(mailer)
    assert len(mailer.troubles) == 4


def test_a_code_overtakes_the_mails_that_nobody_waits_for(
    session: Session, posted: OutboxMail, cast: Cast, post: Post, send: Callable[[Mailer], None]
) -> None:
    other = cast.shop("other")
    post(other, cast.order(other))
    mailer = FakeMailer()
    send(mailer)
    assert ["確認コード" in mail.subject for mail in mailer.sent] == [True, False]


def test_a_code_that_is_no_longer_taken_is_not_sent(
    session: Session, cast: Cast, post: Post, send: Callable[[Mailer], None], clock: Clock
) -> None:
    shop = cast.shop()
    post(shop, cast.order(shop))
    session.commit()
    clock.forward(minutes=11)
    mailer = FakeMailer()
    send(mailer)
    assert mailer.sent == []
    assert (one(session).state, one(session).last_error) == ("failed", "too late")


def test_a_long_queue_is_sent_in_turns_with_other_jobs(
    app: Flask, session: Session, cast: Cast, post: Post, send: Callable[[Mailer], None]
) -> None:
    shop = cast.shop()
    order = cast.order(shop)
    for _ in range(jobs.mails.MAILS_A_RUN + 5):
        post(shop, order)
    mailer = FakeMailer()
    send(mailer)
    assert len(mailer.sent) == jobs.mails.MAILS_A_RUN
    send(mailer)
    assert len(mailer.sent) == jobs.mails.MAILS_A_RUN + 5


def test_two_claims_never_get_the_same_mail(
    app: Flask, session: Session, cast: Cast, post: Post, clock: Clock, database_url: str
) -> None:
    shop = cast.shop()
    order = cast.order(shop)
    post(shop, order)
    post(shop, order)
    session.commit()
    with app.app_context(), jobs.context.begin() as first, jobs.context.begin() as second:
        one_of_them = delivery.claim(first, clock())
        assert one_of_them is not None
        if not database_url.startswith("postgresql"):
            first.commit()  # on SQLite the second session would wait for this transaction
        other = delivery.claim(second, clock())
        assert other is not None
        assert one_of_them.id != other.id
        first.commit()
        second.commit()
        assert delivery.claim(second, clock()) is None


def test_a_worker_that_died_leaves_its_mail_unknown_after_ten_minutes(
    app: Flask, session: Session, posted: OutboxMail, send: Callable[[Mailer], None], clock: Clock
) -> None:
    with app.app_context(), jobs.context.begin() as dying, dying.begin():
        delivery.claim(dying, clock())
    mailer = FakeMailer()
    for minutes, state in ((9, "sending"), (2, "unknown")):
        clock.forward(minutes=minutes)
        with app.app_context():
            jobs.mails.mark_stuck_mails()
        send(mailer)
        assert one(session).state == state
    assert mailer.sent == []


def test_a_late_answer_still_counts_for_a_mail_taken_for_stuck(
    app: Flask, session: Session, posted: OutboxMail, clock: Clock, send: Callable[[Mailer], None]
) -> None:
    class Slow(FakeMailer):
        def send(self, mail: object) -> None:
            clock.forward(minutes=11)
            jobs.mails.mark_stuck_mails()
            super().send(mail)  # type: ignore[arg-type]

    send(Slow())
    assert one(session).state == "sent"


def test_a_late_answer_does_not_touch_what_staff_queued_again(
    app: Flask, session: Session, posted: OutboxMail, clock: Clock, send: Callable[[Mailer], None]
) -> None:
    class Slow(FakeMailer):
        def send(self, mail: object) -> None:
            with jobs.context.begin() as staff, staff.begin():
                staff.get_one(OutboxMail, posted.id).state = "queued"
            raise FOR_GOOD

    send(Slow())
    assert one(session).state == "queued"


class FakeRenderer:
    def render(self, kind: str, document: Mapping[str, Any], images: Mapping[str, bytes]) -> bytes:
        return b"%PDF-1.7"


def test_a_receipt_goes_along_as_soon_as_it_is_stored(
    app: Flask, session: Session, cast: Cast, post: Post, clock: Clock, send: Callable[[Mailer], None]
) -> None:
    shop = cast.shop()
    order = cast.order(shop)
    cast.shipment(order)
    texts = Texts(addressee="山田 花子", honorific="様", proviso="お茶代として", language="ja")
    issued = issue(session, shop=shop, order=order, texts=texts, verify_url=str, actor="buyer:1", now=clock())
    assert isinstance(issued, Receipt)
    context = {"order_code": order.code, "number": "1"}
    post(shop, order, message="receipt_file", context=context, attachment_id=issued.rendition_id)
    mailer = FakeMailer()
    send(mailer)
    assert mailer.sent == []
    assert (one(session).state, one(session).last_error) == ("queued", "attachment: LookupError")
    app.extensions["ports"] = replace(app.extensions["ports"], renderer=FakeRenderer())
    with app.app_context():
        jobs.papers.render(str(issued.rendition_id))
    clock.forward(minutes=1)
    send(mailer)
    (file,) = mailer.sent[0].attachments
    assert (file.content, file.content_type) == (b"%PDF-1.7", "application/pdf")
    assert file.name == "20261120_山田 花子_3280.pdf"


def test_what_codes_said_is_blanked_in_minutes_and_what_other_mails_said_in_90_days(
    app: Flask,
    session: Session,
    posted: OutboxMail,
    cast: Cast,
    post: Post,
    send: Callable[[Mailer], None],
    clock: Clock,
) -> None:
    other = cast.shop("other")
    post(other, cast.order(other))
    send(FakeMailer())

    def kept() -> dict[str, bool]:
        with app.app_context():
            jobs.mails.expire_mails()
        return {mail.message: bool(mail.body_text or mail.body_html) for mail in all_mails(session)}

    assert kept() == {"receipt_file": True, "login_code": True}
    clock.forward(minutes=11)
    assert kept() == {"receipt_file": True, "login_code": False}
    clock.forward(days=89)
    assert kept()["receipt_file"]
    clock.forward(days=2)
    assert kept() == {"receipt_file": False, "login_code": False}
    assert {mail.recipient for mail in all_mails(session)} == {"hanako@example.jp"}, "staff still see who got what"


def test_what_is_still_to_be_sent_is_never_blanked(
    app: Flask, session: Session, posted: OutboxMail, clock: Clock, send: Callable[[Mailer], None]
) -> None:
    clock.forward(days=200)
    with app.app_context():
        jobs.mails.expire_mails()
    mailer = FakeMailer()
    send(mailer)
    assert "領収書" in mailer.sent[0].text


def test_with_a_server_that_goes_away_and_comes_back_nothing_is_lost_and_nothing_comes_twice(
    session: Session, cast: Cast, post: Post, send: Callable[[Mailer], None], clock: Clock
) -> None:
    shop = cast.shop()
    order = cast.order(shop)
    context = {"order_code": order.code, "number": "1"}
    for _ in range(6):
        post(shop, order, message="receipt_file", context=context)
    port = free_port()
    mailer = SmtpMailer("127.0.0.1", port, security="none", answer_seconds=2, rest_seconds=0)
    received = []

    def states() -> Counter[str]:
        return Counter(mail.state for mail in all_mails(session))

    for _ in range(3):
        send(mailer)
        clock.forward(minutes=2)
    assert states() == {"queued": 6}

    with MailServer(port) as server:
        server.answers["RCPT"] = "451 busy"
        send(mailer)
        assert states() == {"queued": 6}
        clock.forward(minutes=2)
        server.answers = {}
        server.hang_ups = 2
        send(mailer)
        received += server.received
    assert states() == {"unknown": 2, "sent": 4}
    clock.forward(days=1)
    with MailServer(port) as server:
        send(mailer)
        received += server.received
    assert len(received) == len({mail["Message-ID"] for mail in received}) == 6


def test_logs_say_what_happened_and_to_nobody(
    session: Session, posted: OutboxMail, send: Callable[[Mailer], None], capsys: pytest.CaptureFixture[str]
) -> None:
    send(FakeMailer(MailRefusedError("recipient refused: 550", permanent=True)))
    written = "".join(capsys.readouterr())
    assert '"state": "failed"' in written
    assert str(posted.id) in written
    for personal in ("hanako", "山田", "A-10234", "さくら"):
        assert personal not in written


def test_stuck_is_longer_than_the_longest_conversation() -> None:
    # 4: connecting, greeting, TLS, password; 6: sender, recipient, data, content, answer, goodbye
    assert timedelta(seconds=4 * smtp.CONNECT_SECONDS + 6 * smtp.ANSWER_SECONDS) < delivery.STUCK_AFTER
