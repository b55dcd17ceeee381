"""鈴木's first day: a file with mistakes is corrected and imported; a receipt is split in three; 花子 takes all three."""

import csv
import io
import re
from pathlib import Path

import pytest

from portal.models import Shop
from portal.values.roles import Role
from tests.browser.conftest import OpenPhone
from tests.browser.importing import count, is_at_work, send_file, state
from tests.browser.phone import PATIENCE, Phone, expect, pdf_lines
from tests.browser.signing_in import sign_in_staff
from tests.browser.site import Site
from tests.cast import TARO
from tests.importing.files import order, shipped, table
from tests.waiting import until

pytestmark = pytest.mark.timeout(600)

CODE = "A-1002"
"""Code of 花子's order, whose date is wrong in the file."""
WHOLE = 3_280
OTHERS = 400
"""Number of unrelated orders, enough to see the progress bar move."""
TARO_CELLS = {
    "購入者名": TARO["buyer_name"],
    "購入者名かな": "さとう たろう",
    "購入者メールアドレス": "taro@example.jp",
}


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def desk(request: pytest.FixtureRequest, open_phone: OpenPhone) -> Phone:
    """Return a computer in the shop's office."""
    return open_phone(javascript=request.param, width=1280)


@pytest.fixture
def mailbox(shop: Shop) -> str:
    return f"hanako@{shop.slug}.example.jp"


@pytest.fixture
def email(site: Site, shop: Shop) -> str:
    """Return the email address of 鈴木, an operator."""
    email = f"suzuki@{shop.slug}.example.jp"
    with site.cast() as cast:
        cast.staff(cast.session.merge(shop), role=Role.OPERATOR, email=email)
    return email


def orders_file(mailbox: str) -> bytes:
    """Return a CP932 file with mistakes in three orders.

    They are the date of 花子's order (of two rows), the quantity of C-1 and the price of C-2.
    """
    hanako = order(**shipped(受注コード=CODE), 購入者メールアドレス=mailbox, 注文ステータス="出荷済み")
    rows = [
        hanako | {"受注日時": "2026/13/18"},
        hanako | {"受注日時": "", "商品名": "急須 青磁", "単価": "2200", "税率": "10"},
        order(受注コード="C-1", 数量="0", **TARO_CELLS),
        order(受注コード="C-2", 単価="千円", **TARO_CELLS),
        *(order(受注コード=f"B-{number}", **TARO_CELLS) for number in range(1, OTHERS + 1)),
    ]
    return table(*rows, encoding="cp932")


def mend(file: Path) -> bytes:
    """Correct the cells that the front columns name, as in a spreadsheet, and return the file."""
    rows = list(csv.reader(io.StringIO(file.read_bytes().decode("cp932"))))
    header = rows[0]
    right = {"受注日時": "2026/11/18 12:34", "数量": "1", "単価": "1080"}
    for row in rows[1:]:
        column = row[header.index("直す列")]
        if column:
            row[header.index(column)] = right[column]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode("cp932")


def refused(desk: Phone) -> list[str]:
    """Return line, code, column and cell of each refused row."""
    rows = desk.page.get_by_role("row").filter(has=desk.page.get_by_role("cell"))
    cells = [row.get_by_role("cell").all_inner_texts() for row in rows.all()]
    return [" ".join(row[:4]).strip() for row in cells]


def import_with_mistakes(desk: Phone, mailbox: str) -> Path:
    """Import the file with mistakes and return the file of refused rows."""
    send_file(desk, "注文1121.csv", orders_file(mailbox))
    desk.sees("CP932")
    desk.sees("MyPageの注文ファイル")
    desk.sees("佐藤 太郎")
    desk.sees("「2026/13/18」は暦にない日です")
    desk.press("テストする（まだ取り込みません）")
    is_at_work(desk)
    state(desk, "取り込み待ち")
    count(desk, "新しくできる注文", "400")
    count(desk, "取り込めない注文", "3")
    assert refused(desk) == [f"2 {CODE} 受注日時 2026/13/18", f"3 {CODE}", "4 C-1 数量 0", "5 C-2 単価 千円"]
    desk.press("400件の注文を取り込む")
    is_at_work(desk)
    state(desk, "取り込み済み")
    count(desk, "新しい注文", "400")
    count(desk, "取り込めなかった注文", "3")
    return desk.download("この行をCSVで保存")


def import_again(desk: Phone, content: bytes) -> None:
    send_file(desk, "注文1121_直し.csv", content)
    desk.press("テストする（まだ取り込みません）")
    state(desk, "取り込み待ち")
    count(desk, "取り込めない注文", "0")
    desk.press("3件の注文を取り込む")
    state(desk, "取り込み済み")
    count(desk, "新しい注文", "3")
    expect(desk.page.get_by_text("取り込めなかった行")).to_have_count(0)


