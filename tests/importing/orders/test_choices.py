"""What the buyer chose of an item (variant, options): part of its name wherever goods are named."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import ImportRow, Rendition
from tests.admin.signing_in import signed_in
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import RAKUTEN, outcomes, table, take_in, the_order
from tests.mypage.signing_in import log_in
from tests.page_text import text_of


def test_what_the_buyer_chose_stands_on_page_papers_and_admin(
    cast: Cast, session: Session, clock: Clock, client: FlaskClient
) -> None:
    shop = cast.shop(default_tax_rate=10)
    take_in(session, shop, table(RAKUTEN), clock(), mapping="rakuten")
    order = the_order(session, "R-1")
    name = "Tシャツ カラー:赤 サイズ:M ギフト包装:なし"
    log_in(client, shop, order)
    assert name in text_of(client.get(f"/sakura/orders/{order.id}").text)
    client.get(f"/sakura/orders/{order.id}/statement")
    session.rollback()
    assert name in str(session.scalars(select(Rendition.document)).one())
    desk = signed_in(client.application.test_client(), cast, shop)
    assert name in text_of(desk.get(f"/admin/shops/sakura/orders/{order.id}").text)


def test_long_choices_are_cut_and_staff_are_told(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    long = RAKUTEN | {"項目・選択肢": "確認:了承します" * 50}
    assert outcomes(take_in(session, shop, table(long), clock(), mapping="rakuten")) == {"created": 1}
    (line,) = the_order(session, "R-1").lines
    assert (len(line.name), line.name[:10], line.name[-1]) == (300, "Tシャツ カラー:赤", "…")
    notes = session.scalars(select(ImportRow.reason).where(ImportRow.reason != "")).all()
    assert notes == ["商品名と選択肢が長いため、後ろを「…」で省きました。"]


@pytest.mark.parametrize(
    ("option", "value", "name"),
    [
        ("色;サイズ", "赤;M", "Tシャツ 色:赤 サイズ:M"),
        ("色;サイズ", "赤;", "Tシャツ 色:赤"),
        ("", "赤;M", "Tシャツ 赤 M"),
        ("色", "赤;M", "Tシャツ 色:赤 M"),
    ],
)
def test_yahoos_options_are_paired_with_their_titles(
    cast: Cast, session: Session, clock: Clock, option: str, value: str, name: str
) -> None:
    first = {"OrderId": "Y-1", "OrderTime": "2026/11/18", "BillName": "山田 花子"}
    lines = {"OrderId": "Y-1", "Title": "Tシャツ", "Quantity": "1", "UnitPrice": "1080", "SubCode": "t-r-m"}
    lines |= {"ItemOptionName": option, "ItemOptionValue": value}
    take_in(session, cast.shop(), table(first), clock(), items=table(lines), mapping="yahoo")
    assert [line.name for line in the_order(session, "Y-1").lines] == [name]
