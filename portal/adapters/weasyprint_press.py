"""The engine behind `weasyprint.WeasyPrintRenderer`: HTML and pictures in, PDF/A-3a out.

Import it with FONTCONFIG_FILE naming our own fonts (`own_fonts`): WeasyPrint looks for fonts while it is imported.
"""

from collections.abc import Mapping
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse


class PictureFetcher(URLFetcher):
    """Knows the pictures it was handed and nothing else: no file, no network."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        super().__init__(allowed_protocols=(), fail_on_errors=True)
        self._pictures = pictures

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        if url not in self._pictures:
            raise LookupError("not one of the pictures of this document")
        return URLFetcherResponse(url, self._pictures[url], {"Content-Type": "image/png"})


class Press:
    """Fonts and parsed stylesheets, loaded once and used for every document. Not thread-safe."""

    def __init__(self, styles: Path) -> None:
        self._fonts = FontConfiguration()
        self._paper = self._parsed(styles / "paper.css")
        self._numbered = self._parsed(styles / "numbered.css")

    def warm(self) -> None:
        """The first page in each weight looks through all the fonts."""
        self.pdf('<html lang="ja"><title>1</title><p>領<b>収</b>', {})

    def _parsed(self, style: Path) -> CSS:
        return CSS(string=style.read_text("utf-8"), font_config=self._fonts, url_fetcher=PictureFetcher({}))

    def pdf(self, page: str, pictures: Mapping[str, bytes]) -> bytes:
        """LookupError: the page asks for something that is not among the pictures."""
        html = HTML(string=page, url_fetcher=PictureFetcher(pictures))
        try:
            document = html.render(self._fonts, stylesheets=[self._paper], pdf_variant="pdf/a-3a")
            if len(document.pages) > 1:
                # Page numbers stand in the margin, so the second layout breaks where the first did.
                document = html.render(self._fonts, stylesheets=[self._paper, self._numbered], pdf_variant="pdf/a-3a")
            pdf: bytes = document.write_pdf(pdf_variant="pdf/a-3a")
        except FatalURLFetchingError as error:
            # It derives from BaseException, which would go through a worker's error handling.
            raise LookupError(str(error)) from error
        return pdf
