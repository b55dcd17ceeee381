"""A receipt's PDF against bare WeasyPrint with the same HTML, its size, and the memory of a worker that makes 1,000."""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from portal.adapters.weasyprint import TEMPLATES, WeasyPrintRenderer, own_fonts
from tests.bench.table import Row
from tests.receipts.sample_documents import receipt

ROUNDS = 40
PDFS = 1000
SETTLED = 100
"""Number of PDFs after which the caches are full: from then on memory must stay flat."""


def measure() -> list[Row]:
    ours, bare, size = _times()
    ratio = median(ours) / median(bare)
    early, late = _memory()
    return [
        Row(
            "receipt PDF / bare WeasyPrint, same HTML",
            f"{ratio:.2f} ({median(ours) * 1000:.0f} / {median(bare) * 1000:.0f} ms)",
            "≤ 1.3",
            ratio <= 1.3,
        ),
        Row("receipt PDF without logo and seal", f"{size / 1024:.0f} KB", "≤ 60 KB", size <= 60 * 1024),
        Row("worker memory after 1,000 PDFs", f"{late:.0f} MB", "≤ 150 MB", late <= 150),
        Row("… against after 100", f"{late / early:.2f}", "flat (≤ 1.05)", late / early <= 1.05),
    ]


def _times() -> tuple[list[float], list[float], int]:
    """Time both ways in alternation; return the seconds of ours, of bare WeasyPrint, and the size of the PDF in bytes.

    Ours goes from the stored snapshot to the bytes; the bare one reuses everything and is given the HTML.
    """
    renderer = WeasyPrintRenderer()
    renderer.warm()
    with own_fonts():
        from weasyprint import CSS, HTML  # noqa: PLC0415 - within own_fonts, as the renderer does
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

        fonts = FontConfiguration()
        style = CSS(string=(TEMPLATES / "documents" / "paper.css").read_text("utf-8"), font_config=fonts)
    ours, bare, size = [], [], 0
    for number in range(ROUNDS):
        document = receipt(number=f"{number:08d}").to_dict()
        page, _pictures = renderer.page("receipt", document, {})
        plain = page.replace('src="picture:code"', 'alt=""')
        started = time.perf_counter()
        size = len(renderer.render("receipt", document, {}))
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        HTML(string=plain).write_pdf(font_config=fonts, stylesheets=[style])
        bare.append(time.perf_counter() - started)
    return ours, bare, size


def _memory() -> tuple[float, float]:
    """Return the resident MB of a fresh process after SETTLED and after PDFS receipts."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.many_pdfs"],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    early, late = done.stdout.split()
    return float(early), float(late)
