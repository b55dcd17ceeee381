"""How long the buyer is bound, and what it comes to."""

import pytest

from tests.mypage.subscriptions.visitors import MANY, Visitor, part, text_of


def test_who_is_bound_reads_how_often_how_much_and_until_when(hanako: Visitor) -> None:
    page = hanako.page(hanako.subscription(items=MANY))
    bond = text_of(part(page, "bond"))

    assert "お約束の回数3回（済み1回、残り2回）" in bond
    assert "残りのお支払い¥10,936（残り2回の合計）" in bond
    assert "解約できる日2027年1月5日(火)から" in bond
    assert "お届けは、解約されるまで続きます。" in bond
    assert "解約のお申し込みは、いつでもお受けします。" in text_of(part(page, "stopping"))


def test_who_may_cancel_within_the_commitment_reads_that(hanako: Visitor) -> None:
    hanako.rules.cancel_within_commitment = True
    bond = text_of(part(hanako.page(hanako.subscription(items=MANY)), "bond"))
    assert "解約できる日お約束の途中でも解約できます" in bond


def test_an_open_ended_plan_says_so_with_the_amount_of_a_year(hanako: Visitor) -> None:
    bond = text_of(part(hanako.page(hanako.subscription()), "bond"))
    assert "お約束の回数はありません。いつでも解約できます。" in bond
    assert "現在の内容で1年間続けると、お支払いは合計¥18,960です。" in bond


def test_a_plan_with_an_end_says_how_many_are_left(hanako: Visitor) -> None:
    page = text_of(hanako.page(hanako.subscription(remaining_orders=2)))
    assert "あと2回のお届けで終わります。" in page
    assert "これ以降のお届けはありません。" in page
    assert "解約されるまで続きます" not in page


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ({"points_use": "none"}, "お支払いは合計¥18,960です。"),
        ({"points_use": "all", "points_balance": 500}, "お支払いは合計¥18,960（ポイント利用前）です。"),
        (
            {"points_use": "next", "points_each": 100, "points_balance": 500},
            "お支払いは合計¥18,960（ポイント利用前）です。",
        ),
    ],
)
def test_a_years_total_adds_up_or_says_that_points_are_not_taken_off(
    hanako: Visitor, points: dict[str, object], said: str
) -> None:
    page = hanako.page(hanako.subscription(customer_number="C-1", **points))
    assert said in text_of(part(page, "bond"))
    assert 12 * 1_580 == 18_960, "twelve deliveries a year of what one costs"
