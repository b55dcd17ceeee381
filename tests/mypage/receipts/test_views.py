"""A buyer's receipt, without JavaScript: the form, the preview, issuing, opening, reissuing, mailing."""

import re
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import jobs
from portal.models import Order, OutboxMail, Receipt, Rendition, Shop
from portal.values.states import OrderStatus
from tests.cast import TARO, Cast
from tests.conftest import Clock
from tests.mypage.signing_in import prove_mail, sign_in, submit
from tests.shipments.shipped import order

__all__ = ["order"]


FIELDS = {"addressee": "株式会社アクメ", "honorific": "御中", "proviso": "お茶代として", "language": "ja"}
OPENS_ITSELF = "data-open-once"


@pytest.fixture
def hanako(app: Flask, shop: Shop, order: Order) -> FlaskClient:
    app.config["WAIT_FOR_PDF"] = 0
    client = app.test_client()
    sign_in(client, shop, order)
    return client


def page(order: Order, rest: str = "") -> str:
    return f"/sakura/orders/{order.id}{rest}"


def issue(client: FlaskClient, order: Order, **changes: str) -> str:
    """Issue a receipt and return the path of its page."""
    answer = submit(client, page(order, "/receipt"), FIELDS | changes)
    assert answer.status_code == 303, answer.text
    path: str = answer.location
    return path


def render(app: Flask, session: Session) -> None:
    """Make every PDF that was asked for, as the worker does when it is nudged."""
    session.rollback()
    waiting = session.scalars(select(Rendition.id)).all()
    session.rollback()
    with app.app_context():
        for rendition_id in waiting:
            jobs.papers.render(str(rendition_id))


def file_path(text: str) -> str:
    found = re.search(r'href="(/sakura/files/[^"]+)"', text)
    assert found, text
    return found[1]


@pytest.mark.parametrize(
    ("typed", "printed"), [("お品代として", "green tea"), ("会議用のお茶として", "会議用のお茶として")]
)
def test_an_english_receipt_is_for_what_the_shop_says_in_english(
    hanako: FlaskClient, order: Order, shop: Shop, session: Session, typed: str, printed: str
) -> None:
    shop.provisos = {"en": "green tea"}
    session.commit()
    assert 'value="お品代として"' in hanako.get(page(order, "/receipt")).text
    fields = FIELDS | {"proviso": typed, "language": "en"}
    preview = submit(hanako, page(order, "/receipt/preview"), fields, form_on=page(order, "/receipt")).text
    assert f'value="{printed}"' in preview
    assert re.search(rf"Description</span>\s*{printed}", preview)
    issue(hanako, order, proviso=typed, language="en")
    session.rollback()
    assert session.scalars(select(Receipt)).one().snapshot["proviso"] == printed


def test_who_reads_english_finds_the_english_words_in_the_form(hanako: FlaskClient, order: Order) -> None:
    form = hanako.get(page(order, "/receipt?lang=en")).text
    assert 'value="goods purchased"' in form
    back = submit(
        hanako,
        page(order, "/receipt/preview"),
        FIELDS | {"proviso": "goods purchased"},
        form_on=page(order, "/receipt"),
    )
    assert 'value="お品代として"' in back.text


def test_a_shop_that_speaks_only_japanese_issues_only_in_japanese(
    hanako: FlaskClient, order: Order, shop: Shop, session: Session
) -> None:
    assert 'name="language"' in hanako.get(page(order, "/receipt")).text
    shop.languages = ["ja"]
    session.commit()
    assert 'name="language"' not in hanako.get(page(order, "/receipt")).text
    preview = submit(
        hanako, page(order, "/receipt/preview"), FIELDS | {"language": "en"}, form_on=page(order, "/receipt")
    )
    assert preview.status_code == 200
    issue(hanako, order, language="en")
    session.rollback()
    assert session.scalars(select(Receipt)).one().snapshot["language"] == "ja"


