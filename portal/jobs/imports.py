"""Jobs for uploaded files: try or apply them, find those left unfinished, delete the old ones."""

from uuid import UUID

from flask import current_app

from portal import clock
from portal.importing.runs import uploads, working
from portal.jobs.context import begin, nudge_each, ports
from portal.jobs.queue import job, nudge


@job
def work_on_import(run_id: str) -> None:
    """Try or apply an uploaded file. Nudged after every commit that asked for it."""
    mailroom = current_app.extensions["mailroom"]
    more = working.carry_on(begin, UUID(run_id), store=ports().documents, mailroom=mailroom, clock=clock.now)
    for name in ("send_mails", "refresh_bundles", "ask_captures"):
        nudge(name)
    if more:
        nudge("work_on_import", run_id)
    else:
        nudge("renew_statistics")


@job
def imports_left_out() -> None:
    nudge_each("work_on_import", working.left_out)


@job
def forget_import_files() -> None:
    with begin() as session, session.begin():
        uploads.forget_files(session, ports().documents, clock.now())
