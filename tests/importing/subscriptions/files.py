"""Files of subscriptions, and importing them as the command does."""

import io
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.importing.applying.history import ImportFile, Report
from portal.importing.reading.mapping import preset
from portal.models import Shop, Subscription, SubscriptionOccurrence
from tests.importing.files import take_in_file

HANAKO = {
    "外部番号": "SUB-1",
    "状態": "有効",
    "購入者名": "山田 花子",
    "購入者名かな": "やまだ はなこ",
    "購入者電話番号": "090-1234-5678",
    "購入者メールアドレス": "hanako@example.jp",
    "購入者郵便番号": "5300001",
    "購入者住所": "大阪府大阪市北区梅田1-2-3",
    "支払方法": "代金引換",
    "送料": "500",
    "配送会社": "ヤマト運輸",
    "配送方法": "宅急便",
    "お届けサイクル": "months:1@15",
    "次回お届け予定日": "2026/12/15",
    "受注回数": "3",
    "購入回数": "2",
    "商品コード": "T-100",
    "商品名": "煎茶 やぶきた 100g",
    "数量": "2",
    "初回単価": "980",
    "単価": "1080",
    "税率": "8",
}


def row(**cells: str) -> dict[str, str]:
    """Return a row of our own file format: 花子's monthly tea."""
    return HANAKO | cells


def take_in(
    session: Session, shop: Shop, content: bytes, now: datetime, *, mapping: str = "generic", dry_run: bool = False
) -> Report:
    file = ImportFile("subscriptions.csv", (io.BytesIO(content),), preset("subscriptions", mapping))
    return take_in_file(session, shop, file, now, dry_run=dry_run)


def the_subscription(session: Session, external_number: str = "SUB-1") -> Subscription:
    session.expire_all()
    return session.scalars(select(Subscription).filter_by(external_number=external_number)).one()


def dealt_with(session: Session, subscription: Subscription, anchor_on: date, now: datetime) -> None:
    """Store that the order of this cycle has been made."""
    days = dict.fromkeys(("anchor_on", "delivery_on", "ship_on", "creation_on"), anchor_on)
    session.add(
        SubscriptionOccurrence(
            shop_id=subscription.shop_id,
            subscription_id=subscription.id,
            cycle_number=subscription.cycle_number,
            outcome="ordered",
            actor="job",
            at=now,
            **days,
        )
    )
    session.commit()
