"""One site and one browser for all tests in this folder (in each process of `-n`), and phones and shops for each test.

Both are closed before other tests run: while Playwright is open, its event loop runs in the thread of the tests.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from portal.models import Order, Shop
from tests.browser.phone import Phone, chromium
from tests.browser.site import Site, running_site

OpenPhone = Callable[..., Phone]


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def site(running: Site) -> Site:
    running.clock.set()
    return running


@pytest.fixture(scope="package")
def browser(running: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with sync_playwright() as playwright, chromium(playwright, tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.fixture
def open_phone(browser: Browser, site: Site) -> Iterator[OpenPhone]:
    opened: list[Phone] = []

    def open_one(**choices: Any) -> Phone:
        opened.append(Phone(browser, site, **choices))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def phone(request: pytest.FixtureRequest, open_phone: OpenPhone) -> Phone:
    """Return a phone with JavaScript and, in a second run, one without: every path of a buyer works on both."""
    return open_phone(javascript=request.param)


@pytest.fixture(params=["ja-JP", "en-GB"])
def speaking(request: pytest.FixtureRequest, open_phone: OpenPhone, phone: Phone) -> Phone:
    """Return a phone in Japanese and, in a second run, one in English: changing a subscription works in both."""
    return phone if request.param == "ja-JP" else open_phone(javascript=phone.javascript, language=request.param)


@pytest.fixture
def shop(site: Site) -> Shop:
    with site.cast() as cast:
        return cast.shop(slug=site.new_slug())


@pytest.fixture
def order(site: Site, shop: Shop) -> Order:
    """Return an order of 花子's, paid by card and shipped yesterday."""
    with site.cast() as cast:
        order = cast.order(shop)
        cast.shipment(order)
        return order
