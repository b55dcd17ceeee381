"""Preview of MyPage and the receipt with the settings as typed."""

from typing import Any

from flask import Response, g, make_response, request, url_for

from admin.blueprint import blueprint
from admin.ground.door import needs
from portal.clock import now
from portal.extensions import db
from portal.models import Shop
from portal.receipts.documents.layout import receipt_context
from portal.shops.trial import as_typed, recent_order, sample_order, trial_receipt
from portal.values import colours
from portal.values.dates import tokyo_date
from portal.values.roles import Role

KINDS = {
    "access": "page",
    "look": "page",
    "contact": "page",
    "pictures": "both",
    "documents": "receipt",
    "issuer": "receipt",
}
SCOPE = ".mypage-preview"
PICTURES = {"logo": "logo_key", "seal": "seal_key"}


@blueprint.get("/shops/<slug>/settings/colours.css")
@needs(Role.VIEWER)
def show_trial_colours() -> Response:
    """Return the typed accent's styles for the preview only: the page around it keeps the saved colours."""
    response = make_response(colours.stylesheet(request.args.get("accent", "")[:7], SCOPE))
    response.content_type = "text/css; charset=utf-8"
    return response


def preview_kind(section: str) -> str | None:
    """Return what a section's preview shows (page, receipt or both), or None if it has none."""
    return KINDS.get(section)


def preview(section: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Return the context of admin/settings/_preview.html. `changes`: those that can be drawn."""
    shop = as_typed(g.shop, changes)
    kind = preview_kind(section)
    context: dict[str, Any] = {"kind": kind, "trial": shop, "accent": accent_facts(shop.accent)}
    return context | (receipt_of(shop) if kind in ("receipt", "both") else {})


def receipt_of(shop: Shop) -> dict[str, Any]:
    instant = now()
    order = recent_order(db.session, g.shop)
    draft = trial_receipt(shop, order or sample_order(g.shop, instant), tokyo_date(instant))
    return receipt_context(draft, images_of(shop)) | {"is_sample": order is None}


def images_of(shop: Shop) -> dict[str, str]:
    """Return key → address of this shop's logo and seal.

    The buyers' addresses would not do: their seal is only for those who have proved an order.
    """
    keys = {name: getattr(shop, column) for name, column in PICTURES.items()}
    return {key: url_for("admin.show_picture", name=name) for name, key in keys.items() if key}


def accent_facts(accent: str) -> dict[str, Any]:
    usable = colours.HEX.fullmatch(accent) is not None
    contrast = colours.contrast(accent, colours.LIGHT.wash) if usable else 0.0
    return {"contrast": contrast, "readable": contrast >= colours.TEXT_CONTRAST, "needed": colours.TEXT_CONTRAST}
