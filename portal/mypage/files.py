"""PDF bytes: of receipts under a short-lived signed address, of statements and delivery notes behind the session."""

import io
import time
from datetime import datetime, timedelta
from uuid import UUID

from flask import Response, abort, current_app, g, make_response, render_template, send_file, url_for
from sqlalchemy import select

from portal.access.contact import shown_contact
from portal.clock import now
from portal.extensions import db, writing_session
from portal.jobs import nudge
from portal.models import Order, Receipt, Rendition
from portal.mypage import blueprint
from portal.mypage.loader import require_order, visit
from portal.receipts import downloads, ledger, papers, renditions

FILE_ADDRESS_LASTS = timedelta(minutes=30)
JUST_NOW = timedelta(seconds=2)
LATE = timedelta(minutes=1)
"""After so long something is wrong; the page says so and stops asking every second."""
LOOK_AGAIN = 0.1
"""Seconds between two looks at the row while an answer waits for its PDF."""


def file_url(receipt: Receipt, instant: datetime) -> str:
    """Opens without the session, so that a viewer or another browser that takes the address over gets the bytes."""
    token = current_app.extensions["links"].sign_file(receipt.shop_id, receipt.id, instant + FILE_ADDRESS_LASTS)
    return url_for(".receipt_file", token=token)


@blueprint.get("/files/<token>")
def receipt_file(token: str) -> Response | tuple[str, int]:
    """The same bytes as long as the shop's policy keeps them open; range requests of PDF viewers included."""
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
    return pdf_or_wait(order, paper, f"{order.code}_購入明細書.pdf")


@blueprint.get("/orders/<uuid:order_id>/delivery-note")
def delivery_note(order_id: UUID) -> Response:
    order = require_order(order_id)
    if not g.shop.delivery_notes_allowed:
        abort(404)
    shown = shown_contact(order, visit(), g.shop)
    with writing_session() as writing:
        paper = papers.request_delivery_note(writing, g.shop, order, shown, now())
    return pdf_or_wait(order, paper, f"{order.code}_納品書.pdf")


def pdf_or_wait(order: Order, paper: Rendition, name: str) -> Response:
    if renditions.is_waiting(paper, now()):
        nudge("render", str(paper.id))
    stored = stored_soon(paper.id)
    if stored.stored_at is not None:
        return send_pdf(stored, name)
    late = is_late(stored, now())
    return comes_back(render_template("mypage/receipts/preparing.html", order_id=order.id, late=late), late=late)


def is_late(rendition: Rendition, instant: datetime) -> bool:
    return instant - rendition.requested_at > LATE


def comes_back(page: str, *, late: bool) -> Response:
    """A page that asks for itself again, with or without JavaScript."""
    response = make_response(page)
    response.headers["Refresh"] = str(10 if late else 1)
    return response


def stored_soon(rendition_id: UUID) -> Rendition:
    """Looks at a row that was asked for just now for a moment longer: then the first answer usually is the file.

    Only then, and briefly: a page worker's thread waits here.
    """
    rendition = look_at(rendition_id)
    is_new = now() - rendition.requested_at < JUST_NOW
    for _ in range(int(current_app.config["WAIT_FOR_PDF"] / LOOK_AGAIN) if is_new else 0):
        if rendition.stored_at is not None:
            break
        time.sleep(LOOK_AGAIN)
        rendition = look_at(rendition_id)
    return rendition


def look_at(rendition_id: UUID) -> Rendition:
    db.session.rollback()  # a read transaction goes on seeing what was there when it began
    return db.session.get_one(Rendition, rendition_id, populate_existing=True)


def send_pdf(rendition: Rendition, name: str) -> Response:
    content = renditions.content(rendition, current_app.extensions["ports"].documents)
    etag = rendition.sha256 or False
    response = send_file(io.BytesIO(content), "application/pdf", download_name=name, conditional=True, etag=etag)
    response.headers["Cache-Control"] = "private, no-store"
    return response
