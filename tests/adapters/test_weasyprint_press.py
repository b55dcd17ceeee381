"""The press: the same bytes each time, what PDF/A-3a asks for, fonts, pictures, and nothing fetched.

No PDF/A validator is at hand, so these tests look at the parts that PDF/A-3a asks for and claim no more.
"""

import json
import os
import re
import socket
import subprocess
import sys
from dataclasses import replace
from importlib import import_module
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from portal.adapters.weasyprint import WeasyPrintRenderer
from portal.receipts.documents.parts import Stored
from tests.adapters.pdfs import images_of, pages_of, picture, tags_of
from tests.receipts.sample_documents import ISSUER, delivery_note, receipt, statement


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
            assert font.Encoding == "/Identity-H"  # with a missing glyph the font would have an encoding of its own
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
    assert images_of(content) == [False] * 5  # logo and seal, each with a transparency mask, and the QR code
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
    # Not imported above: the renderer loads the engine, so that it finds our own fonts.
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
