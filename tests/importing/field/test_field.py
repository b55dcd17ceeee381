"""Files that shops really have, damaged or odd: each arrives with its right value, and its buyer gets in."""

from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from portal.models import Shop
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import outcomes, take_in, take_in_shipments, the_order
from tests.mypage.signing_in import link, submit

HERE = Path(__file__).parent


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop()


def content(name: str) -> bytes:
    return (HERE / name).read_bytes()


def status_of_login(client: FlaskClient, shop: Shop, session: Session, code: str, typed: str) -> int:
    client = client.application.test_client()
    return submit(client, link(client, shop, the_order(session, code)), {"typed": typed}).status_code


def test_a_name_written_given_name_first_opens_with_the_name_as_one_says_it(
    shop: Shop, session: Session, clock: Clock, client: FlaskClient
) -> None:
    report = take_in(session, shop, content("name-order-shopify.csv"), clock(), mapping="shopify")
    assert outcomes(report) == {"created": 2}
    for code, typed in (
        ("#HC3A", "佐々木健太郎"),
        ("#HC3A", "ささきけんたろう"),
        ("#HC3B", "髙橋花子"),
        ("#HC3B", "たかはしはなこ"),
    ):
        assert status_of_login(client, shop, session, code, typed) == 303, typed
    assert status_of_login(client, shop, session, "#HC3A", "木健太郎佐々") == 422


def test_tracking_numbers_with_spaces_and_notes_are_one_parcel_each(
    shop: Shop, session: Session, clock: Clock, client: FlaskClient
) -> None:
    take_in(session, shop, content("tracking-orders.csv"), clock())
    assert outcomes(take_in_shipments(session, shop, content("tracking-shipments.csv"), clock())) == {"created": 4}
    numbers = [[parcel.tracking_number for parcel in the_order(session, f"HC4-{at}").shipments] for at in range(4)]
    assert numbers == [["710000554336"], ["710001821374"], ["710002138131"], ["EJ123456785JP"]]
    assert status_of_login(client, shop, session, "HC4-0", "山田花子") == 303


def test_columns_without_a_name_are_not_read(shop: Shop, session: Session, clock: Clock, client: FlaskClient) -> None:
    assert outcomes(take_in(session, shop, content("blank-columns-orders.csv"), clock())) == {"created": 1}
    take_in(session, shop, content("tracking-orders.csv"), clock())
    assert outcomes(take_in_shipments(session, shop, content("blank-columns-shipments.csv"), clock())) == {"created": 1}
    assert status_of_login(client, shop, session, "HC5-0", "山田花子") == 303


def test_references_in_names_are_decoded(shop: Shop, session: Session, clock: Clock, client: FlaskClient) -> None:
    assert outcomes(take_in(session, shop, content("entities-orders.csv"), clock())) == {"created": 2}
    assert the_order(session, "HC10-0").buyer_name == "高橋 花子"
    assert the_order(session, "HC10-0").lines[0].name == "ギフト🎁&茶"
    for code, typed in (("HC10-0", "高橋花子"), ("HC10-0", "髙橋花子"), ("HC10-1", "O&M商会")):
        assert status_of_login(client, shop, session, code, typed) == 303, typed


def test_a_line_of_quantity_0_was_called_off(shop: Shop, session: Session, clock: Clock, client: FlaskClient) -> None:
    before = content("zero-quantity-orders.csv").replace("（取りやめ）,0,".encode(), "（取りやめ）,1,".encode())
    take_in(session, shop, before, clock())
    assert the_order(session, "HC11-0").total == 3280
    assert outcomes(take_in(session, shop, content("zero-quantity-orders.csv"), clock())) == {"updated": 1}
    saved = the_order(session, "HC11-0")
    assert ([line.name for line in saved.lines], saved.total) == (["煎茶"], 1080)
    assert status_of_login(client, shop, session, "HC11-0", "山田花子") == 303


def test_an_order_whose_lines_are_all_called_off_is_refused_with_the_reason(
    shop: Shop, session: Session, clock: Clock
) -> None:
    none_left = content("zero-quantity-orders.csv").replace("煎茶,1,".encode(), "煎茶,0,".encode())
    (refused,) = take_in(session, shop, none_left, clock()).refused
    assert "数量が0" in refused.problems[0].reason


def test_a_short_prefecture_is_written_out_and_no_city_is_cut(
    shop: Shop, session: Session, clock: Clock, client: FlaskClient
) -> None:
    take_in(session, shop, content("prefecture-orders.csv"), clock())
    found = [(order.prefecture, order.address) for order in (the_order(session, f"HC9-{at}") for at in range(3))]
    assert found == [("大阪府", "大阪市北区梅田1-2-3"), ("東京都", "千代田区千代田1-1"), ("千葉県", "千葉市中央区1-1")]
    assert status_of_login(client, shop, session, "HC9-0", "山田花子") == 303


