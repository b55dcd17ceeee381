"""Job for access: delete old login failures, locks, codes, links and sessions."""

from portal import clock
from portal.access import sweeping
from portal.jobs.context import begin
from portal.jobs.queue import job
from portal.staff import sweeping as staff_sweeping


@job
def forget_old_access() -> None:
    with begin() as session, session.begin():
        sweeping.sweep(session, clock.now())
        staff_sweeping.sweep(session, clock.now())
