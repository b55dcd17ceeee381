"""Labels and 要対応."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import AuditEntry, AuditValue, StopReason, SubscriptionLabel
from portal.subscriptions.record import attention
from portal.subscriptions.record.attention import Attention
from portal.subscriptions.record.refusals import Refusal, RefusedError
from portal.subscriptions.terms import labels, reasons
from tests.cast import Cast

SUZUKI = "staff:suzuki"


def test_labels_are_put_and_taken_off_once_each(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    subscription = cast.subscription(shop)
    vip, gift = (SubscriptionLabel(shop_id=shop.id, name=name, created_at=cast.now) for name in ("VIP", "ギフト"))
    session.add_all([vip, gift])
    session.flush()
    for wanted in ([vip.id], [vip.id], [gift.id, vip.id], [gift.id]):
        labels.put(session, subscription, wanted, actor=SUZUKI, now=cast.now)
    assert labels.of_subscription(session, subscription) == [gift]
    values = session.execute(select(AuditValue.before, AuditValue.after).order_by(AuditValue.id)).all()
    assert [tuple(row) for row in values] == [("", "VIP"), ("VIP", "VIP、ギフト"), ("VIP、ギフト", "ギフト")]


def test_another_shops_label_is_refused(session: Session, cast: Cast) -> None:
    subscription = cast.subscription(cast.shop())
    foreign = SubscriptionLabel(shop_id=cast.shop("ume").id, name="VIP", created_at=cast.now)
    session.add(foreign)
    session.flush()
    for label_id in (foreign.id, uuid4()):
        with pytest.raises(RefusedError) as refused:
            labels.put(session, subscription, [label_id], actor=SUZUKI, now=cast.now)
        assert refused.value.code == Refusal.LABEL
    assert labels.of_subscription(session, subscription) == []


def test_what_needs_attention_says_why_until_it_is_cleared(session: Session, cast: Cast) -> None:
    subscription = cast.subscription(cast.shop())
    version = subscription.version
    for _ in range(2):
        attention.flag(session, subscription, Attention.PAYMENT_REFUSED, actor="job", now=cast.now)
    assert (subscription.needs_attention, subscription.attention_reason) == (True, "payment_refused")
    assert subscription.attention_since == cast.now
    attention.flag(session, subscription, Attention.PAYMENT_REFUSED, actor="job", now=cast.now + timedelta(days=1))
    assert subscription.attention_since == cast.now, "it has waited since the first time"
    for _ in range(2):
        attention.clear(session, subscription, actor=SUZUKI, now=cast.now)
    assert (subscription.needs_attention, subscription.attention_reason) == (False, "")
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert list(actions) == ["subscription.flagged", "subscription.attention_cleared"]
    session.commit()
    session.refresh(subscription)
    assert subscription.version == version, "a form that is open meanwhile stays good"


def test_reasons_come_in_the_order_of_their_ids_and_retired_ones_no_more(session: Session, cast: Cast) -> None:
    shop = cast.shop()
    for text, retired in (("お休み", None), ("在庫が余った", cast.now), ("値段", None)):
        session.add(StopReason(shop_id=shop.id, kind="suspend", text=text, retired_at=retired))
        session.flush()
    session.add(StopReason(shop_id=shop.id, kind="cancel", text="解約"))
    session.flush()
    assert [reason.text for reason in reasons.on_offer(session, shop.id, reasons.Kind.SUSPEND)] == ["お休み", "値段"]