def test_the_form_comes_filled_in_and_shows_the_receipt_as_it_will_be(hanako: FlaskClient, order: Order) -> None:
    text = hanako.get(page(order, "/receipt")).text
    assert 'value="山田 花子"' in text
    assert 'value="お品代として"' in text
    assert "3,280" in text


def test_the_preview_follows_what_is_typed(hanako: FlaskClient, order: Order, session: Session) -> None:
    path = page(order, "/receipt")
    answer = submit(hanako, f"{path}/preview", FIELDS, form_on=path, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "株式会社アクメ" in answer.text
    assert "<html" not in answer.text
    assert session.scalars(select(Receipt)).all() == [], "a preview issues nothing"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"addressee": " 　"}, "宛名を入力してください"),
        ({"proviso": ""}, "但し書きを入力してください"),
        ({"addressee": "花子😀"}, "この文字は印刷できません: 😀"),
        ({"addressee": "あ" * 101}, "長すぎて"),
        ({"addressee": "山" + "\ufe00" * 5000}, "長すぎて"),
    ],
)
def test_what_cannot_be_printed_is_refused_before_issuing(
    hanako: FlaskClient, order: Order, session: Session, changes: dict[str, str], sentence: str
) -> None:
    answer = submit(hanako, page(order, "/receipt"), FIELDS | changes)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalars(select(Receipt)).all() == []


def test_the_file_opens_inline_under_its_name_and_stays_the_same_byte_for_byte(
    app: Flask, hanako: FlaskClient, order: Order, session: Session
) -> None:
    issued = issue(hanako, order)
    assert "作っています" in hanako.get(issued).text
    render(app, session)
    path = file_path(hanako.get(issued).text)
    first = hanako.get(path)
    assert first.data.startswith(b"%PDF-")
    disposition = first.headers["Content-Disposition"]
    assert disposition.startswith("inline;")
    assert "filename*=UTF-8''20261120_%E6%A0%AA" in disposition
    assert disposition.endswith("_3280.pdf")
    assert hanako.get(path).data == first.data
    part = hanako.get(path, headers={"Range": "bytes=0-99"})
    assert (part.status_code, part.data) == (206, first.data[:100])


def test_another_browser_that_takes_the_address_over_gets_the_file_for_half_an_hour(
    app: Flask, hanako: FlaskClient, order: Order, session: Session, clock: Clock
) -> None:
    issued = issue(hanako, order)
    render(app, session)
    path = file_path(hanako.get(issued).text)
    assert app.test_client().get(path).status_code == 200
    clock.forward(minutes=31)
    gone = app.test_client().get(path)
    assert gone.status_code == 410
    assert "期限が切れました" in gone.text


def test_once_is_used_up_after_half_an_hour(
    app: Flask, hanako: FlaskClient, shop: Shop, order: Order, session: Session, clock: Clock
) -> None:
    session.get_one(Shop, shop.id).receipt_policy = "once"
    session.commit()
    issued = issue(hanako, order)
    render(app, session)
    path = file_path(hanako.get(issued).text)
    clock.forward(minutes=29)
    assert hanako.get(path).status_code == 200
    clock.forward(minutes=2)
    sign_in(hanako, shop, order)
    text = hanako.get(issued).text
    assert "お店にご連絡ください" in text
    assert "/sakura/files/" not in text
    answer = submit(hanako, f"{issued}/again", {}, form_on=page(order))
    assert "/sakura/files/" not in hanako.get(answer.location).text
    assert len(session.scalars(select(Receipt)).all()) == 1


def test_the_second_time_the_mark_is_on_the_paper(
    app: Flask, hanako: FlaskClient, shop: Shop, order: Order, session: Session, clock: Clock
) -> None:
    issued = issue(hanako, order)
    render(app, session)
    hanako.get(issued)
    clock.forward(minutes=31)
    sign_in(hanako, shop, order)
    assert "再発行する" in hanako.get(issued).text
    answer = submit(hanako, f"{issued}/again", {}, form_on=issued)
    render(app, session)
    assert hanako.get(file_path(hanako.get(answer.location).text)).status_code == 200
    numbers = session.scalars(select(Receipt).order_by(Receipt.number)).all()
    assert [one.snapshot["reissue"] is not None for one in numbers] == [False, True]


