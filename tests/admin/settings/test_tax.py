"""Tax rates: a rate that the shop sets fills the orders that wait for it and changes nothing else."""

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import jobs
from portal.models import AuditEntry, Order, ProductTaxRate, Receipt, Shop
from portal.values.roles import Role
from tests.admin.settings.forms_as_sent import SETTINGS, save
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.mypage.signing_in import csrf_token, submit
from tests.mypage.signing_in import sign_in as sign_in_buyer

TAX = f"{SETTINGS}/tax"
UNKNOWN = {"product_code": "T-01", "name": "煎茶", "quantity": 1, "unit_price": 1080, "amount": 1080, "tax_rate": None}
WAITING = {"lines": [UNKNOWN], "needs_attention": "rates_unknown"}


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop(default_tax_rate=None)


def send(client: FlaskClient, path: str, data: dict[str, Any]) -> Any:
    return client.post(f"{TAX}/{path}", data=data | {"csrf_token": csrf_token(client, TAX)})


def rates(session: Session, shop: Shop) -> dict[str, int]:
    session.rollback()
    rows = session.scalars(select(ProductTaxRate).filter_by(shop_id=shop.id).execution_options(populate_existing=True))
    return {row.product_code: row.rate for row in rows}


def work(app: Flask, shop: Shop) -> None:
    with app.app_context():
        jobs.orders.fill_rates(str(shop.id))


def looked_at(session: Session, order: Order) -> tuple[list[int | None], str]:
    session.rollback()
    session.expire_all()
    found = session.get_one(Order, order.id)
    return [line.tax_rate for line in found.lines], found.needs_attention


# --- the table -------------------------------------------------------------------------------------------------------
def test_a_product_is_added_changed_and_taken_out(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    assert send(suzuki, "products", {"code": " T-01 ", "rate": "8"}).status_code == 303
    assert rates(session, shop) == {"T-01": 8}
    row = session.scalars(select(ProductTaxRate)).one()
    assert send(suzuki, f"products/{row.id}", {"rate": "10", "shown": "8"}).status_code == 303
    assert rates(session, shop) == {"T-01": 10}
    assert send(suzuki, f"products/{row.id}/remove", {"shown": "10"}).status_code == 303
    assert rates(session, shop) == {}
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_type == "shop")).all()
    assert actions == ["shop.product_rates_changed"] * 3


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"code": "", "rate": "8"}, "商品コードを書いてください"),
        ({"code": "T-01", "rate": "5"}, "税率を選んでください"),
        ({"code": "T-01", "rate": ""}, "税率を選んでください"),
        ({"code": "x" * 101, "rate": "8"}, "商品コードが長すぎます"),
    ],
)
def test_a_product_without_code_or_with_a_rate_of_no_law_is_refused(
    suzuki: FlaskClient, session: Session, shop: Shop, data: dict[str, str], said: str
) -> None:
    answer = send(suzuki, "products", data)
    assert answer.status_code == 422
    assert said in answer.text
    assert rates(session, shop) == {}


