"""Every page of a buyer in every state: accessible (axe), valid HTML, on a narrow screen and with large letters."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.html_check import html_errors
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.browser.tours.looking import Seen, toured, unseen
from tests.browser.tours.subscriber_tour import SubscriberTour
from tests.browser.tours.tour import Tour

NARROW = 320
pytestmark = pytest.mark.timeout(900)


SENDS_NO_PAGE = {
    *(
        "picture",
        "statement",
        "delivery_note",
        "return_invoice",
        "receipt_file",
        "yearly_statement",
        "cancellation_proof",
        "subscription_calendar",
    ),
    *("tracking", "enter_as_staff", "give_card_up", "after_login_code", "after_places", "after_card_default"),
    *("after_confirm_change", "after_confirm_own_address", "after_confirm_listed_address"),
}
"""Endpoints that send a file, a part of a page, or a redirect."""


def toured_by(browser: Browser, site: Site, *, language: str, whole: bool, kinds: set[str]) -> Seen:
    seen = Seen(kinds=kinds)
    for tour in (Tour, SubscriberTour):
        site.clock.set()
        phone = Phone(browser, site, language=language)
        taken = tour(phone)
        taken.whole = whole
        toured(taken, phone, widths=(NARROW,), seen=seen)
    return seen


@pytest.fixture(scope="module")
def in_japanese(browser: Browser, running: Site) -> Seen:
    return toured_by(browser, running, language="ja-JP", whole=False, kinds=set())


@pytest.fixture(scope="module")
def in_english(browser: Browser, running: Site, in_japanese: Seen) -> Seen:
    return toured_by(browser, running, language="en-GB", whole=True, kinds=in_japanese.kinds)


# The words differ in English, and so do states from each other; the pages hardly: `make test-long` looks at them too.
@pytest.fixture(params=["in_japanese", pytest.param("in_english", marks=pytest.mark.long)])
def seen(request: pytest.FixtureRequest) -> Seen:
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


def test_every_page_is_seen(seen: Seen, running: Site) -> None:
    """A new page needs its place in a tour."""
    assert unseen(seen, running, "mypage") - SENDS_NO_PAGE == set()
