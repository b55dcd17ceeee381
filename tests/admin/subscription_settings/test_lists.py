"""Labels, stop reasons and custom fields of a shop's subscriptions, as its managers keep them."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import (
    AuditEntry,
    CustomAnswer,
    CustomField,
    FieldCategory,
    Shop,
    StopReason,
    SubscriptionLabel,
    SubscriptionLabelling,
)
from portal.subscriptions.terms.reasons import Kind, on_offer
from tests.admin.settings.forms_as_sent import fields_of
from tests.cast import Cast
from tests.mypage.signing_in import csrf_token

BASE = "/admin/shops/sakura"


def press(client: FlaskClient, path: str, fields: dict[str, Any]) -> Any:
    token = csrf_token(client, f"{BASE}/subscription-labels")
    return client.post(f"{BASE}/{path}", data=fields | {"csrf_token": token})


def anew(session: Session) -> Session:
    """Return the session with everything to be loaded again."""
    session.rollback()
    session.expire_all()
    return session


# --- labels ----------------------------------------------------------------------------------------------------------
def test_a_label_is_added_renamed_and_deleted_with_a_look_at_who_carries_it(
    suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    assert press(suzuki, "subscription-labels", {"name": " 電話で相談中 "}).status_code == 303
    label = session.scalars(select(SubscriptionLabel)).one()
    assert label.name == "電話で相談中"
    for number in ("1", "2"):
        subscription = cast.subscription(shop, number)
        carried = {"shop_id": shop.id, "subscription_id": subscription.id, "label_id": label.id}
        session.add(SubscriptionLabelling(**carried))
    session.commit()
    path = f"subscription-labels/{label.id}"
    assert press(suzuki, path, {"name": "相談中", "shown": "電話で相談中"}).status_code == 303
    assert anew(session).get_one(SubscriptionLabel, label.id).name == "相談中"
    assert "2件" in suzuki.get(f"{BASE}/subscription-labels").text
    assert "2件の定期購入についています" in suzuki.get(f"{BASE}/{path}/removal").text

    stale = press(suzuki, f"{path}/removal", {"shown": "電話で相談中"})
    assert stale.status_code == 409
    assert len(anew(session).scalars(select(SubscriptionLabelling)).all()) == 2
    session.rollback()
    assert press(suzuki, f"{path}/removal", {"shown": "相談中"}).status_code == 303
    assert anew(session).scalars(select(SubscriptionLabel)).all() == []
    assert session.scalars(select(SubscriptionLabelling)).all() == []
    assert "2件の定期購入から外れました" in suzuki.get(f"{BASE}/subscription-labels").text


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "空欄です"), ("ｖｉｐ", "同じものが、もうあります"), ("長" * 41, "長すぎます")],
)
def test_a_label_that_cannot_be_is_refused(
    suzuki: FlaskClient, session: Session, shop: Shop, name: str, said: str
) -> None:
    press(suzuki, "subscription-labels", {"name": "VIP"})
    answer = press(suzuki, "subscription-labels", {"name": name})
    assert answer.status_code == 422
    assert said in answer.text
    assert len(session.scalars(select(SubscriptionLabel)).all()) == 1


def test_a_label_that_somebody_else_renamed_meanwhile_keeps_that_name(suzuki: FlaskClient, session: Session) -> None:
    press(suzuki, "subscription-labels", {"name": "VIP"})
    label = session.scalars(select(SubscriptionLabel)).one()
    session.rollback()
    path = f"subscription-labels/{label.id}"
    press(suzuki, path, {"name": "お得意さま", "shown": "VIP"})
    stale = press(suzuki, path, {"name": "大切な方", "shown": "VIP"})
    assert stale.status_code == 409
    assert "ほかの人が変えました" in stale.text
    assert anew(session).get_one(SubscriptionLabel, label.id).name == "お得意さま"


# --- reasons ---------------------------------------------------------------------------------------------------------
def test_reasons_stand_in_the_order_in_which_they_were_added_and_a_retired_one_is_not_offered(
    suzuki: FlaskClient, session: Session, shop: Shop
) -> None:
    for text in ("味が合わない", "飲みきれない", "価格"):
        assert press(suzuki, "stop-reasons", {"kind": "cancel", "text": text}).status_code == 303
    press(suzuki, "stop-reasons", {"kind": "suspend", "text": "旅行"})
    reasons = {reason.text: reason.id for reason in session.scalars(select(StopReason))}
    session.rollback()
    path = f"stop-reasons/{reasons['飲みきれない']}"
    for _ in range(2):
        assert press(suzuki, f"{path}/retirement", {}).status_code == 303
    assert [one.text for one in on_offer(anew(session), shop.id, Kind.CANCEL)] == ["味が合わない", "価格"]
    assert [one.text for one in on_offer(session, shop.id, Kind.SUSPEND)] == ["旅行"]
    session.rollback()
    assert press(suzuki, f"{path}/offer", {}).status_code == 303
    offered = [one.text for one in on_offer(anew(session), shop.id, Kind.CANCEL)]
    assert offered == ["味が合わない", "飲みきれない", "価格"]
    retired = select(AuditEntry).filter_by(action="stop_reason.retired")
    assert len(session.scalars(retired).all()) == 1, "pressed twice, done once"


def test_the_same_reason_is_not_offered_twice(suzuki: FlaskClient, session: Session) -> None:
    press(suzuki, "stop-reasons", {"kind": "cancel", "text": "価格"})
    answer = press(suzuki, "stop-reasons", {"kind": "cancel", "text": "価格"})
    assert answer.status_code == 422
    assert "同じものが、もうあります" in answer.text
    old = session.scalars(select(StopReason)).one()
    session.rollback()
    press(suzuki, f"stop-reasons/{old.id}/retirement", {})
    assert press(suzuki, "stop-reasons", {"kind": "cancel", "text": "価格"}).status_code == 303
    assert press(suzuki, f"stop-reasons/{old.id}/offer", {}).status_code == 422
    assert press(suzuki, "stop-reasons", {"kind": "other", "text": "価格"}).status_code == 400


# --- custom fields ---------------------------------------------------------------------------------------------------
@pytest.fixture
def category(suzuki: FlaskClient, session: Session) -> FieldCategory:
    assert press(suzuki, "field-categories", {"name": "ペットのこと", "several": "y"}).status_code == 303
    found = session.scalars(select(FieldCategory)).one()
    session.rollback()
    return found


def add(client: FlaskClient, category: FieldCategory, **typed: str) -> Any:
    return press(client, f"field-categories/{category.id}/fields", typed)


def field(session: Session, name: str) -> CustomField:
    found = anew(session).scalars(select(CustomField).filter_by(name=name)).one()
    session.rollback()
    return found


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"kind": "text", "longest": "40", "options": "余計"}, {"longest": 40, "options": []}),
        ({"kind": "integer", "least": "0", "most": "30", "longest": "5"}, {"least": 0, "most": 30, "longest": None}),
        ({"kind": "selects", "options": "宇治\r\n\r\n 狭山 "}, {"options": ["宇治", "狭山"]}),
        ({"kind": "date", "required": "y"}, {"required": True}),
    ],
)
def test_a_field_keeps_what_its_kind_has_a_use_for(
    suzuki: FlaskClient, session: Session, category: FieldCategory, typed: dict[str, str], kept: dict[str, Any]
) -> None:
    assert add(suzuki, category, name="項目", **typed).status_code == 303
    stored = field(session, "項目")
    assert {column: getattr(stored, column) for column in kept} == kept
    again = fields_of(suzuki.get(f"{BASE}/custom-fields/{stored.id}").text)
    assert (again["name"], again["kind"]) == ("項目", typed["kind"])


def test_a_field_is_added_by_the_form_as_its_page_shows_it(
    suzuki: FlaskClient, session: Session, category: FieldCategory
) -> None:
    page = suzuki.get(f"{BASE}/field-categories/{category.id}/fields/new").text
    typed = fields_of(page) | {"name": "犬の名前", "kind": "text"}
    answer = suzuki.post(f"{BASE}/field-categories/{category.id}/fields", data=typed)
    assert answer.status_code == 303
    assert "犬の名前" in suzuki.get(answer.location).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "", "kind": "text"}, "空欄です"),
        ({"name": "年齢", "kind": "text"}, "同じものが、もうあります"),
        ({"name": "x", "kind": "colour"}, "この中から選んで"),
        ({"name": "x", "kind": "text", "longest": "0"}, "1からの数字で"),
        ({"name": "x", "kind": "integer", "least": "5", "most": "2"}, "範囲が逆です"),
        ({"name": "x", "kind": "integer", "least": "とても"}, "数字で書いてください"),
        ({"name": "x", "kind": "radio", "options": ""}, "選択肢を1つ以上"),
        ({"name": "x", "kind": "select", "options": "茶\n茶"}, "同じ選択肢が2回"),
    ],
)
def test_a_field_that_cannot_be_is_refused_beside_what_is_wrong(
    suzuki: FlaskClient, session: Session, category: FieldCategory, typed: dict[str, str], said: str
) -> None:
    add(suzuki, category, name="年齢", kind="integer")
    answer = add(suzuki, category, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert len(anew(session).scalars(select(CustomField)).all()) == 1


def test_fields_are_put_in_order_and_a_button_pressed_twice_moves_once(
    suzuki: FlaskClient, session: Session, category: FieldCategory
) -> None:
    for name in ("名前", "年齢", "犬種"):
        add(suzuki, category, name=name, kind="text")
    last = field(session, "犬種")
    for _ in range(2):
        press(suzuki, f"custom-fields/{last.id}/place", {"to": "up", "shown": str(last.position)})
    order = select(CustomField.name).order_by(CustomField.position)
    assert anew(session).scalars(order).all() == ["名前", "犬種", "年齢"]


def test_a_deleted_field_keeps_its_answers_and_frees_its_name(
    suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop, category: FieldCategory
) -> None:
    add(suzuki, category, name="名前", kind="text")
    name = field(session, "名前")
    subscription = cast.subscription(shop)
    answer = {"shop_id": shop.id, "subscription_id": subscription.id, "field_id": name.id, "values": ["コロ"]}
    session.add(CustomAnswer(**answer))
    session.commit()
    path = f"custom-fields/{name.id}"
    assert "削除しても答えは残り" in suzuki.get(f"{BASE}/{path}/removal").text
    assert press(suzuki, f"{path}/removal", {"version": "99"}).status_code == 409
    assert press(suzuki, f"{path}/removal", {"version": str(name.version)}).status_code == 303
    assert anew(session).get_one(CustomField, name.id).deleted_at is not None
    assert session.scalars(select(CustomAnswer)).one().values == ["コロ"]
    session.rollback()
    assert suzuki.get(f"{BASE}/{path}").status_code == 303, "somebody who comes too late is told"
    assert add(suzuki, category, name="名前", kind="text").status_code == 303


def test_a_category_takes_its_fields_with_it(suzuki: FlaskClient, session: Session, category: FieldCategory) -> None:
    add(suzuki, category, name="名前", kind="text")
    path = f"field-categories/{category.id}"
    assert "名前" in suzuki.get(f"{BASE}/{path}/removal").text
    assert press(suzuki, f"{path}/removal", {"version": str(category.version)}).status_code == 303
    assert field(session, "名前").deleted_at is not None
    assert f"category-{category.id}" not in suzuki.get(f"{BASE}/custom-fields").text
    assert press(suzuki, "field-categories", {"name": "ペットのこと"}).status_code == 303


def test_a_stale_form_overwrites_neither_a_field_nor_a_category(
    suzuki: FlaskClient, session: Session, category: FieldCategory
) -> None:
    add(suzuki, category, name="名前", kind="text")
    name = field(session, "名前")
    for path, version in ((f"custom-fields/{name.id}", name.version), (f"field-categories/{category.id}", 1)):
        typed = {"version": str(version), "kind": "text"}
        assert press(suzuki, path, typed | {"name": "犬の名前"}).status_code == 303
        stale = press(suzuki, path, typed | {"name": "猫の名前"})
        assert stale.status_code == 409
        assert "ほかの人が変えました" in stale.text
        assert 'value="猫の名前"' in stale.text
    assert anew(session).get_one(CustomField, name.id).name == "犬の名前"
    assert session.get_one(FieldCategory, category.id).name == "犬の名前"
