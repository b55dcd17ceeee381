"""The people of a shop: inviting, changing and removing members."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.models import AuditValue, Membership, Shop, Staff
from portal.staff import members
from portal.staff.members import LastManagerError
from portal.values.roles import Role
from tests.admin.people.password_mails import LINK, NEW, audited, choose, mailed_link
from tests.admin.signing_in import sign_in
from tests.cast import PASSWORD, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import csrf_token, submit
from tests.outbox import mails

MEMBERS = "/admin/shops/sakura/members"
LAST = "管理者が1人もいなくなるため"


@pytest.fixture
def signed_in(client: FlaskClient, manager: Staff) -> FlaskClient:
    sign_in(client, manager)
    return client


@pytest.fixture
def tanaka(cast: Cast, shop: Shop, manager: Staff) -> Staff:
    """Return 田中, an operator of the shop."""
    tanaka = cast.staff(shop, name="田中 葵", email="tanaka@example.jp")
    cast.session.commit()
    return tanaka


def invite(
    client: FlaskClient, email: str = "tanaka@example.jp", name: str = "田中 葵", role: str = "operator"
) -> TestResponse:
    return submit(client, MEMBERS, {"name": name, "email": email, "role": role})


def page_of(session: Session, shop: Shop, staff: Staff) -> str:
    return f"{MEMBERS}/{session.scalars(select(Membership.id).filter_by(shop_id=shop.id, staff_id=staff.id)).one()}"


# --- inviting --------------------------------------------------------------------------------------------------------
def test_an_invited_person_chooses_a_password_once_and_is_in_with_the_given_role(
    signed_in: FlaskClient, app: Flask, session: Session
) -> None:
    assert invite(signed_in, " Tanaka@Example.jp ").status_code == 303
    page = signed_in.get(MEMBERS).text
    assert "田中 葵" in page
    assert "招待中" in page
    (mail,) = mails(session)
    assert (mail.recipient, mail.message) == ("tanaka@example.jp", "staff_invitation")
    assert "鈴木 一郎さんが、あなたをさくら茶舗の担当者として登録しました。" in mail.body_text
    link, newcomer = mailed_link(session), app.test_client()
    for _ in range(2):
        assert "田中 葵さん、新しいパスワードを決めてください。" in newcomer.get(link).text, (
            "mail scanners open links too"
        )
    assert choose(newcomer, link).location == "/admin/login"
    answer = submit(newcomer, "/admin/login", {"email": "tanaka@example.jp", "password": NEW})
    assert answer.location == "/admin/"
    assert newcomer.get("/admin/shops/sakura/orders").status_code == 200
    assert newcomer.get(MEMBERS).status_code == 403
    assert newcomer.get(link).status_code == 410
    assert "招待中" not in signed_in.get(MEMBERS).text
    actions = audited(session)
    assert actions[:2] == ["member.added", "staff.password_changed"]
    values = {value.field: value.after for value in session.scalars(select(AuditValue))}
    assert (values["role"], values["email"]) == ("operator", "tanaka@example.jp")


def test_the_link_opens_for_72_hours_and_only_once_even_when_pressed_twice(
    signed_in: FlaskClient, app: Flask, session: Session, clock: Clock
) -> None:
    invite(signed_in)
    link, newcomer = mailed_link(session), app.test_client()
    clock.forward(hours=71, minutes=59)
    token = csrf_token(newcomer, link)
    fields = {"new": NEW, "again": NEW, "csrf_token": token}
    assert newcomer.post(link, data=fields).status_code == 303
    assert newcomer.post(link, data=fields).status_code == 410
    clock.forward(days=3)
    sign_in(signed_in, session.scalars(select(Staff).filter_by(email="suzuki@example.jp")).one())
    invite(signed_in, "ito@example.jp", "伊藤 健")
    link = mailed_link(session)
    clock.forward(hours=72)
    answer = newcomer.get(link)
    assert answer.status_code == 410
    assert "このリンクはもう使えません" in answer.text


def test_of_two_answers_at_once_to_one_link_one_counts(signed_in: FlaskClient, app: Flask, session: Session) -> None:
    invite(signed_in)
    link = mailed_link(session)
    clients = [app.test_client() for _ in range(4)]
    tokens = [csrf_token(client, link) for client in clients]
    together = Barrier(len(clients))

    def one(number: int) -> int:
        password = f"{NEW}{number}"
        together.wait()
        fields = {"new": password, "again": password, "csrf_token": tokens[number]}
        return clients[number].post(link, data=fields).status_code

    with ThreadPoolExecutor(len(clients)) as pool:
        assert sorted(pool.map(one, range(len(clients)))) == [303, 410, 410, 410]


def test_someone_we_know_is_added_and_told_and_keeps_name_and_password(
    signed_in: FlaskClient, app: Flask, cast: Cast, session: Session
) -> None:
    cast.staff(cast.shop(slug="momiji", name="もみじ堂"), name="佐藤 次郎", email="sato@example.jp")
    session.commit()
    assert invite(signed_in, "SATO@example.jp", name="さとう").status_code == 303
    (mail,) = mails(session)
    assert not LINK.search(mail.body_text)
    assert "いつものメールアドレスとパスワード" in mail.body_text
    newcomer = app.test_client()
    submit(newcomer, "/admin/login", {"email": "sato@example.jp", "password": PASSWORD})
    page = newcomer.get("/admin/").text
    assert "さくら茶舗" in page
    assert "もみじ堂" in page
    assert "佐藤 次郎" in page


def test_who_is_a_member_already_is_not_invited_again(signed_in: FlaskClient, tanaka: Staff, session: Session) -> None:
    answer = invite(signed_in, role="manager")
    assert answer.status_code == 422
    assert "すでにこの店舗の担当者です" in answer.text
    assert mails(session) == []
    assert session.scalars(select(Membership.role).filter_by(staff_id=tanaka.id)).one() == Role.OPERATOR


@pytest.mark.parametrize(("field", "value"), [("email", "nobody"), ("email", ""), ("name", ""), ("role", "owner")])
def test_an_incomplete_invitation_is_refused_beside_the_field(
    signed_in: FlaskClient, session: Session, field: str, value: str
) -> None:
    answer = submit(signed_in, MEMBERS, {"name": "田中", "email": "t@example.jp", "role": "viewer", field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert mails(session) == []


def test_a_lost_invitation_is_sent_again_but_not_in_a_stream(
    signed_in: FlaskClient, shop: Shop, session: Session, clock: Clock
) -> None:
    invite(signed_in)
    staff = session.scalars(select(Staff).filter_by(email="tanaka@example.jp")).one()
    page = page_of(session, shop, staff)
    again = f"{page}/invitation"
    submit(signed_in, again, {}, form_on=page)
    assert len(mails(session)) == 1
    clock.forward(minutes=2)
    answer = submit(signed_in, again, {}, form_on=page)
    assert answer.status_code == 303
    assert len(mails(session)) == 2
    assert audited(session) == ["member.added", "member.invited_again"]


# --- changing and removing -------------------------------------------------------------------------------------------
def test_another_role_counts_from_the_next_click(
    signed_in: FlaskClient, app: Flask, shop: Shop, tanaka: Staff, session: Session
) -> None:
    hers = app.test_client()
    sign_in(hers, tanaka)
    assert hers.get(MEMBERS).status_code == 403
    page = page_of(session, shop, tanaka)
    answer = submit(signed_in, f"{page}/role", {"role": "manager", "was": "operator"}, form_on=page)
    assert answer.status_code == 303
    assert hers.get(MEMBERS).status_code == 200
    submit(signed_in, f"{page}/role", {"role": "viewer", "was": "manager"}, form_on=page)
    assert hers.get(MEMBERS).status_code == 403
    assert audited(session) == ["member.role_changed"] * 2
    values = [(value.before, value.after) for value in session.scalars(select(AuditValue).order_by(AuditValue.id))]
    assert values == [("operator", "manager"), ("manager", "viewer")]


def test_a_removed_person_is_out_at_once(
    signed_in: FlaskClient, app: Flask, shop: Shop, tanaka: Staff, session: Session
) -> None:
    hers = app.test_client()
    sign_in(hers, tanaka)
    assert hers.get("/admin/shops/sakura/orders").status_code == 200
    page = page_of(session, shop, tanaka)
    assert submit(signed_in, f"{page}/remove", {}, form_on=page).status_code == 303
    assert hers.get("/admin/shops/sakura/orders").status_code == 404
    assert "田中" not in signed_in.get(MEMBERS).text.split("</main>")[0].split("said")[0]
    assert signed_in.get(page).status_code == 404
    assert audited(session) == ["member.removed"]


def test_pressed_twice_it_is_removed_once(signed_in: FlaskClient, shop: Shop, tanaka: Staff, session: Session) -> None:
    page = page_of(session, shop, tanaka)
    token = csrf_token(signed_in, page)
    for _ in range(2):
        assert signed_in.post(f"{page}/remove", data={"csrf_token": token}).status_code == 303
    assert audited(session) == ["member.removed"]


def test_a_form_from_before_somebody_elses_change_overwrites_nothing(
    signed_in: FlaskClient, shop: Shop, tanaka: Staff, session: Session
) -> None:
    page = page_of(session, shop, tanaka)
    answer = submit(signed_in, f"{page}/role", {"role": "manager", "was": "viewer"}, form_on=page)
    assert "ほかの方が先に変えた" in signed_in.get(answer.location).text
    assert session.scalars(select(Membership.role).filter_by(staff_id=tanaka.id)).one() == Role.OPERATOR


@pytest.mark.parametrize(("what", "fields"), [("role", {"role": "operator", "was": "manager"}), ("remove", {})])
@pytest.mark.parametrize("other", ["none", "invited", "closed"])
def test_the_last_manager_who_can_come_in_stays(
    signed_in: FlaskClient,
    cast: Cast,
    shop: Shop,
    manager: Staff,
    session: Session,
    clock: Clock,
    what: str,
    fields: dict[str, str],
    other: str,
) -> None:
    facts: dict[str, dict[str, object]] = {"invited": {"password_hash": ""}, "closed": {"disabled_at": clock()}}
    if other != "none":
        cast.staff(shop, role=Role.MANAGER, name="佐藤 次郎", email="sato@example.jp", **facts[other])
    session.commit()
    page = page_of(session, shop, manager)
    answer = submit(signed_in, f"{page}/{what}", fields, form_on=page)
    assert LAST in signed_in.get(answer.location).text
    assert audited(session) == []


def test_a_manager_may_leave_when_there_is_another(
    signed_in: FlaskClient, cast: Cast, shop: Shop, manager: Staff, session: Session
) -> None:
    cast.staff(shop, role=Role.MANAGER, name="田中 葵", email="tanaka@example.jp")
    session.commit()
    page = page_of(session, shop, manager)
    assert "ご自身が" in signed_in.get(page).text
    answer = submit(signed_in, f"{page}/remove", {}, form_on=page)
    assert answer.location == "/admin/"
    assert "担当している店舗がまだありません" in signed_in.get("/admin/").text


def test_two_managers_who_remove_each_other_at_once_leave_one(
    app: Flask, cast: Cast, shop: Shop, manager: Staff, session: Session, clock: Clock
) -> None:
    tanaka = cast.staff(shop, role=Role.MANAGER, name="田中 葵", email="tanaka@example.jp")
    session.commit()
    people = [manager, tanaka]
    pages = [page_of(session, shop, staff) for staff in people]
    session.commit()
    clients = [app.test_client() for _ in people]
    tokens = []
    for client, staff, page in zip(clients, people, pages, strict=True):
        sign_in(client, staff)
        tokens.append(csrf_token(client, page))
    together = Barrier(2)

    def remove_the_other(number: int) -> int:
        together.wait()
        data = {"csrf_token": tokens[number]}
        return clients[number].post(f"{pages[1 - number]}/remove", data=data).status_code

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(remove_the_other, range(2)))
    session.rollback()
    left = session.scalars(select(Membership).filter_by(shop_id=shop.id, role=Role.MANAGER)).all()
    assert len(left) == 1
    with pytest.raises(LastManagerError):
        members.remove(session, shop, left[0].id, actor="test", now=clock())


def test_a_member_of_another_shop_is_not_found(signed_in: FlaskClient, cast: Cast, session: Session) -> None:
    momiji = cast.shop(slug="momiji", name="もみじ堂")
    sato = cast.staff(momiji, name="佐藤 次郎", email="sato@example.jp")
    session.commit()
    page = page_of(session, momiji, sato)
    assert signed_in.get(page).status_code == 404
    token = csrf_token(signed_in, MEMBERS)
    for what in ("role", "invitation"):
        data = {"csrf_token": token, "role": "viewer", "was": "operator"}
        assert signed_in.post(f"{page}/{what}", data=data).status_code == 404
    signed_in.post(f"{page}/remove", data={"csrf_token": token})
    assert session.scalars(select(Membership.role).filter_by(staff_id=sato.id)).one() == Role.OPERATOR


# --- by role ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("who", "status"), [("nobody", 303), ("viewer", 403), ("operator", 403), ("manager", 200), ("of another shop", 404)]
)
def test_only_managers_of_the_shop_see_and_change_its_members(
    client: FlaskClient, cast: Cast, shop: Shop, manager: Staff, session: Session, who: str, status: int
) -> None:
    page = page_of(session, shop, manager)
    if who == "of another shop":
        sato = cast.staff(
            cast.shop(slug="momiji", name="もみじ堂"), role=Role.MANAGER, name="佐藤 次郎", email="sato@example.jp"
        )
        session.commit()
        sign_in(client, sato)
    elif who != "nobody":
        person = manager if who == "manager" else cast.staff(shop, role=Role(who), email="tanaka@example.jp")
        session.commit()
        sign_in(client, person)
    before = len(session.scalars(select(Membership)).all())
    token = csrf_token(client, "/admin/login" if who == "nobody" else "/admin/account")
    assert [client.get(path).status_code for path in (MEMBERS, page)] == [status] * 2
    if who != "manager":
        fields = {"csrf_token": token, "name": "x", "email": "x@example.jp", "role": "viewer", "was": "manager"}
        paths = (MEMBERS, f"{page}/role", f"{page}/remove", f"{page}/invitation")
        assert [client.post(path, data=fields).status_code for path in paths] == [status] * 4
    session.rollback()
    assert len(session.scalars(select(Membership)).all()) == before
    assert mails(session) == []


def test_the_menu_names_the_members_to_managers_only(client: FlaskClient, app: Flask, cast: Cast, shop: Shop) -> None:
    for role, is_named in ((Role.OPERATOR, False), (Role.MANAGER, True)):
        person = cast.staff(shop, role=role, email=f"{role}@example.jp")
        cast.session.commit()
        client = app.test_client()
        sign_in(client, person)
        assert (f'href="{MEMBERS}"' in client.get("/admin/shops/sakura/mail-texts").text) is is_named
