"""Files written by the worker, part by part: complete, nothing twice, deleted after a week."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.adapters.document_folder import DocumentFolder
from portal.exports import verbs, writing
from portal.extensions import db
from portal.models import Export, Order, Shop
from portal.receipts.rules.question import Question, State
from portal.values.csv_text import Encoding
from tests.cast import Cast
from tests.conftest import Clock
from tests.receipts.ledger_rows import NOW, add_receipts

Ask = Callable[..., Export]
Work = Callable[[Export], bool]


@pytest.fixture
def ask(session: Session, shop: Shop, clock: Clock) -> Ask:
    def ask(question: Question | None = None, encoding: Encoding = Encoding.UTF8, **more: Any) -> Export:
        facts = {"once_key": uuid4(), "actor": "cli"} | more
        told = (question or Question()).to_dict()
        export = verbs.request(
            session, shop=shop, kind="ledger", question=told, encoding=encoding, now=clock(), **facts
        )
        session.commit()
        return export

    return ask


@pytest.fixture
def work(app: Flask, store: DocumentFolder, clock: Clock, session: Session) -> Work:
    """Return `work(export)`, which runs the worker once on the file and returns whether there is more to do."""

    def begin() -> Session:
        return Session(db.engine, expire_on_commit=False)

    def work(export: Export) -> bool:
        session.rollback()
        with app.app_context():
            more = writing.carry_on(begin, export.id, store=store, clock=clock)
        session.rollback()
        session.refresh(export)
        return more

    return work


def content(export: Export, store: DocumentFolder) -> bytes:
    return b"".join(verbs.content(export, store))


def rows(export: Export, store: DocumentFolder) -> list[dict[str, str]]:
    text = content(export, store).decode(export.encoding)
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_row_tells_everything_about_its_receipt(
    session: Session, cast: Cast, shop: Shop, order: Order, ask: Ask, work: Work, store: DocumentFolder
) -> None:
    suzuki = cast.staff(shop)
    part = {"rate": 10, "reduced": False, "total": 500, "tax": None}
    (first,) = add_receipts(session, order, [{"addressee": "=髙橋,花子", "voided_at": NOW, "void_reason": "宛名違い"}])
    added = add_receipts(
        session,
        order,
        [
            {"addressee": "", "amount": 500, "replaces_id": first["id"], "snapshot": {"rates": [part]}},
            {"original_id": first["id"], "copy_number": 1, "issued_by": "buyer"},
            {"snapshot": {"rates": [{"rate": 5, "total": 105, "tax": 5}, {"rate": 0, "total": 9, "tax": 0}]}},
        ],
        first=2,
    )
    audit.record(
        session,
        shop_id=shop.id,
        actor=f"staff:{suzuki.id}",
        action="receipt.issued",
        subject=("receipt", added[0]["id"]),
        now=NOW,
    )
    export = ask()
    assert not work(export)
    told = {row["番号"]: row for row in rows(export, store)}
    assert told["00000001"] == {
        "番号": "00000001",
        "発行日": "2026/11/21",
        "取引日": "2026/11/20",
        "宛名": "'=髙橋,花子",
        "取引先": "'=髙橋,花子",
        "金額": "3280",
        "10%対象": "2200",
        "10%消費税": "200",
        "8%対象": "1080",
        "8%消費税": "80",
        "その他の税率": "",
        "状態": "取消",
        "取消日時": "2026/11/21 10:00",
        "取消の理由": "宛名違い",
        "再発行の元の番号": "",
        "差し替え後の番号": "00000002",
        "受注コード": "A-10234",
        "発行者": "店舗",
    }
    assert [told["00000002"][name] for name in ("宛名", "取引先", "10%対象", "10%消費税", "状態", "発行者")] == [
        *("", "山田 花子", "500", "", "有効", "鈴木 一郎"),
    ]
    copy = told["00000003"]
    assert (copy["状態"], copy["再発行の元の番号"], copy["発行者"]) == ("再発行", "00000001", "購入者")
    assert told["00000004"]["その他の税率"] == "5%: 105 0%: 9"


@pytest.mark.parametrize("encoding", list(Encoding))
def test_both_encodings_hold_the_same_names(
    session: Session, order: Order, ask: Ask, work: Work, store: DocumentFolder, encoding: Encoding
) -> None:
    add_receipts(session, order, [{"addressee": "髙﨑 𠮷子"}, {"addressee": "+81商店〜"}])
    export = ask(encoding=encoding)
    work(export)
    written = content(export, store)
    assert written.startswith(b"\xef\xbb\xbf") == (encoding is Encoding.UTF8)
    names = [row["宛名"] for row in rows(export, store)]
    is_utf8 = encoding is Encoding.UTF8
    assert names == (["'+81商店〜", "髙﨑 𠮷子"] if is_utf8 else ["'+81商店～", "髙﨑 〓子"])
    # The letter is lost in addressee and counterparty.
    assert export.lost == (0 if is_utf8 else 2)
    assert export.size == len(written)


def test_the_file_answers_the_search_it_was_asked_for(
    session: Session, cast: Cast, order: Order, ask: Ask, work: Work, store: DocumentFolder
) -> None:
    add_receipts(session, order, [{"addressee": "山田"}, {"addressee": "森"}, {"addressee": "山田", "voided_at": NOW}])
    add_receipts(session, cast.order(cast.shop("momiji")), [{"addressee": "山田"}])
    export = ask(Question(counterparty="山田", state=State.VALID))
    work(export)
    assert [row["番号"] for row in rows(export, store)] == ["00000001"]
    nothing = ask(Question(counterparty="ない"))
    work(nothing)
    assert (nothing.state, nothing.done, rows(nothing, store)) == ("done", 0, [])
    assert "取引日" in content(nothing, store).decode("utf-8-sig")


def test_a_long_file_is_written_in_parts_and_joined_without_a_seam(
    session: Session, order: Order, ask: Ask, work: Work, store: DocumentFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PART", 7)
    monkeypatch.setattr(writing, "SLICE", timedelta(0))
    add_receipts(session, order, ({"amount": number} for number in range(1, 31)))
    export = ask()
    seen = []
    while work(export):
        seen.append((export.state, export.done, export.total))
    assert seen == [("writing", done, 30) for done in (7, 14, 21, 28)]
    assert (export.state, export.done, len(export.parts)) == ("done", 30, 5)
    assert [int(row["金額"]) for row in rows(export, store)] == list(range(30, 0, -1))
    assert not work(export), "a late nudge writes nothing more"


def test_what_was_left_half_way_is_taken_up_where_it_ended(
    session: Session,
    order: Order,
    ask: Ask,
    work: Work,
    store: DocumentFolder,
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock,
) -> None:
    monkeypatch.setattr(writing, "PART", 10)
    monkeypatch.setattr(writing, "SLICE", timedelta(0))
    add_receipts(session, order, ({} for _ in range(30)))
    export = ask()
    work(export)
    # A worker that is killed at the second part leaves this.
    export.next_try_at = clock() + writing.CLAIM_LASTS
    session.commit()
    assert not work(export)
    assert writing.left_out(session, clock()) == []
    clock.forward(minutes=3)
    assert writing.left_out(session, clock()) == [export.id]
    while work(export):
        pass
    assert sorted(row["番号"] for row in rows(export, store)) == [f"{number:08}" for number in range(1, 31)]


def test_of_two_workers_at_one_part_the_first_stands(
    session: Session,
    order: Order,
    ask: Ask,
    work: Work,
    store: DocumentFolder,
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock,
) -> None:
    """The slow worker was taken for dead; the rows it had read changed meanwhile."""
    monkeypatch.setattr(writing, "PART", 10)
    add_receipts(session, order, ({} for _ in range(15)))
    export = ask()
    encode = writing.csv_text.encode
    others: list[bool] = []

    def slow(*given: Any, **more: Any) -> Any:
        if not others:
            others.append(True)
            clock.forward(minutes=3)
            session.execute(update(Order).values(code="A-2"))
            session.commit()
            work(export)
        return encode(*given, **more)

    monkeypatch.setattr(writing.csv_text, "encode", slow)
    assert not work(export)
    assert [row["受注コード"] for row in rows(export, store)] == ["A-2"] * 15
    assert len(list(store._folder.glob("*/*"))) == len(export.parts) == 2


def test_after_a_failure_it_is_tried_again_and_given_up_in_the_end(
    session: Session,
    order: Order,
    ask: Ask,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
    clock: Clock,
    store: DocumentFolder,
) -> None:
    add_receipts(session, order, [{}])
    export = ask()

    def full(*_: object) -> None:
        raise OSError("no space left")

    with monkeypatch.context() as broken:
        broken.setattr(store, "put", full)
        for _ in range(writing.ATTEMPTS):
            with pytest.raises(OSError, match="no space"):
                work(export)
            assert not work(export), "not at once"
            clock.forward(minutes=2)
    work(export)
    session.refresh(export)
    assert (export.state, export.parts) == ("failed", [])
    again = ask()
    assert not work(again)
    assert again.state == "done"


def test_pressed_twice_it_is_asked_for_once(session: Session, ask: Ask) -> None:
    key = uuid4()
    assert ask(once_key=key).id == ask(once_key=key).id
    assert len(session.scalars(select(Export)).all()) == 1


def test_the_file_goes_after_a_week(
    session: Session, order: Order, ask: Ask, work: Work, store: DocumentFolder, clock: Clock
) -> None:
    add_receipts(session, order, [{}])
    export = ask(Question(counterparty="山田"))
    work(export)
    clock.forward(days=6, hours=23)
    assert verbs.expire(session, store, clock()) == 0
    clock.forward(hours=2)
    key = export.parts[0]
    assert verbs.expire(session, store, clock()) == 1
    session.commit()
    assert (export.state, export.parts, export.question) == ("expired", [], {})
    with pytest.raises(KeyError):
        store.get(key)
    assert verbs.expire(session, store, clock()) == 0