def test_a_rate_that_somebody_changed_meanwhile_is_not_overwritten(
    suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    row = ProductTaxRate(shop_id=shop.id, product_code="T-01", rate=10)
    cast.session.add(row)
    cast.session.commit()
    answer = send(suzuki, f"products/{row.id}", {"rate": "0", "shown": "8"})
    assert "ほかの人が変えました" in suzuki.get(answer.location).text
    assert rates(session, shop) == {"T-01": 10}


def test_lines_are_pasted_or_sent_as_a_file(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    assert send(suzuki, "lines", {"lines": "商品コード\t税率\nT-01\t8%\nT-02\t10%"}).status_code == 303
    file = (io.BytesIO("商品コード,税率\r\nT-03,8\r\n急須,10\r\n".encode("cp932")), "rates.csv")
    assert send(suzuki, "lines", {"lines": "", "file": file}).status_code == 303
    assert rates(session, shop) == {"T-01": 8, "T-02": 10, "T-03": 8, "急須": 10}


def test_a_wrong_line_stops_all_of_them_and_is_named(suzuki: FlaskClient, session: Session, shop: Shop) -> None:
    answer = send(suzuki, "lines", {"lines": "T-01,8\nT-02,5\nT-03"})
    assert answer.status_code == 422
    assert "2行目" in answer.text
    assert "現在の法律にない税率です" in answer.text
    assert "T-01,8\nT-02,5\nT-03" in answer.text.replace("\r", "")
    assert rates(session, shop) == {}
    assert "税率の行が見つかりません" in send(suzuki, "lines", {"lines": "  "}).text


def test_the_table_is_searched_by_code(suzuki: FlaskClient, cast: Cast, shop: Shop) -> None:
    for number in range(60):
        cast.session.add(ProductTaxRate(shop_id=shop.id, product_code=f"T_{number:03}%", rate=8))
    cast.session.commit()
    assert "T_049%" in suzuki.get(TAX).text
    assert "T_050%" not in suzuki.get(TAX).text
    assert "T_050%" in suzuki.get(f"{TAX}?page=2").text
    found = suzuki.get(f"{TAX}?q=t_05").text
    assert "T_055%" in found
    assert "T_005%" not in found


def test_rows_of_another_shop_are_not_there(suzuki: FlaskClient, cast: Cast, session: Session) -> None:
    momiji = cast.shop(slug="momiji", name="もみじ堂")
    row = ProductTaxRate(shop_id=momiji.id, product_code="M-01", rate=8)
    cast.session.add(row)
    cast.session.commit()
    assert send(suzuki, f"products/{row.id}", {"rate": "10", "shown": "8"}).status_code == 404
    assert send(suzuki, f"products/{row.id}/remove", {"shown": "8"}).status_code == 404
    assert "M-01" not in suzuki.get(TAX).text
    assert rates(session, momiji) == {"M-01": 8}


# --- orders that wait ------------------------------------------------------------------------------------------------
def test_a_product_added_to_the_table_lets_the_buyer_take_the_receipt(
    app: Flask, suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    order = cast.order(shop, **WAITING)
    cast.shipment(order)
    cast.session.commit()
    buyer = suzuki.application.test_client()
    sign_in_buyer(buyer, shop, order)
    receipt = f"/sakura/orders/{order.id}/receipt"
    assert buyer.get(receipt).status_code == 409
    page = suzuki.get(TAX).text
    assert "税率が分からない注文が 1件あります" in page
    assert "煎茶" in page

    send(suzuki, "products", {"code": "T-01", "rate": "8"})
    assert "現在の設定を当てはめています" in suzuki.get(TAX).text
    work(app, shop)
    assert looked_at(session, order) == ([8], "")
    assert buyer.get(receipt).status_code == 200
    assert "現在の設定を当てはめています" not in suzuki.get(TAX).text
    filled = session.scalars(select(AuditEntry).where(AuditEntry.action == "order.rates_filled")).one()
    assert (filled.actor, filled.subject_id) == ("job:fill_rates", order.id)
    assert filled.fields == ["line 1 tax_rate", "needs_attention"]


def test_the_default_fills_what_the_table_does_not_know_and_the_table_goes_first(
    app: Flask, suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    cast.session.add(ProductTaxRate(shop_id=shop.id, product_code="T-01", rate=8))
    order = cast.order(
        shop, lines=[UNKNOWN, UNKNOWN | {"product_code": "K-09", "name": "急須"}], needs_attention="rates_unknown"
    )
    cast.session.commit()
    assert save(suzuki, "tax", {"default_tax_rate": "10"}).status_code == 303
    work(app, shop)
    assert looked_at(session, order) == ([8, 10], "")


def test_without_a_rate_for_all_of_it_an_order_goes_on_waiting(
    app: Flask, suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    order = cast.order(
        shop, lines=[UNKNOWN, UNKNOWN | {"product_code": "K-09", "name": "急須"}], needs_attention="rates_unknown"
    )
    cast.session.commit()
    send(suzuki, "products", {"code": "T-01", "rate": "8"})
    work(app, shop)
    assert looked_at(session, order) == ([8, None], "rates_unknown")


def test_fees_get_the_shops_rate_too(app: Flask, suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop) -> None:
    lines = [UNKNOWN | {"tax_rate": 8}]
    order = cast.order(shop, lines=lines, needs_attention="rates_unknown", fee_rate=None, shipping_fee=500, total=1580)
    shop.fee_tax_rate = None
    cast.session.commit()
    assert save(suzuki, "tax", {"fee_tax_rate": "10"}).status_code == 303
    work(app, shop)
    assert looked_at(session, order) == ([8], "")
    assert session.get_one(Order, order.id).fee_rate == 10


def test_amounts_that_then_do_not_add_up_are_still_for_staff(
    app: Flask, suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    order = cast.order(shop, **WAITING, total=999)
    cast.session.commit()
    assert save(suzuki, "tax", {"default_tax_rate": "10"}).status_code == 303
    work(app, shop)
    assert looked_at(session, order) == ([10], "amounts_do_not_add_up")


def test_a_rate_is_never_put_on_an_order_of_a_time_before_it(
    app: Flask, suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    order = cast.order(shop, **WAITING, ordered_at=datetime(2019, 9, 30, 3, tzinfo=UTC))
    cast.session.commit()
    assert save(suzuki, "tax", {"default_tax_rate": "10"}).status_code == 303
    work(app, shop)
    assert looked_at(session, order) == ([None], "rates_unknown")


def test_an_amount_without_its_tax_waits_for_the_file_to_be_taken_in_again(
    app: Flask, suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    order = cast.order(shop, lines=[UNKNOWN | {"tax_included": False}], needs_attention="rates_unknown")
    cast.session.commit()
    assert save(suzuki, "tax", {"default_tax_rate": "10"}).status_code == 303
    work(app, shop)
    assert looked_at(session, order) == ([None], "rates_unknown")


def test_an_order_with_a_receipt_and_one_of_another_shop_stay_as_they_are(
    app: Flask, suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop
) -> None:
    issued = cast.order(shop, code="A-1")
    cast.shipment(issued)
    cast.session.commit()
    buyer = suzuki.application.test_client()
    sign_in_buyer(buyer, shop, issued)
    texts = {"addressee": "山田 花子", "honorific": "様", "proviso": "お品代として", "language": "ja"}
    assert submit(buyer, f"/sakura/orders/{issued.id}/receipt", texts).status_code == 303
    session.rollback()
    assert session.scalars(select(Receipt)).one()
    issued.lines[0].tax_rate = None
    issued.needs_attention = "rates_unknown"
    others = cast.order(cast.shop(slug="momiji", name="もみじ堂"), **WAITING)
    cast.session.commit()
    assert save(suzuki, "tax", {"default_tax_rate": "10"}).status_code == 303
    work(app, shop)
    assert looked_at(session, issued) == ([None, 10], "rates_unknown")
    assert looked_at(session, others) == ([None], "rates_unknown")


def test_a_lost_nudge_is_found_by_the_sweep(
    app: Flask, suzuki: FlaskClient, cast: Cast, session: Session, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.order(shop, **WAITING)
    cast.session.commit()
    assert save(suzuki, "tax", {"default_tax_rate": "10"}).status_code == 303
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(jobs.context, "nudge", lambda *job: asked.append(job))
    with app.app_context():
        jobs.orders.fill_rates_left_out()
        assert asked == [("fill_rates", str(shop.id))]
        jobs.orders.fill_rates(str(shop.id))
        asked.clear()
        jobs.orders.fill_rates_left_out()
    assert asked == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR])
def test_rates_are_the_managers(client: FlaskClient, cast: Cast, shop: Shop, role: Role) -> None:
    staff = cast.staff(shop, role=role)
    row = ProductTaxRate(shop_id=shop.id, product_code="T-01", rate=10)
    cast.session.add(row)
    cast.session.commit()
    sign_in(client, staff)
    token = csrf_token(client, "/admin/account")
    for path in ("products", "lines", f"products/{row.id}", f"products/{row.id}/remove"):
        data = {"csrf_token": token, "code": "X", "rate": "8", "shown": "10"}
        assert client.post(f"{TAX}/{path}", data=data).status_code == 403
    assert client.get(f"{TAX}/waiting").status_code == 403
