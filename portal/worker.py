"""The worker process: `celery -A portal.worker worker --beat`.

The renderer is loaded once in the master and shared by the processes it forks; they are replaced when they grow.
TERM lets a running job finish; whatever a killed one leaves is found again by the sweeps.
"""

import gc
from typing import Any

from celery import Celery
from celery.signals import worker_init, worker_process_init, worker_ready

from portal.app import create_app
from portal.extensions import db
from portal.jobs import EVERY, JOBS, nudge

LIMITS: dict[str, dict[str, Any]] = {"render": {"soft_time_limit": 90, "time_limit": 110}}
"""Limits in seconds. A page that the engine never finishes must not keep a process for good.

The soft limit raises an exception, which is noted on the row; the hard one kills the process, before
`renditions.CLAIM_LASTS` ends and another worker begins the same page."""

web = create_app()
app: Celery = web.extensions["celery"]


def _task(name: str) -> None:
    def run(*args: Any) -> None:
        with web.app_context():
            JOBS[name](*args)

    app.task(name=name, **LIMITS.get(name, {}))(run)  # type: ignore[no-untyped-call]  # its types know no options out of a table


for _name in JOBS:
    _task(_name)
# While no worker runs, sweeps do not pile up in the queue: each is gone when the next one is due.
app.conf.beat_schedule = {
    name: {"task": name, "schedule": every, "options": {"expires": every.total_seconds()}}
    for name, every in EVERY.items()
}


COLLECTED_AFTER = 10_000
"""New objects between collections; Python's own 700 means dozens of futile ones for every chunk of orders."""


@worker_init.connect
def warm_up(**_signal: object) -> None:
    web.extensions["ports"].renderer.warm()
    spare_the_collector()


def spare_the_collector() -> None:
    """Exempt what stays for good from garbage collection, so that forked processes go on sharing its memory."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_AFTER)


@worker_process_init.connect
def leave_masters_connections(**_signal: object) -> None:
    """Drop the master's connections: two processes on one connection would read each other's answers."""
    with web.app_context():
        db.engine.dispose(close=False)


@worker_ready.connect
def look_around(**_signal: object) -> None:
    """Nudge every sweep, so that what was left while no worker ran need not wait for the schedule."""
    with web.app_context():
        for name in EVERY:
            nudge(name)
