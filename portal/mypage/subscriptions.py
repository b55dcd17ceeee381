"""定期購入: the buyer's subscriptions, one of them, and its coming deliveries as a calendar file."""

from uuid import UUID

from flask import render_template

from portal.mypage import blueprint
from portal.mypage.subscription_loader import require_subscription
from portal.mypage.subscription_page import page_of


@blueprint.get("/subscriptions/<uuid:subscription_id>")
def show_subscription(subscription_id: UUID) -> str:
    reached = require_subscription(subscription_id)
    return render_template("mypage/subscriptions/subscription.html", **page_of(reached))
