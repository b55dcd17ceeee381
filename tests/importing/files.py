"""Files as a shop would have them, and importing them as the command does."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.importing.applying.batches import Pace
from portal.importing.applying.history import ImportFile, Outcome, Report
from portal.importing.reading.mapping import preset
from portal.importing.runs.at_once import import_file
from portal.models import Base, Order, Shop
from portal.notifications.outbox import Mailroom
from portal.values.links import LinkRing
from portal.words import change

HANAKO = {
    "受注コード": "A-1001",
    "受注日時": "2026/11/18 12:34",
    "購入者名": "山田 花子",
    "購入者名かな": "やまだ はなこ",
    "購入者電話番号": "090-1234-5678",
    "購入者メールアドレス": "hanako@example.jp",
    "購入者郵便番号": "5300001",
    "購入者都道府県": "大阪府",
    "購入者住所": "大阪市北区梅田1-2-3",
    "支払方法": "クレジットカード",
    "入金ステータス": "入金済み",
    "商品コード": "T-100",
    "商品名": "煎茶 やぶきた 100g",
    "数量": "1",
    "単価": "1080",
    "税率": "8",
}
SHIPPED = {
    "受注コード": "A-1001",
    "配送方法": "ヤマト運輸 宅急便",
    "送り状番号": "1234-5678-9010",
    "出荷日": "2026/11/20",
}
RAKUTEN = {
    "注文番号": "R-1",
    "注文日時": "2026/11/18 12:34",
    "注文者姓": "山田",
    "注文者名": "花子",
    "商品名": "Tシャツ",
    "SKU情報": "カラー:赤",
    "項目・選択肢": "サイズ:M\nギフト包装:なし",
    "個数": "1",
    "単価": "1080",
    "税込別": "1",
}
MAILROOM = Mailroom("http://localhost", LinkRing(["test"]), "mypage@example.jp", change)


def order(**cells: str) -> dict[str, str]:
    """Return a row of our own file format: one line of an order by 花子."""
    return HANAKO | cells


def shipped(**cells: str) -> dict[str, str]:
    return SHIPPED | cells


def table(
    *rows: Mapping[str, str],
    encoding: str = "utf-8",
    delimiter: str = ",",
    newline: str = "\r\n",
    columns: Sequence[str] = (),
) -> bytes:
    """Return the rows as a CSV file, with all columns that a row has or only `columns`."""
    header = columns or list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(
        text, header, delimiter=delimiter, lineterminator=newline, restval="", extrasaction="ignore"
    )
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def take_in(
    session: Session,
    shop: Shop,
    content: bytes,
    now: datetime,
    *,
    items: bytes | None = None,
    mapping: str = "generic",
    dry_run: bool = False,
) -> Report:
    """Import a file of orders; `items` is the second file of a channel that gives two."""
    sources = tuple(io.BytesIO(each) for each in (content, items) if each is not None)
    return take_in_file(
        session, shop, ImportFile("orders.csv", sources, preset("orders", mapping)), now, dry_run=dry_run
    )


def take_in_shipments(
    session: Session, shop: Shop, content: bytes, now: datetime, *, mapping: str = "generic", dry_run: bool = False
) -> Report:
    file = ImportFile("shipments.csv", (io.BytesIO(content),), preset("shipments", mapping))
    return take_in_file(session, shop, file, now, dry_run=dry_run)


def take_in_file(session: Session, shop: Shop, file: ImportFile, now: datetime, *, dry_run: bool = False) -> Report:
    pace = Pace(lambda: now, session.rollback if dry_run else session.commit, dry_run=dry_run)
    return import_file(session, shop, file, mailroom=MAILROOM, actor="cli", pace=pace)


def outcomes(report: Report) -> dict[str, int]:
    return {str(outcome): count for outcome, count in report.counts.items() if count}


def refusals(report: Report) -> list[tuple[int, str]]:
    """Return (line, column) of every problem."""
    return [(problem.line, problem.column) for result in report.refused for problem in result.problems]


def the_order(session: Session, code: str = "A-1001") -> Order:
    session.expire_all()
    return session.scalars(select(Order).where(Order.code == code, Order.code_live)).one()


def everything(session: Session, *models: type[Base]) -> list[list[Any]]:
    """Return all rows of these tables, to see that nothing was written."""
    session.rollback()
    return [[tuple(row) for row in session.execute(select(model.__table__).order_by("id"))] for model in models]


CREATED = {str(Outcome.CREATED): 1}
UPDATED = {str(Outcome.UPDATED): 1}
UNCHANGED = {str(Outcome.UNCHANGED): 1}
REFUSED = {str(Outcome.REFUSED): 1}
