"""Words of files that nobody knows, from Today to the shop's settings and the buyer: carriers, states of orders."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.models import Order, Shop
from tests.admin.settings.forms_as_sent import SETTINGS, fields_of
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import order as row
from tests.importing.files import shipped, table, take_in, take_in_shipments, the_order
from tests.mypage.signing_in import sign_in as sign_in_buyer
from tests.page_text import text_of

CARRIERS = f"{SETTINGS}/carriers"
TRACK = "配送会社のページで確認する"
TOLD = "配送会社の分からない言葉"


@pytest.fixture
def bought(cast: Cast, session: Session, shop: Shop, clock: Clock) -> Order:
    """Return an order whose parcel travels by a word that names no carrier."""
    take_in(session, shop, table(row()), clock())
    take_in_shipments(session, shop, table(shipped(配送方法="おまかせ便")), clock())
    return the_order(session)


def today(client: FlaskClient) -> str:
    return text_of(client.get("/admin/shops/sakura/").text)


def test_a_word_that_nobody_knows_is_said_on_today_taught_and_then_leads_to_the_carriers_page(
    suzuki: FlaskClient, session: Session, shop: Shop, bought: Order, clock: Clock
) -> None:
    buyer = suzuki.application.test_client()
    sign_in_buyer(buyer, shop, bought)
    page = f"/sakura/orders/{bought.id}"
    assert "おまかせ便" in buyer.get(page).text
    assert TRACK not in buyer.get(page).text
    listed = today(suzuki)
    assert TOLD in listed
    assert "おまかせ便" in listed

    fields = fields_of(suzuki.get(CARRIERS).text)
    assert fields["rows-0-words"] == "おまかせ便"
    assert suzuki.post(CARRIERS, data=fields).status_code == 303
    assert TOLD in today(suzuki), "without a choice the word stays unknown"

    assert (
        suzuki.post(CARRIERS, data=fields_of(suzuki.get(CARRIERS).text) | {"rows-0-meaning": "sagawa"}).status_code
        == 303
    )
    assert "k2k.sagawa-exp.co.jp" in buyer.get(page).text
    assert TOLD not in today(suzuki)
    assert "おまかせ便: 佐川急便" in text_of(suzuki.get("/admin/shops/sakura/audit").text)

    # The next file reads it so at once, and the same file changes nothing.
    session.rollback()
    before = the_order(session).shipments[0].updated_at
    take_in_shipments(session, shop, table(shipped(配送方法="おまかせ便")), clock())
    again = the_order(session).shipments[0]
    assert (again.carrier, again.updated_at) == ("sagawa", before)

    # What was taught wrongly is taught anew, and forgotten with an empty word.
    assert (
        suzuki.post(CARRIERS, data=fields_of(suzuki.get(CARRIERS).text) | {"rows-0-meaning": "other"}).status_code
        == 303
    )
    assert TRACK not in buyer.get(page).text
    assert TOLD not in today(suzuki)
    assert suzuki.post(CARRIERS, data=fields_of(suzuki.get(CARRIERS).text) | {"rows-0-words": ""}).status_code == 303
    assert TOLD in today(suzuki)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rows-0-meaning": "pigeon"}, "この中から選んでください"),
        ({"rows-0-meaning": "yamato", "rows-1-words": "おまかせ 便", "rows-1-meaning": "sagawa"}, "同じ言葉が2回"),
    ],
)
def test_what_cannot_be_is_refused(
    suzuki: FlaskClient, session: Session, shop: Shop, bought: Order, changes: dict[str, str], said: str
) -> None:
    refused = suzuki.post(CARRIERS, data=fields_of(suzuki.get(CARRIERS).text) | changes)
    assert refused.status_code == 422
    assert said in refused.text
    session.rollback()
    assert session.get_one(Shop, shop.id, populate_existing=True).carrier_words == {}


def test_another_shops_words_are_not_told(suzuki: FlaskClient, cast: Cast) -> None:
    other = cast.shop(slug="momiji", name="もみじ堂")
    cast.shipment(cast.order(other), carrier="", service="ひみつ便")
    cast.session.commit()
    assert "ひみつ便" not in today(suzuki)
    assert "ひみつ便" not in suzuki.get(CARRIERS).text


STATES = f"{SETTINGS}/states"
NOT_CLEAR = "ご注文の状態を確認できないため"
UNSAID = "意味の決まっていない、注文の状態の言葉"


def qoo10(state: str) -> bytes:
    return table(
        {
            "注文番号": "Q-1",
            "注文日": "2026/11/18 12:34",
            "購入者名": "山田 花子",
            "配送状態": state,
            "商品名": "煎茶",
            "数量": "1",
            "販売価格": "1080",
            "注文金額の合計": "1080",
            "送り状番号": "123456789010",
            "配送会社": "ヤマト運輸",
            "発送日": "2026/11/20",
        }
    )


@pytest.fixture
def unclear(session: Session, shop: Shop, clock: Clock) -> Order:
    """Return a shipped order of which the file says a state that nobody knows."""
    shop.payment_words = {"(なし)": "shop"}
    take_in(session, shop, qoo10("キャンセル要請"), clock(), mapping="qoo10")
    return the_order(session, "Q-1")


def test_a_state_that_nobody_knows_moves_nothing_and_stops_the_receipt(
    suzuki: FlaskClient, session: Session, shop: Shop, unclear: Order
) -> None:
    assert (unclear.status, unclear.status_words) == ("shipped", "キャンセル要請")
    session.commit()
    buyer = suzuki.application.test_client()
    sign_in_buyer(buyer, shop, unclear)
    receipt = f"/sakura/orders/{unclear.id}/receipt"
    refused = buyer.get(receipt)
    assert refused.status_code == 409
    assert NOT_CLEAR in refused.text
    assert "お問い合わせ" in refused.text
    listed = today(suzuki)
    assert UNSAID in listed
    assert "キャンセル要請" in listed

    fields = fields_of(suzuki.get(STATES).text)
    assert fields["rows-0-words"] == "キャンセル要請"
    assert suzuki.post(STATES, data=fields | {"rows-0-meaning": "none"}).status_code == 303
    assert buyer.get(receipt).status_code == 200
    assert UNSAID not in today(suzuki)


def test_a_word_that_is_taught_moves_the_order_with_the_next_file(
    suzuki: FlaskClient, session: Session, shop: Shop, unclear: Order, clock: Clock
) -> None:
    assert (
        suzuki.post(STATES, data=fields_of(suzuki.get(STATES).text) | {"rows-0-meaning": "returned"}).status_code == 303
    )
    buyer = suzuki.application.test_client()
    sign_in_buyer(buyer, shop, unclear)
    assert NOT_CLEAR in buyer.get(f"/sakura/orders/{unclear.id}/receipt").text, "until then it is in doubt"
    session.rollback()
    take_in(session, shop, qoo10("キャンセル要請"), clock(), mapping="qoo10")
    moved = the_order(session, "Q-1")
    assert (moved.status, moved.status_words) == ("returned", "")


def test_a_state_that_is_known_takes_the_doubt_away(session: Session, shop: Shop, unclear: Order, clock: Clock) -> None:
    take_in(session, shop, qoo10("配送完了"), clock(), mapping="qoo10")
    assert (the_order(session, "Q-1").status, the_order(session, "Q-1").status_words) == ("shipped", "")


def test_a_strict_file_is_refused_by_name_until_the_word_is_taught(session: Session, shop: Shop, clock: Clock) -> None:
    file = table(row(注文ステータス="検品中"))
    (refused,) = take_in(session, shop, file, clock()).refused
    assert "「検品中」は読めない言葉です。使える言葉: 出荷待ち" in refused.problems[0].reason
    shop.status_words = {"検品 中": "picking"}
    session.commit()
    assert not take_in(session, shop, file, clock()).refused
    assert the_order(session).status == "picking"
