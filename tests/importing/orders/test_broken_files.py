"""A bad row is refused with its line, column and reason; it never stops or spoils another order."""

from collections.abc import Mapping

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.models import ImportRow, ImportRun, Order, OrderLine, Shop
from tests.conftest import Clock
from tests.importing.files import (
    everything,
    order,
    outcomes,
    refusals,
    shipped,
    table,
    take_in,
    take_in_shipments,
    the_order,
)

GOOD = order(受注コード="A-9999")


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("数量", "0", "数量が0です"),
        ("数量", "-1", "1以上の整数"),
        ("数量", "1.5", "1以上の整数"),
        ("数量", "", "空です"),
        ("単価", "12.5", "小数"),
        ("単価", "=B2*1.1", "計算式"),
        ("単価", "", "空です"),
        ("単価", "千円", "金額として"),
        ("単価", "9999999999", "大きすぎ"),
        ("商品名", "", "空です"),
        ("商品名", "あ" * 301, "300文字まで"),
        ("税率", "7", "消費税率"),
        ("税率", "5", "受注日の消費税率"),
        ("受注日時", "きのう", "日付として"),
        ("受注日時", "2026/02/30", "暦にない"),
        ("購入者名", "=1+1", "計算式"),
        ("購入者名", "#REF!", "エラー"),
        ("購入者名", "あ" * 121, "120文字まで"),
        ("購入者電話番号", "9.01235E+09", "まるめた"),
        ("注文ステータス", "出荷ずみ?", "使える言葉"),
        ("値引き", "-100", "マイナス"),
        ("受注コード", "", "受注コードがありません"),
        ("受注コード", "=A1", "計算式"),
        ("受注コード", "A" * 61, "60文字まで"),
    ],
)
def test_a_bad_cell_refuses_its_order_and_no_other(
    shop: Shop, session: Session, clock: Clock, column: str, cell: str, words: str
) -> None:
    good = {"注文ステータス": "", "値引き": ""} | GOOD
    # Below a good row a blank code would count as a further line of that order, so the bad row stands first.
    content = table(good | {column: cell}, good) if column == "受注コード" else table(good, order() | {column: cell})
    report = take_in(session, shop, content, clock())
    assert outcomes(report) == {"created": 1, "refused": 1}
    line = 2 if column == "受注コード" else 3
    assert refusals(report) == [(line, column)]
    assert words in report.refused[0].problems[0].reason
    assert session.scalars(select(Order.code)).all() == ["A-9999"]


def test_every_problem_of_an_order_is_told_at_once(shop: Shop, session: Session, clock: Clock) -> None:
    content = table(order(数量="-1", 購入者名="=1"), order(単価="x"), GOOD, order(商品名="急須"))
    report = take_in(session, shop, content, clock())
    assert refusals(report) == [(2, "購入者名"), (2, "数量"), (3, "単価"), (5, "")]
    assert "2行目" in report.refused[0].problems[-1].reason
    rows = session.execute(select(ImportRow.line, ImportRow.outcome, ImportRow.column).order_by(ImportRow.id)).all()
    assert [tuple(row) for row in rows] == [
        (2, "refused", "購入者名"),
        (2, "refused", "数量"),
        (3, "refused", "単価"),
        (5, "refused", ""),
        (4, "created", ""),
    ]


def test_what_cannot_be_read_and_what_is_missing_are_told_together(shop: Shop, session: Session, clock: Clock) -> None:
    bad = order(購入者名="", 受注日時="きのう", 数量="x", 商品名="", 単価="", 税率="7")
    named = {"受注日時", "購入者名", "商品名", "数量", "単価", "税率"}
    session.commit()
    for dry_run in (True, False):
        report = take_in(session, shop, table(bad), clock(), dry_run=dry_run)
        assert {column for _, column in refusals(report)} == named
    # An order that is here already needs no second name.
    take_in(session, shop, table(order()), clock())
    assert {column for _, column in refusals(take_in(session, shop, table(bad), clock()))} == named - {"購入者名"}


def test_everything_that_a_new_order_needs_is_told_at_once(shop: Shop, session: Session, clock: Clock) -> None:
    bare = {"受注コード": "A-1", "購入者名": "", "受注日時": "", "商品名": "", "支払方法": "代引"}
    assert refusals(take_in(session, shop, table(bare), clock())) == [(2, "受注日時"), (2, "購入者名"), (2, "商品名")]


@pytest.mark.parametrize(("other", "is_one"), [("a-1001", False), ("Ａ-1001", True), ("A‐1001", True)])
def test_codes_that_differ_only_in_case_are_not_made_one_unsaid(
    shop: Shop, session: Session, clock: Clock, other: str, is_one: bool
) -> None:
    content = table(order(), order(受注コード=other, 商品名="急須"))
    report = take_in(session, shop, content, clock())
    assert outcomes(report) == ({"created": 1} if is_one else {"refused": 1})
    if not is_one:
        assert (3, "受注コード") in refusals(report)
        assert any(
            "2行目の「A-1001」と、大文字・小文字だけが違います" in problem.reason
            for problem in report.refused[0].problems
        )
        take_in(session, shop, table(order()), clock())
    parcels = table(shipped(), shipped(受注コード=other, 送り状番号="123456789021"))
    report = take_in_shipments(session, shop, parcels, clock())
    assert bool(report.refused) == (not is_one)
    assert len(the_order(session).shipments) == (2 if is_one else 0)


