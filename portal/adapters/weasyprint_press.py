"""Engine of `weasyprint.WeasyPrintRenderer`: HTML and pictures in, PDF/A-3a out.

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

# The same sRGB profile that WeasyPrint embeds by default; but then it reads the file, and leaves it open, per document.
PROFILE = "@color-profile --srgb { src: url(profile:srgb); components: r, g, b }"


class PictureFetcher(URLFetcher):
    """Fetcher of the given pictures only; it reads no file and no network."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), fail_on_errors=True)
        self._pictures = pictures

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        if url not in self._pictures:
            raise LookupError("not one of the pictures of this document")
        return URLFetcherResponse(url, self._pictures[url])


class Written(pydyf.Object):
    """PDF object that is already turned into bytes."""

    data = b""
    compressible = False

    def __init__(self, item: pydyf.Object) -> None:
        super().__init__()
        self.number, self.generation, self.free = item.number, item.generation, item.free
        self.data, self.compressible = item.data, item.compressible


def write_once(_: Document, pdf: pydyf.PDF) -> None:
    """Turn all objects into bytes now; pydyf would otherwise compress them twice, once for the file's identifier."""
    pdf.objects[:] = [item if item.free == "f" else Written(item) for item in pdf.objects]


class Press:
    """Fonts, colours and parsed stylesheets, loaded once for all documents. Not thread-safe."""

    def __init__(self, styles: Path) -> None:
        self._fonts = FontConfiguration()
        self._colours: dict[str, Any] = {}
        paper, numbered = (styles / name for name in ("paper.css", "numbered.css"))
        self._paper = [self._parsed(PROFILE + paper.read_text("utf-8"))]
        self._numbered = [*self._paper, self._parsed(numbered.read_text("utf-8"))]

    def warm(self) -> None:
        """Print a page with regular and bold text, since the first page in each weight searches all fonts."""
        self.pdf('<html lang="ja"><title>1</title><p>領<b>収</b>', {})

    def pdf(self, page: str, pictures: Mapping[str, bytes]) -> bytes:
        """Return the PDF. Raise LookupError if the page refers to anything but the given pictures."""
        html = HTML(string=page, url_fetcher=PictureFetcher(pictures))
        try:
            document = self._laid_out(html, self._paper)
            if len(document.pages) > 1:
                # Page numbers are in the margin, so the second layout breaks in the same places.
                document = self._laid_out(html, self._numbered)
            pdf: bytes = document.write_pdf(finisher=write_once, pdf_variant="pdf/a-3a", output_intent="--srgb")
        except FatalURLFetchingError as error:
            # It is a BaseException, which would escape a worker's error handling.
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
