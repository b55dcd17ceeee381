"""What the worker does. A job claims its rows, may run twice or side by side, and is found again by a sweep.

Jobs are plain functions that run in the application's context; `portal.worker` makes Celery tasks of them. Each is
an entry point: it asks the time, calls verbs and commits. To add one: write it, put it into JOBS, and, if it looks
for rows that a lost nudge left, into EVERY.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import structlog
from flask import current_app
from sqlalchemy.orm import Session

from portal import clock
from portal.extensions import db
from portal.notifications import delivery
from portal.ports import Attachment, Ports

log = structlog.get_logger("mypage")

MAILS_A_RUN = 20
"""After so many the run ends and asks for another one, so that a buyer's receipt can be rendered in between."""


def begin() -> Session:
    return Session(db.engine, expire_on_commit=False)


def ports() -> Ports:
    wired: Ports = current_app.extensions["ports"]
    return wired


def send_mails() -> None:
    """Send what is due. Nudged after every commit that posted a mail."""
    more = delivery.send_due(begin, mailer=ports().mailer, attachment=attachment, clock=clock.now, limit=MAILS_A_RUN)
    if more:
        nudge("send_mails")


def attachment(rendition_id: Any) -> Attachment:
    raise LookupError(rendition_id)


def mark_stuck_mails() -> None:
    with begin() as session, session.begin():
        stuck = delivery.mark_stuck(session, clock.now())
    if stuck:
        log.warning("mails unknown", count=stuck)


# --- which jobs there are --------------------------------------------------------------------------------------------
JOBS: Mapping[str, Callable[..., None]] = {
    job.__name__: job
    for job in (
        send_mails,
        mark_stuck_mails,
    )
}
EVERY: Mapping[str, timedelta] = {
    "send_mails": timedelta(seconds=30),
    "mark_stuck_mails": timedelta(minutes=5),
}
"""The sweeps. Two schedulers only make them run twice as often."""


def nudge(job: str, *args: str | int) -> None:
    """Ask a worker to run `job` soon; call it after the commit. Never fails: a sweep finds what a lost nudge left."""
    if job not in JOBS:
        raise ValueError(f"no such job: {job}")
    try:
        current_app.extensions["celery"].send_task(job, args, retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - each broker has its own, and none of them may reach the buyer
        log.warning("nudge lost", job=job, error=type(error).__name__)
