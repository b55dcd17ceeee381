"""The printed papers, read back from the PDF: texts by poppler, structure by pikepdf. No PDF/A validator is at hand, so
the PDF/A tests look at the parts that PDF/A-3a asks for and claim no more."""

import json
import logging
import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from importlib import import_module
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageDraw

from portal.adapters.weasyprint import WeasyPrintRenderer
from portal.receipts.documents import (
    DeliveryNoteDocument,
    DocumentLine,
    Party,
    RateTotal,
    ReceiptDocument,
    Reissue,
    ReturnInvoiceDocument,
    StatementDocument,
)
from portal.receipts.documents.parts import Stored
from tests.receipts.sample_documents import ISSUER, delivery_note, receipt, statement

KINDS = {
    ReceiptDocument: "receipt",
    StatementDocument: "statement",
    DeliveryNoteDocument: "delivery_note",
    ReturnInvoiceDocument: "return_invoice",
}
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


@pytest.fixture(scope="module")
def renderer() -> WeasyPrintRenderer:
    renderer = WeasyPrintRenderer()
    renderer.warm()
    return renderer


@pytest.fixture
def printed(renderer: WeasyPrintRenderer, caplog: pytest.LogCaptureFixture) -> Any:
    """PDF bytes; WeasyPrint must have had nothing to complain of (missing glyph, unknown property, lost image)."""

    def render(document: Stored, *, kind: str = "", images: Mapping[str, bytes] | None = None) -> bytes:
        kind = kind or KINDS[type(document)]
        with caplog.at_level(logging.WARNING, "weasyprint"):
            pdf = renderer.render(kind, document.to_dict(), images or {})
        assert [record.getMessage() for record in caplog.records if record.name.startswith("weasyprint")] == []
        return pdf

    return render


