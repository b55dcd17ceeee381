"""お渡しした書類: the statements, delivery notes and return invoices that were given, searched as the law asks."""

from uuid import UUID

from flask import Response, abort, g, render_template, request
from sqlalchemy import select

from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import may, needs
from admin.ground.exports_form import ExportForm
from admin.orders.papers import open_paper
from admin.receipts.ledger_form import KINDS, GivenForm
from portal.extensions import db
from portal.models import Paper
from portal.receipts import given
from portal.receipts.rules.question import PaperCursor
from portal.receipts.rules.wording import file_name
from portal.values.roles import Role

PAGE = 50


@blueprint.get("/shops/<slug>/papers")
@needs(Role.VIEWER)
def show_papers() -> str | tuple[str, int]:
    form = GivenForm(request.args)
    if not form.validate():
        return render_template("admin/receipts/given.html", form=form, papers=[], count=None, kinds=KINDS), 422
    note_look("papers.viewed", "shop", g.shop.id)
    after = PaperCursor.read(request.args.get("after", ""))
    found = given.search(db.session, g.shop.id, form.question, after=after, limit=PAGE + 1)
    last = found[PAGE - 1] if len(found) > PAGE else None
    return render_template(
        "admin/receipts/given.html",
        form=form,
        papers=found[:PAGE],
        count=given.count(db.session, g.shop.id, form.question),
        counted=given.COUNTED,
        kinds=KINDS,
        is_later=after is not None,
        next_page=form.address | {"after": str(PaperCursor(last.transaction_on, last.id))} if last else None,
        export_form=ExportForm(formdata=None) if may(Role.MANAGER) else None,
    )


@blueprint.get("/shops/<slug>/papers/<uuid:paper_id>")
@needs(Role.VIEWER)
def show_paper(paper_id: UUID) -> Response:
    """Open the file that was given."""
    paper = db.session.scalar(select(Paper).filter_by(shop_id=g.shop.id, id=paper_id)) or abort(404)
    note_look("paper.opened", "order", paper.order_id)
    name = file_name(paper.transaction_on, f"{KINDS[paper.kind]}_{paper.counterparty}", paper.amount or 0)
    return open_paper(paper.rendition, name)
