"""A damaged name and an e-mail or phone that is none: taken as they are, told at the import, listed on Today."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import ImportRow
from tests.admin.signing_in import signed_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import order, outcomes, table, take_in, the_order
from tests.mypage.signing_in import link, log_in, submit
from tests.page_text import text_of

WORK = "お客さまがログインできない・メールの届かない注文"


def today(client: FlaskClient) -> str:
    return text_of(client.get("/admin/shops/sakura/").text)


@pytest.mark.parametrize(
    ("cells", "mark", "said"),
    [
        ({"購入者名": "〓田 花子"}, "name", "読めない文字"),
        ({"購入者名": "\ufffd田 花子"}, "name", "読めない文字"),
        ({"購入者名": "?田 花子"}, "name", "読めない文字"),
        ({"購入者名": "&#39640橋 花子"}, "name", "読めない文字"),
        ({"購入者名": "&haken;橋 花子"}, "name", "読めない文字"),
        ({"購入者メールアドレス": "hanako@"}, "email", "メールアドレスが使えない"),
        ({"購入者メールアドレス": "a@example.jp, b@example.jp"}, "email", "メールアドレスが使えない"),
        ({"購入者名": "〓田 花子", "購入者メールアドレス": "x"}, "name,email", "メールアドレスが使えない"),
        ({"購入者電話番号": "12345"}, "phone", ""),
        ({"購入者メールアドレス": "なし", "購入者電話番号": "-"}, "", ""),
        ({"購入者名": "O&M商会"}, "", ""),
        ({"購入者名": "&#39640;橋 花子"}, "", ""),
    ],
)
def test_what_keeps_a_buyer_out_is_marked(
    cast: Cast, session: Session, clock: Clock, client: FlaskClient, cells: dict[str, str], mark: str, said: str
) -> None:
    shop = cast.shop()
    assert outcomes(take_in(session, shop, table(order(**cells)), clock())) == {"created": 1}
    assert the_order(session).unusable == mark
    notes = session.scalars(select(ImportRow.reason).where(ImportRow.reason != "", ImportRow.outcome == "created"))
    assert sum("注文の画面で直してください" in note for note in notes) == len(mark.split(",")) * bool(mark)
    page = today(signed_in(client, cast, shop))
    # In a shop whose buyers type their name a phone number keeps nobody out.
    assert (WORK in page) == bool(said)
    assert said in page
    assert ("A-1001" in page) == bool(said)
    assert all(
        words in client.get(f"/admin/shops/sakura/orders/{the_order(session).id}").text for words in said.split()
    )


def test_by_phone_it_is_the_phone_that_counts(cast: Cast, session: Session, clock: Clock, client: FlaskClient) -> None:
    shop = cast.shop(login_element="phone")
    take_in(session, shop, table(order(購入者電話番号="12345", 購入者名="〓田 花子")), clock())
    assert "電話番号が使えません" in today(signed_in(client, cast, shop))
    take_in(session, shop, table(order(購入者名="〓田 花子")), clock())
    assert WORK not in today(client)


def test_a_damaged_name_opens_to_nobody_until_it_is_mended(
    cast: Cast, session: Session, clock: Clock, client: FlaskClient
) -> None:
    shop = cast.shop()
    take_in(session, shop, table(order(購入者名="〓橋 花子", 購入者名かな="")), clock())
    saved = the_order(session)
    for typed in ("髙橋花子", "橋花子", "花子"):
        buyer = client.application.test_client()
        assert submit(buyer, link(buyer, shop, saved), {"typed": typed}).status_code == 422
    session.rollback()
    desk = signed_in(client.application.test_client(), cast, shop)
    assert WORK in today(desk)
    take_in(session, shop, table(order(購入者名="髙橋 花子", 購入者名かな="")), clock())
    saved = the_order(session)
    assert saved.unusable == ""
    log_in(client, shop, saved)
    assert WORK not in today(desk)


def test_an_old_or_canceled_order_is_no_work(cast: Cast, session: Session, clock: Clock, client: FlaskClient) -> None:
    shop = cast.shop()
    rows = [
        order(購入者名="〓田 花子", 受注日時="2026/06/01"),
        order(受注コード="A-2", 購入者名="〓田 花子", 注文ステータス="キャンセル"),
    ]
    take_in(session, shop, table(*rows), clock())
    assert WORK not in today(signed_in(client, cast, shop))
