"""Every page of the staff in every state: accessible (axe), valid HTML, on any screen and with large letters."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.html_check import html_errors
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.tours.looking import Seen, toured
from tests.browser.tours.staff_tour import StaffTour

WIDTHS = (360, 768)
pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def seen(browser: Browser, running: Site) -> Seen:
    return toured(StaffTour, Phone(browser, running, width=1280), widths=WIDTHS)


def test_axe_finds_nothing_in_light_and_dark(seen: Seen) -> None:
    assert not seen.axe, "\n".join(seen.axe)


def test_nothing_is_cut_off_on_a_small_screen_or_with_letters_twice_as_large(seen: Seen) -> None:
    assert not seen.outside, "\n".join(seen.outside)


def test_every_picture_is_there(seen: Seen) -> None:
    assert not seen.broken, "\n".join(seen.broken)


def test_the_html_is_valid(seen: Seen, tmp_path: Path) -> None:
    found = html_errors(seen.sources, tmp_path)
    assert not found, "\n".join(found)
