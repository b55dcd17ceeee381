"""The papers that were given, as a table."""

from sqlalchemy.orm import Session

from portal.models import Export
from portal.receipts import given
from portal.receipts.rules.question import PaperCursor, PaperQuestion

HEADER = ("書類", "取引日", "お渡しした日", "取引先", "金額", "受注コード", "ファイルのSHA-256")
DAY = "%Y/%m/%d"


def total(session: Session, export: Export) -> int:
    return given.count(session, export.shop_id, PaperQuestion.from_dict(export.question))


def chunk(session: Session, export: Export, limit: int) -> tuple[list[list[str | int | None]], str]:
    question, after = PaperQuestion.from_dict(export.question), PaperCursor.read(export.cursor)
    found = given.search(session, export.shop_id, question, after=after, limit=limit)
    rows: list[list[str | int | None]] = [
        [
            given.NAMES[paper.kind],
            f"{paper.transaction_on:{DAY}}",
            f"{paper.given_on:{DAY}}",
            paper.counterparty,
            paper.amount,
            paper.order.code,
            paper.rendition.sha256,
        ]
        for paper in found
    ]
    return rows, str(PaperCursor(found[-1].transaction_on, found[-1].id)) if found else export.cursor
