"""領収書の台帳: search by 取引日, amount and counterparty in any combination."""

from flask import g, render_template, request
from werkzeug.wrappers import Response

from admin.audit.looks import note_look
from admin.blueprint import blueprint
from admin.ground.door import may, needs
from admin.ground.exports_form import ExportForm
from admin.receipts.ledger_form import LedgerForm
from portal.extensions import db
from portal.receipts.ledger import number_text
from portal.receipts.rules.question import Cursor
from portal.receipts.search import Search
from portal.values.roles import Role

PAGE = 50
Page = str | tuple[str, int] | Response


@blueprint.get("/shops/<slug>/receipts")
@needs(Role.VIEWER)
def show_ledger() -> Page:
    form = LedgerForm(request.args)
    if not form.validate():
        return render_template("admin/receipts/ledger.html", form=form, entries=[], summary=None), 422
    note_look("ledger.viewed", "shop", g.shop.id)
    after = Cursor.read(request.args.get("after", ""))
    answer = Search(db.session, g.shop.id, form.question).answer(after=after, limit=PAGE)
    last = answer.entries[-1].cursor if answer.has_more else None
    return render_template(
        "admin/receipts/ledger.html",
        form=form,
        entries=answer.entries,
        summary=answer.summary,
        is_later=after is not None,
        next_page=form.address | {"after": str(last)} if last else None,
        number_text=number_text,
        export_form=ExportForm(formdata=None) if may(Role.MANAGER) else None,
    )
