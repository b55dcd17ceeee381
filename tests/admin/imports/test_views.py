"""取り込み: from a file on disk to orders, and back as a file of the refused rows."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import jobs
from portal.importing.runs import uploads
from portal.models import AuditEntry, ImportRow, ImportRun, Order, OutboxMail, Staff
from portal.values.roles import Role
from tests.admin.imports.desk import IMPORTS, Desk
from tests.admin.signing_in import sign_in
from tests.cast import Cast
from tests.importing.files import order, shipped, table
from tests.mypage.signing_in import csrf_token

BAD = order(受注コード="A-1002", 数量="-1")


@pytest.fixture
def desk(client: FlaskClient, cast: Cast, session: Session) -> Desk:
    shop = cast.shop()
    suzuki = cast.staff(shop, role=Role.OPERATOR)
    session.commit()
    sign_in(client, suzuki)
    return Desk(client, session, shop)


# --- what comes in ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_a_file_is_shown_as_it_would_be_read_before_anything_happens(desk: Desk, encoding: str) -> None:
    page = desk.client.get(desk.uploaded(table(order(購入者名="髙橋 花子"), encoding=encoding))).text
    for said in ("髙橋 花子", "A-1001", "煎茶 やぶきた 100g × 1", "クレジットカード", encoding.upper(), "テストする"):
        assert said in page
    assert desk.codes() == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "空です"),
        ("受注コード,名前\nA,花子\n".encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04" + b"\x00" * 1000, "Excelのファイル"),
        (b"\x89PNG\r\n\x1a\n\x00\x00" * 100, "CSVではない"),
    ],
)
def test_what_is_no_csv_is_refused_beside_the_field(desk: Desk, content: bytes, reason: str) -> None:
    answer = desk.upload(content)
    assert answer.status_code == 422
    assert reason in answer.text
    assert desk.session.scalar(select(func.count(ImportRun.id))) == 0


def test_a_file_may_be_larger_than_other_forms(desk: Desk) -> None:
    page = desk.uploaded(table(*(order(受注コード=f"A-{number}") for number in range(1_500))))
    assert "A-0" in desk.client.get(page).text


def test_without_a_file_the_form_asks_for_one(desk: Desk) -> None:
    answer = desk.client.post(IMPORTS, data={"csrf_token": csrf_token(desk.client, IMPORTS)})
    assert answer.status_code == 422
    assert "ファイルを選んでください" in answer.text


def test_a_header_as_long_as_a_book_is_shown_and_read(desk: Desk) -> None:
    wide = order(**{f"列{number}": "x" for number in range(3_000)})
    page = desk.uploaded(table(wide))
    assert "読まない列（3,000列）" in desk.client.get(page).text.replace("3000", "3,000")


def test_the_form_of_a_file_is_told_by_its_columns(desk: Desk) -> None:
    slip = {"お客様管理番号": "A-1001", "伝票番号": "123456789010", "送り状種類": "0", "出荷予定日": "2026/11/20"}
    page = desk.client.get(desk.uploaded(table(slip, encoding="cp932"))).text
    assert "ヤマト運輸 B2クラウド" in page
    assert (desk.run().kind, desk.run().mapping) == ("shipments", "yamato-b2")
    desk.uploaded(table(order()))
    assert (desk.run().kind, desk.run().mapping) == ("orders", "generic")
    desk.uploaded(table(shipped()))
    assert (desk.run().kind, desk.run().mapping) == ("shipments", "generic")


def test_another_mapping_can_be_chosen(desk: Desk) -> None:
    page = desk.uploaded(table(order()))
    desk.post(page, "mapping-choice", mapping="preset:orders:rakuten")
    assert "必要な列がありません: 注文番号" in desk.client.get(page).text
    assert 'value="preset:orders:rakuten" selected' in desk.client.get(page).text
    desk.post(page, "mapping-choice", mapping="preset:orders:generic")
    assert "山田 花子" in desk.client.get(page).text


# --- dry run and applying --------------------------------------------------------------------------------------------
def test_a_dry_run_finds_the_errors_and_changes_nothing(desk: Desk) -> None:
    page = desk.tried(table(order(), BAD, order(受注コード="A-1003", 合計金額="12.5")))
    run = desk.run()
    assert (run.state, run.created, run.refused) == ("tried", 1, 2)
    shown = desk.client.get(page).text
    for said in ("A-1002", "数量", "12.5", "1以上の整数", "1件の注文を取り込む"):
        assert said in shown
    assert desk.codes() == []
    actions = desk.session.scalars(select(AuditEntry.action)).all()
    assert not [action for action in actions if action.startswith("order.")]


def test_what_was_tried_is_applied_and_told_in_figures(desk: Desk) -> None:
    page = desk.applied(table(order(), BAD))
    run = desk.run()
    assert (run.state, run.created, run.refused, run.rows_done, run.rows_total) == ("done", 1, 1, 2, 2)
    assert desk.codes() == ["A-1001"]
    rows = select(ImportRow.line, ImportRow.outcome, ImportRow.value).order_by(ImportRow.line)
    assert [tuple(row) for row in desk.session.execute(rows)] == [(2, "created", ""), (3, "refused", "-1")]
    assert "取り込み済み" in desk.client.get(page).text
    listed = desk.client.get(IMPORTS).text
    for said in ("orders.csv", "鈴木 一郎", "MyPageの注文ファイル", "取り込み済み"):
        assert said in listed
    actor = desk.session.scalars(select(AuditEntry.actor).where(AuditEntry.action == "order.created")).one()
    assert actor == run.actor
    assert actor.startswith("staff:")


def test_pressing_twice_applies_once(desk: Desk) -> None:
    page = desk.tried(table(order()))
    token, trial = csrf_token(desk.client, page), str(desk.run().trial)
    for _press in range(2):
        answer = desk.client.post(f"{page}/application", data={"csrf_token": token, "trial": trial})
        assert answer.status_code == 303
    desk.work()
    desk.work()
    assert "先に進めた" not in desk.client.get(page).text
    assert (desk.run().state, desk.run().created) == ("done", 1)
    answer = desk.client.post(f"{page}/application", data={"csrf_token": token, "trial": trial})
    desk.work()
    assert (desk.run().state, desk.run().created) == ("done", 1)
    asked = select(func.count(AuditEntry.id)).where(AuditEntry.action == "import.applied")
    assert desk.session.scalar(asked) == 1


def test_what_was_tried_anew_by_someone_else_is_not_applied_unseen(desk: Desk) -> None:
    page = desk.tried(table(order()))
    seen = str(desk.run().trial)
    desk.post(page, "mapping-choice", mapping="preset:orders:logiless")
    desk.post(page, "mapping-choice", mapping="preset:orders:generic")
    desk.post(page, "trial")
    desk.work()
    answer = desk.post(page, "application", trial=seen)
    assert "今の状態を確認して" in desk.client.get(answer.location).text
    assert desk.run().state == "tried"


def test_it_can_be_called_off_until_it_is_applied(desk: Desk, app: Flask) -> None:
    page = desk.tried(table(order()))
    key = desk.run().file_key
    desk.post(page, "cancellation")
    assert desk.run().state == "cancelled"
    answer = desk.client.post(
        f"{page}/application", data={"csrf_token": csrf_token(desk.client, IMPORTS), "trial": str(desk.run().trial)}
    )
    assert answer.status_code == 303
    desk.work()
    assert desk.codes() == []
    with app.app_context():
        jobs.imports.forget_import_files()
    with pytest.raises(KeyError):
        app.extensions["ports"].documents.get(key)
    page = desk.applied(table(order()))
    answer = desk.client.post(f"{page}/cancellation", data={"csrf_token": csrf_token(desk.client, IMPORTS)})
    assert desk.run().state == "done"


def test_shipping_results_tell_the_buyer(desk: Desk) -> None:
    desk.applied(table(order()))
    desk.applied(table(shipped()), "shipped.csv")
    assert (desk.run().kind, desk.run().state) == ("shipments", "done")
    assert desk.session.scalars(select(OutboxMail.message)).all() == ["shipped"]


def files_of(app: Flask) -> list[Path]:
    return [path for path in (Path(app.instance_path) / "documents").rglob("*") if path.is_file()]


def test_of_a_file_that_nobody_noted_nothing_stays(app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the upload fails (disk full, database gone), no row leads the sweep to the file, so it must not stay."""

    def fails(*_args: object, **_more: object) -> None:
        raise RuntimeError("the database is away")

    with monkeypatch.context() as patch:
        patch.setattr(uploads, "receive", fails)
        with pytest.raises(RuntimeError, match="away"):
            desk.upload(table(order()))
    assert files_of(app) == []
    desk.uploaded(table(order()))
    assert len(files_of(app)) == 1


