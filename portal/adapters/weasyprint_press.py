"""The engine behind `weasyprint.WeasyPrintRenderer`: HTML and pictures in, PDF/A-3a out.

Import it within `weasyprint.own_fonts`: WeasyPrint looks for fonts while it is imported.
"""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pydyf  # type: ignore[import-untyped] # no types are published
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# The same sRGB profile that WeasyPrint embeds by itself, but then reads and leaves open for every document.
PROFILE = "@color-profile --srgb { src: url(profile:srgb); components: r, g, b }"


class PictureFetcher(URLFetcher):
    """Knows the pictures it was handed and nothing else: no file, no network."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), fail_on_errors=True)
        self._pictures = pictures

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        if url not in self._pictures:
            raise LookupError("not one of the pictures of this document")
        return URLFetcherResponse(url, self._pictures[url])


class Written(pydyf.Object):
    """A PDF object turned into bytes for good."""

    data = b""
    compressible = False

    def __init__(self, item: pydyf.Object) -> None:
        super().__init__()
        self.number, self.generation, self.free = item.number, item.generation, item.free
        self.data, self.compressible = item.data, item.compressible


def write_once(_: Document, pdf: pydyf.PDF) -> None:
    """The file's identifier digests all objects: without this, pydyf would compress fonts and pages a second time."""
    pdf.objects[:] = [item if item.free == "f" else Written(item) for item in pdf.objects]


class Press:
    """Fonts, colours and parsed stylesheets, loaded once and used for every document. Not thread-safe."""

    def __init__(self, styles: Path) -> None:
        self._fonts = FontConfiguration()
        self._colours: dict[str, Any] = {}
        paper, numbered = (styles / name for name in ("paper.css", "numbered.css"))
        self._paper = [self._parsed(PROFILE + paper.read_text("utf-8"))]
        self._numbered = [*self._paper, self._parsed(numbered.read_text("utf-8"))]

    def warm(self) -> None:
        """The first page in each weight looks through all the fonts."""
        self.pdf('<html lang="ja"><title>1</title><p>領<b>収</b>', {})

    def pdf(self, page: str, pictures: Mapping[str, bytes]) -> bytes:
        """LookupError: the page asks for something that is not among the pictures."""
        html = HTML(string=page, url_fetcher=PictureFetcher(pictures))
        try:
            document = self._laid_out(html, self._paper)
            if len(document.pages) > 1:
                # Page numbers stand in the margin, so the second layout breaks where the first did.
                document = self._laid_out(html, self._numbered)
            pdf: bytes = document.write_pdf(finisher=write_once, pdf_variant="pdf/a-3a", output_intent="--srgb")
        except FatalURLFetchingError as error:
            # It derives from BaseException, which would go through a worker's error handling.
            raise LookupError(str(error)) from error
        return pdf

    def _laid_out(self, html: HTML, styles: list[CSS]) -> Document:
        return html.render(
            self._fonts,
            color_profiles=self._colours,
            stylesheets=styles,
            pdf_variant="pdf/a-3a",
            output_intent="--srgb",
        )

    def _parsed(self, style: str) -> CSS:
        profile = (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()
        fetcher = PictureFetcher({"profile:srgb": profile})
        return CSS(string=style, font_config=self._fonts, color_profiles=self._colours, url_fetcher=fetcher)