def find_order(desk: Phone) -> None:
    """Find 花子's order by the name she gives on the telephone."""
    desk.press("注文")
    desk.write("注文の検索", "やまだはなこ")
    if not desk.javascript:
        desk.press("検索")
    rows = desk.page.locator("#orders tbody tr")
    expect(rows).to_have_count(1, timeout=PATIENCE)
    expect(rows).to_contain_text("¥3,280")
    desk.press(CODE)
    desk.sees_title(f"注文 {CODE}")


def issue_three(desk: Phone) -> None:
    desk.press("領収書を発行する")
    desk.sees_title("領収書の発行")
    desk.write("何通に分けますか", "3")
    desk.press("等分する")
    amounts = desk.page.get_by_label("金額（円）")
    expect(amounts).to_have_count(3, timeout=PATIENCE)
    assert [one.input_value() for one in amounts.all()] == ["1094", "1093", "1093"]
    desk.press("1通目を宛名なしにする")
    addressees = desk.page.get_by_label("宛名", exact=True)
    expect(addressees.nth(0)).to_have_value("", timeout=PATIENCE)
    addressees.nth(1).fill("株式会社アクメ")
    if not desk.javascript:
        desk.press("計算し直す")
    sums = desk.page.locator("#reading")
    expect(sums).to_contain_text("株式会社アクメ", timeout=PATIENCE)
    expect(sums).to_contain_text("宛名なし")
    expect(sums).to_contain_text(re.compile(r"残り\s*¥0"))
    desk.page.get_by_label("お客さまにメールで知らせる").check()
    desk.press("この内容で発行する")
    desk.sees_title("領収書を3通発行しました")
    opens = desk.page.get_by_role("link", name=re.compile("No. .* を開く"))
    if not desk.javascript:
        until(lambda: opens.count() == 3 or (desk.press("開き直す") if opens.count() < 3 else None))
    expect(opens).to_have_count(3, timeout=PATIENCE)


def link_of_mail(site: Site, mailbox: str) -> str:
    """Return the link that 花子 presses in the mail about her receipts."""
    told = until(lambda: [mail for mail in site.mails(mailbox) if "領収書" in mail["Subject"]])
    body = told[-1].get_body(("plain",))
    assert body
    link = re.search(r"http\S+/o/\S+", body.get_content())
    assert link, body.get_content()
    return link[0]


def take_all(phone: Phone, link: str) -> list[str]:
    """Take all three receipts by that link and return the text of each PDF in its layout."""
    phone.open(link)
    phone.write("お名前", "やまだ はなこ")
    phone.press("確認する")
    phone.sees(f"ご注文 {CODE}")
    page = phone.page.url
    rows = phone.page.get_by_role("link", name="領収書を受け取る")
    expect(rows).to_have_count(3, timeout=PATIENCE)
    texts = []
    for number in ("00000001", "00000002", "00000003"):
        phone.press(f"番号 {number}")
        phone.sees_title("領収書をお受け取りください")
        phone.press("領収書を受け取る")
        phone.sees_title("領収書ができました")
        texts.append(pdf_lines(phone.download("領収書を開く")))
        phone.open(page)
    expect(phone.page.get_by_role("link", name="領収書を開く")).to_have_count(3, timeout=PATIENCE)
    return texts


def test_from_a_file_with_mistakes_to_three_receipts_in_the_buyers_hand(
    site: Site, desk: Phone, open_phone: OpenPhone, shop: Shop, email: str, mailbox: str
) -> None:
    sign_in_staff(desk, email)
    desk.sees_title("今日の仕事")
    import_again(desk, mend(import_with_mistakes(desk, mailbox)))
    find_order(desk)
    issue_three(desk)

    phone = open_phone(javascript=desk.javascript)
    texts = take_all(phone, link_of_mail(site, mailbox))
    blank, company, herself = ("".join(text.split()) for text in texts)
    assert "山田" not in blank
    assert "発行日2026年11月21日様領収金額" in blank, "room for a name that is written by hand"
    assert "株式会社アクメ" in company
    assert "山田花子様" in herself
    assert [yen(text, r"￥") for text in texts] == [1094, 1093, 1093]
    assert sum(yen(text, r"￥") for text in texts) == WHOLE
    for rate, whole in ((8, 1_080), (10, 2_200)):
        assert sum(yen(text, rf"{rate}%\s*対象\s*※?\s*¥") for text in texts) == whole


def yen(text: str, label: str) -> int:
    found = re.search(rf"{label}\s*([\d,]+)", text)
    assert found, text
    return int(found[1].replace(",", ""))
