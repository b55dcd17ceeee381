"""Check of whom a page admits, made before every view: signed in → of the shop → the app's code → the role.

Another shop's page is 404, too low a role is 403.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, abort, after_this_request, current_app, g, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import select
from werkzeug.wrappers import Response

from admin.ground import back
from portal.clock import now
from portal.extensions import db, writing_session
from portal.models import Membership, Shop
from portal.staff import sessions
from portal.staff.roles import allows
from portal.staff.sessions import Entry
from portal.values.roles import Role
from portal.web.redirects import go_to

LARGE_FORM = 1_000_000
"""Most bytes of a large form's text, without its files."""

View = TypeVar("View", bound=Callable[..., Any])

logins = LoginManager()


class SignedIn(UserMixin):
    """Flask-Login's `current_user`: a member of staff in a live session."""

    def __init__(self, token: str, entry: Entry) -> None:
        self.token = token
        self.session_id = entry.session_id
        self.seen_at = entry.seen_at
        self.totp_at = entry.totp_at
        self.staff = entry.staff

    def get_id(self) -> str:
        """Return what the cookie carries: the session's token, not the person, so that a session can be ended."""
        return self.token


def load(token: str) -> SignedIn | None:
    entry = sessions.look_up(db.session, token, now())
    return SignedIn(token, entry) if entry else None


# --- the marks -------------------------------------------------------------------------------------------------------
def anyone(view: View) -> View:
    """Mark a page that is open before signing in."""
    return _mark(view, None, signed_in=False)


def member(view: View) -> View:
    """Mark a page of one's own, outside the shops."""
    return _mark(view, None, signed_in=True)


def needs(role: Role) -> Callable[[View], View]:
    """Mark a page of a shop with the role that it needs: `@needs(Role.OPERATOR)`."""
    return lambda view: _mark(view, role, signed_in=True)


def takes(*, body: int | None = None, parts: int | None = None, file: int | None = None) -> Callable[[View], View]:
    """Allow a form to send more than others: bytes of the whole body, number of fields. It holds only once admitted.

    `file`: most bytes of a file, for the page that refuses a larger body.
    """

    def mark(view: View) -> View:
        view.takes = (body, parts, file)  # type: ignore[attr-defined]
        return view

    return mark


def _mark(view: View, role: Role | None, *, signed_in: bool) -> View:
    view.admits = (signed_in, role)  # type: ignore[attr-defined]
    return view


# --- the check -------------------------------------------------------------------------------------------------------
def check(endpoint: str | None, values: dict[str, Any] | None) -> None:
    view: Any = current_app.view_functions[endpoint or ""]
    signed_in, role = view.admits
    if not signed_in:
        return
    if not current_user.is_authenticated:
        go_to(url_for("admin.show_login", back=back.here()))
    _note_seen()
    if role is not None:
        _enter_shop((values or {}).pop("slug"), role)
    body, parts, g.largest_file = getattr(view, "takes", (None, None, None))
    if body:
        request.max_content_length = body
        # Files go to the disk, but the parser wants room for two of its blocks of 64 KB: with the usual limit, which
        # is one, it refuses every larger file.
        request.max_form_memory_size = min(body, LARGE_FORM)
    if parts:
        request.max_form_parts = parts


def staff_actor() -> str:
    """Return who acts, for the audit."""
    return f"staff:{current_user.staff.id}"


def may(role: Role | str) -> bool:
    """Return whether the person has this role in the page's shop; templates show by it what needs the role."""
    return "role" in g and allows(g.role, Role(role))


def belongs_to_shop(endpoint: str) -> bool:
    view = current_app.view_functions.get(endpoint)
    return view is not None and getattr(view, "admits", (False, None))[1] is not None


def shops_of(staff_id: UUID) -> list[Shop]:
    """Return the shops of which this person is a member, by name."""
    mine = select(Shop).join(Membership, Membership.shop_id == Shop.id).where(Membership.staff_id == staff_id)
    return list(db.session.scalars(mine.order_by(Shop.name)))


def _enter_shop(slug: str, needed: Role) -> None:
    row = db.session.execute(
        select(Shop, Membership.role)
        .join(Membership, Membership.shop_id == Shop.id)
        .where(Shop.slug == slug, Membership.staff_id == current_user.staff.id)
    ).one_or_none()
    if row is None:
        abort(404)
    g.shop, g.role = row[0], Role(row[1])
    if g.shop.totp_demanded and current_user.totp_at is None:
        go_to(url_for("admin.show_totp", back=back.here()))
    if not allows(g.role, needed):
        abort(403)


def _note_seen() -> None:
    instant = now()
    if not sessions.is_due(current_user.seen_at, instant):
        return
    session_id = current_user.session_id

    @after_this_request
    def note(response: Response) -> Response:
        # The request's own transaction may hold SQLite's only write lock.
        db.session.close()
        with writing_session() as writing:
            sessions.note_seen(writing, session_id, instant)
        return response


def init_app(app: Flask) -> None:
    logins.init_app(app)
    logins.user_loader(load)
    # A client's address changes during a session (phones, offices with several lines); only the token counts.
    logins.session_protection = None
    app.jinja_env.globals.update(may=may, shops_of=shops_of)
