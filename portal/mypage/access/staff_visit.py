"""Staff visits: staff open the buyer's page by a link from their own pages, see what the buyer sees, change nothing."""

from uuid import UUID

from flask import Response, current_app, g, make_response, redirect, render_template, request, session
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as AnyResponse

from portal.access import staff_visits
from portal.access.rules.visits import Visit
from portal.clock import now
from portal.extensions import READING, writing_session
from portal.mypage.blueprint import blueprint
from portal.mypage.orders.loader import TOKEN, order_url, visit
from portal.web.redirects import is_partial

LEAVING = "mypage.log_out"
BY_STAFF = "by_staff"


@blueprint.get("/as-staff/<signed:token>")
def enter_as_staff(token: str) -> AnyResponse | tuple[str, int]:
    """Start a staff visit; the link opens once, within a minute, as it stays behind in the browser's history."""
    instant = now()
    session_id: UUID | None = current_app.extensions["links"].read_staff_visit(g.shop.id, token, instant)
    taken = None
    if session_id is not None:
        with writing_session() as writing:
            taken = staff_visits.take_over(writing, g.shop.id, session_id, instant)
    if taken is None:
        return render_template("mypage/access/staff_link_gone.html"), 410
    session.clear()
    session[TOKEN], order_id = taken
    session[BY_STAFF] = True
    return redirect(order_url(order_id), 303)


@blueprint.before_request
def refuse_changes_by_staff() -> Response | None:
    """Refuse, before its view, whatever could change something in a staff visit; no other place keeps it from that."""
    if request.method in READING or request.endpoint == LEAVING or not _is_staff(visit()):
        return None
    if is_partial():
        # htmx would put the refusal into the page.
        return make_response("", 403, {"HX-Reswap": "none"})
    return make_response(render_template("mypage/access/only_looking.html"), 403)


@blueprint.app_context_processor
def banner() -> dict[str, object]:
    return {"is_looked_at_by_staff": is_looked_at_by_staff}


def is_looked_at_by_staff() -> bool:
    """Tell whether to show the banner of a staff visit.

    The database is not asked for buyers' pages: only the cookie of a staff visit has the mark.
    """
    if request.blueprint != blueprint.name or BY_STAFF not in session:
        return False
    try:
        return _is_staff(visit())
    except SQLAlchemyError:
        # The error page must stand without a database.
        return False


def _is_staff(current: Visit | None) -> bool:
    return current is not None and current.opened_by is not None
