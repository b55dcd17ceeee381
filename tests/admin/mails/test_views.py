"""メール: what was sent, and what staff may do about one."""

import re
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import jobs
from portal.extensions import db
from portal.models import AuditEntry, AuditValue, Order, OutboxMail, Shop
from portal.notifications import mails, receipt_file
from portal.notifications.outbox import BAD_ADDRESS, Mailroom
from portal.ports import MailRefusedError
from portal.values.roles import Role
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token
from tests.notifications.mailers import FakeMailer

LIST = "/admin/shops/sakura/mails"


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop()


@pytest.fixture
def order(cast: Cast, shop: Shop) -> Order:
    return cast.order(shop)


@pytest.fixture
def mail(client: FlaskClient, cast: Cast, shop: Shop, order: Order, clock: Clock) -> Callable[..., OutboxMail]:
    """`mail(**columns)`: a receipt sent to 花子, with these columns changed."""
    mailroom: Mailroom = client.application.extensions["mailroom"]

    def make(**columns: Any) -> OutboxMail:
        known = set(cast.session.scalars(select(OutboxMail.id)))
        mailroom.post(
            cast.session,
            shop=shop,
            order=order,
            message="receipt_file",
            recipient=order.email,
            context=receipt_file.context(order_code=order.code, number="00000012"),
            language="ja",
            once_key=None,
            now=clock(),
        )
        made = next(row for row in cast.session.scalars(select(OutboxMail)) if row.id not in known)
        for name, value in columns.items():
            setattr(made, name, value)
        cast.session.commit()
        return made

    return make


@pytest.fixture
def suzuki(client: FlaskClient, cast: Cast, shop: Shop) -> FlaskClient:
    """A client of 鈴木, who may change things."""
    staff = cast.staff(shop)
    cast.session.commit()
    sign_in(client, staff)
    return client


def press(client: FlaskClient, mail: OutboxMail, what: str, attempts: int | None = None, **more: str) -> TestResponse:
    """One of the two buttons on the mail's page, as that page was when the mail was loaded."""
    token = csrf_token(client, f"{LIST}/{mail.id}")
    seen = mail.attempts if attempts is None else attempts
    return client.post(f"{LIST}/{mail.id}/{what}", data={"attempts": seen, "csrf_token": token, **more})


def now_is(session: Session, mail: OutboxMail) -> OutboxMail:
    session.rollback()
    query = select(OutboxMail).where(OutboxMail.id == mail.id)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def actions(session: Session, action: str) -> int:
    session.rollback()
    return session.scalars(select(func.count()).where(AuditEntry.action == action)).one()


MakeMail = Callable[..., OutboxMail]


# --- the list -------------------------------------------------------------------------------------------------------------
def test_each_state_can_be_looked_for(suzuki: FlaskClient, mail: MakeMail) -> None:
    made = {state: mail(state=state) for state in ("queued", "sending", "sent", "failed", "unknown")}
    expected = {"waiting": ["queued", "sending"], "sent": ["sent"], "failed": ["failed"], "unknown": ["unknown"]}
    for asked, states in expected.items():
        page = suzuki.get(f"{LIST}?state={asked}").text
        assert {state for state, one in made.items() if str(one.id) in page} == set(states)
    everything = suzuki.get(LIST).text
    assert all(str(one.id) in everything for one in made.values())
    assert "届かなかった" in everything


def test_message_recipient_and_days_narrow_together(suzuki: FlaskClient, mail: MakeMail, clock: Clock) -> None:
    mine = mail(message="shipped", recipient="hanako@example.jp")
    others = [
        mail(message="receipt_file", recipient="hanako@example.jp"),
        mail(message="shipped", recipient="taro@example.jp"),
        mail(message="shipped", recipient="hanako@example.jp", created_at=clock() - timedelta(days=2)),
        mail(message="shipped", recipient="hanako@example.jp", created_at=clock() + timedelta(days=2)),
    ]
    page = suzuki.get(f"{LIST}?message=shipped&recipient=%20Hanako@&since=2026-11-20&until=2026-11-21").text
    assert str(mine.id) in page
    assert not [one for one in others if str(one.id) in page]


def test_a_day_is_a_day_in_tokyo(suzuki: FlaskClient, mail: MakeMail) -> None:
    last_second = mail(created_at=datetime(2026, 11, 21, 14, 59, 59, tzinfo=UTC))
    next_day = mail(created_at=datetime(2026, 11, 21, 15, 0, 0, tzinfo=UTC))
    page = suzuki.get(f"{LIST}?until=2026-11-21").text
    assert str(last_second.id) in page
    assert str(next_day.id) not in page


