"""今日の仕事: each kind of matter shows, and is gone once it is settled."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.models import (
    BundleCandidate,
    BuyerRequest,
    Export,
    ImportRun,
    LoginLock,
    Order,
    OutboxMail,
    Rendition,
    Shop,
)
from portal.subscriptions.record import attention
from portal.subscriptions.record.attention import Attention
from portal.values.dates import TOKYO, tokyo_date
from tests.cast import Cast
from tests.mypage.signing_in import submit

PAGE = "/admin/shops/sakura/"


def a_request(cast: Cast, order: Order) -> None:
    cast.session.add(
        BuyerRequest(
            shop_id=order.shop_id, order_id=order.id, kind="question", text="届けてほしい日が…", created_at=cast.now
        )
    )


def unknown_rates(cast: Cast, order: Order) -> None:
    order.needs_attention = "rates_unknown"


def unknown_payment(cast: Cast, order: Order) -> None:
    order.payment_method = "店頭にて"


def a_failed_mail(cast: Cast, order: Order) -> None:
    cast.session.add(
        OutboxMail(
            shop_id=order.shop_id,
            order_id=order.id,
            message="shipped",
            message_id="<1@example.jp>",
            sender="shop@example.jp",
            recipient="hanako@example.jp",
            subject="発送",
            body_text="x",
            body_html="",
            state="failed",
            next_try_at=cast.now,
            created_at=cast.now,
        )
    )


def refused_rows(cast: Cast, order: Order) -> None:
    cast.session.add(
        ImportRun(
            shop_id=order.shop_id,
            kind="orders",
            mapping="generic",
            file_name="注文1122.csv",
            file_sha256="0" * 64,
            actor="cli",
            started_at=cast.now,
            refused=3,
        )
    )


def a_lock(cast: Cast, order: Order) -> None:
    cast.session.add(
        LoginLock(
            shop_id=order.shop_id,
            subject="0" * 64,
            via="code",
            locked_until=cast.now + timedelta(minutes=10),
            counted_from=cast.now,
        )
    )


def a_proposal(cast: Cast, order: Order) -> None:
    cast.session.add(BundleCandidate(shop_id=order.shop_id, match_key="0" * 64, state="open", created_at=cast.now))


def a_paper_that_fails(cast: Cast, order: Order) -> None:
    cast.session.add(
        Rendition(
            shop_id=order.shop_id,
            order_id=order.id,
            kind="receipt",
            digest="0" * 64,
            document={},
            requested_at=cast.now,
            next_try_at=cast.now,
            attempts=3,
        )
    )


def a_failed_export(cast: Cast, order: Order) -> None:
    cast.session.add(
        Export(
            shop_id=order.shop_id,
            kind="ledger",
            once_key="1",
            question={},
            encoding="utf-8-sig",
            actor="cli",
            state="failed",
            next_try_at=cast.now,
            requested_at=cast.now,
        )
    )


MATTERS = {
    "お客さまからのお問い合わせ 1件": a_request,
    "確認が必要な注文 1件": unknown_rates,
    "店頭にて": unknown_payment,
    "届いたか分からないメール 1件": a_failed_mail,
    "注文1122.csv": refused_rows,
    "ログインが止まっている注文 1件": a_lock,
    "同梱するか決める注文 1件": a_proposal,
    "作れなかったPDF 1件": a_paper_that_fails,
    "書き出せなかったファイル 1件": a_failed_export,
}


def bare(text: str) -> str:
    """Return the words of HTML."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def rows(client: FlaskClient) -> list[list[str]]:
    """Return the cells of the table's rows, without those that head a kind."""
    found = re.findall(r"<tr>(.*?)</tr>", client.get(PAGE).text, re.DOTALL)
    return [[bare(cell) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)] for row in found if "<td" in row]


def words(client: FlaskClient) -> str:
    text = client.get(PAGE).text
    for tag in ('<span class="count">', "</span>"):
        text = text.replace(tag, "")
    return text


def test_a_quiet_day_says_so(suzuki: FlaskClient, cast: Cast, shop: Shop) -> None:
    cast.order(shop)
    cast.session.commit()
    assert "現在、対応が必要なことはありません" in words(suzuki)


