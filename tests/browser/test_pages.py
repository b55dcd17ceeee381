"""Every page of a buyer in every state: accessible (axe), valid HTML, on a narrow screen and with large letters."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.html_check import html_errors
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.tours.looking import Places, Seen, toured
from tests.browser.tours.subscriber_tour import SubscriberTour
from tests.browser.tours.tour import Tour

NARROW = 320
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module", params=[Tour, SubscriberTour])
def tour(request: pytest.FixtureRequest) -> type[Places]:
    chosen: type[Places] = request.param
    return chosen


@pytest.fixture(scope="module")
def in_japanese(browser: Browser, running: Site, tour: type[Places]) -> Seen:
    return toured(tour, Phone(browser, running), widths=(NARROW,))


@pytest.fixture(scope="module")
def in_english(browser: Browser, running: Site, tour: type[Places], in_japanese: Seen) -> Seen:
    return toured(tour, Phone(browser, running, language="en-GB"), widths=(NARROW,), before=in_japanese)


# The words differ in English, the pages hardly: `make test-long` looks at them too.
@pytest.fixture(params=["in_japanese", pytest.param("in_english", marks=pytest.mark.long)])
def seen(request: pytest.FixtureRequest, tour: type[Places]) -> Seen:
    found: Seen = request.getfixturevalue(request.param)
    return found


def test_axe_finds_nothing_in_light_and_dark(seen: Seen) -> None:
    assert not seen.axe, "\n".join(seen.axe)


def test_nothing_is_cut_off_on_a_narrow_screen_or_with_letters_twice_as_large(seen: Seen) -> None:
    assert not seen.outside, "\n".join(seen.outside)


def test_every_picture_is_there(seen: Seen) -> None:
    assert not seen.broken, "\n".join(seen.broken)


def test_the_html_is_valid(seen: Seen, tmp_path: Path) -> None:
    found = html_errors(seen.sources, tmp_path)
    assert not found, "\n".join(found)
