"""Whatever an order contains is imported exactly as it was written into the file."""

import io
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.importing.orders.rows import OrderSaid, read_order
from portal.importing.reading import groups
from portal.importing.reading.mapping import bind, preset
from portal.importing.reading.reader import read_table
from portal.importing.reading.rows import Reading
from portal.values.dates import TOKYO
from tests.importing.files import table

CP932 = [
    letter
    for code in range(0x20, 0x10000)
    if (letter := chr(code)).isprintable()
    and letter.encode("cp932", "ignore").decode("cp932", "ignore") == letter
    and not unicodedata.category(letter).startswith("Z")
]
"""Every printable character that CP932 encodes and decodes without loss."""
ANY = st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp", "Zs", "Cn"))
EPOCH = datetime(2019, 10, 1, tzinfo=TOKYO)
# A cell that starts like this is a formula or a spreadsheet's error.
NO_FORMULA = str.maketrans({"=": "-", "#": "-"})


def texts(letters: st.SearchStrategy[str], longest: int) -> st.SearchStrategy[str]:
    words = st.text(letters, min_size=1, max_size=longest).map(lambda text: text.translate(NO_FORMULA))
    return st.lists(words, min_size=1, max_size=2).map(" ".join).filter(lambda text: len(text) <= longest)


def lines(letters: st.SearchStrategy[str]) -> st.SearchStrategy[list[Mapping[str, str]]]:
    line = st.fixed_dictionaries(
        {
            "商品コード": st.text("ABC-0123456789", max_size=20),
            "商品名": texts(letters, 60),
            "数量": st.integers(1, 999).map(str),
            "単価": st.integers(-10_000, 99_999).map(str),
            "税率": st.sampled_from(["8", "10", "0"]),
        }
    )
    return st.lists(line, min_size=1, max_size=6)


def headers(letters: st.SearchStrategy[str]) -> st.SearchStrategy[Mapping[str, str]]:
    moments = st.integers(0, 10**8 * 3).map(lambda seconds: f"{EPOCH + timedelta(seconds=seconds):%Y/%m/%d %H:%M:%S}")
    return st.fixed_dictionaries(
        {
            "購入者名": texts(letters, 40),
            "購入者名かな": st.just("") | texts(letters, 40),
            "購入者電話番号": st.text("0123456789-", max_size=15),
            "受注日時": moments,
            "備考": st.just("") | texts(letters, 80) | st.just('一行目\n二行目,"三"\t四'),
            "送料": st.integers(0, 9_999).map(lambda fee: f"{fee:,}円"),
        }
    )


def orders(
    letters: st.SearchStrategy[str],
) -> st.SearchStrategy[list[tuple[Mapping[str, str], list[Mapping[str, str]]]]]:
    return st.lists(st.tuples(headers(letters), lines(letters)), min_size=1, max_size=4)


def read_back(content: bytes) -> list[OrderSaid]:
    found = read_table(io.BytesIO(content))
    bound = bind(preset("orders", "generic"), found.header)
    return [
        read_order(Reading(found, bound, [found.rows[at] for at in group])) for group in groups.by_order(found, bound)
    ]


def check(
    given_orders: list[tuple[Mapping[str, str], list[Mapping[str, str]]]], encoding: str, form: Mapping[str, str]
) -> None:
    rows = [
        {"受注コード": f"A-{number}", **header, **line} if first or number % 2 else {**line}
        for number, (header, own) in enumerate(given_orders)
        for first, line in ((line is own[0], line) for line in own)
    ]
    # Every further line of an order has a quantity, because a blank line would be no row.
    read = read_back(table(*rows, encoding=encoding, **form))
    assert [order.code for order in read] == [f"A-{number}" for number in range(len(given_orders))]
    for order, (header, own) in zip(read, given_orders, strict=True):
        assert order.values["buyer_name"] == header["購入者名"]
        assert order.values.get("buyer_kana", "") == header["購入者名かな"]
        assert order.values.get("phone", "") == header["購入者電話番号"]
        assert order.values["shipping_fee"] == int(header["送料"].replace(",", "").rstrip("円"))
        assert order.values["buyer_note"] == header["備考"].replace("\t", "")
        local = datetime.strptime(header["受注日時"], "%Y/%m/%d %H:%M:%S").replace(tzinfo=TOKYO)
        assert order.values["ordered_at"] - local.astimezone(UTC) == timedelta()
        assert [
            (line.product_code, line.name, str(line.quantity), str(line.unit_price), str(line.tax_rate))
            for line in order.lines
        ] == [tuple(line[column] for column in ("商品コード", "商品名", "数量", "単価", "税率")) for line in own]


FORMS = st.fixed_dictionaries({"delimiter": st.sampled_from(",\t"), "newline": st.sampled_from(["\n", "\r\n"])})


@given(orders(st.sampled_from(CP932)), FORMS)
def test_orders_come_back_from_cp932(
    given_orders: list[tuple[Mapping[str, str], list[Mapping[str, str]]]], form: Mapping[str, str]
) -> None:
    check(given_orders, "cp932", form)


@given(orders(ANY), FORMS, st.sampled_from(["utf-8", "utf-8-sig"]))
def test_orders_come_back_from_utf_8(
    given_orders: list[tuple[Mapping[str, str], list[Mapping[str, str]]]], form: Mapping[str, str], encoding: str
) -> None:
    check(given_orders, encoding, form)
