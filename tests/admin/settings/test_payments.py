"""The shop's own words for ways to pay: the buyer's receipts follow them at once."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.models import Shop
from tests.admin.settings.forms_as_sent import SETTINGS, fields_of
from tests.cast import Cast
from tests.mypage.signing_in import sign_in as sign_in_buyer
from tests.page_text import text_of

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
        ({"rows-1-words": "さくらポイント払い", "rows-1-kind": "card"}, "同じ言葉が2回あります"),
        ({"rows-1-words": "さくら ポイント払い", "rows-1-kind": "card"}, "同じ言葉が2回あります"),
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
        ("NP後払い", "標準の対応表で決まりました"),
        ("店 頭", "店舗の対応表の「店頭」で決まりました"),
        ("気持ち払い", "当てはまる支払方法がありません"),
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


def answer_fields(client: FlaskClient) -> dict[str, str]:
    """Return the key of each row of who gives the receipt → the beginning of its fields' names."""
    fields = form(client)
    return {fields[name]: name.removesuffix("key") for name in fields if name.startswith("answers-") and "-key" in name}


def row_of(page: str, key: str) -> str:
    """Return the text of the row with this key in the table of who gives the receipt."""
    return text_of(next(row for row in page.split("<tr") if f'value="{key}"' in row))


def test_the_table_says_who_gives_the_receipt_of_each_payment(
    suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    cast.order(shop, payment_method="NP後払い wiz")
    cast.session.commit()
    page = suzuki.get(PAYMENTS).text
    assert "できる" in row_of(page, "words:さくらポイント払い")
    assert "配達員がお渡しする領収書" in row_of(page, "class:cod")
    assert "お支払い時の払込受領証が領収書の代わりになります" in row_of(page, "words:np後払いwiz")
    keys = answer_fields(suzuki)
    assert {"class:card", "class:cod", "product:paidy", "words:np後払いwiz", "words:さくらポイント払い"} <= set(keys)


def test_the_shop_says_no_with_its_own_sentence_and_the_buyer_reads_it(
    suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    order = cast.order(shop)
    cast.shipment(order)
    cast.session.commit()
    buyer = suzuki.application.test_client()
    sign_in_buyer(buyer, shop, order)
    row = answer_fields(suzuki)["class:card"]
    said = "カード会社の明細をご利用ください。"
    changed = form(suzuki) | {f"{row}may": "no", f"{row}sentence": said}
    assert suzuki.post(PAYMENTS, data=changed).status_code == 303
    assert said in row_of(suzuki.get(PAYMENTS).text, "class:card")
    assert said in buyer.get(f"/sakura/orders/{order.id}/receipt").text
    history = suzuki.get("/admin/shops/sakura/audit").text
    assert said in history
    assert "class:card" not in history
    assert suzuki.post(PAYMENTS, data=form(suzuki) | {f"{row}may": "", f"{row}sentence": ""}).status_code == 303
    assert buyer.get(f"/sakura/orders/{order.id}/receipt").status_code == 200
    session.rollback()
    assert session.get_one(Shop, shop.id, populate_existing=True).receipt_answers == {}


@pytest.mark.parametrize(
    ("key", "answer", "said"),
    [
        ("class:cod", {"may": "yes"}, "代金引換は配達員が領収書をお渡しします"),
        ("class:card", {"may": "maybe"}, "この中から選んでください"),
        ("class:card", {"may": "no", "sentence": "あ" * 201}, "長すぎます"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_beside_its_row(
    suzuki: FlaskClient, session: Session, shop: Shop, key: str, answer: dict[str, str], said: str
) -> None:
    row = answer_fields(suzuki)[key]
    refused = suzuki.post(PAYMENTS, data=form(suzuki) | {f"{row}{name}": text for name, text in answer.items()})
    assert refused.status_code == 422
    assert said in refused.text
    session.rollback()
    assert session.get_one(Shop, shop.id, populate_existing=True).receipt_answers == {}


def test_an_answer_to_words_that_no_order_has_any_more_is_kept(
    suzuki: FlaskClient, session: Session, shop: Shop
) -> None:
    shop.receipt_answers = {"words:昔の払い方": ["no", "お問い合わせください。"]}
    session.commit()
    assert suzuki.post(PAYMENTS, data=form(suzuki) | {"rows-1-words": "店頭", "rows-1-kind": "shop"}).status_code == 303
    session.rollback()
    kept = session.get_one(Shop, shop.id, populate_existing=True).receipt_answers
    assert kept == {"words:昔の払い方": ["no", "お問い合わせください。"]}
