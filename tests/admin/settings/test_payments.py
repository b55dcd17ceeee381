"""The shop's own words for ways to pay: the buyer's receipts follow them at once."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.models import Shop
from tests.admin.settings.forms_as_sent import SETTINGS, fields_of
from tests.cast import Cast
from tests.mypage.signing_in import sign_in as sign_in_buyer

PAYMENTS = f"{SETTINGS}/payments"


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop(payment_words={"さくらポイント払い": "shop"})


def form(client: FlaskClient) -> dict[str, str]:
    return fields_of(client.get(PAYMENTS).text)


def words_of(session: Session, shop: Shop) -> dict[str, str]:
    session.rollback()
    return session.get_one(Shop, shop.id, populate_existing=True).payment_words


def test_a_word_of_the_shops_orders_that_nobody_knows_is_chosen_and_the_buyer_gets_a_receipt(
    suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    order = cast.order(shop, payment_method="おまかせ払い")
    cast.shipment(order)
    cast.session.commit()
    buyer = suzuki.application.test_client()
    sign_in_buyer(buyer, shop, order)
    receipt = f"/sakura/orders/{order.id}/receipt"
    assert buyer.get(receipt).status_code == 409

    fields = form(suzuki)
    assert fields["found-0-words"] == "おまかせ払い"
    assert suzuki.post(PAYMENTS, data=fields).status_code == 303
    assert words_of(session, shop) == {"さくらポイント払い": "shop"}, "without a choice nothing is added"

    assert suzuki.post(PAYMENTS, data=form(suzuki) | {"found-0-kind": "shop"}).status_code == 303
    assert words_of(session, shop) == {"さくらポイント払い": "shop", "おまかせ払い": "shop"}
    assert buyer.get(receipt).status_code == 200
    assert "found-0-words" not in form(suzuki)


def test_words_are_added_changed_and_taken_away(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    fields = form(suzuki) | {"rows-1-words": "店頭", "rows-1-kind": "cod"}
    assert suzuki.post(PAYMENTS, data=fields).status_code == 303
    assert words_of(session, shop) == {"さくらポイント払い": "shop", "店頭": "cod"}
    fields = form(suzuki)
    by_words = {fields[name]: name.split("-")[1] for name in fields if name.endswith("-words") and fields[name]}
    gone, kept = by_words["さくらポイント払い"], by_words["店頭"]
    changes = {f"rows-{gone}-words": "", f"rows-{kept}-kind": "convenience"}
    assert suzuki.post(PAYMENTS, data=fields | changes).status_code == 303
    assert words_of(session, shop) == {"店頭": "convenience"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"rows-1-words": "店頭"}, "どれに当たるかを選んでください"),
        ({"rows-1-words": "さくらポイント払い", "rows-1-kind": "card"}, "同じことばが2回あります"),
        ({"rows-1-words": "さくら ポイント払い", "rows-1-kind": "card"}, "同じことばが2回あります"),
        ({"rows-1-words": "店頭", "rows-1-kind": "gold"}, "この中から選んでください"),
    ],
)
def test_what_cannot_be_is_refused_and_stays_in_the_form(
    suzuki: FlaskClient, session: Session, shop: Shop, changes: dict[str, str], said: str
) -> None:
    answer = suzuki.post(PAYMENTS, data=form(suzuki) | changes)
    assert answer.status_code == 422
    assert said in answer.text
    assert fields_of(answer.text)["rows-1-words"] == changes["rows-1-words"]
    assert words_of(session, shop) == {"さくらポイント払い": "shop"}


@pytest.mark.parametrize(
    ("trying", "said"),
    [
        ("NP後払い", "よくあることばの表で決まりました"),
        ("店 頭", "店舗のことば「店頭」で決まりました"),
        ("気持ち払い", "当てはまることばがありません"),
    ],
)
def test_words_are_tried_with_the_table_as_typed(
    suzuki: FlaskClient, session: Session, shop: Shop, trying: str, said: str
) -> None:
    fields = form(suzuki) | {"rows-1-words": "店頭", "rows-1-kind": "shop", "trying": trying}
    answer = suzuki.post(f"{PAYMENTS}/try", data=fields)
    assert answer.status_code == 200
    assert said in answer.text
    assert words_of(session, shop) == {"さくらポイント払い": "shop"}


def test_the_second_of_two_tabs_overwrites_nothing(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    old = form(suzuki)
    assert suzuki.post(PAYMENTS, data=old | {"rows-1-words": "店頭", "rows-1-kind": "shop"}).status_code == 303
    stale = suzuki.post(PAYMENTS, data=old | {"rows-1-words": "窓口", "rows-1-kind": "shop"})
    assert stale.status_code == 409
    assert "この画面を開いたあとに、鈴木 一郎さんが" in stale.text
    assert "店頭" in words_of(session, shop)
    assert "窓口" not in words_of(session, shop)
