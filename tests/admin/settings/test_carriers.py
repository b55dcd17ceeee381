"""配送会社の言葉: a word of a file that names no carrier, from Today to the buyer's link."""

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
        suzuki.post(CARRIERS, data=fields_of(suzuki.get(CARRIERS).text) | {"rows-0-carrier": "sagawa"}).status_code
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
        suzuki.post(CARRIERS, data=fields_of(suzuki.get(CARRIERS).text) | {"rows-0-carrier": "other"}).status_code
        == 303
    )
    assert TRACK not in buyer.get(page).text
    assert TOLD not in today(suzuki)
    assert suzuki.post(CARRIERS, data=fields_of(suzuki.get(CARRIERS).text) | {"rows-0-words": ""}).status_code == 303
    assert TOLD in today(suzuki)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rows-0-carrier": "pigeon"}, "この中から選んでください"),
        ({"rows-0-carrier": "yamato", "rows-1-words": "おまかせ 便", "rows-1-carrier": "sagawa"}, "同じ言葉が2回"),
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
