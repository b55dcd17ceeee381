"""What the printed papers say and how they break into pages, read back from the PDF."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from portal.receipts.documents import (
    DocumentLine,
    Party,
    RateTotal,
    Reissue,
)
from tests.adapters.pdfs import images_of, links_of, pages_of, picture, pixels_of, plain, text_of
from tests.receipts.sample_documents import ISSUER, delivery_note, lines, receipt, statement

NAMES = [
    "髙橋 﨑子",
    "𠮷田 渡邉",
    "葛\U000e0100城 芦\U000e0100",
    "①㈱ ｱﾊﾞﾟ ＡＢＣ",
    "Łukasz Żółć",
    "Nguyễn Văn Ước",
    "Иван Ελένη",
    "김민준",
    "刘伟 國際",
]


def test_a_receipt_states_everything_the_law_and_the_buyer_need(printed: Any) -> None:
    text = plain(text_of(printed(receipt())))
    for words in (
        "領収書", "No.000123", "発行日2026年11月21日", "取引日2026年11月20日", "山田花子様", "￥5,904-", "但しお茶代として",
        "クレジットカード利用", "注文番号A-10234", "株式会社さくら茶舗", "京都府京都市下京区四条通1-1", "075-000-0000",
        "登録番号T6000012070001", "8%対象※¥1,944¥144", "10%対象¥3,960¥360", "宇治煎茶深蒸し100g01※", "送料¥660",
        "※は軽減税率の対象です。",
    ):  # fmt: skip
        assert words in text
    assert "再発行" not in text
    assert "収入印紙" not in text


def test_the_address_of_the_confirmation_is_a_qr_code_and_a_link(printed: Any) -> None:
    with_code, without = printed(receipt()), printed(receipt(verify_url=""))
    assert plain(receipt().verify_url) in plain(text_of(with_code, "-raw"))
    assert images_of(with_code) == [False]
    assert links_of(with_code) == {receipt().verify_url}
    assert images_of(without) == []
    assert links_of(without) == set()


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_every_name_a_buyer_may_have_is_printed_and_can_be_copied_again(printed: Any, name: str) -> None:
    text = text_of(printed(receipt(addressee=name, proviso=name, lines=(DocumentLine(name, 1, 100, 100),))), "-raw")
    assert plain(text).count(plain(name)) == 3


def test_the_other_papers_print_every_name_too(printed: Any) -> None:
    items = tuple(DocumentLine(name, 1, 100, 100) for name in NAMES)
    for document in (statement(lines=items, buyer=Party("髙橋 김민준")), delivery_note(lines=items)):
        text = plain(text_of(printed(document)))
        assert [name for name in NAMES if plain(name) not in text] == []


def test_a_variation_selector_the_font_does_not_know_leaves_the_usual_kanji(printed: Any) -> None:
    assert "渡邉様" in plain(text_of(printed(receipt(addressee="渡邉\U000e0101"))))


def test_a_name_is_text_and_never_markup(printed: Any) -> None:
    assert "<b>&amp;&lt;花子" in plain(text_of(printed(receipt(addressee="<b>&amp;&lt;花子"))))


def test_an_addressee_of_forty_characters_wraps_and_keeps_its_honorific(printed: Any) -> None:
    name = "株式会社さくら商店東京本社営業第一部第二課特別販売促進チーム購買管理担当窓口係"
    text = text_of(printed(receipt(addressee=name[:40], honorific="御中")))
    assert name[:40] + "御中" in plain(text)
    assert not any(line.strip() == "御中" for line in text.splitlines())


def test_a_blank_addressee_leaves_the_line_to_be_written_on(printed: Any) -> None:
    text = text_of(printed(receipt(addressee="")))
    assert any(line.strip() == "様" for line in text.splitlines())


def test_without_a_registration_number_nothing_stands_in_its_place(printed: Any) -> None:
    bare = replace(ISSUER, registration_number="")
    for document in (receipt(issuer=bare), statement(issuer=bare), delivery_note(issuer=bare)):
        assert "登録番号" not in text_of(printed(document))


def test_a_part_of_a_split_states_rate_and_total_and_no_tax(printed: Any) -> None:
    text = plain(
        text_of(printed(receipt(amount=105, rates=(RateTotal(8, True, 6), RateTotal(10, False, 99)), lines=())))
    )
    assert "8%対象※¥6" in text
    assert "10%対象¥99" in text
    assert "消費税" not in text


def test_points_that_pay_stand_between_the_whole_and_what_was_received(printed: Any) -> None:
    rates = (RateTotal(8, True, 540, 40), RateTotal(10, False, 550, 50))
    text = plain(text_of(printed(receipt(amount=1069, points_paid=21, rates=rates))))
    for words in ("￥1,069-", "合計¥1,090", "ポイントでのお支払い-¥21", "領収金額¥1,069"):
        assert words in text


def test_a_reissue_bears_the_mark_its_own_number_the_original_and_both_days(printed: Any) -> None:
    again = receipt(number="000130", issued_on=date(2026, 12, 1), reissue=Reissue("000123", date(2026, 11, 21)))
    text = plain(text_of(printed(again)))
    for words in ("（再発行）", "No.000130", "発行日2026年12月1日", "元の領収書No.000123（発行日2026年11月21日）"):
        assert words in text


def test_the_english_receipt_has_english_labels_and_the_shops_own_facts(printed: Any) -> None:
    text = plain(text_of(printed(receipt(language="en", reissue=Reissue("000098", date(2026, 10, 3))))))
    for words in ("Receipt(Reissued)", "Receivedfrom山田花子", "¥5,904", "Paidbycreditcard", "Issued21November2026",
                  "Transactiondate20November2026", "No.000098(issued3October2026)", "株式会社さくら茶舗",
                  "Registrationno.T6000012070001", "※Reducedtaxrate."):  # fmt: skip
        assert words in text
    assert not re.search("領収|発行|登録番号|様", text)


def test_only_the_rendition_that_staff_print_has_room_for_a_stamp(printed: Any) -> None:
    assert "収入印紙" in text_of(printed(receipt(amount=110000, paid_by_card=False), kind="printed_receipt"))
    assert "収入印紙" not in text_of(printed(receipt(amount=110000, paid_by_card=False)))
    assert "収入印紙" not in text_of(printed(receipt(amount=110000, paid_by_card=True), kind="printed_receipt"))
    assert "収入印紙" not in text_of(printed(receipt(amount=49999, paid_by_card=False), kind="printed_receipt"))
    part = text_of(printed(receipt(amount=110000, paid_by_card=False, card_amount=30000), kind="printed_receipt"))
    assert "クレジットカード利用¥30,000" in plain(part)
    assert "収入印紙" in part, "80,000 yen were not paid on credit"
    part = text_of(printed(receipt(amount=110000, paid_by_card=False, card_amount=61000), kind="printed_receipt"))
    assert "収入印紙" not in part


def test_a_payment_that_is_no_card_is_named_in_the_carts_words(printed: Any) -> None:
    text = plain(text_of(printed(receipt(paid_by_card=False, payment_words="銀行振込（前払い）"))))
    assert "お支払い方法銀行振込（前払い）" in text
    assert "クレジットカード" not in text


@pytest.mark.parametrize("amount", [0, 12345678])
def test_the_smallest_and_the_largest_amount_keep_to_their_frame(printed: Any, amount: int) -> None:
    pdf = printed(receipt(amount=amount, rates=(), lines=()))
    assert f"￥{amount:,}-" in text_of(pdf)
    assert len(pages_of(pdf)) == 1


def test_a_statement_shows_every_amount_and_what_was_paid_with_points(printed: Any) -> None:
    text = plain(text_of(printed(statement(fees=330, discount=500, points=21, points_as_payment=True, total=5713))))
    for words in ("購入明細書", "小計¥5,244", "送料¥660", "手数料¥330", "値引き-¥500", "合計（税込）¥5,734",
                  "ポイントでのお支払い-¥21", "お支払い金額¥5,713", "8%対象※¥1,944¥144", "注文日2026年11月18日",
                  "取引日2026年11月20日", "お支払い方法クレジットカード", "〒530-****", "大阪府大阪市***"):  # fmt: skip
        assert words in text


def test_points_that_lower_the_price_are_a_discount_on_the_statement(printed: Any) -> None:
    text = plain(text_of(printed(statement(points=21, total=5883))))
    assert "ポイント値引き-¥21" in text
    assert "合計（税込）¥5,883" in text
    assert "ポイントでのお支払い" not in text


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("cancelled", "キャンセルされています"),
        ("returned", "返品されています"),
        ("not_shipped", "出荷後に適格簡易請求書として"),
    ],
)
def test_a_statement_of_a_sale_that_does_not_stand_says_so(printed: Any, state: str, sentence: str) -> None:
    assert sentence in text_of(printed(statement(state=state)))
    assert sentence not in text_of(printed(statement()))


def test_a_delivery_note_names_the_parcels_and_the_place(printed: Any) -> None:
    text = plain(text_of(printed(delivery_note())))
    for words in ("納品書", "鈴木一郎様", "060-0001", "北海道札幌市中央区北一条西2-2-2", "ご注文者山田花子様",
                  "ヤマト運輸1234-5678-9010", "2026年11月20日出荷", "開封後はお早めにお召し上がりください。", "¥5,244"):  # fmt: skip
        assert words in text


def test_a_delivery_note_of_a_present_has_no_prices(printed: Any) -> None:
    items = tuple(DocumentLine(line.name, line.quantity) for line in delivery_note().lines)
    text = text_of(printed(delivery_note(lines=items, total=None)))
    assert "数量" in text
    assert not re.search("[¥￥]|金額|単価|合計", text)


@pytest.mark.parametrize("count", [1, 4, 12])
def test_a_usual_order_fits_on_one_page(printed: Any, count: int) -> None:
    for document in (receipt(count), statement(count), delivery_note(count)):
        pages = pages_of(printed(document))
        assert len(pages) == 1
        assert "1 / 1" not in pages[0]


def test_sixty_lines_break_into_numbered_pages_with_the_head_repeated(printed: Any) -> None:
    for document, title in ((receipt(60), "領収書No.000123"), (statement(60), "購入明細書注文番号A-10234"), (delivery_note(60), "納品書注文番号A-10234")):  # fmt: skip
        pages = [plain(page) for page in pages_of(printed(document))]
        assert len(pages) == 3
        for number, page in enumerate(pages, 1):
            assert page.count("品名数量単価（税込）金額（税込）") == 1
            assert page.endswith(f"{title}{number}/3")
        assert [line.name for line in document.lines if not any(plain(line.name) in page for page in pages)] == []


# 19 lines and their sum fill a page; 23 lines fill it without the sum.
@pytest.mark.parametrize("count", range(19, 24))
def test_the_sum_of_a_statement_never_stands_alone_on_a_page(printed: Any, count: int) -> None:
    with_sum = [page for page in pages_of(printed(statement(count))) if "小計" in page]
    assert len(with_sum) == 1
    last = statement(count).lines[-1].name
    before = statement(count).lines[-2].name
    assert plain(last) in plain(with_sum[0])
    assert plain(before) in plain(with_sum[0])
    assert "合計（税込）" in with_sum[0]


GOODS = "🎁ギフト ✨限定⏰ \U000210c1\U00029e3d ไทย"


def test_letters_without_a_font_take_their_own_width_on_every_paper(printed: Any) -> None:
    items = (DocumentLine(GOODS, 1, 100, 100),)
    party = Party("田\U000210c1", "530-0001", ("大阪\U000210c1町1",))
    issuer = replace(ISSUER, address=("京都\U000210c1町2",))
    for document in (
        receipt(lines=items, addressee=party.name, proviso="代金\U000210c1として", issuer=issuer),
        statement(lines=items, buyer=party, issuer=issuer),
        delivery_note(lines=items, delivery=party, issuer=issuer),
    ):
        text = plain(text_of(printed(document)))
        assert "ギフト限定〓\U00029e3d〓〓〓" in text
        assert "田〓様" in text
        assert "京都〓町2" in text
        assert not re.search("[🎁✨⏰ไท\U000210c1]", text)


def test_a_mark_that_turns_the_writing_does_not_print_a_name_backward(printed: Any) -> None:
    assert "山田花子様" in plain(text_of(printed(statement(buyer=Party("\u202e山田花子\u202c")))))


def test_the_receipts_table_ends_with_its_total(printed: Any) -> None:
    for language, words in (("ja", "合計（税込）¥83,028"), ("en", "Total(incl.tax)¥83,028")):
        last = plain(pages_of(printed(receipt(60, language=language)))[-1])
        assert words in last
        assert last.index(words) > last.index("60※")
    means = receipt(lines=lines(1), rates=(RateTotal(8, True, 1080, 80),), amount=1000, points_paid=80)
    assert plain(text_of(printed(means))).endswith("合計（税込）¥1,080")
    assert "合計" not in plain(text_of(printed(receipt(lines=(DocumentLine("お茶"),)))))


@pytest.mark.parametrize("length", [10, 40, 120])
def test_no_letter_of_the_issuer_stands_under_the_seal(printed: Any, length: int) -> None:
    texts = {"name": "株式会社さくら茶舗" * (length // 10), "email": f"{'mail-' * 12}@example.jp"}
    issuer = replace(ISSUER, **texts, address=(("京都府京都市下京区" * 14)[:length],), seal="seal")
    for document in (receipt(issuer=issuer), statement(issuer=issuer), delivery_note(issuer=issuer)):
        shown, width = pixels_of(printed(document, images={"seal": picture(filled=True)}))
        red = [at for at, (r, g, b) in enumerate(shown) if r > 150 > g + 60]
        across, down = [at % width for at in red], [at // width for at in red]
        box = (max(across) - min(across) + 1) * (max(down) - min(down) + 1)
        assert len(red) == box, "something is printed over the seal"


@pytest.mark.parametrize(
    ("name", "addressed"), [("株式会社アクメ", "御中"), ("株式会社アクメ 山田花子", "様"), ("山田花子", "様")]
)
def test_a_company_is_addressed_alike_on_every_paper(printed: Any, name: str, addressed: str) -> None:
    party = Party(name, "530-0001", ("大阪府大阪市北区梅田1-1",))
    for document in (statement(buyer=party, delivery=party), delivery_note(delivery=party, buyer_name=name)):
        assert plain(text_of(printed(document))).count(plain(name) + addressed) == 2


def test_the_english_receipt_says_description_and_no_title(printed: Any) -> None:
    text = plain(
        text_of(printed(receipt(language="en", proviso="お茶代として", addressee="株式会社アクメ", honorific="御中")))
    )
    assert "Descriptionお茶代として" in text
    assert not re.search("For|様|御中", text)
