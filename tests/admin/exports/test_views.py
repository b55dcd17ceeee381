"""Asking for a file of the ledger, following its progress, downloading it."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import jobs
from portal.exports import writing
from portal.models import AuditEntry, Export, Staff
from portal.values.roles import Role
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.mypage.signing_in import submit
from tests.receipts.ledger_rows import add_receipts

LEDGER = "/admin/shops/sakura/receipts"


def enter(client: FlaskClient, cast: Cast, *names: str, role: Role = Role.MANAGER) -> None:
    shop = cast.shop()
    add_receipts(cast.session, cast.order(shop), ({"addressee": name} for name in names))
    suzuki = cast.staff(shop, role=role)
    cast.session.commit()
    sign_in(client, suzuki)


def ask(client: FlaskClient, query: str = "", encoding: str = "utf-8-sig") -> str:
    """Ask for a file of the ledger and return the path of its page."""
    once = client.get(LEDGER).text.split('name="once" type="hidden" value="')[1].split('"')[0]
    answer = submit(client, f"{LEDGER}/export{query}", {"encoding": encoding, "once": once}, form_on=LEDGER)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def work(app: Flask, session: Session) -> None:
    with app.app_context():
        jobs.exports.write_export(str(session.scalars(select(Export.id).order_by(Export.id.desc())).first()))
    session.rollback()


def test_the_file_of_the_search_is_asked_for_followed_and_taken(
    app: Flask, client: FlaskClient, session: Session, cast: Cast
) -> None:
    enter(client, cast, "山田 花子", "森 太郎")
    page = ask(client, "?counterparty=山田")
    waiting = client.get(page)
    assert "順番を待っています。" in waiting.text
    assert 'data-hx-trigger="every 2s"' in waiting.text
    assert '<meta http-equiv="refresh"' in waiting.text
    assert client.get(f"{page}/file").status_code == 409
    work(app, session)
    part = client.get(page, headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="export">')
    assert "1件を書き出しました。" in part
    file = client.get(f"{page}/file")
    assert file.content_type == "text/csv; charset=utf-8"
    name = "%E9%A0%98%E5%8F%8E%E6%9B%B8%E5%8F%B0%E5%B8%B3_20261121.csv"
    assert file.headers["Content-Disposition"] == f"attachment; filename=export.csv; filename*=UTF-8''{name}"
    text = file.data.decode("utf-8-sig")
    assert "山田 花子" in text
    assert "森" not in text
    assert int(file.headers["Content-Length"]) == len(file.data)
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_type == "export")).all()
    assert sorted(actions) == ["export.downloaded", "export.requested"]
    assert "できました" in client.get("/admin/shops/sakura/exports").text


def test_how_far_the_worker_is_can_be_seen(client: FlaskClient, session: Session, cast: Cast) -> None:
    enter(client, cast, *(["山田 花子"] * 12))
    page = ask(client)
    export = session.scalars(select(Export)).one()
    export.state, export.done, export.total = "writing", 5, 12
    session.commit()
    part = client.get(page).text
    assert 'max="12" value="5"' in part
    assert "12件のうち5件" in part


def test_characters_that_shift_jis_lacks_are_told(
    app: Flask, client: FlaskClient, session: Session, cast: Cast
) -> None:
    enter(client, cast, "𠮷田 髙子")
    page = ask(client, encoding="cp932")
    work(app, session)
    assert "2字は「〓」になっています" in client.get(page).text
    assert "〓田 髙子" in client.get(f"{page}/file").data.decode("cp932")


def test_a_file_is_there_for_a_week(
    app: Flask, client: FlaskClient, session: Session, cast: Cast, clock: Clock
) -> None:
    enter(client, cast, "山田 花子")
    page = ask(client)
    work(app, session)
    clock.forward(days=8)
    with app.app_context():
        jobs.exports.expire_exports()
    session.rollback()
    sign_in(client, session.scalars(select(Staff)).one())
    assert client.get(f"{page}/file").status_code == 410
    assert "もう一度書き出してください" in client.get(page).text
    assert "期限切れ" in client.get("/admin/shops/sakura/exports").text


def test_a_lost_nudge_is_found_by_the_sweep(
    app: Flask, client: FlaskClient, session: Session, cast: Cast, clock: Clock
) -> None:
    enter(client, cast, "山田 花子")
    ask(client)
    session.rollback()
    assert len(writing.left_out(session, clock())) == 1
    assert jobs.EVERY["exports_left_out"] <= timedelta(minutes=1)


def test_only_managers_and_only_of_the_shop(app: Flask, client: FlaskClient, session: Session, cast: Cast) -> None:
    enter(client, cast, "山田 花子")
    page = ask(client)
    work(app, session)
    momiji = cast.shop(slug="momiji", name="もみじ堂")
    sato = cast.staff(momiji, role=Role.MANAGER, name="佐藤 次郎", email="sato@example.jp")
    operator = cast.staff(momiji, role=Role.OPERATOR, name="高田 三郎", email="takada@example.jp")
    session.commit()
    sign_in(client, sato)
    theirs = page.replace("/sakura/", "/momiji/")
    for path in (page, f"{page}/file", theirs, f"{theirs}/file"):
        assert client.get(path).status_code == 404, path
    sign_in(client, operator)
    assert client.get(theirs).status_code == 403


def test_a_form_of_nobodys_asks_for_nothing(client: FlaskClient, session: Session, cast: Cast) -> None:
    enter(client, cast, "山田 花子")
    for fields in ({"encoding": "utf-8-sig", "once": "x"}, {"encoding": "latin-1", "once": ""}):
        assert submit(client, f"{LEDGER}/export", fields, form_on=LEDGER).status_code == 400
    assert session.scalars(select(Export)).all() == []