@pytest.mark.parametrize("matter", MATTERS)
def test_what_needs_a_person_is_listed(suzuki: FlaskClient, cast: Cast, shop: Shop, matter: str) -> None:
    put: Callable[[Cast, Order], None] = MATTERS[matter]
    put(cast, cast.order(shop))
    cast.session.commit()
    page = words(suzuki)
    assert matter in page
    assert "現在、対応が必要なことはありません" not in page


def test_another_shops_matters_are_not_listed(suzuki: FlaskClient, cast: Cast) -> None:
    order = cast.order(cast.shop(slug="momiji", name="もみじ堂"))
    for put in MATTERS.values():
        put(cast, order)
    cast.session.commit()
    assert "現在、対応が必要なことはありません" in words(suzuki)


def test_the_shops_own_words_settle_a_payment_method(suzuki: FlaskClient, cast: Cast, shop: Shop) -> None:
    unknown_payment(cast, cast.order(shop))
    shop.payment_words = {"店頭にて": "shop"}
    cast.session.commit()
    assert "現在、対応が必要なことはありません" in words(suzuki)


def test_refused_rows_that_are_seen_to_leave_the_list(suzuki: FlaskClient, cast: Cast, shop: Shop) -> None:
    refused_rows(cast, cast.order(shop))
    cast.session.commit()
    run = cast.session.scalars(select(ImportRun)).one()
    path = f"{PAGE}imports/{run.id}"
    submit(suzuki, f"{path}/settlement", {}, form_on=path)
    assert "注文1122.csv" not in words(suzuki)
    assert "対応済みにしました" in suzuki.get(path).text


def test_a_row_says_what_whose_since_when_and_what_to_do(suzuki: FlaskClient, cast: Cast, shop: Shop) -> None:
    a_request(cast, cast.order(shop))
    cast.session.commit()
    ((what, who, since, todo),) = rows(suzuki)
    assert what.startswith("その他 届けてほしい日が…")
    assert who == "山田 花子 様"
    assert (
        since
        == f"{cast.now.astimezone(TOKYO):%Y年%-m月%-d日}({'月火水木金土日'[cast.now.astimezone(TOKYO).weekday()]})"
    )
    assert todo == "返信するか、対応済みにする"


def test_what_is_to_be_done_for_a_subscription_says_since_when(suzuki: FlaskClient, cast: Cast, shop: Shop) -> None:
    cast.rules(shop)
    one = cast.subscription(shop, "1")
    attention.flag(cast.session, one, Attention.CART, actor="buyer", now=datetime(2026, 11, 18, 15, 0, tzinfo=UTC))
    cast.subscription(shop, "2", carrier="yamato", time_slot="12時〜14時")
    cast.session.commit()
    (cart, slot) = rows(suzuki)
    assert cart[1:3] == ["1 山田 花子 様", "2026年11月19日(木)"]
    assert slot[:3] == ["時間帯「12時〜14時」は、指定できなくなりました。", "2 山田 花子 様", "2017年6月19日(月)"]
    assert "/subscriptions?lapsed=1" in suzuki.get(PAGE).text


def test_the_figures_count_todays_orders_by_the_day_in_tokyo(suzuki: FlaskClient, cast: Cast, shop: Shop) -> None:
    midnight = datetime.combine(tokyo_date(cast.now), time(), TOKYO)
    cast.order(shop, "A-1").ordered_at = midnight
    cast.order(shop, "A-2").ordered_at = midnight - timedelta(minutes=1)
    cast.order(shop, "A-3").ordered_at = midnight - timedelta(minutes=2)
    cast.order(shop, "A-4").ordered_at = midnight - timedelta(days=14)
    a_failed_mail(cast, cast.order(cast.shop(slug="momiji", name="もみじ堂")))
    cast.session.commit()
    page = bare(suzuki.get(PAGE).text)
    assert "本日の受注 1件 この2週間で最も多い日は2件、昨日は2件" in page
    assert "本日の失敗（取り込み・メール） 0件" in page


@pytest.mark.parametrize(
    ("kind", "words"), [("orders", "3件の注文を"), ("subscriptions", "3件の定期購入を"), ("shipments", "3件の出荷を")]
)
def test_refused_rows_are_called_what_they_are(
    suzuki: FlaskClient, cast: Cast, shop: Shop, kind: str, words: str
) -> None:
    refused_rows(cast, cast.order(shop))
    cast.session.flush()
    cast.session.scalars(select(ImportRun)).one().kind = kind
    cast.session.commit()
    assert f"{words}取り込めませんでした。" in suzuki.get(PAGE).text
