"""領収書の発行: the sheet of parts, what it comes to while it is typed, issuing, and the page of issued receipts."""

from dataclasses import dataclass, replace
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor, takes
from admin.ground.services import mailroom
from admin.orders.scope import require_order
from admin.receipts import sheet as sheets
from admin.receipts.form import ReceiptsForm
from admin.receipts.reading import first_sheet, read
from admin.receipts.sheet import Sheet, read_sheet
from portal.clock import now
from portal.extensions import db, reading
from portal.jobs import nudge
from portal.models import Order, Receipt
from portal.receipts import ledger
from portal.receipts.custom_issuing import CustomRefusal, Seen, issue_parts, issued_together
from portal.receipts.return_invoices import reference
from portal.receipts.telling import ask_to_tell
from portal.values.ids import uuid_or_none
from portal.values.roles import Role
from portal.web.redirects import is_partial, verify_url

Page = str | tuple[str, int] | Response
FIELDS = 1200
"""Most fields of the sheet, enough for 50 parts of 7 fields and a number beside each of up to 500 lines."""
BODY = 512 * 1024


@blueprint.get("/shops/<slug>/orders/<uuid:order_id>/receipts/new")
@needs(Role.OPERATOR)
def show_custom_receipts(order_id: UUID) -> Page:
    order = require_order(order_id)
    note_look("order.viewed", "order", order.id)
    replaced = require_replaced(order, request.args.get("replaces"))
    return page(order, Arranged(first_sheet(g.shop, order, replaced), "equal"))


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/receipts/new")
@takes(parts=FIELDS, body=BODY)
@needs(Role.OPERATOR)
@reading
def arrange_custom_receipts(order_id: UUID) -> Page:
    """Change the sheet as one of its buttons, or Enter, asks; nothing is issued."""
    order = require_order(order_id)
    return page(order, arrange(order, read_sheet(request.form)))


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/receipts/reading")
@takes(parts=FIELDS, body=BODY)
@needs(Role.OPERATOR)
@reading
def read_custom_receipts(order_id: UUID) -> str:
    """Return the partial that follows typing."""
    order = require_order(order_id)
    found = read(g.shop, order, ReceiptsForm(), read_sheet(request.form))
    return render_template("admin/receipts/_reading.html", order=order, reading=found, follows=True)


@blueprint.post("/shops/<slug>/orders/<uuid:order_id>/receipts")
@takes(parts=FIELDS, body=BODY)
@needs(Role.OPERATOR)
def issue_custom_receipts(order_id: UUID) -> Page:
    order = require_order(order_id)
    form, sheet = ReceiptsForm(), read_sheet(request.form)
    found = read(g.shop, order, form, sheet, draws=False)
    if not found.is_complete:
        return page(order, Arranged(sheet, judged=True)), 422
    outcome = issue_parts(
        db.session,
        shop=g.shop,
        order=order,
        parts=found.parts,
        issue_key=UUID(form.issue_key.data),
        seen=Seen(form.order_version.data or 0, form.last_number.data or 0, uuid_or_none(form.buyers_own.data)),
        replaces=uuid_or_none(form.replaces.data),
        day_reason=form.day_reason.data or "",
        void_reason=form.void_reason.data or str(_("店舗が領収書を発行したため")),
        verify_url=verify_url,
        actor=staff_actor(),
        now=now(),
    )
    if isinstance(outcome, CustomRefusal):
        db.session.rollback()
        return page(require_order(order_id), Arranged(as_things_stand(sheet, outcome), judged=True), outcome), 409
    if form.tell.data and outcome.fresh:
        ask_to_tell(db.session, mailroom(), shop=g.shop, order=order, actor=staff_actor(), now=now())
    db.session.commit()
    for receipt in outcome.receipts:
        nudge("render", str(receipt.rendition_id))
    nudge("send_mails")
    if not outcome.fresh:
        flash(_("この画面の領収書は、すでに発行してありました。"), "wrong")
    return redirect(url_for(".show_issued_receipts", receipt_id=outcome.receipts[0].id), 303)