def test_the_code_before_a_second_copy_leads_back_to_the_receipts_page(
    app: Flask, hanako: FlaskClient, shop: Shop, order: Order, session: Session, clock: Clock
) -> None:
    issued = issue(hanako, order)
    render(app, session)
    clock.forward(minutes=31)
    session.get_one(Shop, shop.id).second_step = {"receipt": True}
    session.commit()
    sign_in(hanako, shop, order)
    step = submit(hanako, f"{issued}/again", {}, form_on=issued).location
    assert parse_qs(urlsplit(step).query)["back"] == [issued]
    prove_mail(hanako, shop, order.email_key)
    assert hanako.get(step).location == issued
    assert "再発行する" in hanako.get(issued).text


def test_the_issued_receipt_goes_to_the_orders_own_address(
    app: Flask, hanako: FlaskClient, order: Order, session: Session, shop: Shop, clock: Clock
) -> None:
    session.get_one(Shop, shop.id).receipt_policy = "unlimited"
    session.commit()
    issued = issue(hanako, order)
    render(app, session)

    def sent() -> list[str]:
        session.rollback()
        return list(session.scalars(select(OutboxMail.recipient).where(OutboxMail.message == "receipt_file")))

    assert "お送りしました" not in (made := hanako.get(f"{issued}?mailed=1").text)
    assert OPENS_ITSELF in made
    for _ in range(2):
        assert submit(hanako, f"{issued}/mail", {}, form_on=page(order)).status_code == 303
    assert sent() == ["hanako@example.jp"], "pressing twice sends once"
    assert "お送りしました" in (mailed := hanako.get(issued).text)
    assert OPENS_ITSELF not in mailed, "who has just had it mailed did not ask for the file"
    clock.forward(days=2)
    sign_in(hanako, shop, order)
    assert "お送りしました" not in hanako.get(issued).text
    submit(hanako, f"{issued}/mail", {}, form_on=issued)
    assert len(sent()) == 2


@pytest.mark.parametrize(
    ("status", "said"),
    [(OrderStatus.CANCELED, "キャンセルされたご注文"), (OrderStatus.RETURNED, "返品されたご注文")],
)
def test_a_canceled_or_returned_order_gives_no_further_copy(
    app: Flask,
    hanako: FlaskClient,
    shop: Shop,
    order: Order,
    session: Session,
    clock: Clock,
    status: OrderStatus,
    said: str,
) -> None:
    issued = issue(hanako, order)
    render(app, session)
    session.get_one(Order, order.id).status = status
    session.commit()
    clock.forward(minutes=31)
    sign_in(hanako, shop, order)
    answer = submit(hanako, f"{issued}/again", {}, form_on=page(order))
    assert answer.status_code == 409
    assert said in answer.text
    assert len(session.scalars(select(Receipt)).all()) == 1


def test_a_voided_receipt_is_gone_with_its_copies_and_its_qr_page_says_so(
    app: Flask, hanako: FlaskClient, shop: Shop, order: Order, session: Session, clock: Clock
) -> None:
    issued = issue(hanako, order)
    render(app, session)
    clock.forward(minutes=31)
    sign_in(hanako, shop, order)
    copy = submit(hanako, f"{issued}/again", {}, form_on=issued).location
    render(app, session)
    file = file_path(hanako.get(copy).text)
    first, second = session.scalars(select(Receipt).order_by(Receipt.number)).all()
    assert "このあとに再発行した" in hanako.get(f"/verify/{first.public_token}").text
    assert "再発行されたもの" in hanako.get(f"/verify/{second.public_token}").text
    first.voided_at = clock()
    session.commit()
    assert "取り消されています" in hanako.get(f"/verify/{second.public_token}").text
    assert hanako.get(copy).status_code == 404
    assert hanako.get(file).status_code == 410
    assert hanako.get(page(order, "/receipt")).status_code == 200, "the buyer may issue again"


