"""Evaluation of the sheet: each part drawn, the totals per rate, what is left, what staff should know."""

import uuid
from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from admin.ground.door import may
from admin.receipts.form import PartForm, ReceiptsForm
from admin.receipts.sheet import Row, Sheet, items_of_part
from admin.settings.preview import images_of
from portal.clock import now
from portal.extensions import db
from portal.models import Order, Receipt, ReturnInvoice, Shop
from portal.receipts import ledger
from portal.receipts.custom import Part, Plan, draft_parts, items_of, portions_of
from portal.receipts.custom_issuing import falling, last_number, standing_after, warnings
from portal.receipts.documents import ReceiptDocument
from portal.receipts.documents.layout import receipt_context
from portal.receipts.drafting import most_receipted, transaction_on
from portal.receipts.return_invoices import standing_returns
from portal.receipts.rules.items import Item, Portion
from portal.receipts.rules.permissions import Refusal
from portal.receipts.rules.transaction_day import DayProblem, day_problem
from portal.values.dates import tokyo_date
from portal.values.ids import uuid_or_none
from portal.values.inkless import clean
from portal.values.names import honorific_of
from portal.values.roles import Role
from portal.web.fields import put_beside


@dataclass(frozen=True)
class Line:
    """One part on the sheet; `draft` is None while there is no amount or no day."""

    form: PartForm
    draft: ReceiptDocument | None


@dataclass(frozen=True)
class Reading:
    lines: tuple[Line, ...]
    plan: Plan
    parts: tuple[Part, ...]
    """Parts of the lines that have a draft."""
    whole: int
    """Yen that the parts are to share: what was paid less the receipts that stay valid."""
    items: tuple[tuple[Item, Portion], ...]
    rates: tuple[int, ...]
    warnings: tuple[Refusal, ...]
    own: Receipt | None
    """The buyer's receipt, which is voided when these are issued."""
    replaced: Receipt | None
    returned: tuple[ReturnInvoice, ...]
    """Refunds, which keep a receipt from being voided, and with it these from being issued."""
    standing: tuple[Receipt, ...]
    last_number: int
    is_valid: bool
    shown: int
    drawing: Markup
    """The shown part as its paper will be; empty while there is nothing to draw, or none is asked for."""

    @property
    def is_complete(self) -> bool:
        return self.is_valid and len(self.parts) == len(self.lines)

    @property
    def faces(self) -> list[int]:
        return [portion.face for _, portion in self.items]


def read(shop: Shop, order: Order, form: ReceiptsForm, sheet: Sheet, *, draws: bool = True) -> Reading:
    """Evaluate the sheet. `draws`: with a drawing, for a page; issuing holds a lock meanwhile and does without."""
    is_valid = form.validate() and _days_will_do(order, form)
    receipts = ledger.live_receipts(db.session, order.id)
    replaces = uuid_or_none(form.replaces.data)
    standing = standing_after(receipts, replaces)
    own = ledger.buyers_own(receipts)
    subforms = [entry.form for entry in form.parts]
    wanted = [one.part(items_of_part(sheet.assigned, at)) for at, one in enumerate(subforms)]
    items = items_of(order)
    parts = [_known(part, len(items)) for part in wanted if part]
    plan = draft_parts(shop, order, parts, standing, tokyo_date(now()))
    drafts = iter(plan.drafts)
    lines = tuple(Line(one, next(drafts) if part else None) for one, part in zip(subforms, wanted, strict=True))
    shown = _shown(form, len(lines))
    drawn = lines[shown].draft
    return Reading(
        lines=lines,
        plan=plan,
        parts=tuple(parts),
        whole=plan.order_amount - plan.issued,
        items=tuple(zip(items, portions_of(shop, order), strict=True)),
        rates=tuple(sorted({row.rate for draft in plan.drafts for row in draft.rates})),
        warnings=tuple(warnings(shop, order, receipts)),
        own=own if own and own.id != replaces else None,
        replaced=next((one for one in receipts if one.id == replaces), None),
        returned=tuple(standing_returns(db.session, falling(own, replaces))),
        standing=tuple(standing),
        last_number=last_number(db.session, order),
        is_valid=is_valid,
        shown=shown,
        drawing=draw(shop, drawn) if draws and drawn else Markup(),
    )


_DAYS = {
    DayProblem.OUT_OF_RANGE: _l("取引日は、注文日から今日までの日にしてください。"),
    DayProblem.FOR_MANAGERS: _l("取引日は出荷日です。別の日にできるのは管理者だけです。"),
}


def _days_will_do(order: Order, form: ReceiptsForm) -> bool:
    """Put a sentence beside each day that may not stand on a receipt, and return whether there was none."""
    shipped_on, today = transaction_on(order), tokyo_date(now())
    good = True
    for entry in form.parts:
        field = entry.form.transaction_on
        problem = day_problem(
            field.data,
            shipped_on=shipped_on,
            ordered_on=tokyo_date(order.ordered_at),
            today=today,
            is_manager=may(Role.MANAGER),
            reason=form.day_reason.data or "",
        )
        if problem is DayProblem.NO_REASON:
            put_beside(form, "day_reason", _("取引日を出荷日から変える理由を入力してください。"))
        elif problem is not None:
            field.errors = [*field.errors, str(_DAYS[problem])]
        good = good and problem is None
    return good


def first_sheet(shop: Shop, order: Order, replaced: Receipt | None) -> Sheet:
    """Return a sheet with one part: a copy of the receipt to be replaced, or the buyer's name and all that is left."""
    rest = {"equal": "1", "show": "0", "issue_key": str(uuid.uuid4())}
    count = len(items_of(order))
    if replaced is not None:
        row = _row_of(ReceiptDocument.from_dict(replaced.snapshot))
        return Sheet((row,), ("",) * count, {**rest, "replaces": str(replaced.id)})
    standing = standing_after(ledger.live_receipts(db.session, order.id), None)
    left = most_receipted(order) - sum(one.amount for one in standing)
    on = transaction_on(order) or tokyo_date(now())
    row = {
        "addressee": clean(order.buyer_name),
        "honorific": honorific_of(order.buyer_name),
        "amount": str(left) if left > 0 else "",
        "proviso": shop.default_proviso,
        "transaction_on": f"{on:%Y/%m/%d}",
        "note": "",
        "language": "ja",
    }
    return Sheet((row,), ("",) * count, rest)


def _row_of(document: ReceiptDocument) -> Row:
    on = document.transaction_on or tokyo_date(now())
    return {
        "addressee": document.addressee,
        "honorific": document.honorific,
        "amount": str(document.amount),
        "proviso": document.proviso,
        "transaction_on": f"{on:%Y/%m/%d}",
        "note": document.note,
        "language": document.language,
    }


def _known(part: Part, count: int) -> Part:
    """Return the part, without its items if the order no longer has all of them."""
    if all(at < count for at in part.items):
        return part
    return Part(**{**part.__dict__, "items": ()})


def _shown(form: ReceiptsForm, count: int) -> int:
    text = form.show.data or ""
    return min(int(text), count - 1) if text.isdecimal() and len(text) < 4 else 0


def draw(shop: Shop, document: ReceiptDocument) -> Markup:
    page = render_template("documents/_receipt_preview.html", **receipt_context(document, images_of(shop)))
    return Markup(page)  # noqa: S704 - a template's own answer
