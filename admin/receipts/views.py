"""領収書: the page of one receipt of the ledger, and what staff may do about it."""

from uuid import UUID

from flask import abort, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.audit.history import history_of
from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import needs, staff_actor
from admin.ground.services import mailroom
from admin.orders.papers import open_paper
from admin.orders.scope import require_order
from admin.receipts.form import GrantForm, ReasonForm, ReturnForm
from admin.receipts.new import require_receipt
from admin.receipts.reading import draw
from portal.clock import now
from portal.extensions import db
from portal.jobs import nudge
from portal.models import Order, Receipt, ReturnInvoice
from portal.receipts import downloads, ledger, return_invoices
from portal.receipts.documents import ReceiptDocument
from portal.receipts.granting import grant
from portal.receipts.printing import duty_of, paper_of, print_on_paper
from portal.receipts.return_invoices import ReturnRefusal, issue_return, void_return
from portal.receipts.rules.permissions import Policy
from portal.receipts.telling import Told, ask_to_tell
from portal.receipts.voiding import Voided, void
from portal.values.dates import tokyo_date
from portal.values.roles import Role

Page = str | tuple[str, int] | Response
TOLD = {
    Told.NOW: (_l("お客さまにメールを送ります。"), "good"),
    Told.LATER: (_l("すべて出荷されたときに、お客さまにメールを送ります。"), "good"),
    Told.BEFORE: (_l("本日はもうお知らせしてあるため、メールは送りません。"), "wrong"),
    Told.NOBODY: (_l("メールアドレスがないなどの理由で、お知らせできません。メールは送りません。"), "wrong"),
}
"""(sentence, look) of the message after the button, by outcome."""


@blueprint.get("/shops/<slug>/receipts/<uuid:receipt_id>")
@needs(Role.VIEWER)
def show_receipt(receipt_id: UUID) -> str:
    receipt = require_receipt(receipt_id)
    note_look("receipt.viewed", "receipt", receipt.id)
    return page(receipt)


@blueprint.get("/shops/<slug>/receipts/<uuid:receipt_id>/file")
@needs(Role.VIEWER)
def open_receipt(receipt_id: UUID) -> Response:
    """Open the stored PDF; the buyer's limits do not count it."""
    receipt = require_receipt(receipt_id)
    note_look("receipt.opened", "receipt", receipt.id)
    return open_paper(receipt.rendition, downloads.name_of_file(receipt))


@blueprint.post("/shops/<slug>/receipts/<uuid:receipt_id>/print")
@needs(Role.OPERATOR)
def print_receipt(receipt_id: UUID) -> Response:
    receipt = require_standing(receipt_id)
    paper = print_on_paper(db.session, receipt, actor=staff_actor(), now=now())
    db.session.commit()
    nudge("render", str(paper.id))
    return redirect(url_for(".show_printed_receipt", receipt_id=receipt.id), 303)


@blueprint.get("/shops/<slug>/receipts/<uuid:receipt_id>/print")
@needs(Role.OPERATOR)
def show_printed_receipt(receipt_id: UUID) -> Response:
    """Open the PDF that the button asked for.

    Before that, and when the PDF was deleted again, go to the receipt's page, which has the button.
    """
    receipt = require_standing(receipt_id)
    paper = paper_of(db.session, receipt)
    if paper is None:
        flash(_("印刷用のPDFはもうありません。「紙に印刷」をもう一度押してください。"), "wrong")
        return redirect(url_for(".show_receipt", receipt_id=receipt.id), 303)
    return open_paper(paper, downloads.name_of_file(receipt))


@blueprint.post("/shops/<slug>/receipts/<uuid:receipt_id>/void")
@needs(Role.OPERATOR)
def void_receipt(receipt_id: UUID) -> Page:
    receipt, form = require_receipt(receipt_id), ReasonForm()
    if not form.validate():
        return page(receipt, void_form=form), 422
    outcome = void(db.session, receipt, reason=form.reason.data or "", actor=staff_actor(), now=now())
    if outcome is Voided.RETURNED:
        db.session.rollback()
        return page(require_receipt(receipt_id), void_form=form), 409
    if outcome is Voided.NOW:
        flash(_("領収書を取り消しました。"), "good")
    db.session.commit()
    return redirect(url_for(".show_receipt", receipt_id=receipt.id), 303)


@blueprint.post("/shops/<slug>/receipts/<uuid:receipt_id>/grant")
@needs(Role.OPERATOR)
def grant_receipt(receipt_id: UUID) -> Response:
    receipt, form = require_receipt(receipt_id), GrantForm()
    if not form.validate():
        abort(400)
    if grant(db.session, receipt, seen=form.seen.data or 0, actor=staff_actor(), now=now()):
        flash(_("お客さまがもう一度受け取れるようにしました。"), "good")
    db.session.commit()
    return redirect(url_for(".show_receipt", receipt_id=receipt.id), 303)


@blueprint.post("/shops/<slug>/receipts/<uuid:receipt_id>/tell")
@needs(Role.OPERATOR)
def tell_of_receipts(receipt_id: UUID) -> Response:
    """Tell the buyer of all receipts from staff that are live for the order, not of this one alone."""
    receipt = require_standing(receipt_id)
    order = require_order(receipt.order_id)
    told = ask_to_tell(db.session, mailroom(), shop=g.shop, order=order, actor=staff_actor(), now=now())
    db.session.commit()
    nudge("send_mails")
    said, manner = TOLD[told]
    flash(str(said), manner)
    return redirect(url_for(".show_issued_receipts", receipt_id=receipt.id), 303)


