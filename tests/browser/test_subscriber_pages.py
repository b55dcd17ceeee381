"""Every page of a buyer's subscription in every state: for everybody to use (axe), valid HTML, on a narrow screen."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.html_check import html_errors
from tests.browser.looking import Seen
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.subscriber_tour import SubscriberTour

NARROW = 320
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module", params=["ja-JP", "en-GB"])
def seen(request: pytest.FixtureRequest, browser: Browser, running: Site) -> Seen:
    """The colours are the same in both languages: they are looked at in one."""
    running.clock.set()
    phone = Phone(browser, running, language=request.param)
    result = Seen()
    for place in SubscriberTour(phone).places():
        result.note(place, phone, widths=(NARROW,), colours=request.param == "ja-JP")
    phone.close()
    return result


def test_axe_finds_nothing_in_light_and_dark(seen: Seen) -> None:
    assert not seen.axe, "\n".join(seen.axe)


def test_nothing_is_cut_off_on_a_narrow_screen_or_with_letters_twice_as_large(seen: Seen) -> None:
    assert not seen.outside, "\n".join(seen.outside)


def test_the_html_is_valid(seen: Seen, tmp_path: Path) -> None:
    found = html_errors(seen.sources, tmp_path)
    assert not found, "\n".join(found)