def test_someone_elses_receipt_is_not_there(
    app: Flask, hanako: FlaskClient, cast: Cast, shop: Shop, order: Order, session: Session
) -> None:
    taros = cast.order(shop, code="B-1", **TARO)
    cast.shipment(taros)
    session.commit()
    issued = issue(hanako, order)
    receipt_id = UUID(issued.rsplit("/", 1)[1])
    taro = app.test_client()
    sign_in(taro, shop, taros)
    assert taro.get(issued).status_code == 404
    assert taro.get(page(taros, f"/receipts/{receipt_id}")).status_code == 404
    assert app.test_client().get(issued).status_code == 303


def test_an_order_on_its_way_says_when_the_receipt_comes(app: Flask, cast: Cast, shop: Shop, session: Session) -> None:
    waiting = cast.order(shop, code="A-2")
    session.commit()
    client = app.test_client()
    sign_in(client, shop, waiting)
    answer = client.get(page(waiting, "/receipt"))
    assert answer.status_code == 409
    assert "すべての商品が出荷されたあとに発行できます" in answer.text


def test_the_qr_page_confirms_without_naming_anybody(
    app: Flask, hanako: FlaskClient, order: Order, session: Session
) -> None:
    issue(hanako, order)
    receipt = session.scalars(select(Receipt)).one()
    answer = app.test_client().get(f"/verify/{receipt.public_token}")
    assert "この領収書は有効です" in answer.text
    assert "00000001" in answer.text
    assert "アクメ" not in answer.text
    assert "山田" not in answer.text
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert app.test_client().get(f"/verify/{receipt.number}").status_code == 404


@pytest.mark.parametrize("paper", ["statement", "delivery-note"])
def test_statement_and_delivery_note_come_masked_and_only_to_their_buyer(
    app: Flask, hanako: FlaskClient, shop: Shop, order: Order, session: Session, paper: str
) -> None:
    session.get_one(Shop, shop.id).delivery_notes_allowed = True
    session.commit()
    waiting = hanako.get(page(order, f"/{paper}"))
    assert "作っています" in waiting.text
    assert "梅田" not in str(session.scalars(select(Rendition)).one().document)
    render(app, session)
    answer = hanako.get(page(order, f"/{paper}"))
    assert answer.data.startswith(b"%PDF-")
    assert app.test_client().get(page(order, f"/{paper}")).status_code == 303


def test_a_shop_that_gives_no_delivery_notes_has_none(hanako: FlaskClient, order: Order) -> None:
    assert hanako.get(page(order, "/delivery-note")).status_code == 404


def test_no_delivery_note_of_a_canceled_order(hanako: FlaskClient, order: Order, shop: Shop, session: Session) -> None:
    session.get_one(Shop, shop.id).delivery_notes_allowed = True
    session.commit()
    assert "納品書を開く" in hanako.get(page(order)).text
    session.get_one(Order, order.id).status = OrderStatus.CANCELED
    session.commit()
    assert "納品書" not in hanako.get(page(order)).text
    assert hanako.get(page(order, "/delivery-note")).status_code == 404


def test_the_delivery_note_gets_its_address_by_the_code(
    hanako: FlaskClient, order: Order, shop: Shop, session: Session
) -> None:
    session.get_one(Shop, shop.id).delivery_notes_allowed = True
    session.commit()
    text = hanako.get(page(order)).text
    assert "住所と電話番号は入りません。" in text
    found = re.search(r'href="([^"]+)">納品書を確認コードで住所入りにする', text)
    assert found
    step = hanako.get(found[1].replace("&amp;", "&"))
    assert step.status_code == 200
    assert page(order, "/delivery-note") in step.text, "the way on after the code"


