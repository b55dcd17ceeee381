"""Flask extensions, and how the two databases are opened."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from inspect import iscoroutinefunction
from typing import Any, TypeVar

from flask import Flask, before_render_template, current_app, g, has_request_context, request
from flask_babel import Babel
from flask_limiter import Limiter
from flask_sqlalchemy_lite import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from portal.access.rules import addresses

READING = frozenset({"GET", "HEAD", "OPTIONS"})

View = TypeVar("View", bound=Callable[..., Any])

db = SQLAlchemy(session_options={"expire_on_commit": False})
babel = Babel()
csrf = CSRFProtect()


def client_address() -> str:
    """Return the address that limits count by: an IPv4 address, or the /64 of an IPv6 line."""
    return addresses.counted(request.remote_addr)


limiter = Limiter(
    client_address, default_limits=["1800 per minute"], headers_enabled=False, in_memory_fallback_enabled=True
)
"""Limits per address. The default suits a page just after a shop's mailing: thousands share a carrier's addresses.

While the shared storage is away, each process counts for itself: no page may depend on it.
"""


def engine_options(url: str) -> dict[str, Any]:
    """Return `SQLALCHEMY_ENGINES["default"]` for this URL. Errors are logged, so they leave out statements' values."""
    if url.startswith("sqlite"):
        return {"url": url, "hide_parameters": True, "connect_args": {"timeout": 30, "check_same_thread": False}}
    return {"url": url, "hide_parameters": True, "pool_pre_ping": True}


def prepare_engine(engine: Engine) -> None:
    """Set up SQLite: WAL, foreign keys, and the write lock at the start of every transaction that may write.

    With the driver's own transactions two read-modify-writes could run side by side and one of them be lost.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        # FULL: with NORMAL a power cut takes back the last commits, and a receipt's number would be given twice.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        usual = "BEGIN IMMEDIATE" if not has_request_context() or g.get("writes") else "BEGIN"
        connection.exec_driver_sql(connection.get_execution_options().get("begin", usual))


def reading(view: View) -> View:
    """Mark a view that is posted to but does not write through `db.session`, or not before `start_writing()`."""
    view.reads_only = True  # type: ignore[attr-defined]
    return view


def start_writing(*keeps: object) -> None:
    """Let `db.session` hold SQLite's write lock from here on. What was read before is read anew when it is asked for.

    `keeps`: rows that this request only reads; they stay as they are.
    """
    kept = [row for row in keeps if row in db.session]
    for row in kept:
        db.session.expunge(row)
    db.session.rollback()
    db.session.add_all(kept)
    g.writes = True


def stop_writing() -> None:
    """Take back what was not committed; from here on the request only reads, and nobody waits for it.

    A later commit raises RuntimeError: what it believes to have written is gone.
    """
    if g.get("writes"):
        db.session.rollback()
        g.writes = False
        event.listen(db.session, "before_commit", _refuse_commit)


def _refuse_commit(_session: Session) -> None:
    raise RuntimeError("the page was drawn before this commit, and what was written before it was taken back")


@contextmanager
def writing_session() -> Iterator[Session]:
    """Open a short transaction of its own, committed at the end.

    It is for what a GET may write (idle time, a cached PDF), and for a `reading` view. Raise RuntimeError if this
    request's `db.session` may hold SQLite's only write lock.
    """
    if has_request_context() and g.get("writes") and db.session.in_transaction():
        raise RuntimeError("db.session holds the write lock: this would wait for itself")
    with (
        Session(db.engine.execution_options(begin="BEGIN IMMEDIATE"), expire_on_commit=False) as session,
        session.begin(),
    ):
        yield session


def _begin_view() -> None:
    """Take the lock for a view that is posted to, after access was checked and the body has arrived without it."""
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method not in READING and not getattr(view, "reads_only", False):
        start_writing()


def _begin_page(_app: Flask, **_: object) -> None:
    """Stop writing before a page is drawn, which takes time; by then the view has committed or refused."""
    stop_writing()


def init_app(app: Flask) -> None:
    db.init_app(app)
    # The extension also closes asynchronous sessions, for which Flask starts a thread after each request. We have none.
    app.teardown_appcontext_funcs[:] = [end for end in app.teardown_appcontext_funcs if not iscoroutinefunction(end)]
    csrf.init_app(app)
    limiter.init_app(app)
    # Registered after the check of the form's token, which reads the body.
    app.before_request(_begin_view)
    before_render_template.connect(_begin_page, app)
    with app.app_context():
        prepare_engine(db.engine)