def text_of(pdf: bytes, order: str = "-layout") -> str:
    """Word spaces are poppler's guess, so texts are compared without them. `-raw`: as a screen reader goes."""
    done = subprocess.run(["pdftotext", order, "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def pages_of(pdf: bytes) -> list[str]:
    return text_of(pdf).split("\f")[:-1]


def plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def picture(colour: str = "#c22", size: int = 240, mode: str = "RGBA") -> bytes:
    image = Image.new(mode, (size, size))
    ImageDraw.Draw(image).rectangle((20, 20, size - 20, size - 20), outline=colour, width=12)
    content = BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


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
    [("cancelled", "キャンセルされています"), ("returned", "返品されています"), ("unpaid", "まだ確認できていません")],
)
def test_a_statement_of_an_order_that_came_to_nothing_says_so(printed: Any, state: str, sentence: str) -> None:
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


# 19 lines and their sum fill a page; with 23 the table alone does.
@pytest.mark.parametrize("count", range(19, 24))
def test_the_sum_of_a_statement_never_stands_alone_on_a_page(printed: Any, count: int) -> None:
    with_sum = [page for page in pages_of(printed(statement(count))) if "小計" in page]
    assert len(with_sum) == 1
    last = statement(count).lines[-1].name
    before = statement(count).lines[-2].name
    assert plain(last) in plain(with_sum[0])
    assert plain(before) in plain(with_sum[0])
    assert "合計（税込）" in with_sum[0]


def test_the_same_document_gives_the_same_bytes_also_in_another_process(printed: Any) -> None:
    document = receipt(addressee="髙橋 김민준", issuer=replace(ISSUER, seal="seal"))
    first = printed(document, images={"seal": picture()})
    assert printed(document, images={"seal": picture()}) == first
    script = (
        "import sys, json; from portal.adapters.weasyprint import WeasyPrintRenderer; data = json.load(sys.stdin);"
        "sys.stdout.buffer.write(WeasyPrintRenderer().render('receipt', data['document'], {'seal': bytes.fromhex(data['seal'])}))"
    )
    data = json.dumps({"document": document.to_dict(), "seal": picture().hex()}).encode()
    other = subprocess.run([sys.executable, "-c", script], input=data, capture_output=True, check=True)
    assert other.stdout == first


def test_a_usual_receipt_without_logo_and_seal_is_at_most_60_kilobytes(printed: Any) -> None:
    assert len(printed(receipt(4))) <= 60_000
    assert len(printed(receipt(12))) <= 60_000


@pytest.mark.parametrize(
    "document", [receipt(60, language="en"), receipt(), statement(), delivery_note()], ids=lambda d: type(d).__name__
)
def test_the_file_has_what_pdf_a_3a_asks_for(printed: Any, document: Stored) -> None:
    pdf = pikepdf.open(BytesIO(printed(document)))
    root = pdf.Root
    assert pdf.pdf_version == "1.7"
    assert not pdf.is_encrypted
    assert "/ID" in pdf.trailer
    intent = root.OutputIntents[0]
    assert intent.S == "/GTS_PDFA1"
    assert len(intent.DestOutputProfile.read_bytes()) > 1000
    with pdf.open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("3", "A")
        assert meta["dc:title"] == str(pdf.docinfo["/Title"])
        assert meta["dc:creator"] == ["株式会社さくら茶舗"]
        assert meta["xmp:CreateDate"] == "2026-11-21"
    assert str(pdf.docinfo["/CreationDate"]) == "D:20261121"
    assert root.MarkInfo.Marked
    assert root.ViewerPreferences.DisplayDocTitle
    assert str(root.Lang) == getattr(document, "language", "ja")
    assert {"/H1", "/P", "/Table", "/THead", "/TH", "/TD"} <= tags_of(root.StructTreeRoot)
    assert "/AcroForm" not in root
    assert "/OpenAction" not in root
    assert not [page for page in pdf.pages if "/AA" in page]


def test_every_font_is_embedded_as_a_subset_with_its_text(printed: Any) -> None:
    pdf = pikepdf.open(BytesIO(printed(receipt(addressee="髙橋 김민준 刘伟 Łukasz"))))
    fonts = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"]
    families = set()
    for font in fonts:
        if font.Subtype == "/Type0":
            assert "/ToUnicode" in font
            assert font.Encoding == "/Identity-H"  # a font with a missing glyph would have a map of its own
        else:
            assert font.Subtype == "/CIDFontType2"
            assert "/FontFile2" in font.FontDescriptor
            assert len(font.FontDescriptor.FontFile2.read_bytes()) < 400_000
            families.add(re.sub(r"^/[A-Z]{6}\+", "", str(font.BaseFont)))
    assert families == {
        "Noto-Sans-JP",
        "Noto-Sans-JP-Bold",
        "Noto-Sans-KR",
        "Noto-Sans-SC",
        "Noto-Sans",
        "Noto-Sans-JP-Rare",
    }


def test_logo_and_seal_are_embedded_with_a_description_and_never_interpolated(printed: Any) -> None:
    issuer = replace(ISSUER, logo="logo", seal="seal")
    content = printed(receipt(issuer=issuer), images={"logo": picture("#253"), "seal": picture()})
    assert images_of(content) == [False] * 5  # logo and seal each with its transparency, and the QR code
    pdf = pikepdf.open(BytesIO(content))
    described = [
        str(item.Alt) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/Figure"
    ]
    assert sorted(described) == sorted(["株式会社さくら茶舗", "印影", "確認ページのQRコード"])


@pytest.mark.parametrize("mode", ["RGB", "L", "P", "1", "LA"])
def test_any_kind_of_png_is_taken_as_a_seal(printed: Any, mode: str) -> None:
    colour: Any = "#c22" if mode in {"RGB", "P"} else 1
    pdf = printed(receipt(issuer=replace(ISSUER, seal="seal")), images={"seal": picture(colour, mode=mode)})
    assert len(pages_of(pdf)) == 1


def test_a_picture_that_was_not_handed_over_stops_the_printing(renderer: WeasyPrintRenderer) -> None:
    document = receipt(issuer=replace(ISSUER, seal="seal")).to_dict()
    with pytest.raises(LookupError, match="seal"):
        renderer.render("receipt", document, {})


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/x.png", "https://example.com/x.png", "file:///etc/passwd", "data:image/png;base64,AAAA", "ftp://x/y", "picture:other"],
)  # fmt: skip
def test_nothing_but_the_pictures_handed_over_can_be_fetched(
    renderer: WeasyPrintRenderer, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    def no_network(*_: Any) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", no_network)
    # Not imported above: the engine is loaded with our own fonts, by the renderer.
    fetcher = import_module("portal.adapters.weasyprint_press").PictureFetcher({"picture:seal": b"x"})
    assert fetcher("picture:seal").read() == b"x"
    with pytest.raises(LookupError):
        fetcher(address)
    press = renderer._warmed()
    for html in (
        f'<img alt="x" src="{address}">',
        f'<p style="background: url({address})">x',
        f'<link rel="stylesheet" href="{address}">',
    ):
        with pytest.raises(LookupError):
            press.pdf(f'<html lang="ja"><title>x</title>{html}', {"picture:seal": b"x"})


def test_a_receipt_that_was_not_issued_is_not_printed(renderer: WeasyPrintRenderer) -> None:
    for draft in (receipt(issued_on=None), receipt(number="")):
        with pytest.raises(ValueError, match="after it was issued"):
            renderer.render("receipt", draft.to_dict(), {})


def test_an_unknown_kind_of_document_is_refused(renderer: WeasyPrintRenderer) -> None:
    with pytest.raises(ValueError, match="no such document: invoice"):
        renderer.render("invoice", receipt().to_dict(), {})


def test_loading_the_engine_leaves_the_environment_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    for before in (None, "/somewhere/fonts.conf"):
        if before is None:
            monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
        else:
            monkeypatch.setenv("FONTCONFIG_FILE", before)
        WeasyPrintRenderer().warm()
        assert os.environ.get("FONTCONFIG_FILE") == before


def test_a_process_that_prints_nothing_does_not_carry_the_engine() -> None:
    script = "import sys, portal.adapters.weasyprint; sys.exit('weasyprint' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)


def images_of(pdf: bytes) -> list[bool]:
    """Their interpolation: PDF/A has none."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        streams = [item for item in opened.objects if isinstance(item, pikepdf.Stream)]
        return [bool(item.get("/Interpolate")) for item in streams if item.get("/Subtype") == "/Image"]


def links_of(pdf: bytes) -> set[str]:
    """Where links lead; each must be a printed annotation, or the file is no PDF/A."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        annotations = [note for page in opened.pages for note in page.get("/Annots", [])]
        assert all(note.Subtype == "/Link" and note.F == 4 for note in annotations)
        return {str(note.A.URI) for note in annotations}


def tags_of(tree: Any) -> set[str]:
    found, waiting = set(), [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting.extend(node)
        elif isinstance(node, pikepdf.Dictionary):
            if "/S" in node:
                found.add(str(node.S))
            if "/K" in node:
                waiting.append(node.K)
    return found
