"""What the page of a subscription shows."""

from typing import Any

from portal.clock import now
from portal.extensions import db
from portal.models import SubscriptionState
from portal.mypage.subscription_loader import Reached
from portal.subscriptions.facts import facts_of
from portal.subscriptions.outlook import outlook
from portal.subscriptions.schedule import plan
from portal.values.dates import tokyo_date

SHOWN = 6
"""Deliveries to come."""


def page_of(reached: Reached) -> dict[str, Any]:
    subscription, today = reached.subscription, tokyo_date(now())
    coming = plan(facts_of(db.session, subscription), SHOWN) if subscription.state == SubscriptionState.ACTIVE else []
    return {
        "subscription": subscription,
        "order": reached.order,
        "coming": coming,
        "outlook": outlook(
            state=subscription.state,
            resume_on=subscription.resume_on,
            creation_on=subscription.next_creation_on,
            coming=coming,
            under_way=None,
            today=today,
        ),
    }
