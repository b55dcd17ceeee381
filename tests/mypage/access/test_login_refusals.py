"""Refused logins: the same page, the same work and the same time, whatever was wrong."""

import re
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from portal.extensions import db
from portal.models import Order
from portal.web.pace import Pace
from tests.cast import Cast
from tests.mypage.access.login_page import REFUSED, in_shop, looks
from tests.mypage.signing_in import csrf_token, link, log_in, submit


def test_unknown_code_wrong_name_and_dead_links_get_the_same_page(client: FlaskClient, cast: Cast) -> None:
    shop, _ = in_shop(cast)
    other = cast.shop("midori")
    elsewhere = cast.order(other)
    cast.session.commit()
    links = client.application.extensions["links"]
    wrong_name = submit(client, "/sakura/", {"code": "A-10234", "typed": "佐藤太郎"})
    unknown_code = submit(client, "/sakura/", {"code": "A-99999", "typed": "佐藤太郎"})
    assert looks(wrong_name).replace("A-10234", "A-99999") == looks(unknown_code)
    dead = {
        "not signed": "AAAAAAAAAAAAAAAAAAAAAA.nonsense",
        "another shop's order": links.sign_order(other.id, elsewhere.id),
        "signed for this shop, but not its order": links.sign_order(shop.id, elsewhere.id),
        "no order at all": links.sign_order(shop.id, shop.id),
    }
    pages = {why: submit(client, f"/sakura/o/{text}", {"typed": "佐藤太郎"}) for why, text in dead.items()}
    assert {page.status_code for page in [*pages.values(), wrong_name, unknown_code]} == {422}
    assert {looks(page) for page in pages.values()} == {looks(unknown_code).replace('value="A-99999"', 'value=""')}


def test_a_typed_code_in_place_of_the_signed_link_opens_nothing(client: FlaskClient, cast: Cast) -> None:
    in_shop(cast)
    for code in ("A-10234", "a-10234", "%EF%BC%A1-10234"):
        answer = submit(client, f"/sakura/o/{code}", {"typed": "山田花子"})
        assert (answer.status_code, REFUSED in answer.text) == (422, True)


def test_guessing_with_a_made_up_link_does_not_lock_the_code_that_it_looks_like(
    client: FlaskClient, cast: Cast
) -> None:
    in_shop(cast)
    answers = [submit(client, "/sakura/o/A-10234", {"typed": "佐藤太郎"}).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]
    assert submit(client, "/sakura/", {"code": "A-10234", "typed": "山田花子"}).status_code == 303


@pytest.mark.parametrize("signed", ["%ED%A0%80", "link%20A-10234", "x" * 3000])
def test_whatever_stands_in_the_place_of_the_link_is_refused_and_no_error(
    client: FlaskClient, cast: Cast, signed: str
) -> None:
    in_shop(cast)
    assert submit(client, f"/sakura/o/{signed}", {"typed": "山田花子"}).status_code == 422


def test_opening_a_dead_link_looks_like_a_wrong_name(client: FlaskClient, cast: Cast) -> None:
    in_shop(cast)
    answer = client.get("/sakura/o/AAAAAAAAAAAAAAAAAAAAAA.nonsense")
    assert (answer.status_code, REFUSED in answer.text, 'name="code"' in answer.text) == (422, True, True)


