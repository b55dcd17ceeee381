"""Loading one order of the shop, and acting on it once, and only as the page showed it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import HiddenField
from wtforms.validators import InputRequired

from admin.audit.history import history_of
from admin.ground.door import staff_actor
from portal.clock import now
from portal.extensions import db
from portal.importing.applying.reasons import of_move
from portal.models import Order
from portal.orders.rules.states import MoveRefusedError
from portal.values.states import OrderStatus
from portal.web.fields import VersionField, overwrite

MOST_CHANGES = 3
"""Most changes, of the newest, that are named to somebody whose page is stale."""


class SeenForm(FlaskForm):
    """Fields that every form about an order carries: the version that its page showed, and when."""

    version = VersionField(validators=[InputRequired()])
    seen_at = HiddenField()

    def is_stale(self, order: Order) -> bool:
        return self.version.data != order.version

    def show(self, order: Order) -> None:
        """Note that the form's page now shows the order as it is."""
        overwrite(self.version, order.version)
        self.seen_at.data = now().isoformat()


def require_order(order_id: UUID) -> Order:
    found = db.session.scalar(select(Order).where(Order.id == order_id, Order.shop_id == g.shop.id))
    return found or abort(404)


def lock_order(order_id: UUID) -> Order:
    """Return the order as it is now, locked until the transaction ends. Abort with 404 if it is not the shop's."""
    query = select(Order).where(Order.id == order_id, Order.shop_id == g.shop.id)
    found = db.session.scalar(query.with_for_update().execution_options(populate_existing=True))
    return found or abort(404)


def to_order(order_id: UUID, place: str = "") -> Response:
    return redirect(url_for("admin.show_order", order_id=order_id, _anchor=place or None), 303)


def act(order_id: UUID, verb: Callable[..., object], *, done: str, is_done: Callable[[Order], bool]) -> Response:
    """Call `verb(session, order, actor=…, now=…)`, commit, and go to the order.

    If the order has changed since the page was shown, do nothing and say what changed, unless the order is as wanted
    already (`is_done`): asking again is no mistake.
    """
    form, order = SeenForm(), lock_order(order_id)
    if not form.validate():
        abort(400)
    if form.is_stale(order) and not is_done(order):
        db.session.rollback()
        flash(stale_words(order, form), "wrong")
        return to_order(order_id)
    try:
        verb(db.session, order, actor=staff_actor(), now=now())
    except MoveRefusedError as error:
        db.session.rollback()
        flash(of_move(error), "wrong")
        return to_order(order_id)
    db.session.commit()
    flash(done, "good")
    return to_order(order_id)


def has_status(*statuses: OrderStatus) -> Callable[[Order], bool]:
    return lambda order: order.status in statuses


def stale_words(order: Order, form: SeenForm) -> str:
    """Say that nothing was done, and what happened to the order since the page was opened."""
    since = _instant(form.seen_at.data)
    happened: list[Any] = [
        line for line in history_of(db.session, g.shop, ("order", order.id), limit=20) if line.changes
    ]
    named = [line for line in happened if since and line.at >= since][:MOST_CHANGES] or happened[:1]
    told = _("、").join(f"{line.what}（{line.who}）" for line in named)
    words = _(
        "この画面を開いたあとに注文が変わったので、まだ何もしていません。今の内容をご確認のうえ、もう一度操作してください。"
    )
    return f"{words}{_('変わったこと：%(what)s', what=told)}" if told else str(words)


def _instant(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
