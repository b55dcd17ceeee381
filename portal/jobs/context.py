"""What jobs share: database sessions, the adapters, how many mails are posted in one transaction."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from flask import current_app
from sqlalchemy.orm import Session

from portal import clock
from portal.extensions import db
from portal.jobs.queue import nudge
from portal.ports import Ports

TOLD_A_RUN = 500
"""Most mails that are posted for one shop in one transaction; the rest follows with the next sweep."""


def begin() -> Session:
    return Session(db.engine, expire_on_commit=False)


def reading() -> Session:
    """Open a session for reading; on SQLite it takes no lock, and keeps nobody from writing."""
    return Session(db.engine.execution_options(begin="BEGIN"), expire_on_commit=False)


def nudge_each(job: str, left_out: Callable[[Session, datetime], Iterable[UUID]]) -> None:
    """Nudge the job for each thing whose nudge was lost or whose worker died."""
    with begin() as session:
        waiting = left_out(session, clock.now())
    for each in waiting:
        nudge(job, str(each))


def ports() -> Ports:
    wired: Ports = current_app.extensions["ports"]
    return wired