@pytest.mark.parametrize(
    ("said", "address", "stored"),
    [
        ("京都", "京都市北区1", ("京都府", "京都市北区1")),
        ("Ōsaka", "大阪府大阪市北区1", ("大阪府", "大阪市北区1")),
        ("JP-13", "東京都千代田区1", ("東京都", "千代田区1")),
        ("Hokkaido Prefecture", "札幌市1", ("北海道", "札幌市1")),
        ("California", "California St 1", ("California", "California St 1")),
    ],
)
def test_prefectures_in_other_forms(
    shop: Shop, session: Session, clock: Clock, said: str, address: str, stored: tuple[str, str]
) -> None:
    rows = f"受注コード,受注日時,購入者名,購入者都道府県,購入者住所,商品名,数量,単価,税率\nP-1,2026/11/18,山田 花子,{said},{address},煎茶,1,1080,8\n"
    take_in(session, shop, rows.encode(), clock())
    saved = the_order(session, "P-1")
    assert (saved.prefecture, saved.address) == stored


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\x1a"])
def test_the_old_mark_at_the_end_of_a_file_is_no_row(
    shop: Shop, session: Session, clock: Clock, client: FlaskClient, end: bytes
) -> None:
    report = take_in(session, shop, content("ctrl-z-orders-cp932.csv") + end, clock())
    assert outcomes(report) == {"created": 1}
    assert status_of_login(client, shop, session, "HC13-0", "山田花子") == 303


def test_the_mark_right_behind_the_last_cell_is_cut_off(shop: Shop, session: Session, clock: Clock) -> None:
    whole = content("ctrl-z-orders-cp932.csv").rstrip(b"\x1a\r\n") + b"\x1a"
    assert outcomes(take_in(session, shop, whole, clock())) == {"created": 1}
    assert the_order(session, "HC13-0").buyer_note == ""


def test_a_spreadsheets_dash_is_zero_yen(shop: Shop, session: Session, clock: Clock, client: FlaskClient) -> None:
    assert outcomes(take_in(session, shop, content("accounting-dash-orders.csv"), clock())) == {"created": 2}
    for code in ("HC14-0", "HC14-1"):
        saved = the_order(session, code)
        assert (saved.shipping_fee, saved.total) == (0, 1080)
        assert status_of_login(client, shop, session, code, "山田花子") == 303


def test_an_address_inside_what_a_cart_wrote_can_be_mailed(
    shop: Shop, session: Session, clock: Clock, client: FlaskClient
) -> None:
    take_in(session, shop, content("emails-orders.csv"), clock())
    assert the_order(session, "HC15-0").email_key == "taro..yamada@docomo.ne.jp"
    assert the_order(session, "HC15-1").email_key == "taro@example.jp"
    assert status_of_login(client, shop, session, "HC15-1", "山田花子") == 303


def test_a_phone_and_a_postcode_that_a_spreadsheet_took_for_numbers(
    cast: Cast, session: Session, clock: Clock, client: FlaskClient
) -> None:
    shop = cast.shop("aozora", login_element="phone")
    take_in(session, shop, content("point-zero-orders.csv"), clock())
    assert the_order(session, "HC12-0").postcode == "150-0001"
    assert status_of_login(client, shop, session, "HC12-0", "090-1234-5678") == 303


def test_either_of_two_phones_in_one_cell_opens(
    cast: Cast, session: Session, clock: Clock, client: FlaskClient
) -> None:
    shop = cast.shop("aozora", login_element="phone")
    two = content("point-zero-orders.csv").replace(b"9012345678.0", b"090-1234-5678 / 03-1234-5678")
    take_in(session, shop, two, clock())
    for typed in ("09012345678", "03-1234-5678"):
        assert status_of_login(client, shop, session, "HC12-0", typed) == 303
    assert status_of_login(client, shop, session, "HC12-0", "0901234567803") == 422


def test_fees_and_points_share_the_tax_of_both_rates(
    shop: Shop, session: Session, clock: Clock, client: FlaskClient
) -> None:
    take_in(session, shop, content("tax-orders.csv"), clock())
    assert [(the_order(session, f"HC17-{at}").total, the_order(session, f"HC17-{at}").needs_attention) for at in (0, 1)]
    assert [the_order(session, f"HC17-{at}").total for at in (0, 1)] == [4048, 8901]
    assert status_of_login(client, shop, session, "HC17-0", "山田花子") == 303


def test_each_of_two_slips_with_one_tracking_number_ships(shop: Shop, session: Session, clock: Clock) -> None:
    take_in(session, shop, content("tracking-orders.csv"), clock())
    head = "受注コード,出荷管理番号,配送会社,送り状番号,出荷日\n"
    rows = "".join(f"HC4-0,S-{at},ヤマト運輸,710000554336,2026/11/20\n" for at in (1, 2))
    take_in_shipments(session, shop, (head + rows).encode(), clock())
    parcels = the_order(session, "HC4-0").shipments
    assert sorted((one.external_number, one.tracking_number, one.shipped_on) for one in parcels) == [
        ("S-1", "710000554336", date(2026, 11, 20)),
        ("S-2", "710000554336", date(2026, 11, 20)),
    ]
