"""What files cannot bring for the demo's subscriptions: offered items and registered cards."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Card, OfferedItem, Shop, Subscription
from portal.payments import cards
from portal.payments.rules.expiry import month_of
from portal.ports import SavedCard
from portal.subscriptions.changes import changing
from portal.subscriptions.record.facts import frame_of
from portal.values.dates import tokyo_date


def add(session: Session, shop: Shop, definition: Mapping[str, Any], loaded_at: datetime, *, actor: str) -> None:
    """Add offered items and cards if the shop has none; what someone has tried since stays."""
    if session.scalar(select(OfferedItem.id).filter_by(shop_id=shop.id).limit(1)) is None:
        for position, item in enumerate(definition.get("offered_items", ()), 1):
            session.add(OfferedItem(shop_id=shop.id, position=position, **item))
    if session.scalar(select(Card.id).filter_by(shop_id=shop.id).limit(1)) is None:
        for card in definition.get("cards", ()):
            _card(session, shop, loaded_at, actor=actor, **card)


def _card(
    session: Session,
    shop: Shop,
    loaded_at: datetime,
    *,
    subscription: str,
    brand: str,
    last4: str,
    expires_in_days: int,
    actor: str,
) -> None:
    mine = select(Subscription).filter_by(shop_id=shop.id, external_number=subscription)
    paid = session.scalars(mine).one()
    saved = SavedCard(
        reference=f"good-demo-{subscription}",
        customer_reference=f"demo-{paid.customer_number}",
        brand=brand,
        last4=last4,
        expires=month_of(tokyo_date(loaded_at) + timedelta(days=expires_in_days)),
    )
    card = cards.add(
        session, shop, email_key=paid.email_key, gateway="sandbox", saved=saved, actor=actor, now=loaded_at
    )
    changing.change(session, paid, {"card_id": card.id}, frame=frame_of(session, shop.id), actor=actor, now=loaded_at)
