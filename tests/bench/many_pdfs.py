"""A process that renders 1,000 receipts and prints its resident MB after the first 100 and at the end."""

from pathlib import Path

from portal.adapters.weasyprint import WeasyPrintRenderer
from tests.bench.pdf import PDFS, SETTLED
from tests.receipts.sample_documents import receipt


def resident() -> float:
    line = next(one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    renderer = WeasyPrintRenderer()
    renderer.warm()
    for number in range(1, PDFS + 1):
        renderer.render("receipt", receipt(count=1 + number % 12, number=f"{number:08d}").to_dict(), {})
        if number in (SETTLED, PDFS):
            print(f"{resident():.1f}")
