"""PDF files: receipts under a short-lived signed address, statements and delivery notes behind the session."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import Response, abort, current_app, g, render_template, url_for
from sqlalchemy import select

from portal.access.rules.contact import shown_contact
from portal.clock import now
from portal.extensions import db, writing_session
from portal.models import Order, Receipt, ReturnInvoice
from portal.mypage.blueprint import blueprint
from portal.mypage.orders.loader import require_order, require_others_step, visit
from portal.receipts import downloads, ledger, papers, return_invoices, yearly
from portal.receipts.section import has_delivery_note
from portal.values.dates import tokyo_date
from portal.web.pdfs import pdf_or_wait, send_pdf

FILE_ADDRESS_LASTS = timedelta(minutes=30)


def file_url(receipt: Receipt, instant: datetime) -> str:
    """Return the address of a receipt's file.

    It opens without the session, so that a viewer or another browser that takes the address over gets the bytes.
    """
    token = current_app.extensions["links"].sign_file(receipt.shop_id, receipt.id, instant + FILE_ADDRESS_LASTS)
    return url_for(".receipt_file", token=token)


@blueprint.get("/files/<signed:token>")
def receipt_file(token: str) -> Response | tuple[str, int]:
    """Send a receipt's PDF as long as the shop's policy keeps it open; range requests of PDF viewers work too."""
    instant = now()
    receipt_id = current_app.extensions["links"].read_file(g.shop.id, token, instant)
    named = db.session.scalar(select(Receipt).filter_by(id=receipt_id, shop_id=g.shop.id)) if receipt_id else None
    standing = ledger.live_receipts(db.session, named.order_id) if named else []
    found = next((one for one in standing if one.id == receipt_id), None)
    if found is None or not is_open(found, instant):
        return render_template("mypage/receipts/file_gone.html"), 410
    return send_pdf(found.rendition, downloads.name_of_file(found))


def is_open(receipt: Receipt, instant: datetime) -> bool:
    opened = downloads.offer(g.shop, downloads.window_of(receipt), instant).is_open
    return opened and receipt.rendition.stored_at is not None


@blueprint.get("/orders/<uuid:order_id>/statement")
def statement(order_id: UUID) -> Response:
    order = require_order(order_id)
    shown = shown_contact(order, visit(), g.shop)
    with writing_session() as writing:
        paper = papers.request_statement(writing, g.shop, order, shown, now())
    return pdf_or_wait(paper, f"{order.code}_購入明細書.pdf", lambda late: preparing(order, late=late))


@blueprint.get("/orders/<uuid:order_id>/delivery-note")
def delivery_note(order_id: UUID) -> Response:
    order = require_order(order_id)
    if not has_delivery_note(g.shop, order.status):
        abort(404)
    shown = shown_contact(order, visit(), g.shop)
    with writing_session() as writing:
        paper = papers.request_delivery_note(writing, g.shop, order, shown, now())
    return pdf_or_wait(paper, f"{order.code}_納品書.pdf", lambda late: preparing(order, late=late))


@blueprint.get("/orders/<uuid:order_id>/years/<int:year>")
def yearly_statement(order_id: UUID, year: int) -> Response:
    order = require_order(order_id)
    require_others_step(order)
    if not 1989 <= year <= tokyo_date(now()).year:
        abort(404)
    with writing_session() as writing:
        paper = yearly.request_yearly(writing, g.shop, order, {order.email_key}, year, now())
    if paper is None:
        abort(404)
    return pdf_or_wait(paper, f"{year}_年間購入明細書.pdf", lambda late: preparing(order, late=late))


@blueprint.get("/orders/<uuid:order_id>/return-invoices/<uuid:invoice_id>")
def return_invoice(order_id: UUID, invoice_id: UUID) -> Response:
    order = require_order(order_id)
    found = db.session.scalar(
        select(ReturnInvoice).filter_by(shop_id=g.shop.id, order_id=order.id, id=invoice_id, voided_at=None)
    )
    if found is None:
        abort(404)
    name = f"{return_invoices.reference(found.receipt, found.serial)}_返還インボイス.pdf"
    return pdf_or_wait(found.rendition, name, lambda late: preparing(order, late=late))


def preparing(order: Order, *, late: bool) -> str:
    return render_template("mypage/receipts/preparing.html", order_id=order.id, late=late)
