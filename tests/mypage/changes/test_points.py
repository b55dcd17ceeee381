"""Points: how many of them pay, and when there are none."""

from datetime import date

import pytest

from portal.models import (
    Subscription,
)
from tests.mypage.subscribers import Subscriber


def test_points_pay_for_every_delivery_until_they_are_used_up(hanako: Subscriber) -> None:
    shown = hanako.preview("points", {"points_use": "always", "points_each": "500"})
    assert "−¥500" in shown.text
    hanako.confirm("points", shown)
    assert (hanako.now().points_use, hanako.now().points_each) == ("always", 500)
    hanako.carry_out("points", {"points_use": "all", "points_each": "no number"})
    assert (hanako.now().points_use, hanako.now().points_each) == ("all", 500)


@pytest.mark.parametrize("typed", ["", "0", "1201", "-1", "many"])
def test_no_more_points_than_there_are(hanako: Subscriber, typed: str) -> None:
    answer = hanako.preview("points", {"points_use": "next", "points_each": typed})
    assert (answer.status_code, "field-error" in answer.text) == (422, True)


def test_points_that_expire_before_the_next_order_cannot_be_used(
    hanako: Subscriber, subscription: Subscription
) -> None:
    subscription.points_expire_on = date(2026, 12, 3)
    hanako.session.commit()
    assert "期限が切れるため" in hanako.form("points").text
    assert hanako.preview("points", {"points_use": "all"}, hanako.form("pause")).status_code == 422
    subscription.points_expire_on = date(2026, 12, 4)
    hanako.session.commit()
    assert hanako.preview("points", {"points_use": "all"}).status_code == 200


def test_a_guest_has_no_points(hanako: Subscriber, subscription: Subscription) -> None:
    subscription.customer_number = ""
    hanako.session.commit()
    assert hanako.form("points").status_code == 409
