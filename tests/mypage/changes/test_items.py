"""Items: other quantities, other products, and what has to stay."""

import pytest
from sqlalchemy.orm import Session

from portal.models import (
    Shop,
    Subscription,
)
from tests.mypage.changes.change_pages import names, offer, quantities
from tests.mypage.subscribers import Subscriber


def test_more_of_one_and_a_new_one(hanako: Subscriber, session: Session, shop: Shop) -> None:
    offer(session, shop)
    form = hanako.form("items")
    (tea, _other), (added,) = names(form, "quantity-"), names(form, "add-")
    shown = hanako.preview("items", {tea: "３", added: "1"}, form)
    # The new sum is ¥1,080 × 3, ¥756 × 2, ¥1,620 and ¥500 for shipping.
    assert '¥3,092 <span aria-hidden="true">→</span> ¥6,872' in shown.text
    assert "お申し込みの内容" in shown.text
    hanako.confirm("items", shown)
    assert quantities(hanako.now()) == [("煎茶 やぶきた 100g", 3), ("有機玄米茶", 2), ("釜炒り茶", 1)]


def test_one_takes_the_place_of_another_and_one_is_left_out(hanako: Subscriber, session: Session, shop: Shop) -> None:
    offer(session, shop)
    form = hanako.form("items")
    tea, other = names(form, "become-")
    hanako.carry_out("items", {tea: "K-200", other: "remove"})
    (left,) = hanako.now().items
    assert (left.name, left.quantity, left.later_price) == ("釜炒り茶", 1, 1620)


def test_something_has_to_be_left(hanako: Subscriber) -> None:
    form = hanako.form("items")
    answer = hanako.preview("items", dict.fromkeys(names(form, "become-"), "remove"), form)
    assert answer.status_code == 422
    assert "お届けする商品を1つ以上残してください" in answer.text


@pytest.mark.parametrize("typed", ["", "0", "100", "-2", "two"])
def test_a_quantity_that_is_none_is_said_beside_its_field(hanako: Subscriber, typed: str) -> None:
    form = hanako.form("items")
    answer = hanako.preview("items", {names(form, "quantity-")[0]: typed}, form)
    assert (answer.status_code, answer.text.count("is-wrong")) == (422, 1)


def test_what_is_in_it_already_is_not_offered_again(hanako: Subscriber, session: Session, shop: Shop) -> None:
    offer(session, shop, "T-100")
    assert names(hanako.form("items"), "add-") == []
    offer(session, shop)
    form = hanako.form("items")
    (tea, _other), (added,) = names(form, "become-"), names(form, "add-")
    answer = hanako.preview("items", {tea: "K-200", added: "1"}, form)
    assert (answer.status_code, "同じ商品が重複しています" in answer.text) == (422, True)


def test_what_she_is_bound_to_stays_until_it_is_met(
    hanako: Subscriber, session: Session, subscription: Subscription
) -> None:
    subscription.items[0].commitment_count = 3
    session.commit()
    form = hanako.form("items")
    assert len(names(form, "become-")) == 1
    assert "お約束の回数が終わるまでは、外したり別の商品に変更したりできません" in form.text
