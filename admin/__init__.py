"""The staff's blueprint: everything under /admin/. A shop's pages stand under /admin/shops/<slug>/.

Each noun has a module that imports `blueprint`; each view carries a mark of `admin.door` that says whom it admits.
"""

from typing import Any

from flask import Blueprint, g

from admin import door

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
blueprint.url_value_preprocessor(door.check)


@blueprint.url_defaults
def keep_shop(endpoint: str, values: dict[str, Any]) -> None:
    """Within a shop's pages links need not name it. Flask drops what an address has no place for into the query."""
    if "slug" not in values and "shop" in g and door.belongs_to_shop(endpoint):
        values["slug"] = g.shop.slug


from admin import (
    account,
    audit,
    authenticator,
    bundles,
    exports,
    home,
    import_mappings,
    imports,
    ledger,
    login,
    login_code,
    mail_texts,
    mails,
    members,
    offered_items,
    order,
    order_access,
    order_facts,
    order_moves,
    orders,
    passwords,
    receipts,
    receipts_new,
    request_cancellation,
    requests,
    settings,
    settings_payments,
    settings_pictures,
    settings_preview,
    settings_tax,
    subscription,
    subscription_cards,
    subscription_changes,
    subscription_exports,
    subscription_late,
    subscription_marks,
    subscription_moves,
    subscription_runs,
    subscription_settings,
    subscription_settings_categories,
    subscription_settings_closing,
    subscription_settings_fields,
    subscription_settings_labels,
    subscription_settings_reasons,
    subscriptions,
    today,
)
