"""Every page of the staff in every state: accessible (axe), valid HTML, on any screen and with large letters."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.html_check import html_errors
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.tours.looking import Seen, toured, unseen
from tests.browser.tours.staff_tour import StaffTour

WIDTHS = (360, 768)
SENDS_NO_PAGE = {
    *(
        "download_export",
        "refused_rows",
        "open_return_invoice",
        "show_paper",
        "show_delivery_note",
        "show_printed_receipt",
    ),
    *(
        "show_statement",
        "show_picture",
        "show_trial_colours",
        "show_mail_letter",
        "show_new_app",
        "show_waiting_orders",
    ),
}
"""Endpoints that send a file, a style, a part of a page, or, but for a form of theirs, a redirect."""
pytestmark = pytest.mark.timeout(900)


def toured_by_staff(browser: Browser, site: Site, *, whole: bool) -> Seen:
    found = Seen()
    site.clock.set()
    phone = Phone(browser, site, width=1280)
    tour = StaffTour(phone)
    tour.whole = whole
    toured(tour, phone, widths=WIDTHS, seen=found)
    return found


@pytest.fixture(scope="module")
def in_brief(browser: Browser, running: Site) -> Seen:
    return toured_by_staff(browser, running, whole=False)


@pytest.fixture(scope="module")
def in_full(browser: Browser, running: Site) -> Seen:
    return toured_by_staff(browser, running, whole=True)


# Each page and what it can show is seen in brief; `make test-long` sees every state that there is.
@pytest.fixture(params=["in_brief", pytest.param("in_full", marks=pytest.mark.long)])
def seen(request: pytest.FixtureRequest) -> Seen:
    found: Seen = request.getfixturevalue(request.param)
    return found


def test_axe_finds_nothing_in_light_and_dark(seen: Seen) -> None:
    assert not seen.axe, "\n".join(seen.axe)


def test_nothing_is_cut_off_on_a_small_screen_or_with_letters_twice_as_large(seen: Seen) -> None:
    assert not seen.outside, "\n".join(seen.outside)


def test_every_picture_is_there(seen: Seen) -> None:
    assert not seen.broken, "\n".join(seen.broken)


def test_the_html_is_valid(seen: Seen, tmp_path: Path) -> None:
    found = html_errors(seen.sources, tmp_path)
    assert not found, "\n".join(found)


def test_every_page_is_seen(seen: Seen, running: Site) -> None:
    """A new page needs its place in a tour."""
    assert unseen(seen, running, "admin") - SENDS_NO_PAGE == set()
