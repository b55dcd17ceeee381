"""選べる商品: the items that buyers may add to their subscription, as the shop's managers keep them."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, OfferedItem, Shop
from tests.admin.settings.forms_as_sent import fields_of
from tests.cast import Cast
from tests.mypage.signing_in import csrf_token

BASE = "/admin/shops/sakura/offered-items"
HOJICHA = {"product_code": "H-1", "name": "ほうじ茶", "price": "９８０", "tax_rate": "8"}
CUP = {"product_code": "C-1", "name": "湯のみ", "price": "1,200", "tax_rate": ""}


def press(client: FlaskClient, path: str, fields: dict[str, Any]) -> Any:
    return client.post(f"{BASE}{path}", data=fields | {"csrf_token": csrf_token(client, BASE)})


def offered(session: Session) -> list[OfferedItem]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(OfferedItem).order_by(OfferedItem.position)))


@pytest.fixture
def two(suzuki: FlaskClient, session: Session) -> list[OfferedItem]:
    for item in (HOJICHA, CUP):
        assert press(suzuki, "", item).status_code == 303
    return offered(session)


def test_items_are_offered_in_the_order_in_which_they_were_added(
    suzuki: FlaskClient, session: Session, two: list[OfferedItem]
) -> None:
    said = [(item.product_code, item.name, item.price, item.tax_rate) for item in two]
    assert said == [("H-1", "ほうじ茶", 980, 8), ("C-1", "湯のみ", 1200, None)]
    page = suzuki.get(BASE).text
    assert page.index("ほうじ茶</a>") < page.index("湯のみ</a>")
    assert "¥1,200" in page
    assert "ほうじ茶、湯のみ" in suzuki.get("/admin/shops/sakura/subscription-settings").text
    assert (
        list(session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("offered_item.%"))))
        == ["offered_item.added"] * 2
    )


def test_moving_up_twice_from_the_same_page_moves_once(
    suzuki: FlaskClient, session: Session, two: list[OfferedItem]
) -> None:
    path, fields = f"/{two[1].id}/place", {"to": "up", "shown": str(two[1].position)}
    for _ in range(2):
        assert press(suzuki, path, fields).status_code == 303
    assert [item.name for item in offered(session)] == ["湯のみ", "ほうじ茶"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"product_code": ""}, "空欄です"),
        ({"name": "茶" * 301}, "300文字まで"),
        ({"product_code": "H-1"}, "もう選べる商品にあります"),
        ({"price": ""}, "0から9999999までの数字"),
        ({"price": "-1"}, "0から9999999までの数字"),
        ({"price": "千円"}, "数字で書いてください"),
    ],
)
def test_what_cannot_be_offered_is_refused_beside_its_field(
    suzuki: FlaskClient, session: Session, two: list[OfferedItem], typed: dict[str, str], said: str
) -> None:
    answer = press(suzuki, "", {"product_code": "X-1", "name": "玉露", "price": "2000", "tax_rate": "8"} | typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert len(offered(session)) == len(two)


def test_a_new_price_changes_no_running_subscription_and_the_second_tab_overwrites_nothing(
    suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop, two: list[OfferedItem]
) -> None:
    tea = cast.subscription(shop, items=[{"product_code": "H-1", "name": "ほうじ茶", "later_price": 980}])
    session.commit()
    path = f"/{two[0].id}"
    old = fields_of(suzuki.get(BASE + path).text)
    assert suzuki.post(BASE + path, data=old | {"price": "1080"}).status_code == 303
    stale = suzuki.post(BASE + path, data=old | {"price": "1200"})
    assert stale.status_code == 409
    assert "ほかの人が変えました" in stale.text
    assert offered(session)[0].price == 1080
    session.refresh(tea)
    assert tea.items[0].later_price == 980
    assert suzuki.post(BASE + path, data=fields_of(stale.text)).status_code == 303
    assert offered(session)[0].price == 1200, "sending it once more is a decision of one's own"


def test_a_retired_item_is_no_longer_on_offer_and_stays_where_it_was_chosen(
    suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop, two: list[OfferedItem]
) -> None:
    tea = cast.subscription(shop, items=[{"product_code": "H-1", "name": "ほうじ茶"}])
    session.commit()
    gone = two[0].id
    assert press(suzuki, f"/{gone}/retirement", {"version": "7"}).status_code == 303
    assert "何も変えていません" in suzuki.get(BASE).text, "the form was from before a change"
    assert len(offered(session)) == 2
    assert press(suzuki, f"/{gone}/retirement", {"version": "1"}).status_code == 303
    assert [item.name for item in offered(session)] == ["湯のみ"]
    session.refresh(tea)
    assert tea.items[0].name == "ほうじ茶"
    assert suzuki.get(f"{BASE}/{gone}").status_code == 404


def test_another_shops_items_are_not_there(
    suzuki: FlaskClient, cast: Cast, session: Session, two: list[OfferedItem]
) -> None:
    next_door = cast.shop(slug="momiji", name="もみじ堂")
    theirs = OfferedItem(shop_id=next_door.id, product_code="H-1", name="ほうじ茶", price=1, position=1)
    session.add(theirs)
    session.commit()
    assert suzuki.get(f"{BASE}/{theirs.id}").status_code == 404
    assert press(suzuki, f"/{theirs.id}/retirement", {"version": "1"}).status_code == 404
    assert len(offered(session)) == len(two) + 1
