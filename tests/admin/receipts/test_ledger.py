"""The ledger of receipts as staff see it."""

from datetime import date

from flask.testing import FlaskClient

from portal.values.roles import Role
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.receipts.ledger_rows import NOW, add_receipts

PATH = "/admin/shops/sakura/receipts"


def enter(client: FlaskClient, cast: Cast, rows: list[dict[str, object]], role: Role = Role.VIEWER) -> None:
    """Sign 鈴木 in at a shop with these receipts; もみじ堂 has one to 海野."""
    shop = cast.shop()
    add_receipts(cast.session, cast.order(shop), rows)
    momiji = cast.shop(slug="momiji", name="もみじ堂")
    add_receipts(cast.session, cast.order(momiji), [{"addressee": "海野 太郎"}])
    suzuki = cast.staff(shop, role=role)
    cast.session.commit()
    sign_in(client, suzuki)


def test_the_ledger_is_narrowed_by_day_amount_and_name_together(client: FlaskClient, cast: Cast) -> None:
    day = date(2026, 11, 1)
    enter(
        client,
        cast,
        [
            {"addressee": "株式会社アクメ", "amount": 110_000, "transaction_on": day},
            {"addressee": "株式会社アクメ", "amount": 5_000, "transaction_on": day},
            {"addressee": "株式会社アクメ", "amount": 110_000},
            {"addressee": "山田 花子", "amount": 110_000, "transaction_on": day},
        ],
    )
    page = client.get(
        f"{PATH}?since=2026-11-01&until=2026-11-02&at_least=１１０，０００円&at_most=110000&counterparty=ｱｸﾒ"
    ).text
    assert "1件" in page
    assert "¥110,000" in page
    assert "00000001" in page
    assert "00000002" not in page
    assert "山田" not in page


def test_the_sum_counts_the_valid_ones_only(client: FlaskClient, cast: Cast) -> None:
    enter(client, cast, [{"amount": 1000}, {"amount": 200, "voided_at": NOW, "void_reason": "二重"}, {"addressee": ""}])
    page = client.get(PATH).text
    assert "有効な領収書の合計 ¥4,280" in page
    assert "取消済み" in page
    assert "宛名なし" in page
    assert "有効な領収書の合計 ¥0" in client.get(f"{PATH}?state=void").text


def test_fifty_stand_on_a_page_and_the_search_goes_with_the_next(client: FlaskClient, cast: Cast) -> None:
    enter(client, cast, [{"addressee": "山田" if number % 2 else "森"} for number in range(120)])
    first = client.get(f"{PATH}?counterparty=森").text
    assert first.count("data-row") == 50
    link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = client.get(link).text
    assert second.count("data-row") == 10
    assert "次の50件" not in second
    assert "最初の50件" in second
    assert "60件" in second
    assert "山田" not in second


def test_what_cannot_be_read_is_said_at_its_field(client: FlaskClient, cast: Cast) -> None:
    enter(client, cast, [{}])
    for query, words in {
        "at_least=たくさん": "数字で入力してください。",
        "since=2026-11-02&until=2026-11-01": "始まりの日より後の日にしてください。",
        "at_least=5000&at_most=100": "下の金額より大きくしてください。",
    }.items():
        answer = client.get(f"{PATH}?{query}")
        assert (answer.status_code, words in answer.text) == (422, True), query
    # Numbers larger than any row's, and page marks that we never gave out.
    assert client.get(f"{PATH}?number=99999999999&at_most=999999999999").status_code == 200
    assert client.get(f"{PATH}?after=2026-11-20_99999999999999").status_code == 200
    assert client.get(f"{PATH}?state=nonsense").status_code == 422


def test_another_shops_receipts_are_not_in_it(client: FlaskClient, cast: Cast) -> None:
    enter(client, cast, [{}])
    assert "海野" not in client.get(PATH).text
    assert "ありません" in client.get(f"{PATH}?counterparty=海野").text
    assert client.get("/admin/shops/momiji/receipts").status_code == 404


def test_only_a_manager_is_offered_the_file(client: FlaskClient, cast: Cast) -> None:
    enter(client, cast, [{}], role=Role.OPERATOR)
    assert "書き出" not in client.get(PATH).text
    assert client.post(f"{PATH}/export").status_code in (400, 403)
    assert client.get("/admin/shops/sakura/exports").status_code == 403


def test_a_look_at_the_ledger_leaves_its_trace(client: FlaskClient, cast: Cast) -> None:
    enter(client, cast, [{}], role=Role.MANAGER)
    client.get(PATH)
    client.get(f"{PATH}?counterparty=山田")
    page = client.get("/admin/shops/sakura/audit?action=ledger.viewed").text
    assert page.count("領収書の台帳を見た</td>") == 1
