"""The public page behind a receipt's QR code: confirms number, date, amount and state, never the addressee."""

from flask import Blueprint, abort, g, render_template
from sqlalchemy import select

from portal.extensions import db, limiter
from portal.models import Receipt, Shop
from portal.receipts import ledger

blueprint = Blueprint("verification", __name__, url_prefix="/verify")


@blueprint.get("/<token>")
@limiter.limit("60 per minute")
def verify(token: str) -> tuple[str, int, dict[str, str]]:
    receipt = db.session.scalar(select(Receipt).where(Receipt.public_token == token))
    if receipt is None:
        abort(404)
    g.shop = db.session.get_one(Shop, receipt.shop_id)
    live = ledger.live_receipts(db.session, receipt.order_id)
    page = render_template(
        "mypage/receipts/verification.html",
        receipt=receipt,
        number=ledger.number_text(receipt.number),
        state=ledger.state(live, receipt),
    )
    return page, 200, {"X-Robots-Tag": "noindex"}
