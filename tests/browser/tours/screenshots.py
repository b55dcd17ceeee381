"""Pictures of every page in every state: `.venv/bin/python -m tests.browser.tours.screenshots [FOLDER [SIDE …]]`.

A SIDE is `buyer`, `subscriber` or `staff`, or one of the first two with `-en` for English; without it there are pictures
of all five. The demo shop よろず茶舗 shows the same rows to a person: `make run`.
"""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.phone import Phone, chromium
from tests.browser.site import running_site
from tests.browser.tours.staff_tour import StaffTour
from tests.browser.tours.subscriber_tour import SubscriberTour
from tests.browser.tours.tour import Tour

TOURS = {
    "buyer": (Tour, "ja-JP", (360, 1280)),
    "subscriber": (SubscriberTour, "ja-JP", (360, 1280)),
    "buyer-en": (Tour, "en-GB", (360,)),
    "subscriber-en": (SubscriberTour, "en-GB", (360,)),
    "staff": (StaffTour, "ja-JP", (1280, 768)),
}
"""Side → its tour, the browser's language and the widths of its pictures; the tour itself runs at the first width."""


def main(folder: Path, sides: list[str]) -> None:
    with (
        tempfile.TemporaryDirectory() as scratch,
        running_site(Path(scratch) / "site") as site,
        sync_playwright() as playwright,
        chromium(playwright, Path(scratch) / "profile") as browser,
    ):
        for side in sides:
            tour, language, widths = TOURS[side]
            (folder / side).mkdir(parents=True, exist_ok=True)
            site.clock.set()
            scale = 2 if widths[0] < 800 else 1
            phone = Phone(browser, site, language=language, width=widths[0], device_scale_factor=scale)
            for number, place in enumerate(tour(phone).places(), 1):
                print(f"{side}: {place}", flush=True)
                name = f"{number:03}-{re.sub(r'[^a-z0-9]+', '-', place.lower())}"
                take(phone, folder / side / name, widths)
            phone.close()


def take(phone: Phone, name: Path, widths: tuple[int, ...]) -> None:
    phone.page.wait_for_load_state()
    for width in widths:
        phone.page.set_viewport_size({"width": width, "height": 780})
        # What sticks to the window's edge would stand in the middle of the picture.
        phone.page.evaluate("window.scrollTo(0, 0)")
        for scheme in ("light", "dark"):
            phone.page.emulate_media(color_scheme=scheme)
            # Hiding the caret takes an inline style, which our pages refuse.
            phone.page.screenshot(path=f"{name}-{width}-{scheme}.png", full_page=True, caret="initial")
    phone.page.emulate_media(color_scheme="light")
    phone.page.set_viewport_size({"width": widths[0], "height": 780})


if __name__ == "__main__":
    given = sys.argv[1:]
    main(Path(given[0] if given else "test-results/screenshots"), given[1:] or list(TOURS))
