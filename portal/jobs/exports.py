"""Jobs for exported files: write them, find those left unfinished, delete the old ones."""

from uuid import UUID

from portal import clock
from portal.exports import verbs as exports
from portal.exports import writing
from portal.jobs.context import begin, nudge_each, ports
from portal.jobs.queue import job, nudge


@job
def write_export(export_id: str) -> None:
    """Write an export's file. Nudged after every commit that asked for one."""
    if writing.carry_on(begin, UUID(export_id), store=ports().documents, clock=clock.now):
        nudge("write_export", export_id)


@job
def exports_left_out() -> None:
    nudge_each("write_export", writing.left_out)


@job
def expire_exports() -> None:
    with begin() as session, session.begin():
        exports.expire(session, ports().documents, clock.now())
