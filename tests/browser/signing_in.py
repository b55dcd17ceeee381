"""What nearly every path begins with."""

from portal.models import Order, Shop
from tests.browser.phone import Phone


def sign_in(phone: Phone, shop: Shop, order: Order) -> None:
    """By the order's own link and 花子's name, as far as the order page."""
    phone.open(phone.site.link(shop, order))
    phone.write("お名前", "やまだ はなこ")
    phone.press("確認する")
    phone.sees(f"ご注文 {order.code}")