@pytest.mark.parametrize("recipient", ["%", "_anako", "hanako@example.jp'"])
def test_signs_of_the_query_language_are_only_signs(suzuki: FlaskClient, mail: MakeMail, recipient: str) -> None:
    mail()
    assert "条件に合うメールはありません" in suzuki.get(LIST, query_string={"recipient": recipient}).text


@pytest.mark.parametrize("query", ["since=yesterday", "state=xyz", "message=../x", "before=1", "before=" + "0" * 32])
def test_an_address_that_was_changed_by_hand_still_answers(suzuki: FlaskClient, mail: MakeMail, query: str) -> None:
    mail()
    assert suzuki.get(f"{LIST}?{query}").status_code in (200, 422)


def test_the_pages_of_a_long_list_show_every_mail_once(suzuki: FlaskClient, mail: MakeMail, clock: Clock) -> None:
    made = [mail(created_at=clock() - timedelta(minutes=minute // 3)) for minute in range(mails.A_PAGE + 12)]
    first = suzuki.get(f"{LIST}?message=receipt_file").text
    older = re.search(r'href="([^"]+)" rel="next"', first)
    assert older
    assert "message=receipt_file" in older[1]
    second = suzuki.get(unescape(older[1])).text
    seen = [[str(one.id) in page for one in made] for page in (first, second)]
    assert [sum(page) for page in seen] == [mails.A_PAGE, 12]
    assert all(on_first != on_second for on_first, on_second in zip(*seen, strict=True))
    assert 'rel="next"' not in second


def test_the_list_shows_no_whole_address(suzuki: FlaskClient, mail: MakeMail) -> None:
    mail()
    page = suzuki.get(LIST).text
    assert "hanako@example.jp" not in page
    assert "h•••••@example.jp" in page


# --- one mail -------------------------------------------------------------------------------------------------------------
def test_what_was_sent_and_who_looked_at_it(suzuki: FlaskClient, mail: MakeMail, session: Session) -> None:
    one = mail(state="sent")
    page = suzuki.get(f"{LIST}/{one.id}").text
    assert "領収書をこのメールに付けました" in page
    assert "hanako@example.jp" in page
    letter = suzuki.get(f"{LIST}/{one.id}/letter")
    assert "領収書をお送りします" in letter.text
    assert "sandbox" in letter.headers["Content-Security-Policy"]
    suzuki.get(f"{LIST}/{one.id}")
    assert actions(session, "mail.viewed") == 1, "one look, however often the page is refreshed"


@pytest.mark.parametrize("message", ["login_code", "staff_password", "staff_invitation", "what_comes_next"])
def test_a_code_or_a_way_in_is_never_shown(suzuki: FlaskClient, mail: MakeMail, message: str) -> None:
    """Not even to a manager: a colleague's mail may hold a link to a new password."""
    one = mail(message=message, body_text="482913 https://mypage.example.jp/x", body_html="<p>482913</p>")
    page = suzuki.get(f"{LIST}/{one.id}")
    assert page.status_code == 200
    assert "482913" not in page.text
    assert "本文は表示しません" in page.text
    assert suzuki.get(f"{LIST}/{one.id}/letter").status_code == 404


def test_a_body_that_is_gone_is_said_to_be_gone(suzuki: FlaskClient, mail: MakeMail) -> None:
    one = mail(state="failed", last_error="recipient refused: 550", body_text="", body_html="")
    page = suzuki.get(f"{LIST}/{one.id}").text
    assert "90日が過ぎた" in page
    assert "もう一度送る" not in page, "there is nothing left to send"


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"state": "queued"}, "まもなく送信します"),
        ({"state": "queued", "last_error": "recipient refused: 451"}, "自動で送り直します"),
        ({"state": "failed", "last_error": "recipient refused: 550"}, "アドレスをお客さまに確かめて"),
        ({"state": "failed", "last_error": "bad_address"}, "メールアドレスの形になっていません"),
        ({"state": "failed", "last_error": "too late"}, "使える時間が過ぎた"),
        ({"state": "failed", "last_error": "not sendable: ValueError"}, "システムの担当者"),
        ({"state": "unknown"}, "届いたかどうか分かりません"),
        ({"state": "sent"}, "迷惑メール"),
    ],
)
def test_each_standing_says_what_to_do(
    suzuki: FlaskClient, mail: MakeMail, columns: dict[str, str], words: str
) -> None:
    assert words in suzuki.get(f"{LIST}/{mail(**columns).id}").text


def test_no_buttons_where_sending_again_would_only_confuse(
    suzuki: FlaskClient, mail: MakeMail, clock: Clock, session: Session
) -> None:
    late = mail(message="login_code", state="unknown", attempts=1)
    nowhere = mail(state="failed", last_error="bad_address")
    clock.forward(minutes=11)
    for one in (late, nowhere):
        assert "もう一度送る" not in suzuki.get(f"{LIST}/{one.id}").text
        press(suzuki, one, "retry")
        assert now_is(session, one).state == one.state
    assert actions(session, "mail.retried") == 0


