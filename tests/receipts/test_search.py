"""The ledger's search, as the law demands it: by 取引日, amount and counterparty, in any combination."""

import random
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.models import Order, Shop
from portal.receipts import search
from portal.receipts.rules.counterparty import search_key
from portal.receipts.rules.question import Cursor, Question, State
from portal.receipts.search import Search
from tests.cast import Cast
from tests.receipts.ledger_rows import NOW, add_receipts

FIRST = date(2026, 10, 1)
NAMES = (
    "山田 花子",
    "株式会社アクメ",
    "髙橋 太郎",
    "山田",
    "森",
    "Acme Café Ltd.",
    "100%_果汁本舗",
    "ヤマダ電機",
    "葛\U000e0100城 亮",
)
TYPED = (
    "",
    "山田",
    "ﾔﾏﾀﾞ",
    "やまだ",
    "高橋",
    "ACME cafe",
    "%",
    "_",
    "株式会社",
    "森",
    "葛城",
    "田 花",
    "ない名前",
    "　",
    "・・",
)


def found(session: Session, shop: Shop, question: Question) -> list[int]:
    return [entry.number for entry in Search(session, shop.id, question).page(limit=1000)]


def by_hand(rows: list[dict[str, Any]], question: Question) -> list[int]:
    """Return the numbers of the rows that match, checked one by one."""

    def fits(row: dict[str, Any]) -> bool:
        state = "void" if row["voided_at"] else "reissued" if row["original_id"] else "valid"
        typed = search_key(question.counterparty)
        return (
            (question.since is None or row["transaction_on"] >= question.since)
            and (question.until is None or row["transaction_on"] <= question.until)
            and (question.at_least is None or row["amount"] >= question.at_least)
            and (question.at_most is None or row["amount"] <= question.at_most)
            and (not question.counterparty or (bool(typed) and typed in search_key(row["counterparty"])))
            and (question.number is None or row["number"] == question.number)
            and (question.state is None or state == question.state)
            and (not question.issued_by or row["issued_by"] == question.issued_by)
        )

    ordered = sorted(filter(fits, rows), key=lambda row: (row["transaction_on"], row["number"]), reverse=True)
    return [row["number"] for row in ordered]


def many(session: Session, order: Order, count: int = 300) -> list[dict[str, Any]]:
    chance = random.Random(7)
    originals = add_receipts(
        session,
        order,
        (
            {
                "transaction_on": FIRST + timedelta(days=chance.randrange(40)),
                "amount": chance.choice([110, 3280, 110_000, chance.randrange(1, 10**6)]),
                "addressee": chance.choice(NAMES),
                "voided_at": NOW if chance.random() < 0.2 else None,
            }
            for _ in range(count)
        ),
    )
    copies = [
        {key: row[key] for key in ("transaction_on", "amount", "addressee", "voided_at")}
        | {"original_id": row["id"], "copy_number": 1}
        for row in originals[::10]
    ]
    return originals + add_receipts(session, order, copies, first=count + 1)


def test_any_combination_finds_what_a_look_at_every_row_finds(session: Session, shop: Shop, order: Order) -> None:
    rows = many(session, order)
    days: list[dict[str, Any]] = [
        {},
        {"since": FIRST + timedelta(days=5)},
        {"since": FIRST + timedelta(days=9), "until": FIRST + timedelta(days=20)},
    ]
    amounts: list[dict[str, Any]] = [{}, {"at_least": 110_000, "at_most": 110_000}, {"at_most": 5000}]
    rest: list[dict[str, Any]] = [{}, *({"state": state} for state in State), {"issued_by": "buyer"}, {"number": 7}]
    told = 0
    for on, amount, name, more in product(days, amounts, TYPED, rest):
        question = Question(**on, **amount, counterparty=name, **more)
        expected = by_hand(rows, question)
        assert found(session, shop, question) == expected, question
        told += len(expected)
    assert told > 1000


def test_a_frequent_name_is_found_as_a_rare_one_is(
    session: Session, shop: Shop, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL a name in more than FEW receipts is searched in another way; both ways find the same rows."""
    rows = many(session, order)
    questions = [Question(counterparty=name, state=State.VALID) for name in TYPED]
    rare = [found(session, shop, question) for question in questions]
    monkeypatch.setattr(search, "FEW", 3)
    assert [found(session, shop, question) for question in questions] == rare
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ANALYZE receipt"))
    assert [found(session, shop, question) for question in questions] == rare
    assert rare == [by_hand(rows, question) for question in questions]


def test_the_next_page_goes_on_where_the_last_ended_whatever_was_issued_since(
    session: Session, shop: Shop, order: Order
) -> None:
    rows = many(session, order)
    everything = by_hand(rows, Question())
    seen: list[int] = []
    after = None
    while True:
        answer = Search(session, shop.id, Question()).answer(after=after, limit=50)
        seen += [entry.number for entry in answer.entries]
        # Newer and older receipts are added while somebody turns the pages.
        add_receipts(session, order, [{"transaction_on": date(2026, 12, 1)}, {}], first=10_000 + len(seen) * 2)
        if not answer.has_more:
            break
        after = Cursor.read(str(answer.entries[-1].cursor))
    assert [number for number in seen if number < 10_000] == everything
    assert len(set(seen)) == len(seen)


def test_the_figures_are_of_all_pages_and_count_the_valid_ones(session: Session, shop: Shop, order: Order) -> None:
    rows = many(session, order)
    valid = sum(row["amount"] for row in rows if not row["voided_at"] and not row["original_id"])
    answer = Search(session, shop.id, Question()).answer(limit=50)
    assert (answer.summary.count, answer.summary.amount, answer.summary.is_all) == (330, valid, True)
    acme = Search(session, shop.id, Question(counterparty="アクメ", number=rows[0]["number"])).answer()
    assert acme.summary.count == len(acme.entries)
    later = Search(session, shop.id, Question()).answer(after=answer.entries[-1].cursor)
    assert later.summary == answer.summary


def test_more_than_are_counted_are_said_to_be_more(
    session: Session, shop: Shop, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(session, order)
    asked = Search(session, shop.id, Question())
    last = asked.page(limit=60)[-1].cursor
    for counted, expected in {100: (100, False), 329: (329, False), 330: (330, True)}.items():
        monkeypatch.setattr(search, "COUNTED", counted)
        for after in (None, last):
            summary = asked.answer(after=after).summary
            assert (summary.count, summary.is_all) == expected
    assert asked.total() == 330


def test_another_shops_receipts_are_never_found(session: Session, cast: Cast, shop: Shop, order: Order) -> None:
    theirs = cast.order(cast.shop("momiji", name="もみじ堂"))
    add_receipts(session, order, [{"addressee": "山田 花子"}])
    add_receipts(session, theirs, [{"addressee": "山田 太郎"}, {"addressee": "海野 太郎"}])
    assert [entry.counterparty for entry in Search(session, shop.id, Question(counterparty="山田")).page()] == [
        "山田 花子"
    ]
    assert found(session, shop, Question(counterparty="海野")) == []
    assert found(session, shop, Question()) == [1]


def test_a_question_survives_being_stored() -> None:
    question = Question(since=FIRST, at_most=5, counterparty="山田", state=State.VOID, issued_by="staff", number=3)
    assert Question.from_dict(question.to_dict()) == question
    assert Question.from_dict({}) == Question()


@pytest.mark.parametrize(
    "address", ["", "x", "2026-11-20", "2026-11-20_", "2026-11-20_99999999999", "_1", "2026-13-01_1"]
)
def test_a_page_mark_of_nobodys_is_none(address: str) -> None:
    assert Cursor.read(address) is None