def test_one_bad_line_of_three_refuses_the_whole_order(shop: Shop, session: Session, clock: Clock) -> None:
    content = table(
        order(), {"商品名": "急須", "数量": "-2", "単価": "100"}, {"商品名": "茶筒", "数量": "1", "単価": "1"}
    )
    report = take_in(session, shop, content, clock())
    assert refusals(report) == [(2, ""), (3, "数量"), (4, "")]
    assert session.scalar(select(func.count()).select_from(OrderLine)) == 0


@pytest.mark.parametrize("column", ["購入者名", "受注日時", "入金ステータス", "合計金額"])
def test_rows_of_one_order_must_not_contradict_each_other(
    shop: Shop, session: Session, clock: Clock, column: str
) -> None:
    cells = {"購入者名": "別の人", "受注日時": "2026/11/17", "入金ステータス": "未入金", "合計金額": "999"}
    content = table(order(合計金額="1080"), order(合計金額="1080") | {column: cells[column]})
    report = take_in(session, shop, content, clock())
    assert (3, column) in refusals(report)
    assert session.scalars(select(Order.id)).all() == []


def test_a_line_break_in_a_cell_keeps_the_line_numbers_right(shop: Shop, session: Session, clock: Clock) -> None:
    content = table(order(備考="一\r\n二\r\n三"), GOOD | {"備考": "", "数量": "x"})
    report = take_in(session, shop, content, clock())
    assert refusals(report) == [(5, "数量")]
    assert the_order(session).buyer_note == "一\n二\n三"


def test_a_row_with_too_many_cells_has_slipped(shop: Shop, session: Session, clock: Clock) -> None:
    content = table(order()) + table(GOOD).split(b"\r\n", 1)[1].replace(b"\r\n", b",x\r\n")
    report = take_in(session, shop, content, clock())
    assert outcomes(report) == {"created": 1, "refused": 1}
    assert "列が多く" in report.refused[0].problems[0].reason


def test_blank_cells_left_out_at_the_end_are_no_mistake(shop: Shop, session: Session, clock: Clock) -> None:
    content = table(order(備考="")).rstrip(b"\r\n,") + b"\r\n"
    assert outcomes(take_in(session, shop, content, clock())) == {"created": 1}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (table(order(), columns=[column for column in order() if column != "受注コード"]), "受注コード"),
        (table(order()).replace("購入者名かな".encode(), "購入者名".encode()), "2つあります"),
        (table(order(), encoding="euc_jp"), "文字コード"),
        (table(order(), encoding="utf-16"), "UTF-16"),
        (table(order())[:-20] + b"\xff" + table(order())[-20:], "2行目"),
        (table(order()) + b"x" * 10_000_000, "長すぎ"),
        (table(order()) + b'"torn\r\n', "対応が正しくない"),
        (b"PK\x03\x04...", "Excel"),
        (b"", "空"),
    ],
)
def test_an_unreadable_file_is_refused_whole(
    shop: Shop, session: Session, clock: Clock, content: bytes, words: str
) -> None:
    report = take_in(session, shop, content, clock())
    assert words in report.refusal
    assert not report.is_clean
    assert everything(session, Order, OrderLine, ImportRow) == [[], [], []]
    run = session.scalars(select(ImportRun)).one()
    assert (run.refusal, run.finished_at) == (report.refusal, clock())


def test_a_torn_end_takes_nothing_of_the_good_beginning(shop: Shop, session: Session, clock: Clock) -> None:
    rows = [order(受注コード=f"A-{number}") for number in range(1200)]
    report = take_in(session, shop, table(*rows) + b'A-x,"torn\r\n', clock())
    assert "1202行目" in report.refusal
    assert session.scalars(select(Order.id)).all() == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("form", [{"delimiter": "\t"}, {"newline": "\n"}, {}])
def test_any_good_form_arrives_letter_for_letter(
    shop: Shop, session: Session, clock: Clock, encoding: str, form: Mapping[str, str]
) -> None:
    content = table(order(購入者名="髙﨑　①～－㈱", 備考='「a,b」\t"c"'), encoding=encoding, **form)
    assert outcomes(take_in(session, shop, content, clock())) == {"created": 1}
    assert (the_order(session).buyer_name, the_order(session).buyer_note) == ("髙﨑　①～－㈱", '「a,b」"c"')


def test_headers_of_any_width_and_order_are_found(shop: Shop, session: Session, clock: Clock) -> None:
    row = {
        "単価　": "1080",
        " 数量": "1",
        "商 品 名": "煎茶",
        "購入者名１": "山田",
        "受注日": "2026/11/18",
        "\ufeff受注コード": "A-1001",
    }
    assert outcomes(take_in(session, shop, table(row), clock())) == {"created": 1}


def test_the_database_refusing_one_order_leaves_the_others(
    shop: Shop, session: Session, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Another process creates A-2 after this one looked for known orders.
    take_in(session, shop, table(order(受注コード="A-2")), clock())
    monkeypatch.setattr("portal.importing.orders.batch.OrderBatch._known", lambda batch, orders: {})
    report = take_in(session, shop, table(*(order(受注コード=f"A-{n}", 備考="x") for n in (1, 2, 3))), clock())
    assert outcomes(report) == {"created": 2, "refused": 1}
    assert report.refused[0].order_code == "A-2"
    assert sorted(session.scalars(select(Order.code))) == ["A-1", "A-2", "A-3"]
    assert session.scalar(select(func.count()).select_from(OrderLine)) == 3
