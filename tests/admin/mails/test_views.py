"""メール: the list of sent mails, and the page of one."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Order, OutboxMail, Shop
from portal.notifications import mails, receipt_file
from portal.notifications.outbox import Mailroom
from portal.values.roles import Role
from tests.admin.mails.mail_page import LIST, MakeMail, actions, now_is, press
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token


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
    assert "領収書をこのメールに添付しました" in page
    assert "hanako@example.jp" in page
    letter = suzuki.get(f"{LIST}/{one.id}/letter")
    assert "領収書をお送りします" in letter.text
    assert "sandbox" in letter.headers["Content-Security-Policy"]
    suzuki.get(f"{LIST}/{one.id}")
    assert actions(session, "mail.viewed") == 1, "one look, however often the page is refreshed"


@pytest.mark.parametrize("message", ["login_code", "staff_password", "staff_invitation", "what_comes_next"])
def test_a_code_or_a_way_in_is_never_shown(suzuki: FlaskClient, mail: MakeMail, message: str) -> None:
    """Even managers do not see it: a colleague's mail may hold a link to set a new password."""
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
        ({"state": "failed", "last_error": "recipient refused: 550"}, "アドレスをお客さまに確認して"),
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


# --- permissions ----------------------------------------------------------------------------------------------------------
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
