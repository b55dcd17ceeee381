"""The file of subscriptions: importing it again changes nothing, and importing it elsewhere makes the same."""

from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.exports import subscriptions
from portal.exports import verbs as exports
from portal.exports.kinds import KINDS
from portal.models import Shop, Subscription
from portal.subscriptions.overview.search import Filters
from portal.subscriptions.record import history
from portal.values import csv_text
from portal.values.csv_text import Encoding
from portal.values.states import SubscriptionState
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import outcomes, table
from tests.importing.subscriptions.files import row, take_in

GIFT = {"外部番号": "SUB-1", "商品コード": "G-1", "商品名": "茶さじ", "数量": "1", "単価": "0", "おまけ": "○"}
ROWS = (
    row(
        要対応="○",
        要対応理由="住所の確認",
        ラベル="冷蔵、お得意さま",
        申込日時="2026/05/01 10:00",
        備考1="'=1+2\n二行目",
    ),
    GIFT,
    row(外部番号="SUB-2", 状態="停止", 再開予定日="2027/03/01", お届けサイクル="months:1@2nd-sat", 購入者名="髙橋 ①子"),
    row(
        外部番号="SUB-3",
        お届け先区分="住所録",
        住所録の呼び名="実家",
        お届け先名="山田 太郎",
        お届け先住所="東京都千代田区1-1",
    ),
    row(外部番号="SUB-4", お届け先区分="個別", お届け先名="山田 次郎", お届け先住所="北海道札幌市1-1", 次回お休み="○"),
    row(外部番号="SUB-5", 状態="終了", 残りお届け回数="0", 商品のサイクル="days:14 → days:30", サイクルの固定="×"),
)


def written(session: Session, shop: Shop, clock: Clock, encoding: Encoding, filters: Filters, part: int) -> bytes:
    export = exports.request(
        session,
        shop=shop,
        kind="subscriptions",
        question=subscriptions.question("", filters),
        encoding=encoding,
        once_key=uuid4(),
        actor="staff:1",
        now=clock(),
    )
    kind, rows = KINDS["subscriptions"], []
    while found := kind.chunk(session, export, part)[0]:
        export.cursor = kind.chunk(session, export, part)[1]
        rows += found
    assert len(rows) == kind.total(session, export)
    return csv_text.encode("".join(map(csv_text.line, [kind.header, *rows])), encoding).content


def content_of(session: Session, shop: Shop) -> dict[str, dict[str, object]]:
    found = session.scalars(select(Subscription).filter_by(shop_id=shop.id)).all()
    snapshots = {subscription.external_number: history.snapshot(subscription) for subscription in found}
    own = ("listed_address_id", "counted_from")
    return {name: {key: value for key, value in one.items() if key not in own} for name, one in snapshots.items()}


@pytest.mark.parametrize("encoding", list(Encoding))
def test_what_was_written_is_read_back(cast: Cast, session: Session, clock: Clock, encoding: Encoding) -> None:
    shop, other = cast.shop(), cast.shop("other")
    cast.rules(shop)
    cast.rules(other)
    assert outcomes(take_in(session, shop, table(*ROWS), clock())) == {"created": 5}
    content = written(session, shop, clock, encoding, Filters(), part=4)
    assert outcomes(take_in(session, shop, content, clock())) == {"unchanged": 5}
    assert outcomes(take_in(session, other, content, clock())) == {"created": 5}
    assert content_of(session, other) == content_of(session, shop)
    assert outcomes(take_in(session, other, content, clock())) == {"unchanged": 5}


def test_only_what_the_list_shows_is_written(cast: Cast, session: Session, clock: Clock) -> None:
    shop = cast.shop()
    cast.rules(shop)
    take_in(session, shop, table(*ROWS), clock())
    suspended = Filters(states=frozenset({SubscriptionState.SUSPENDED}))
    text = written(session, shop, clock, Encoding.UTF8, suspended, part=50).decode("utf-8-sig")
    assert ("髙橋 ①子" in text, "山田 太郎" in text, "停止" in text) == (True, False, True)