def test_a_long_receipt_is_folded_after_five_lines_with_its_total_in_sight(
    app: Flask, cast: Cast, shop: Shop, session: Session
) -> None:
    lines = [
        {"name": f"煎茶 {at:02}番", "quantity": 1, "unit_price": 100, "amount": 100, "tax_rate": 8}
        for at in range(1, 61)
    ]
    order = cast.order(shop, "A-60", lines=lines, total=6000)
    cast.shipment(order)
    session.commit()
    client = app.test_client()
    sign_in(client, shop, order)
    text = client.get(page(order, "/receipt")).text
    first, folded = text.split('<details class="more">')[0], text.split('<details class="more">')[1]
    assert "煎茶 05番" in first
    assert "煎茶 06番" not in first
    assert "残り55行を表示" in folded
    inside, after = folded.split("</details>", 1)
    assert "煎茶 60番" in inside
    assert re.search(r"合計（税込）</th>\s*<td[^>]*><strong>¥6,000", after)


def test_an_empty_addressee_is_never_drawn_as_a_lone_title(hanako: FlaskClient, order: Order) -> None:
    path = page(order, "/receipt")
    for typed in ("", "　", "\u202e\u202c"):
        answer = submit(hanako, f"{path}/preview", FIELDS | {"addressee": typed}, form_on=path)
        assert "（宛名は空欄です）" in answer.text
        assert "paper-honorific" not in answer.text
    assert "株式会社アクメ<span" in submit(hanako, f"{path}/preview", FIELDS, form_on=path).text


def test_a_mark_that_turns_the_writing_is_gone_from_page_form_and_receipt(
    hanako: FlaskClient, order: Order, session: Session
) -> None:
    session.get_one(Order, order.id).buyer_name = "\u202e山田 花子\u202c"
    session.commit()
    assert "\u202e" not in hanako.get(page(order)).text
    form = hanako.get(page(order, "/receipt")).text
    assert 'value="山田 花子"' in form
    assert "\u202e" not in form
    issue(hanako, order, addressee="\u202e山田 \u2067花子\u2069", honorific="様")
    session.rollback()
    assert session.scalars(select(Receipt)).one().addressee == "山田 花子"


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("reissue", "そのあとは「再発行」の表示が入った領収書になります。"),
        ("once", "そのあとは、このページから開けません。"),
        ("unlimited", "このページから、いつでも同じ領収書を開けます。"),
    ],
)
def test_the_page_says_until_when_the_receipt_opens_and_what_comes_after(
    app: Flask, hanako: FlaskClient, shop: Shop, order: Order, session: Session, policy: str, words: str
) -> None:
    session.get_one(Shop, shop.id).receipt_policy = policy
    session.commit()
    issued = issue(hanako, order)
    render(app, session)
    text = re.sub(r"<[^>]+>", "", hanako.get(issued).text)
    assert words in text
    assert ("まで、このまま何度でも開けます。" in text) == (policy != "unlimited")


@pytest.mark.parametrize(
    ("name", "addressed"), [("株式会社アクメ", "御中"), ("株式会社アクメ 山田花子", "様"), ("山田 花子", "様")]
)
def test_the_form_and_the_page_choose_the_same_title(
    hanako: FlaskClient, order: Order, session: Session, name: str, addressed: str
) -> None:
    session.get_one(Order, order.id).buyer_name = name
    session.commit()
    assert re.search(
        rf'value="{addressed}"[^>]*checked|checked[^>]*value="{addressed}"', hanako.get(page(order, "/receipt")).text
    )
    assert f"{name} {addressed}" in hanako.get(page(order)).text


def test_the_page_of_the_file_says_each_sentence_once_in_english(
    app: Flask, hanako: FlaskClient, order: Order, session: Session
) -> None:
    issued = issue(hanako, order)
    render(app, session)
    assert hanako.get(f"{issued}?lang=en").text.count("You can open") == 1
