"""The buyer's blueprint: everything under /<shop's slug>/."""

from typing import Any

from flask import Blueprint, abort, g
from sqlalchemy import bindparam, select

from portal.extensions import db
from portal.models import Shop

blueprint = Blueprint("mypage", __name__, url_prefix="/<slug>")

SHOP = select(Shop).where(Shop.slug == bindparam("slug"))


@blueprint.url_value_preprocessor
def find_shop(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    slug = (values or {}).pop("slug", None)
    g.shop = db.session.scalar(SHOP, {"slug": slug})
    if g.shop is None:
        abort(404)


@blueprint.url_defaults
def keep_shop(_endpoint: str, values: dict[str, Any]) -> None:
    if "slug" not in values and "shop" in g:
        values["slug"] = g.shop.slug


# The views find their blueprint above.
import portal.mypage.access.cookies
import portal.mypage.access.login
import portal.mypage.access.not_me
import portal.mypage.access.resend
import portal.mypage.access.second_step
import portal.mypage.access.staff_visit
import portal.mypage.addresses.views
import portal.mypage.cancellation.views
import portal.mypage.cards.payment_retry
import portal.mypage.cards.registering
import portal.mypage.cards.views
import portal.mypage.changes.views
import portal.mypage.orders.page
import portal.mypage.orders.pictures
import portal.mypage.receipts.files
import portal.mypage.receipts.views
import portal.mypage.requests
import portal.mypage.subscriptions.views
