"""Signing in, with which nearly every path begins."""

from portal.models import Order, Shop
from tests.browser.phone import Phone
from tests.cast import PASSWORD


def sign_in(phone: Phone, shop: Shop, order: Order) -> None:
    """Log 花子 in by the order's own link and her name, as far as the order page."""
    phone.open(phone.site.link(shop, order))
    phone.write("お名前", "やまだ はなこ")
    phone.press("確認する")
    phone.sees(f"ご注文 {order.code}")


def sign_in_staff(desk: Phone, email: str) -> None:
    """Sign a member of staff in by email address and password, as far as the first page."""
    desk.open("/admin/login")
    desk.write("メールアドレス", email)
    desk.write("パスワード", PASSWORD)
    desk.press("ログイン")
    desk.page.wait_for_url(lambda url: "/login" not in url)
