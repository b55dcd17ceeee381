"""Guessing: whoever fails too often is locked out for a while, in words that a buyer understands."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.access import locks, overview
from portal.models import AuditEntry, LoginFailure, LoginLock, Order, Shop
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token, link, submit

LOCKED = "少し時間をおいてください"


def typed(client: FlaskClient, code: str = "A-10234", name: str = "佐藤太郎", **more: Any) -> TestResponse:
    return submit(client, "/sakura/", {"code": code, "typed": name}, **more)


def by_link(client: FlaskClient, shop: Shop, order: Order, name: str = "佐藤太郎") -> TestResponse:
    return submit(client, link(client, shop, order), {"typed": name})


def fail(times: int, attempt: Callable[[], TestResponse]) -> None:
    assert [attempt().status_code for _ in range(times)] == [422] * times


def test_the_sixth_try_after_five_failures_is_not_judged_any_more(client: FlaskClient, order: Order) -> None:
    fail(5, lambda: typed(client))
    answer = typed(client, name="山田花子")
    assert answer.status_code == 429
    assert LOCKED in answer.text
    assert "あと15分" in answer.text
    assert answer.headers["Retry-After"] == "900"
    assert "075-000-0000" in answer.text


def test_four_failures_lock_nothing(client: FlaskClient, order: Order) -> None:
    fail(4, lambda: typed(client))
    assert typed(client, name="山田花子").status_code == 303


def test_a_code_that_does_not_exist_is_locked_in_the_same_way(client: FlaskClient, order: Order) -> None:
    fail(5, lambda: typed(client, "A-99999"))
    fail(5, lambda: typed(client, "A-10234"))
    unknown, known = typed(client, "A-99999"), typed(client, "A-10234")
    assert (unknown.status_code, known.status_code) == (429, 429)
    assert unknown.headers["Retry-After"] == known.headers["Retry-After"]


def test_however_the_code_is_written_it_is_one_code(client: FlaskClient, order: Order) -> None:
    for code in ("A-10234", "a-10234", "Ａ－１０２３４", "A 10234".replace(" ", "ー"), " A-10234"):
        typed(client, code)
    assert typed(client, name="山田花子").status_code == 429


def test_after_fifteen_minutes_she_may_try_again(client: FlaskClient, order: Order, clock: Clock) -> None:
    fail(5, lambda: typed(client))
    clock.forward(minutes=14, seconds=59)
    assert "あと1分" in typed(client, name="山田花子").text
    clock.forward(seconds=1)
    assert typed(client, name="山田花子").status_code == 303


def test_failures_that_lie_further_apart_than_fifteen_minutes_do_not_add_up(
    client: FlaskClient, order: Order, clock: Clock
) -> None:
    for _ in range(10):
        assert typed(client).status_code == 422
        clock.forward(minutes=4)
    assert typed(client, name="山田花子").status_code == 303


@pytest.mark.parametrize(("seconds", "next_answer"), [(899, 429), (900, 303)])
def test_five_failures_within_fifteen_minutes_lock_and_further_apart_they_do_not(
    client: FlaskClient, order: Order, clock: Clock, seconds: int, next_answer: int
) -> None:
    fail(4, lambda: typed(client))
    clock.forward(seconds=seconds)
    fail(1, lambda: typed(client))
    assert typed(client, name="山田花子").status_code == next_answer


def test_each_further_lock_lasts_twice_as_long_up_to_a_day(client: FlaskClient, order: Order, clock: Clock) -> None:
    lasted = []
    for _ in range(9):
        fail(5, lambda: typed(client))
        lasted.append(int(typed(client).headers["Retry-After"]) // 60)
        clock.forward(minutes=lasted[-1])
    assert lasted == [15, 30, 60, 120, 240, 480, 960, 1440, 1440]


def test_a_long_lock_tells_the_hours(client: FlaskClient, order: Order, clock: Clock) -> None:
    for _ in range(4):
        fail(5, lambda: typed(client))
        clock.forward(seconds=int(typed(client).headers["Retry-After"]))
    fail(5, lambda: typed(client))
    assert "約4時間後" in typed(client).text


def test_a_quiet_day_makes_the_next_lock_short_again(client: FlaskClient, order: Order, clock: Clock) -> None:
    for _ in range(2):
        fail(5, lambda: typed(client))
        clock.forward(hours=25)
    fail(5, lambda: typed(client))
    assert typed(client).headers["Retry-After"] == "900"


def test_trying_while_locked_makes_it_no_longer(client: FlaskClient, order: Order, clock: Clock) -> None:
    fail(5, lambda: typed(client))
    for _ in range(10):
        typed(client)
    clock.forward(minutes=15)
    assert typed(client, name="山田花子").status_code == 303


def test_a_success_clears_the_count(client: FlaskClient, app: Flask, order: Order, clock: Clock) -> None:
    fail(4, lambda: typed(client))
    assert typed(client, name="山田花子").status_code == 303
    clock.forward(seconds=1)
    fail(4, lambda: typed(app.test_client()))
    assert typed(app.test_client(), name="山田花子").status_code == 303


def test_a_stranger_who_types_codes_cannot_lock_out_who_holds_the_link(
    client: FlaskClient, shop: Shop, order: Order
) -> None:
    fail(5, lambda: typed(client))
    assert typed(client).status_code == 429
    assert by_link(client, shop, order, "山田花子").status_code == 303


def test_failures_behind_the_link_lock_the_link_and_not_the_code(client: FlaskClient, shop: Shop, order: Order) -> None:
    fail(5, lambda: by_link(client, shop, order))
    assert by_link(client, shop, order, "山田花子").status_code == 429
    assert typed(client, name="山田花子").status_code == 303


def test_one_order_locked_leaves_the_others_alone(client: FlaskClient, cast: Cast, shop: Shop, order: Order) -> None:
    cast.order(shop, "A-20000", **TARO)
    cast.session.commit()
    fail(5, lambda: typed(client))
    assert typed(client, "A-20000").status_code == 303


def test_the_same_code_in_another_shop_is_another_code(client: FlaskClient, cast: Cast, order: Order) -> None:
    midori = cast.shop("midori")
    cast.order(midori)
    cast.session.commit()
    fail(5, lambda: typed(client))
    assert submit(client, "/midori/", {"code": "A-10234", "typed": "山田花子"}).status_code == 303


# --- addresses -------------------------------------------------------------------------------------------------------
def fail_from(
    session: Session, shop: Shop, address: str, codes: int, failures: int, clock: Clock, via: str = "code"
) -> None:
    """Store all failures but the last, spread over these codes and over half an hour."""
    session.add_all(
        LoginFailure(
            shop_id=shop.id,
            code_digest=f"{number % codes:064d}",
            via=via,
            address=address,
            at=clock() - timedelta(seconds=18 * number),
        )
        for number in range(failures - 1)
    )
    session.commit()


def test_a_hundred_failures_over_twenty_codes_lock_the_address(
    client: FlaskClient, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    fail_from(session, shop, "127.0.0.1", 19, 100, clock)
    assert typed(client, "A-99999").status_code == 422
    answer = typed(client, name="山田花子")
    assert (answer.status_code, LOCKED in answer.text) == (429, True)
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    assert typed(client, name="山田花子", environ_overrides=elsewhere).status_code == 303
    clock.forward(minutes=15)
    assert typed(client, name="山田花子").status_code == 303


def test_who_comes_with_a_link_is_not_touched_by_it(
    client: FlaskClient, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    fail_from(session, shop, "127.0.0.1", 20, 100, clock)
    typed(client, "A-99999")
    assert typed(client, name="山田花子").status_code == 429
    assert by_link(client, shop, order, "山田花子").status_code == 303


def test_a_link_that_nobody_signed_does_not_get_around_it(
    client: FlaskClient, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    fail_from(session, shop, "127.0.0.1", 20, 100, clock)
    typed(client, "A-99999")
    assert submit(client, "/sakura/o/AAAA.nonsense", {"typed": "山田花子"}).status_code == 429


def test_made_up_links_count_as_guesses(
    client: FlaskClient, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    fail_from(session, shop, "127.0.0.1", 19, 100, clock)
    assert submit(client, "/sakura/o/AAAA.nonsense", {"typed": "山田花子"}).status_code == 422
    assert typed(client, name="山田花子").status_code == 429


def test_after_an_addresss_lock_the_failures_before_it_are_used_up(
    client: FlaskClient, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    fail_from(session, shop, "127.0.0.1", 20, 100, clock)
    fail(1, lambda: typed(client, "A-99999"))
    assert typed(client, name="山田花子").status_code == 429
    clock.forward(minutes=15)
    fail(1, lambda: typed(client, "A-88888"))
    assert typed(client, name="山田花子").status_code == 303


def test_failures_behind_links_and_those_at_another_shop_are_not_the_addresss_here(
    client: FlaskClient, session: Session, cast: Cast, shop: Shop, order: Order, clock: Clock
) -> None:
    fail_from(session, shop, "127.0.0.1", 30, 150, clock, via="link")
    fail_from(session, cast.shop("midori"), "127.0.0.1", 30, 150, clock)
    fail(1, lambda: typed(client, "A-99999"))
    assert typed(client, name="山田花子").status_code == 303


@pytest.mark.parametrize(("codes", "failures"), [(18, 150), (90, 99)])
def test_many_failures_alone_or_many_codes_alone_lock_no_address(
    client: FlaskClient, session: Session, shop: Shop, order: Order, clock: Clock, codes: int, failures: int
) -> None:
    fail_from(session, shop, "127.0.0.1", codes, failures, clock)
    typed(client, "A-99999")
    assert typed(client, name="山田花子").status_code == 303


def test_the_neighbours_of_an_ipv6_line_are_one_address(
    client: FlaskClient, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    fail_from(session, shop, "2001:db8:1:2::/64", 20, 100, clock)
    typed(client, "A-99999", environ_overrides={"REMOTE_ADDR": "2001:db8:1:2::5"})
    answer = typed(client, name="山田花子", environ_overrides={"REMOTE_ADDR": "2001:db8:1:2:ffff::1"})
    assert answer.status_code == 429


# --- staff -----------------------------------------------------------------------------------------------------------
def test_staff_see_the_lock_and_lift_it(
    client: FlaskClient, app: Flask, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    secret = app.config["SECRET_KEY"]
    fail(5, lambda: typed(client))
    clock.forward(seconds=1)
    fail(2, lambda: by_link(client, shop, order))
    seen = overview.tries(session, order, secret=secret)
    assert [each.via for each in seen] == ["link"] * 2 + ["code"] * 5
    assert not any(each.succeeded for each in seen)
    (lock,) = overview.locks_of(session, order, seen, secret=secret, now=clock())
    assert (lock.via, lock.until, lock.addresses) == (
        "code",
        clock() + timedelta(minutes=15, seconds=-1),
        ("127.0.0.1",),
    )
    assert locks.lift(session, order, secret=secret, actor="staff:suzuki", now=clock())
    session.commit()
    assert typed(client, name="山田花子").status_code == 303
    assert overview.locks_of(session, order, seen, secret=secret, now=clock()) == []


def test_a_lifted_lock_gives_the_link_all_its_tries_again_too(
    client: FlaskClient, app: Flask, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    fail(5, lambda: typed(client))
    fail(4, lambda: by_link(client, shop, order))
    clock.forward(seconds=1)
    assert locks.lift(session, order, secret=app.config["SECRET_KEY"], actor="staff:suzuki", now=clock())
    session.commit()
    fail(4, lambda: by_link(client, shop, order))
    assert by_link(client, shop, order, "山田花子").status_code == 303


def test_another_shops_staff_cannot_lift_a_lock(
    client: FlaskClient, cast: Cast, session: Session, order: Order, clock: Clock
) -> None:
    fail(5, lambda: typed(client))
    lock = session.scalars(select(LoginLock).filter_by(via="code")).one()
    assert not locks.lift_one(session, cast.shop("midori").id, lock.id, actor="staff:sato", now=clock())
    session.commit()
    assert typed(client, name="山田花子").status_code == 429


def test_lifting_what_is_not_locked_leaves_no_trace(app: Flask, session: Session, order: Order, clock: Clock) -> None:
    assert not locks.lift(session, order, secret=app.config["SECRET_KEY"], actor="staff:suzuki", now=clock())


def test_staff_can_let_an_address_in_again(
    client: FlaskClient, session: Session, shop: Shop, order: Order, clock: Clock
) -> None:
    fail_from(session, shop, "127.0.0.1", 20, 100, clock)
    typed(client, "A-99999")
    lock = session.scalars(select(LoginLock).filter_by(subject="127.0.0.1")).one()
    assert locks.lift_one(session, shop.id, lock.id, actor="staff:suzuki", now=clock())
    assert not locks.lift_one(session, shop.id, lock.id, actor="staff:suzuki", now=clock())
    session.commit()
    clock.forward(seconds=1)
    lifted = session.scalars(select(AuditEntry).where(AuditEntry.action == "login_lock.lifted")).one()
    assert (lifted.actor, lifted.subject_type) == ("staff:suzuki", "login_lock")
    fail(1, lambda: typed(client, "A-88888"))
    assert typed(client, name="山田花子").status_code == 303


# --- many at once ----------------------------------------------------------------------------------------------------
def test_twenty_parallel_tries_are_not_judged_more_often_than_five_times(
    app: Flask, session: Session, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged: list[str] = []

    def match(typed_name: str, name: str, *_more: object, **_how: object) -> bool:
        if name == order.buyer_name:
            judged.append(typed_name)
        return False

    monkeypatch.setattr("portal.values.names.matches", match)
    together = Barrier(20)
    answers: list[int] = []

    def guess(number: int) -> None:
        client = app.test_client()
        token = csrf_token(client, "/sakura/")
        together.wait()
        fields = {"code": "A-10234", "typed": f"名前{number}", "csrf_token": token}
        answers.append(client.post("/sakura/", data=fields).status_code)

    threads = [Thread(target=guess, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(judged) == 5
    assert sorted(answers) == [422] * 5 + [429] * 15
    assert session.scalars(select(func.count()).select_from(LoginFailure)).one() == 5
    assert session.scalars(select(func.count()).select_from(LoginLock)).one() == 1


def test_locks_hold_after_a_restart(client: FlaskClient, make_app: Callable[[], Flask], order: Order) -> None:
    fail(5, lambda: typed(client))
    assert typed(make_app().test_client(), name="山田花子").status_code == 429


def test_a_flood_from_one_address_is_cut(client: FlaskClient, order: Order) -> None:
    token = csrf_token(client, "/sakura/")
    fields = {"code": "", "typed": "", "csrf_token": token}
    answers = [client.post("/sakura/", data=fields).status_code for _ in range(61)]
    assert answers == [422] * 60 + [429]


def test_made_up_links_are_cut_as_typed_codes_are(client: FlaskClient, shop: Shop, order: Order) -> None:
    token = csrf_token(client, "/sakura/")
    fields = {"typed": "", "csrf_token": token}
    answers = [client.post(f"/sakura/o/made-up-{number}", data=fields).status_code for number in range(61)]
    assert answers == [422] * 60 + [429]
    assert client.post("/sakura/", data=fields).status_code == 429
    assert by_link(client, shop, order, "山田花子").status_code == 303


def test_the_limits_count_an_ipv6_line_and_not_its_addresses(client: FlaskClient, order: Order) -> None:
    token = csrf_token(client, "/sakura/")
    fields = {"code": "", "typed": "", "csrf_token": token}
    for number in range(60):
        client.post("/sakura/", data=fields, environ_overrides={"REMOTE_ADDR": f"2001:db8:1:2::{number:x}"})
    answers = [
        client.post("/sakura/", data=fields, environ_overrides={"REMOTE_ADDR": address}).status_code
        for address in ("2001:db8:1:2:ffff::1", "2001:db8:1:3::1")
    ]
    assert answers == [429, 422]
