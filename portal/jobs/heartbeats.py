"""Heartbeats of worker and scheduler, by which /readyz tells that nobody sends mails or makes orders any more."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import clock
from portal.jobs.context import begin
from portal.jobs.queue import job
from portal.models import Heartbeat

SILENT_AFTER = timedelta(minutes=2)
PARTS = ("worker", "scheduler")


@job
def heartbeat() -> None:
    """Note that a worker carries out jobs."""
    beat("worker")


def beat(part: str) -> None:
    """Note in a transaction of its own that a part is alive."""
    with begin() as session, session.begin():
        session.merge(Heartbeat(part=part, at=clock.now()))


def silent(session: Session, now: datetime) -> dict[str, str]:
    """Return part → since when nothing was heard of it, for those that are silent; the words are for engineers."""
    heard = {row.part: row.at for row in session.scalars(select(Heartbeat))}
    return {part: _words(heard.get(part), now) for part in PARTS if _is_silent(heard.get(part), now)}


def _is_silent(at: datetime | None, now: datetime) -> bool:
    return at is None or now - at > SILENT_AFTER


def _words(at: datetime | None, now: datetime) -> str:
    return "never heard" if at is None else f"silent for {(now - at).total_seconds():.0f} seconds"