# --- sending again --------------------------------------------------------------------------------------------------------
@pytest.fixture
def mailer(suzuki: FlaskClient) -> FakeMailer:
    fake = FakeMailer()
    app = suzuki.application
    app.extensions["ports"] = replace(app.extensions["ports"], mailer=fake)
    return fake


def run_job(client: FlaskClient) -> None:
    with client.application.app_context():
        jobs.mails.send_mails()


@pytest.mark.parametrize("state", ["failed", "unknown"])
def test_pressed_twice_it_goes_out_once(
    suzuki: FlaskClient, mail: MakeMail, mailer: FakeMailer, session: Session, state: str
) -> None:
    one = mail(state=state, attempts=2, last_error="recipient refused: 450")
    if state == "unknown":
        assert "同じメールが2通になるかもしれません" in suzuki.get(f"{LIST}/{one.id}").text
    assert press(suzuki, one, "retry").status_code == 303
    press(suzuki, one, "retry")
    run_job(suzuki)
    press(suzuki, one, "retry", attempts=2)
    run_job(suzuki)
    assert [sent.message_id for sent in mailer.sent] == [one.message_id]
    assert now_is(session, one).state == "sent"
    assert actions(session, "mail.retried") == 1


def test_a_page_from_before_the_last_failure_sends_nothing(
    suzuki: FlaskClient, mail: MakeMail, mailer: FakeMailer, session: Session
) -> None:
    one = mail(state="failed", attempts=1, last_error="recipient refused: 450")
    mailer.troubles.append(MailRefusedError("recipient refused: 550", permanent=True))
    press(suzuki, one, "retry")
    run_job(suzuki)
    assert now_is(session, one).state == "failed"
    answer = press(suzuki, one, "retry", attempts=1)
    assert "状態が変わっていた" in suzuki.get(answer.location).text
    assert now_is(session, one).state == "failed"
    press(suzuki, one, "retry", attempts=2)
    run_job(suzuki)
    assert now_is(session, one).state == "sent"


def corrected(session: Session, order: Order) -> None:
    order.email = order.email_key = "hanako@right.example.jp"
    session.commit()


@pytest.mark.parametrize("last_error", ["recipient refused: 550", BAD_ADDRESS])
def test_after_the_orders_address_was_put_right_the_mail_can_go_there(
    suzuki: FlaskClient, mail: MakeMail, mailer: FakeMailer, session: Session, order: Order, last_error: str
) -> None:
    one = mail(state="failed", attempts=1, last_error=last_error)
    assert "いまのアドレス" not in suzuki.get(f"{LIST}/{one.id}").text
    corrected(session, order)
    page = suzuki.get(f"{LIST}/{one.id}").text
    assert "宛先は hanako@example.jp ですが、注文のいまのメールアドレスは hanako@right.example.jp です" in page
    assert ("前のアドレスにもう一度送る" in page) == (last_error != BAD_ADDRESS)
    for _ in range(2):
        press(suzuki, one, "retry", recipient="hanako@right.example.jp")
    run_job(suzuki)
    assert [sent.recipient for sent in mailer.sent] == ["hanako@right.example.jp"]
    assert now_is(session, one).recipient == "hanako@right.example.jp"
    assert actions(session, "mail.retried") == 1
    values = select(AuditValue.before, AuditValue.after).where(AuditValue.field == "recipient")
    assert [tuple(row) for row in session.execute(values)] == [("hanako@example.jp", "hanako@right.example.jp")]


@pytest.mark.parametrize("typed", ["hanako@wrong.example.jp", "taro@example.jp"])
def test_to_no_other_address_than_the_orders_a_mail_goes_again(
    suzuki: FlaskClient, mail: MakeMail, session: Session, order: Order, typed: str
) -> None:
    one = mail(state="failed", attempts=1, last_error="recipient refused: 550")
    corrected(session, order)
    answer = press(suzuki, one, "retry", recipient=typed)
    assert "状態が変わっていた" in suzuki.get(answer.location).text
    assert (now_is(session, one).state, one.recipient) == ("failed", "hanako@example.jp")


@pytest.mark.parametrize("message", ["request_answered", "login_code", "staff_password"])
def test_what_never_went_to_the_orders_address_is_not_offered_to_it(
    suzuki: FlaskClient, mail: MakeMail, session: Session, order: Order, message: str
) -> None:
    one = mail(state="failed", attempts=1, last_error="recipient refused: 550", message=message)
    corrected(session, order)
    assert "いまのアドレス" not in suzuki.get(f"{LIST}/{one.id}").text


