"""Jobs for PDFs: make them, find those left unmade, delete old ones."""

from uuid import UUID

from portal import clock
from portal.jobs.context import begin, nudge_each, ports
from portal.jobs.queue import job
from portal.receipts import given, renditions, yearly


@job
def render(rendition_id: str) -> None:
    """Make one PDF. Nudged after every commit that asked for one."""
    renditions.make(begin, UUID(rendition_id), renderer=ports().renderer, store=ports().documents, clock=clock.now)


@job
def render_left_out() -> None:
    """Nudge `render` for PDFs whose nudge was lost, whose worker died or that failed."""
    nudge_each("render", renditions.left_out)


@job
def forget_papers() -> None:
    """Delete the statements and delivery notes whose years are over, and lists of purchases after a week."""
    with begin() as session, session.begin():
        given.forget(session, ports().documents, clock.now())
        yearly.forget(session, ports().documents, clock.now())
