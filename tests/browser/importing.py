"""Uploading a file on the pages of imports, at a desk in the shop's office."""

from tests.browser.phone import PATIENCE, Phone, expect


def send_file(desk: Phone, name: str, content: bytes) -> None:
    desk.press("取り込み")
    desk.sees_title("取り込み")
    desk.page.get_by_label("CSVファイル").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})
    desk.press("ファイルを読む")
    desk.sees_title(name)


def is_at_work(desk: Phone) -> None:
    expect(desk.page.get_by_role("progressbar", name="進み具合")).to_be_visible(timeout=PATIENCE)


def state(desk: Phone, words: str) -> None:
    """Wait until the page, which reloads itself, shows this state."""
    expect(desk.page.get_by_role("status").filter(has_text=words)).to_be_visible(timeout=2 * PATIENCE)


def count(desk: Phone, label: str, number: str) -> None:
    entry = desk.page.locator(".counts div").filter(has_text=label)
    expect(entry.get_by_role("definition")).to_have_text(number, timeout=PATIENCE)