def test_of_many_that_press_at_the_same_moment_one_sends(
    suzuki: FlaskClient, mail: MakeMail, session: Session, clock: Clock
) -> None:
    one = mail(state="unknown", attempts=1)
    with suzuki.application.app_context():
        engine = db.engine
    start = threading.Barrier(8)
    done: list[bool] = []

    def retry() -> None:
        with Session(engine) as own, own.begin():
            found = own.get_one(OutboxMail, one.id)
            if engine.dialect.name == "postgresql":
                start.wait()
            done.append(mails.retry(own, found, seen_attempts=1, actor="staff:x", now=clock()))

    threads = [threading.Thread(target=retry) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False] * 7 + [True]
    assert actions(session, "mail.retried") == 1


def test_an_unknown_one_can_be_taken_as_sent(
    suzuki: FlaskClient, mail: MakeMail, mailer: FakeMailer, session: Session
) -> None:
    one = mail(state="unknown", attempts=1)
    assert press(suzuki, one, "taken-as-sent").status_code == 303
    assert "送信済みとして扱うことにしました" in suzuki.get(f"{LIST}/{one.id}").text
    press(suzuki, one, "taken-as-sent")
    press(suzuki, one, "retry")
    run_job(suzuki)
    assert mailer.sent == []
    assert now_is(session, one).state == "sent"
    assert actions(session, "mail.taken_as_sent") == 1


def test_a_failed_one_cannot_be_taken_as_sent(suzuki: FlaskClient, mail: MakeMail, session: Session) -> None:
    one = mail(state="failed", attempts=1)
    press(suzuki, one, "taken-as-sent")
    assert now_is(session, one).state == "failed"


def test_a_failed_one_that_was_seen_to_needs_nobody_any_more(
    suzuki: FlaskClient, mail: MakeMail, session: Session, clock: Clock
) -> None:
    one = mail(state="failed", last_error="bad_address")
    press(suzuki, one, "settled")
    press(suzuki, one, "settled")
    assert now_is(session, one).settled_at == clock()
    assert actions(session, "mail.settled") == 1
    page = suzuki.get(f"{LIST}/{one.id}").text
    assert "担当者が対応しました" in page
    assert "対応済みにする</button>" not in page
    waiting = mail(state="queued")
    press(suzuki, waiting, "settled")
    assert now_is(session, waiting).settled_at is None


# --- whom it admits -------------------------------------------------------------------------------------------------------
def test_a_viewer_looks_and_does_not_send(
    client: FlaskClient, cast: Cast, shop: Shop, mail: MakeMail, session: Session
) -> None:
    one = mail(state="unknown", attempts=1)
    viewer = cast.staff(shop, role=Role.VIEWER)
    cast.session.commit()
    sign_in(client, viewer)
    page = client.get(f"{LIST}/{one.id}")
    assert page.status_code == 200
    assert "もう一度送る</button>" not in page.text
    for what in ("retry", "taken-as-sent", "settled"):
        assert press(client, one, what).status_code == 403
    assert now_is(session, one).state == "unknown"


def test_nothing_of_another_shop(suzuki: FlaskClient, cast: Cast, session: Session, mail: MakeMail) -> None:
    momiji = cast.shop(slug="momiji", name="もみじ堂")
    order = cast.order(momiji, code="M-1")
    own = mail(state="unknown", attempts=1)
    room: Mailroom = suzuki.application.extensions["mailroom"]
    facts = receipt_file.context(order_code="M-1", number="00000001")
    room.post(
        session,
        shop=momiji,
        order=order,
        message="receipt_file",
        recipient="taro@example.jp",
        context=facts,
        language="ja",
        once_key=None,
        now=cast.now,
    )
    theirs = session.scalars(select(OutboxMail).where(OutboxMail.shop_id == momiji.id)).one()
    theirs.state, theirs.attempts = "unknown", 1
    session.commit()
    assert str(theirs.id) not in suzuki.get(LIST).text
    assert suzuki.get(f"/admin/shops/momiji/mails/{theirs.id}").status_code == 404
    assert suzuki.get(f"{LIST}/{theirs.id}").status_code == 404
    assert suzuki.get(f"{LIST}/{theirs.id}/letter").status_code == 404
    token = csrf_token(suzuki, f"{LIST}/{own.id}")
    for what in ("retry", "taken-as-sent", "settled"):
        sent = {"attempts": 1, "csrf_token": token}
        assert suzuki.post(f"{LIST}/{theirs.id}/{what}", data=sent).status_code == 404
    assert now_is(session, theirs).state == "unknown"


def test_an_order_knows_its_mails(
    suzuki: FlaskClient, mail: MakeMail, session: Session, shop: Shop, order: Order
) -> None:
    first, second = mail(), mail(state="failed")
    mail(order_id=None)
    found = mails.mails_of(session, shop, order)
    assert [one.id for one in found] == [second.id, first.id]
