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
