"""The staff's blueprint: everything under /admin/. A shop's pages stand under /admin/shops/<slug>/.

Each noun has a package whose views import `blueprint`; each view carries a mark of `admin.ground.door` that says whom
it admits.
"""

from typing import Any

from flask import Blueprint, g

from admin.ground import door

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
blueprint.url_value_preprocessor(door.check)


@blueprint.url_defaults
def keep_shop(endpoint: str, values: dict[str, Any]) -> None:
    """Put the shop of the page into links to its other pages, so that they need not name it.

    Flask appends a value that an address has no place for to its query, so other links do not get it.
    """
    if "slug" not in values and "shop" in g and door.belongs_to_shop(endpoint):
        values["slug"] = g.shop.slug