def test_each_failure_compares_with_a_name_that_has_kana_and_with_one_that_has_none(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, _ = in_shop(cast)
    cast.order(shop, "A-20000", buyer_kana="")
    cast.session.commit()
    compared: list[bool] = []

    def match(_typed: str, _name: str, kana: str, **_how: object) -> bool:
        compared.append(kana != "")
        return False

    monkeypatch.setattr("portal.values.names.matches", match)
    work = []
    for code in ("A-10234", "A-20000", "A-99999"):
        compared.clear()
        submit(client, "/sakura/", {"code": code, "typed": "佐藤太郎"})
        work.append(sorted(compared))
    assert work == [[False, True]] * 3


def test_the_dictionary_of_readings_is_read_before_anybody_has_to_wait(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, order = in_shop(cast)
    names_written: list[str] = []

    def warm() -> None:
        """Write in another session, which succeeds because no lock is held while the dictionary is read."""
        cast.session.rollback()
        cast.session.execute(update(Order).values(buyer_name="山田 花子"))
        cast.session.commit()
        names_written.append(order.code)

    monkeypatch.setattr("portal.values.names.warm", warm)
    assert submit(client, "/sakura/", {"code": "A-10234", "typed": "山田花子"}).status_code == 303
    assert names_written == ["A-10234"]


def test_an_unknown_code_makes_the_same_database_work_as_a_known_one(
    client: FlaskClient, cast: Cast, app: Flask
) -> None:
    in_shop(cast)
    with app.app_context():
        engine = db.engine
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        statements.append(statement)

    def work_of(code: str) -> list[str]:
        token = csrf_token(client, "/sakura/")
        statements.clear()
        client.post("/sakura/", data={"code": code, "typed": "佐藤太郎", "csrf_token": token})
        return list(statements)

    event.listen(engine, "before_cursor_execute", note)
    assert work_of("A-10234") == work_of("A-99999")
    # The second time a row with the count of failures exists.
    assert work_of("A-10234") == work_of("A-99999")


def test_for_an_unknown_code_the_name_is_compared_all_the_same(
    client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_shop(cast)
    compared: list[str] = []
    monkeypatch.setattr("portal.values.names.matches", lambda typed, *_names, **_more: bool(compared.append(typed)))
    submit(client, "/sakura/", {"code": "A-99999", "typed": "佐藤太郎"})
    assert compared == ["佐藤太郎"] * 2


def test_the_name_of_the_stand_in_opens_nothing(client: FlaskClient, cast: Cast) -> None:
    in_shop(cast)
    assert submit(client, "/sakura/", {"code": "A-99999", "typed": "髙橋 一郎"}).status_code == 422


@pytest.mark.parametrize("work", [0.0, 0.1, 0.149])
def test_every_failure_is_answered_after_the_same_time(app: Flask, cast: Cast, work: float) -> None:
    in_shop(cast)
    waits: list[float] = []
    ticks = iter([100.0, 100.0 + work])
    app.extensions["pace"] = Pace(0.15, clock=lambda: next(ticks), wait=waits.append)
    submit(app.test_client(), "/sakura/", {"code": "A-10234", "typed": "佐藤太郎"})
    assert [round(wait + work, 6) for wait in waits] == [0.15]


def test_slower_work_than_the_floor_is_not_held_up(app: Flask, cast: Cast) -> None:
    in_shop(cast)
    waits: list[float] = []
    ticks = iter([100.0, 100.2])
    app.extensions["pace"] = Pace(0.15, clock=lambda: next(ticks), wait=waits.append)
    submit(app.test_client(), "/sakura/", {"code": "A-10234", "typed": "佐藤太郎"})
    assert waits == []


def test_while_a_failure_waits_for_its_time_nobody_else_waits_with_it(app: Flask, cast: Cast) -> None:
    shop, order = in_shop(cast)

    ends: list[bool] = []

    def meanwhile(_seconds: float) -> None:
        # The other login runs in a thread of its own, outside this request.
        other = Thread(target=log_in, args=(app.test_client(), shop, order))
        other.start()
        other.join(timeout=10)
        ends.append(not other.is_alive())

    app.extensions["pace"] = Pace(0.15, clock=lambda: 100.0, wait=meanwhile)
    assert submit(app.test_client(), "/sakura/", {"code": "A-10234", "typed": "佐藤太郎"}).status_code == 422
    assert ends == [True]


def test_a_refused_form_says_so_in_the_title_and_asks_for_the_focus(client: FlaskClient, cast: Cast) -> None:
    shop, order = in_shop(cast)
    path = link(client, shop, order)
    assert "<title>ご注文の確認" in client.get(path).text
    assert "autofocus" not in client.get(path).text
    for typed in ("", "佐藤太郎"):
        refused = submit(client, path, {"typed": typed}).text
        assert "<title>エラー：ご注文の確認" in refused
        assert re.search(r'<input [^>]*autofocus [^>]*name="typed"', refused)
