"""The one way from a request to an order: through the live session in which it was proved."""

from typing import NoReturn, cast
from uuid import UUID

from flask import (
    abort,
    after_this_request,
    current_app,
    g,
    make_response,
    render_template,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from portal.access import sessions
from portal.access.rules import second_step
from portal.access.rules.visits import Visit
from portal.access.sessions import Entry
from portal.clock import now
from portal.extensions import db, writing_session
from portal.models import Order
from portal.web.redirects import go_to, page_here

TOKEN = "visit"  # noqa: S105 - the name of the cookie's entry


def visit() -> Visit | None:
    """Return the live buyer session of the request, or None if nobody has logged in."""
    if "visit" not in g:
        entry = visit_entry(None)
        g.visit = entry.visit if entry and entry.is_live else None
    return cast(Visit | None, g.visit)


def visit_actor() -> str:
    """Return who acts, for the audit. Call it only behind `require_order`."""
    found = visit()
    assert found is not None
    return found.actor


def require_order(
    order_id: UUID, *, background: bool = False, even_closed: bool = False, even_parcel_only: bool = False
) -> Order:
    """Return the order, or end the request.

    Anonymous → login page, someone else's or unknown → 404, too old → the expired page, open as a parcel only → the
    second step. `background` says that the page refreshes itself and nobody is doing anything: the 30 idle minutes run
    on. `even_closed`: for the form to ask the shop, which the expired page leads to. `even_parcel_only`: for pages that
    look at `sees_parcel_only` or tell nothing of the order.
    """
    entry = _require(
        order_id, background=background, load=True, even_closed=even_closed, even_parcel_only=even_parcel_only
    )
    order = entry.order
    assert order is not None
    return order


def require_visit(*, background: bool = False) -> Entry:
    """Return a live session, whatever was proved in it; send an anonymous visitor to the login page."""
    entry = visit_entry(None)
    if entry is None or not entry.is_live:
        go_to(login_url(entry))
    g.visit = entry.visit
    if not background:
        _note_seen(entry)
    return entry


def require_order_id(order_id: UUID, *, background: bool = False) -> UUID:
    """Return the id if `require_order` would return its order, for pages that load the columns they need themselves.

    They look at `sees_parcel_only`.
    """
    _require(order_id, background=background, load=False, even_parcel_only=True)
    return order_id


def sees_parcel_only() -> bool:
    """Tell whether the order that `require_order` has let through is open as a parcel only."""
    entry = cast(Entry | None, g.get("entry_of_order"))
    return entry is not None and entry.parcel_only


def require_receipt_step(order: Order) -> None:
    """Send the buyer to the second step if the receipt asks for it and the session has not taken it yet."""
    entry = cast(Entry, g.entry_of_order)
    if second_step.receipt_needs_step(g.shop, entry.visit, order, by_link=entry.by_link):
        _go_to_step(order.id)


def require_others_step(order: Order) -> None:
    """Send the buyer to the second step if the shop asks for it before the other orders are shown."""
    entry = cast(Entry, g.entry_of_order)
    if second_step.needs_step(g.shop, second_step.Action.OTHER_ORDERS, entry.visit, order):
        _go_to_step(order.id)


def order_url(order_id: UUID) -> str:
    return url_for(".show_order", order_id=order_id)


def login_url(entry: Entry | None = None) -> str:
    """Return the address of the login page; after a timeout it is the order's own link, which needs no order code.

    Only who came by the link gets it: it opens more than a typed code does.
    """
    if entry is not None and entry.has_timed_out and entry.proves_order and entry.by_link:
        signed = current_app.extensions["links"].sign_order(g.shop.id, entry.order_id)
        return url_for(".show_link_login", signed=signed, note="timeout")
    return url_for(".show_login", note="ended" if TOKEN in session else None)


def _go_to_step(order_id: UUID) -> NoReturn:
    go_to(url_for(".show_second_step", order=order_id, back=page_here()))


def _require(
    order_id: UUID, *, background: bool, load: bool, even_closed: bool = False, even_parcel_only: bool = False
) -> Entry:
    entry = visit_entry(order_id, load=load)
    if entry is None or not entry.is_live:
        go_to(login_url(entry))
    if not entry.proves_order:
        abort(404)
    g.about = {"order": order_id}
    if not entry.is_open and not even_closed:
        abort(make_response(render_template("mypage/access/expired.html"), 410))
    g.visit, g.entry_of_order = entry.visit, entry
    if entry.parcel_only and not even_parcel_only:
        _go_to_step(order_id)
    if not background:
        _note_seen(entry)
    return entry


def visit_entry(order_id: UUID | None, *, load: bool = False) -> Entry | None:
    """Return the session of the cookie, or None without one or if it is unknown. It is read once per request."""
    token = session.get(TOKEN)
    if not token:
        return None
    asked = (token, order_id, load)
    if g.get("asked_entry") != asked:
        g.entry = sessions.look_up(db.session, g.shop, token, order_id=order_id, load=load, now=now())
        g.asked_entry = asked
    return cast(Entry | None, g.entry)


def _note_seen(entry: Entry) -> None:
    instant = now()
    if not sessions.is_due(entry.seen_at, instant):
        return

    @after_this_request
    def note(response: Response) -> Response:
        """Note the activity once the answer stands, whatever it is: a preview or a refused form is activity too."""
        # The request's own transaction may hold SQLite's only write lock.
        db.session.close()
        with writing_session() as writing:
            sessions.note_seen(writing, entry.visit.session_id, instant)
        return response
