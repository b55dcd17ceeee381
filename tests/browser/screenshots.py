"""Pictures of every page in every state, for looking at: `.venv/bin/python -m tests.browser.screenshots [FOLDER]`."""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.phone import Phone, chromium
from tests.browser.site import running_site
from tests.browser.tour import Tour

WIDTHS = (360, 1280)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        running_site(Path(scratch) / "site") as site,
        sync_playwright() as playwright,
        chromium(playwright, Path(scratch) / "profile") as browser,
    ):
        phone = Phone(browser, site, device_scale_factor=2)
        for number, place in enumerate(Tour(phone).places(), 1):
            print(place, flush=True)
            for width in WIDTHS:
                phone.page.set_viewport_size({"width": width, "height": 780})
                for scheme in ("light", "dark"):
                    phone.page.emulate_media(color_scheme=scheme)
                    name = f"{number:02}-{re.sub(r'[^a-z0-9]+', '-', place.lower())}-{width}-{scheme}.png"
                    phone.page.screenshot(path=folder / name, full_page=True)
            phone.page.emulate_media(color_scheme="light")
            phone.page.set_viewport_size({"width": WIDTHS[0], "height": 780})
        phone.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "test-results/screenshots"))
