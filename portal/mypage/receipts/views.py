"""領収書: the form with its preview, issuing, and the page that hands over the file."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import abort, current_app, g, redirect, render_template, url_for
from flask_babel import get_locale
from werkzeug.wrappers import Response

from portal.clock import now
from portal.extensions import db, reading
from portal.jobs import nudge
from portal.models import Order, Receipt
from portal.mypage.blueprint import blueprint
from portal.mypage.orders.loader import require_order, require_receipt_step, visit_actor
from portal.mypage.receipts.files import file_url
from portal.mypage.receipts.form import ReceiptForm, first_values
from portal.receipts import downloads, ledger
from portal.receipts.documents.layout import receipt_context
from portal.receipts.drafting import draft_receipt
from portal.receipts.facts import facts_of
from portal.receipts.issuing import Refused, issue, issue_again
from portal.receipts.rules.permissions import Refusal, may_issue
from portal.receipts.section import because
from portal.values.dates import tokyo_date
from portal.web.pdfs import comes_back, is_late, stored_soon
from portal.web.redirects import is_partial, verify_url

Page = str | tuple[str, int] | Response


@blueprint.get("/orders/<uuid:order_id>/receipt")
def receipt_form(order_id: UUID) -> Page:
    order = require_order(order_id)
    receipts = ledger.live_receipts(db.session, order.id)
    own = ledger.buyers_own(receipts)
    if own is not None:
        return redirect(receipt_url(order, ledger.newest_of(receipts, own)), 303)
    refusals = may_issue(facts_of(g.shop, order, receipts))
    if refusals:
        return refused(order, receipts, refusals), 409
    require_receipt_step(order)
    return form_page(order, ReceiptForm(data=first_values(g.shop, order, str(get_locale()))))


@blueprint.post("/orders/<uuid:order_id>/receipt/preview")
@reading
def preview_receipt(order_id: UUID) -> Page:
    """Render the partial that follows typing, or without JavaScript, from the preview button, the whole page."""
    order = require_order(order_id)
    form = ReceiptForm()
    status = 200 if form.validate() else 422
    if is_partial():
        return render_template("mypage/receipts/_preview.html", form=form, **preview(order, form)), status
    return form_page(order, form), status


@blueprint.post("/orders/<uuid:order_id>/receipt")
def issue_receipt(order_id: UUID) -> Page:
    order = require_order(order_id)
    require_receipt_step(order)
    form = ReceiptForm()
    if not form.validate():
        return form_page(order, form), 422
    outcome = issue(
        db.session, shop=g.shop, order=order, texts=form.texts, verify_url=verify_url, actor=visit_actor(), now=now()
    )
    return _answer(order, outcome)


@blueprint.get("/orders/<uuid:order_id>/receipts/<uuid:receipt_id>")
def receipt(order_id: UUID, receipt_id: UUID) -> Page:
    order = require_order(order_id)
    found = require_receipt(order, receipt_id)
    rendition = stored_soon(found.rendition_id)
    instant = now()
    page = render_template(
        "mypage/receipts/issued.html",
        order=order,
        receipt=found,
        number=ledger.number_text(found.number),
        offer=downloads.offer(g.shop, downloads.window_of(found), instant),
        file_url=file_url(found, instant),
        late=is_late(rendition, instant),
        was_mailed=downloads.was_mailed(db.session, found, instant),
    )
    return page if rendition.stored_at else comes_back(page, late=is_late(rendition, instant))


@blueprint.post("/orders/<uuid:order_id>/receipts/<uuid:receipt_id>/again")
def take_receipt_again(order_id: UUID, receipt_id: UUID) -> Page:
    order = require_order(order_id)
    require_receipt_step(order)
    found = require_receipt(order, receipt_id)
    again = issue_again(
        db.session, shop=g.shop, order=order, receipt=found, verify_url=verify_url, actor=visit_actor(), now=now()
    )
    return _answer(order, again)


@blueprint.post("/orders/<uuid:order_id>/receipts/<uuid:receipt_id>/mail")
def mail_receipt(order_id: UUID, receipt_id: UUID) -> Page:
    order = require_order(order_id)
    found = require_receipt(order, receipt_id)
    instant = now()
    if not order.email or not downloads.offer(g.shop, downloads.window_of(found), instant).is_open:
        return redirect(receipt_url(order, found), 303)
    downloads.send_by_mail(
        db.session,
        current_app.extensions["mailroom"],
        shop=g.shop,
        order=order,
        receipt=found,
        actor=visit_actor(),
        language=str(get_locale()),
        now=instant,
    )
    db.session.commit()
    nudge("send_mails")
    return redirect(receipt_url(order, found), 303)


def require_receipt(order: Order, receipt_id: UUID) -> Receipt:
    """Return the newest copy of this receipt, or 404 unless it is a live one of the order that the buyer may see."""
    receipts = ledger.live_receipts(db.session, order.id)
    found = next((one for one in receipts if one.id == receipt_id), None)
    if found is None or not ledger.is_shown(found, [parcel.status for parcel in order.shipments]):
        abort(404)
    return ledger.newest_of(receipts, found)


def _answer(order: Order, outcome: Receipt | Refused) -> Page:
    if isinstance(outcome, Refused):
        return refused(order, ledger.live_receipts(db.session, order.id), outcome.reasons), 409
    return hand_over(order, outcome)


def hand_over(order: Order, issued: Receipt) -> Response:
    db.session.commit()
    nudge("render", str(issued.rendition_id))
    return redirect(receipt_url(order, issued), 303)


def form_page(order: Order, form: ReceiptForm) -> str:
    return render_template("mypage/receipts/form.html", order=order, form=form, **preview(order, form))


def preview(order: Order, form: ReceiptForm) -> dict[str, Any]:
    draft = draft_receipt(g.shop, order, form.texts, tokyo_date(now()))
    keys = {"logo": g.shop.logo_key, "seal": g.shop.seal_key}
    pictures = {key: url_for(".picture", name=name) for name, key in keys.items() if key}
    return receipt_context(draft, pictures)


def refused(order: Order, receipts: Sequence[Receipt], refusals: Sequence[Refusal]) -> str:
    why = because(g.shop, facts_of(g.shop, order, receipts), refusals)
    return render_template("mypage/receipts/refused.html", order=order, because=why)


def receipt_url(order: Order, receipt: Receipt) -> str:
    return url_for(".receipt", order_id=order.id, receipt_id=receipt.id)
