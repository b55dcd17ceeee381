"""Import of 後払い会社のファイル: one row an order, with the state that its deferred-payment company gives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.importing.reading.reader import FileRefusedError, fold, read_table
from portal.models import Order, Shop
from portal.notifications.outbox import Mailroom
from portal.orders.rules.codes import code_key
from portal.payments.rules.credit_states import WORDS, Credit, CreditMoveError, read
from portal.subscriptions.payment.answers import credit_moved

CODE = ("受注コード", "注文番号", "受注番号", "加盟店取引ID", "ショップ注文番号", "order_code")
STATE = ("与信状況", "与信結果", "審査結果", "取引状態", "状態", "state")


@dataclass(frozen=True)
class Result:
    line: int
    order_code: str
    outcome: str
    """One of moved, unchanged, refused."""
    reason: str = ""
    """Reason of a refusal, for staff."""


def import_credits(
    session: Session,
    shop: Shop,
    source: BinaryIO,
    *,
    mailroom: Mailroom,
    actor: str,
    clock: Callable[[], datetime],
    end_row: Callable[[], None],
) -> Iterator[Result]:
    """Apply each row in its own transaction, so that a wrong one never stops the others, and yield what became of it.

    Raise FileRefusedError if the file cannot be read.
    """
    table = read_table(source)
    header = [fold(name) for name in table.header]
    places = [_place(header, names) for names in (CODE, STATE)]
    for row in table.rows:
        cells = table.cells(row)
        code, words = (cells[place].strip() if place < len(cells) else "" for place in places)
        outcome, reason = _apply(session, shop, code, words, mailroom=mailroom, actor=actor, now=clock())
        end_row()
        yield Result(row.line, code, outcome, reason)


def _place(header: list[str], names: tuple[str, ...]) -> int:
    for name in names:
        if fold(name) in header:
            return header.index(fold(name))
    raise FileRefusedError(f"「{names[0]}」の列が見つかりません。")


def _apply(
    session: Session, shop: Shop, code: str, words: str, *, mailroom: Mailroom, actor: str, now: datetime
) -> tuple[str, str]:
    state = read(words)
    if state is None:
        return "refused", f"「{words}」がどの状態か分かりません。"
    query = select(Order).where(Order.shop_id == shop.id, Order.code_key == code_key(code), Order.code_live)
    order = session.scalars(query).one_or_none()
    if order is None:
        return "refused", "この受注コードの注文がありません。"
    try:
        moved = credit_moved(session, order, state, mailroom=mailroom, actor=actor, now=now)
    except CreditMoveError as error:
        now_in = WORDS[Credit(error.current)][0]
        return "refused", f"「{now_in}」の注文は「{WORDS[state][0]}」になりません。"
    return ("moved", "") if moved else ("unchanged", "")
