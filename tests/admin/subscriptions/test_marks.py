"""定期購入: labels, 要対応 and answers to the shop's own fields."""

import pytest
from sqlalchemy import select

from portal.models import CustomAnswer, CustomField, FieldCategory, SubscriptionLabel
from portal.subscriptions.terms import labels
from tests.admin.subscriptions.desk import Desk, plain


def test_labels_are_put_on_and_taken_off(desk: Desk) -> None:
    label = SubscriptionLabel(shop_id=desk.shop.id, name="VIP", created_at=desk.cast.now)
    desk.session.add(label)
    one = desk.subscription()
    desk.send(f"{one}/labels", of=f"{one}/marks", label=str(label.id))
    assert "VIP" in plain(desk.get(one))
    desk.send(f"{one}/labels", of=f"{one}/marks")
    assert labels.of_subscription(desk.session, desk.now(one)) == []


def test_attention_has_a_reason_and_is_cleared_with_it(desk: Desk) -> None:
    one = desk.subscription()
    desk.send(f"{one}/attention", of=f"{one}/marks", reason="")
    assert not desk.now(one).needs_attention
    desk.send(f"{one}/attention", of=f"{one}/marks", reason="お客さまに電話する")
    assert "お客さまに電話する" in plain(desk.get(one))
    desk.send(f"{one}/attention-cleared", of=f"{one}/marks")
    assert (desk.now(one).needs_attention, desk.now(one).attention_reason) == (False, "")


# --- the shop's own fields -------------------------------------------------------------------------------------------
@pytest.fixture
def category(desk: Desk) -> FieldCategory:
    category = FieldCategory(shop_id=desk.shop.id, name="お好み", several=True, position=1)
    desk.session.add(category)
    desk.session.flush()
    for position, (name, kind, options) in enumerate(
        (("濃さ", "radio", ["濃いめ", "うすめ"]), ("杯数", "integer", []), ("ひとこと", "textarea", [])), 1
    ):
        desk.session.add(
            CustomField(
                shop_id=desk.shop.id, category_id=category.id, name=name, kind=kind, options=options, position=position
            )
        )
    desk.session.commit()
    return category


def field_ids(desk: Desk) -> dict[str, str]:
    return {field.name: str(field.id) for field in desk.session.scalars(select(CustomField))}


def test_answers_are_shown_once_they_are_given(desk: Desk, category: FieldCategory) -> None:
    one, fields = desk.subscription(), field_ids(desk)
    assert "濃さ" not in plain(desk.get(one))
    rest = f"{one}/fields/{category.id}/0"
    desk.send(rest, of=rest, **{fields["濃さ"]: "濃いめ", fields["杯数"]: "３", fields["ひとこと"]: ""})
    words = plain(desk.get(one))
    assert "濃さ 濃いめ" in words
    assert "杯数 3" in words
    assert "ひとこと" not in words
    assert "お好みをもう1つ記入する" in words


def test_an_answer_that_does_not_fit_is_said_beside_its_field(desk: Desk, category: FieldCategory) -> None:
    one, fields = desk.subscription(), field_ids(desk)
    rest = f"{one}/fields/{category.id}/0"
    page = desk.send(rest, of=rest, status=422, **{fields["杯数"]: "たくさん"})
    assert "数として読めません。" in page
    assert 'value="たくさん"' in page
    assert desk.session.scalars(select(CustomAnswer)).all() == []


def test_a_misfit_answer_is_shown_as_it_is_and_stays_until_another_is_given(
    desk: Desk, category: FieldCategory
) -> None:
    one, fields = desk.subscription(), field_ids(desk)
    rest = f"{one}/fields/{category.id}/0"
    desk.send(rest, of=rest, **{fields["濃さ"]: "うすめ", fields["杯数"]: "2"})
    desk.session.rollback()
    field = desk.session.scalars(select(CustomField).filter_by(name="濃さ")).one()
    field.options = ["濃いめ"]
    desk.session.commit()
    words = plain(desk.get(one))
    assert "うすめ 現在の項目に合わない回答です" in words
    desk.send(rest, of=rest, **{fields["濃さ"]: "", fields["杯数"]: "4"})
    assert "うすめ" in plain(desk.get(one)), "nothing was said about it"
    desk.send(rest, of=rest, **{fields["濃さ"]: "濃いめ", fields["杯数"]: "4"})
    assert "うすめ" not in plain(desk.get(one))


def test_answers_are_taken_away_for_good(desk: Desk, category: FieldCategory) -> None:
    one, fields = desk.subscription(), field_ids(desk)
    rest = f"{one}/fields/{category.id}/0"
    desk.send(rest, of=rest, **{fields["杯数"]: "2"})
    desk.send(f"{rest}/removal", of=rest)
    assert desk.session.scalars(select(CustomAnswer)).all() == []