@blueprint.post("/shops/<slug>/receipts/<uuid:receipt_id>/returns")
@needs(Role.OPERATOR)
def issue_return_invoice(receipt_id: UUID) -> Page:
    receipt, form = require_receipt(receipt_id), ReturnForm()
    form.offer(ReceiptDocument.from_dict(receipt.snapshot))
    if not form.validate():
        return page(receipt, return_form=form), 422
    outcome = issue_return(
        db.session,
        shop=g.shop,
        order=require_order(receipt.order_id),
        receipt=receipt,
        refund=form.refund,
        issue_key=form.key,
        actor=staff_actor(),
        now=now(),
    )
    if isinstance(outcome, ReturnRefusal):
        db.session.rollback()
        return page(require_receipt(receipt_id), return_form=form, return_refusal=outcome), 409
    db.session.commit()
    nudge("render", str(outcome.rendition_id))
    flash(_("返還インボイスを発行しました。"), "good")
    return redirect(url_for(".show_receipt", receipt_id=receipt.id, _anchor="returns"), 303)


@blueprint.get("/shops/<slug>/return-invoices/<uuid:invoice_id>/file")
@needs(Role.VIEWER)
def open_return_invoice(invoice_id: UUID) -> Response:
    invoice = require_return(invoice_id)
    note_look("receipt.opened", "receipt", invoice.receipt_id)
    name = f"{return_invoices.reference(invoice.receipt, invoice.serial)}_返還インボイス.pdf"
    return open_paper(invoice.rendition, name)


@blueprint.post("/shops/<slug>/return-invoices/<uuid:invoice_id>/mail")
@needs(Role.OPERATOR)
def mail_return_invoice(invoice_id: UUID) -> Response:
    invoice = require_return(invoice_id)
    order = require_order(invoice.order_id)
    if invoice.voided_at is not None or not order.email_key:
        abort(409)
    done = return_invoices.send_by_mail(
        db.session,
        mailroom(),
        shop=g.shop,
        order=order,
        invoice=invoice,
        actor=staff_actor(),
        language=ReceiptDocument.from_dict(invoice.receipt.snapshot).language,
        now=now(),
    )
    db.session.commit()
    nudge("send_mails")
    flash(
        _("返還インボイスをメールで送りました。") if done else _("今日はもう送りました。"), "good" if done else "wrong"
    )
    return redirect(url_for(".show_receipt", receipt_id=invoice.receipt_id, _anchor="returns"), 303)


@blueprint.post("/shops/<slug>/return-invoices/<uuid:invoice_id>/void")
@needs(Role.OPERATOR)
def void_return_invoice(invoice_id: UUID) -> Page:
    invoice, form = require_return(invoice_id), ReasonForm()
    if not form.validate():
        flash(_("返還インボイスを取り消す理由を入力してください。"), "wrong")
    elif void_return(db.session, invoice, reason=form.reason.data or "", actor=staff_actor(), now=now()):
        flash(_("返還インボイスを取り消しました。"), "good")
    db.session.commit()
    return redirect(url_for(".show_receipt", receipt_id=invoice.receipt_id, _anchor="returns"), 303)


def page(
    receipt: Receipt,
    *,
    void_form: ReasonForm | None = None,
    return_form: ReturnForm | None = None,
    return_refusal: ReturnRefusal | None = None,
) -> str:
    order = require_order(receipt.order_id)
    standing = ledger.live_receipts(db.session, order.id)
    returns = return_invoices.returns_of(db.session, receipt)
    left = return_invoices.returnable(receipt, returns)
    document = ReceiptDocument.from_dict(receipt.snapshot)
    related = related_of(order, receipt)
    return_form = return_form or ReturnForm.fresh(tokyo_date(now()))
    return_form.offer(document)
    return render_template(
        "admin/receipts/show.html",
        receipt=receipt,
        order=order,
        document=document,
        number_text=ledger.number_text,
        state=ledger.state(standing, receipt),
        newest=ledger.newest_of(standing, receipt),
        related=related,
        drawing=draw(g.shop, document),
        duty=duty_of(document),
        limited=Policy(g.shop.receipt_policy) is not Policy.UNLIMITED,
        void_form=void_form or ReasonForm(formdata=None),
        returns=returns,
        returned=[one for one in returns if one.voided_at is None],
        reference=return_invoices.reference,
        returnable=left,
        no_return=return_invoices.standing_refusal(g.shop, receipt, standing, left),
        return_form=return_form,
        return_refusal=return_refusal,
        history=history_of(db.session, g.shop, ("receipt", receipt.id)),
    )


def related_of(order: Order, receipt: Receipt) -> dict[str, list[Receipt]]:
    """Return the original it copies, its own copies, the receipt it replaces, and the one that replaces it."""
    rows = db.session.scalars(
        select(Receipt).where(Receipt.shop_id == g.shop.id, Receipt.order_id == order.id).order_by(Receipt.number)
    ).all()
    return {
        "original": [one for one in rows if one.id == receipt.original_id],
        "copies": [one for one in rows if one.original_id == receipt.id],
        "replaces": [one for one in rows if one.id == receipt.replaces_id],
        "replaced_by": [one for one in rows if one.replaces_id == receipt.id],
    }


def require_standing(receipt_id: UUID) -> Receipt:
    """Return the receipt if it is live, otherwise go to its page: a void one is neither printed nor announced."""
    receipt = require_receipt(receipt_id)
    if receipt not in ledger.live_receipts(db.session, receipt.order_id):
        flash(_("この領収書は取り消されています。"), "wrong")
        abort(redirect(url_for(".show_receipt", receipt_id=receipt.id), 303))
    return receipt


def require_return(invoice_id: UUID) -> ReturnInvoice:
    wanted = select(ReturnInvoice).where(ReturnInvoice.id == invoice_id, ReturnInvoice.shop_id == g.shop.id)
    return db.session.scalar(wanted) or abort(404)
