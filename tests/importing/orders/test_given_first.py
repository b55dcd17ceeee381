"""Names that a channel writes given name first: turned on pages and in mails where the shop says so, never stored so."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import OutboxMail
from portal.values.names import family_first
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import order, shipped, table, take_in, take_in_shipments, the_order
from tests.mypage.signing_in import link, submit
from tests.page_text import text_of


@pytest.mark.parametrize(("given_first", "name"), [(True, "佐々木 健太郎"), (False, "健太郎 佐々木")])
def test_page_mail_and_receipt_address_the_buyer_as_the_shop_says(
    cast: Cast, session: Session, clock: Clock, client: FlaskClient, given_first: bool, name: str
) -> None:
    shop = cast.shop(given_first=given_first, receipts_allowed=True)
    take_in(session, shop, table(order(購入者名="健太郎 佐々木", 購入者名かな="")), clock())
    take_in_shipments(session, shop, table(shipped()), clock())
    saved = the_order(session)
    assert saved.buyer_name == "健太郎 佐々木"
    answer = submit(client, link(client, shop, saved), {"typed": "佐々木健太郎"})
    assert f"{name} 様" in text_of(client.get(answer.location).text)
    assert f'value="{name}"' in client.get(f"/sakura/orders/{saved.id}/receipt").text
    (mail,) = session.scalars(select(OutboxMail).where(OutboxMail.message == "shipped"))
    assert f"{name} 様" in mail.body_text


@pytest.mark.parametrize(
    ("name", "turned"),
    [
        ("健太郎 佐々木", "佐々木 健太郎"),
        ("健太郎　佐々木", "佐々木 健太郎"),
        ("はなこ ヤマダ", "ヤマダ はなこ"),
        ("佐々木健太郎", "佐々木健太郎"),
        ("John Smith", "John Smith"),
        ("ジョン F ケネディ", "ジョン F ケネディ"),
        ("株式会社 山田商会", "株式会社 山田商会"),
        ("", ""),
    ],
)
def test_only_a_japanese_name_of_two_parts_is_turned(name: str, turned: str) -> None:
    assert family_first(name) == turned