def test_of_two_files_of_which_the_second_cannot_be_kept_nothing_stays(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = app.extensions["ports"].documents
    put, kept = store.put_file, []

    def full(key: str, source: BinaryIO) -> None:
        if kept:
            raise OSError("no space left")
        put(key, source)
        kept.append(key)

    monkeypatch.setattr(store, "put_file", full)
    assert desk.upload(table(order()), items=table(order())).status_code == 507
    assert len(kept) == 1
    assert files_of(app) == []


def test_a_torn_file_is_refused_whole_with_the_line(desk: Desk) -> None:
    page = desk.uploaded(table(order()) + b'A-2,"torn\r\n')
    desk.post(page, "trial")
    desk.work()
    assert desk.run().state == "refused"
    assert "3行目からの" in desk.client.get(page).text


def test_the_bar_moves_by_itself_and_without_javascript_too(desk: Desk) -> None:
    page = desk.uploaded(table(order()))
    desk.post(page, "trial")
    busy = desk.client.get(page).text
    assert 'http-equiv="refresh"' in busy
    assert 'data-hx-trigger="every 2s"' in busy
    assert "<progress" in busy
    desk.work()
    partial = desk.client.get(page, headers={"HX-Request": "true"}).text
    assert partial.lstrip().startswith('<div id="import" class="import-run">')
    assert "every 2s" not in partial


# --- the refused rows ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_refused_rows_are_mended_and_come_in_with_the_next_file(desk: Desk, encoding: str) -> None:
    wrong = [
        order(受注コード="A-2", 数量="0", 備考='髙"橋",\r\n二行目'),
        order(受注コード="A-3", 単価="=1+1"),
        order(受注コード="A-4", 受注日時="2026/02/30"),
        order(受注コード="A-4", 受注日時="2026/02/30", 商品名="急須"),
    ]
    page = desk.applied(table(order(備考=""), *wrong, encoding=encoding, columns=[*order(), "備考"]))
    assert (desk.run().created, desk.run().refused) == (1, 3)
    given = desk.refused(page)
    assert given.headers["Content-Type"].startswith("text/csv")
    assert given.data.startswith(b"\xef\xbb\xbf") is (encoding == "utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(given.data.decode(encoding), newline="")))
    assert [row["元の行番号"] for row in rows] == ["3", "5", "6", "7"]
    assert rows[0]["直す列"] == "数量"
    assert rows[0]["備考"] == '髙"橋",\r\n二行目'
    assert rows[1]["単価"] == "'=1+1"
    assert "計算式" in rows[1]["取り込めなかった理由"]
    assert "6行目に誤り" in rows[3]["取り込めなかった理由"]
    rows[0]["数量"], rows[1]["単価"], rows[2]["受注日時"] = "1", "1080", "2026/2/3"
    rows[3]["受注日時"] = ""
    desk.applied(table(*rows, encoding=encoding), "mended.csv")
    assert (desk.run().created, desk.run().refused) == (3, 0)
    assert desk.codes() == ["A-1001", "A-2", "A-3", "A-4"]


def test_mended_in_two_goes_the_columns_in_front_do_not_pile_up(desk: Desk) -> None:
    page = desk.applied(table(BAD))
    first = desk.refused(page).data
    page = desk.applied(first, "again.csv")
    assert desk.refused(page).data.replace(b"\n2,", b"\n3,") == first.replace(b"\n2,", b"\n3,")


def test_a_row_with_too_many_cells_keeps_them_all(desk: Desk) -> None:
    content = table(order()).rstrip() + b",more,and more\r\n"
    page = desk.applied(content)
    assert desk.refused(page).text.rstrip().endswith(",more,and more")


def test_after_a_week_the_file_is_gone_and_the_result_stays(desk: Desk, app: Flask, clock: Callable) -> None:
    page = desk.applied(table(order(), BAD))
    waiting = desk.uploaded(table(order(受注コード="A-9")))
    clock.forward(days=7, minutes=1)
    with app.app_context():
        jobs.imports.forget_import_files()
    sign_in(desk.client, cast_staff(desk.session))
    assert desk.refused(page).status_code == 404
    shown = desk.client.get(page).text
    assert "1以上の整数" in shown
    assert "保存期間が過ぎた" in shown
    assert "取りやめ" in desk.client.get(waiting).text


def cast_staff(session: Session) -> Staff:
    session.rollback()
    return session.scalars(select(Staff)).one()


# --- permissions -------------------------------------------------------------------------------------------------------
def test_a_viewer_looks_and_does_nothing(desk: Desk, cast: Cast) -> None:
    page = desk.tried(table(order(), BAD))
    viewer = cast.staff(desk.shop, role=Role.VIEWER, name="高橋 三郎", email="takahashi@example.jp")
    desk.session.commit()
    token = csrf_token(desk.client, IMPORTS)
    sign_in(desk.client, viewer)
    assert desk.client.get(page).status_code == 200
    assert "ファイルを読む" not in desk.client.get(IMPORTS).text
    for action in ("trial", "application", "cancellation", "mapping-choice"):
        assert desk.client.post(f"{page}/{action}", data={"csrf_token": token}).status_code in (400, 403)
    assert desk.refused(page).status_code == 403
    assert desk.client.get(f"{page}/mapping").status_code == 403
    assert desk.run().state == "tried"


def test_another_shops_import_is_nowhere(desk: Desk, cast: Cast) -> None:
    page = desk.tried(table(order(), BAD))
    other = cast.shop("momiji", name="もみじ堂")
    sato = cast.staff(other, role=Role.MANAGER, name="佐藤 次郎", email="sato@example.jp")
    desk.session.commit()
    sign_in(desk.client, sato)
    there = page.replace("sakura", "momiji")
    token = csrf_token(desk.client, "/admin/shops/momiji/imports")
    for path in (page, there, f"{there}/mapping", f"{there}/refused/1.csv"):
        assert desk.client.get(path).status_code == 404, path
    for action in ("trial", "application", "cancellation", "mapping-choice", "mapping"):
        assert desk.client.post(f"{there}/{action}", data={"csrf_token": token}).status_code == 404
    assert "orders.csv" not in desk.client.get("/admin/shops/momiji/imports").text


# --- what the papers cannot print ---------------------------------------------------------------------------------
def test_staff_are_told_at_the_import_of_letters_that_no_font_has(desk: Desk) -> None:
    goods, name = "🎁ギフト煎茶 ✨限定✨", "\U000210c1田 花子"
    content = table(order(商品名=goods), order(受注コード="A-1002", 購入者名=name), order(受注コード="A-1003"))
    page = desk.tried(content)
    told = ("（🎁、✨）", goods, "（\U000210c1）", name, "「〓」と印刷します", "取り込めるが、ご確認いただきたい行")
    shown = desk.client.get(page).text
    assert [words for words in told if words not in shown] == []
    desk.apply(page)
    desk.work()
    shown = desk.client.get(page).text
    assert "取り込んだが、ご確認いただきたい行" in shown
    assert desk.codes() == ["A-1001", "A-1002", "A-1003"]
    desk.session.rollback()
    rows = desk.session.execute(
        select(ImportRow.line, ImportRow.outcome, ImportRow.reason != "").order_by("line")
    ).all()
    assert [tuple(row) for row in rows] == [(2, "created", True), (3, "created", True), (4, "created", False)]
    again = desk.client.get(desk.applied(content)).text
    assert "ご確認いただきたい行" not in again, "nothing new was taken"


def test_a_full_disk_is_said_beside_the_field(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("portal.adapters.document_folder.DocumentFolder.put_file", full)
    answer = desk.upload(table(order()))
    assert answer.status_code == 507
    assert "保管できませんでした" in answer.text
    assert desk.session.scalar(select(func.count(ImportRun.id))) == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a," * 100_000, "列が多すぎます"),
        (b"a" * 100_000 + b"\n1\n", "見出しではありません"),
        ("受注コード,受注日時,購入者名\n".encode(), "データの行がありません"),
        (b"," * 400_000 + b"\n1\n", "列が多すぎます"),
        ("受注コード,受注日時\n".encode() + b"1," * 200_000 + b"\n", "2行目の列が多すぎます"),
        ("受注コード,受注日時\n".encode() + b"a" * 60_000 + b"\n", "2行目のセルが長すぎます"),
        ("受注コード,受注日時\n".encode() + b"a" * 400_000 + b"\n", "1つのセルが長すぎて"),
    ],
)
def test_a_giant_header_or_a_header_alone_is_refused_at_once(desk: Desk, content: bytes, reason: str) -> None:
    answer = desk.upload(content)
    assert answer.status_code == 422
    assert reason in answer.text


def test_the_refused_rows_hold_no_formula_and_come_back_as_they_were(desk: Desk) -> None:
    odd = order(数量="x", 備考="-1+1", 購入者住所="'-2")
    given = desk.refused(desk.applied(table(odd, encoding="cp932")))
    assert given.content_type == "text/csv; charset=shift_jis"
    cells = next(csv.DictReader(io.StringIO(given.data.decode("cp932"))))
    assert (cells["備考"], cells["購入者住所"]) == ("'-1+1", "''-2")
    desk.applied(given.data.replace(b",x,", b",1,"), "mended.csv")
    saved = desk.session.scalars(select(Order)).one()
    assert (saved.buyer_note, saved.address) == ("-1+1", "'-2")