@blueprint.get("/shops/<slug>/receipts/<uuid:receipt_id>/issued")
@needs(Role.VIEWER)
def show_issued_receipts(receipt_id: UUID) -> str:
    """Show the receipts that were issued with one press."""
    receipt = require_receipt(receipt_id)
    order = require_order(receipt.order_id)
    note_look("order.viewed", "order", order.id)
    receipts = issued_together(db.session, receipt)
    return render_template(
        "admin/receipts/_issued.html" if is_partial() else "admin/receipts/issued.html",
        order=order,
        receipts=receipts,
        number_text=ledger.number_text,
        waits=any(one.rendition.stored_at is None for one in receipts),
        waits_to_tell=any(one.tell_buyer for one in receipts),
    )


def require_receipt(receipt_id: UUID) -> Receipt:
    found = db.session.scalar(select(Receipt).where(Receipt.id == receipt_id, Receipt.shop_id == g.shop.id))
    return found or abort(404)


def require_replaced(order: Order, text: str | None) -> Receipt | None:
    """Return the order's live receipt that the new ones replace, or None if the address names none.

    Abort with 404 if it is no live original of this order.
    """
    if not text:
        return None
    wanted = uuid_or_none(text)
    standing = ledger.live_receipts(db.session, order.id)
    return next((one for one in standing if one.id == wanted and one.original_id is None), None) or abort(404)


@dataclass(frozen=True)
class Arranged:
    """The sheet as a pressed button has changed it."""

    sheet: Sheet
    focus: str = ""
    """Id of the field to go on with."""
    judged: bool = False
    """Whether mistakes are shown; while the sheet is still being laid out they would only be in the way."""
    bad_count: bool = False


def page(order: Order, arranged: Arranged, refusal: CustomRefusal | None = None) -> str:
    form = ReceiptsForm(formdata=arranged.sheet.as_form())
    # The whole page would bring the styles of its head with it, which the page that is shown does not allow.
    return render_template(
        "admin/receipts/_sheet.html" if is_partial() else "admin/receipts/new.html",
        order=order,
        form=form,
        reading=read(g.shop, order, form, arranged.sheet),
        arranged=arranged,
        refusal=refusal,
        reference=reference,
        follows=False,
    )


def as_things_stand(sheet: Sheet, refusal: CustomRefusal) -> Sheet:
    """Keep what was typed, but take anew what the sheet was drawn from."""
    anew = {"order_version", "last_number", "buyers_own"}
    if refusal is CustomRefusal.REPLACED_IS_VOID:
        anew.add("replaces")
    return replace(sheet, rest={name: text for name, text in sheet.rest.items() if name not in anew})


def arrange(order: Order, sheet: Sheet) -> Arranged:
    do, _dash, place = sheet.rest.get("do", "").partition("-")
    at = int(place) if place.isdecimal() and len(place) < 4 else 0
    found = read(g.shop, order, ReceiptsForm(formdata=sheet.as_form()), sheet, draws=False)
    count = sheets.part_number(sheet.rest.get("equal", ""))
    if do in ("add", "rest"):
        others = sum(line.form.amount.data or 0 for line in found.lines[:-1])
        added = do == "add"
        laid = sheets.add_part(sheet, found.plan.rest) if added else sheets.rest_to_last(sheet, found.whole - others)
        return _at(laid, len(laid.rows) - 1, "addressee" if added else "amount")
    if do == "remove":
        return _at(sheets.remove_part(sheet, at), max(at - 1, 0), "addressee")
    if do == "blank":
        return _at(sheets.blank_addressee(sheet, at), at, "amount")
    if do == "show":
        return Arranged(_shown(sheet, at), f"show-{at}", judged=True)
    if do == "lines":
        return _at(sheets.by_lines(sheet, found.faces), 0, "addressee")
    # Enter in the field that asks how many does what its button does; anywhere else it only recalculates.
    if do == "equal" or (count is not None and count != len(sheet.rows)):
        try:
            return _at(sheets.in_equal_parts(sheet, found.whole, count or 0), 0, "addressee")
        except ValueError:
            return Arranged(sheet, "equal", bad_count=True)
    return Arranged(sheet, judged=True)


def _at(sheet: Sheet, at: int, field: str) -> Arranged:
    return Arranged(_shown(sheet, at), f"parts-{at}-{field}")


def _shown(sheet: Sheet, at: int) -> Sheet:
    return replace(sheet, rest={**sheet.rest, "show": str(at)})
