"""The staff's blueprint: everything under /admin/. A shop's pages stand under /admin/shops/<slug>/.

Each noun has a module that imports `blueprint`; each view carries a mark of `admin.door` that says whom it admits.
"""

from typing import Any

from flask import Blueprint, g

from admin.ground import door

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
blueprint.url_value_preprocessor(door.check)


@blueprint.url_defaults
def keep_shop(endpoint: str, values: dict[str, Any]) -> None:
    """Within a shop's pages links need not name it. Flask drops what an address has no place for into the query."""
    if "slug" not in values and "shop" in g and door.belongs_to_shop(endpoint):
        values["slug"] = g.shop.slug
