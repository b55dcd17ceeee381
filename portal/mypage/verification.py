"""The public page behind a receipt's QR code: confirms number, date, amount and state, never the addressee."""

from flask import Blueprint, abort, render_template
from sqlalchemy import select

from portal.extensions import db, limiter
from portal.models import Receipt, Shop
from portal.receipts.ledger import number_text

blueprint = Blueprint("verification", __name__, url_prefix="/verify")


@blueprint.get("/<token>")
@limiter.limit("60 per minute")
def verify(token: str) -> tuple[str, int, dict[str, str]]:
    found = db.session.execute(
        select(Receipt, Shop).join(Shop, Shop.id == Receipt.shop_id).where(Receipt.public_token == token)
    ).one_or_none()
    if found is None:
        abort(404)
    receipt, shop = found
    state = "void" if receipt.voided_at else "reissued" if receipt.original_id else "valid"
    page = render_template(
        "verify/receipt.html", receipt=receipt, number=number_text(receipt.number), state=state, shop=shop
    )
    return page, 200, {"X-Robots-Tag": "noindex"}
