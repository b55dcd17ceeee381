"""The file of orders made here, for another system: its columns can be imported again."""

import csv
import io
from datetime import date, timedelta
from uuid import uuid4

from flask import Flask
from sqlalchemy.orm import Session

from portal.exports import generated_orders, verbs
from portal.importing.applying.history import ImportFile, Outcome
from portal.importing.reading.mapping import preset
from portal.jobs.exports import write_export
from portal.models import Export, Shop
from portal.values.csv_text import Encoding
from tests.cast import Cast
from tests.conftest import Clock
from tests.importing.files import take_in_file
from tests.subscriptions.generation.days import in_tokyo, run

DAY = date(2026, 12, 4)


def written(app: Flask, session: Session, clock: Clock, shop: Shop, since: date, until: date) -> bytes:
    export = verbs.request(
        session,
        shop=shop,
        kind="generated_orders",
        question=generated_orders.question(since, until),
        encoding=Encoding.UTF8,
        once_key=uuid4(),
        actor="staff:1",
        now=clock(),
    )
    export_id = export.id
    session.commit()
    with app.app_context():
        write_export(str(export_id))
    session.expire_all()
    return b"".join(verbs.content(session.get_one(Export, export_id), app.extensions["ports"].documents))


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_orders_of_the_days_asked_for_stand_in_the_file_a_row_a_line(
    app: Flask, session: Session, cast: Cast, clock: Clock
) -> None:
    shop = cast.shop()
    cast.rules(shop)
    items = [{"name": "煎茶", "product_code": "T-1"}, {"name": "急須", "later_price": 2200, "tax_rate": 10}]
    cast.subscription(shop, items=items, time_slot="14時〜16時", note_1="玄関先へ")
    cast.subscription(shop, "0000000002", next_delivery_on=date(2026, 12, 16))
    cast.order(shop, "A-1", ordered_at=in_tokyo(DAY))
    run(app, session, clock, shop, DAY, "00:01")
    run(app, session, clock, shop, DAY + timedelta(days=1), "00:01")
    rows = rows_of(written(app, session, clock, shop, DAY, DAY))
    assert [(row["受注コード"], row["商品名"], row["単価"]) for row in rows] == [
        ("0000000001-2", "煎茶", "1080"),
        ("0000000001-2", "急須", "2200"),
    ]
    first = rows[0]
    assert (first["定期受注番号"], first["定期回数"]) == ("0000000001", "2")
    assert (first["次回お届け予定日"], first["出荷予定日"]) == ("2027/01/15", "2026/12/11")
    assert (first["お届け希望日"], first["お届け希望時間帯"]) == ("2026/12/15", "14時〜16時")
    assert (first["受注日時"], first["注文ステータス"], first["合計金額"]) == (
        "2026/12/04 00:01:00",
        "出荷待ち",
        "3780",
    )
    assert (first["配送方法"], first["備考1"]) == ("ヤマト運輸 宅急便", "玄関先へ")
    both = rows_of(written(app, session, clock, shop, DAY, DAY + timedelta(days=1)))
    assert [row["受注コード"] for row in both] == ["0000000001-2", "0000000001-2", "0000000002-2"]


def test_another_shop_takes_the_file_in_as_it_is(app: Flask, session: Session, cast: Cast, clock: Clock) -> None:
    shop, other = cast.shop(), cast.shop("momiji")
    cast.rules(shop)
    cast.subscription(shop)
    run(app, session, clock, shop, DAY)
    content = written(app, session, clock, shop, DAY, DAY)
    file = ImportFile("orders.csv", (io.BytesIO(content),), preset("orders", "generic"))
    report = take_in_file(session, other, file, clock())
    assert (report.counts[Outcome.CREATED], report.refused) == (1, [])
