"""The demo shops as `make run` shows them."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import APIRequestContext
from sqlalchemy import select

from portal.models import Order, Shop
from tests.browser.conftest import OpenPhone
from tests.browser.html_check import html_errors
from tests.browser.phone import Phone
from tests.browser.site import Site
from tests.mypage.signing_in import HIDDEN

PRINTED = re.compile(r"^Buyer  (\S+)   (\S.*)$", re.MULTILINE)


def test_a_printed_link_opens_with_what_is_printed_beside_it(site: Site, phone: Phone) -> None:
    printed = PRINTED.findall(site.demo_links)
    assert len(printed) >= 2
    for url, typed in printed:
        phone.open(url)
        phone.page.locator("#typed").fill(typed)
        phone.press("確認する")
        phone.sees("ご注文の内容")


def enter(request: APIRequestContext, url: str, typed: str) -> tuple[int, str]:
    """Log in with the typed name and return the status and HTML of the order's page."""
    token = HIDDEN.search(request.get(url).text())
    assert token
    answer = request.post(url, form={"typed": typed, "csrf_token": token[1]})
    return answer.status, answer.text()


@pytest.mark.timeout(600)
def test_every_demo_order_opens_for_its_buyer_with_valid_html(
    site: Site, open_phone: OpenPhone, tmp_path: Path
) -> None:
    slugs = {url.split("/")[3] for url, _ in PRINTED.findall(site.demo_links)}
    with site.session() as session:
        orders = session.execute(
            select(Shop, Order).join(Order, Order.shop_id == Shop.id).where(Shop.slug.in_(slugs))
        ).all()
    assert len(orders) >= 60
    request = open_phone().context.request
    pages = {}
    for shop, order in orders:
        typed = order.phone if shop.login_element == "phone" else order.buyer_name
        status, source = enter(request, site.link(shop, order), typed)
        assert status in (200, 410), (shop.slug, order.code, typed)
        assert (status == 410) == ("このご注文ページの公開は終了しました" in source)
        pages[f"{shop.slug} {order.code}"] = source
    assert not html_errors(pages, tmp_path)
