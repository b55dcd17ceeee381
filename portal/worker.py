"""The worker process: `celery -A portal.worker worker --beat`.

The renderer is loaded once in the master and shared by the processes it forks; they are replaced when they grow.
TERM lets a running job finish; whatever a killed one leaves is found again by the sweeps.
"""

import gc
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import structlog
from celery import Celery
from celery.signals import (
    beat_embedded_init,
    beat_init,
    before_task_publish,
    worker_init,
    worker_process_init,
    worker_ready,
)
from celery.worker import state
from sqlalchemy.exc import SQLAlchemyError

from portal.app import create_app
from portal.extensions import db
from portal.jobs import EVERY, JOBS, heartbeats, nudge

LIMITS: dict[str, dict[str, Any]] = {"render": {"soft_time_limit": 90, "time_limit": 110}}
"""Limits in seconds. A page that the engine never finishes must not keep a process for good.

The soft limit raises an exception, which is noted on the row; the hard one kills the process, before
`renditions.CLAIM_LASTS` ends and another worker begins the same page."""

LOOKS_EVERY = 5.0
"""Seconds between two looks of the watch."""
STUCK_SECONDS = 30.0
"""Seconds after which jobs that nobody takes mean that the pool hangs."""

log = structlog.get_logger("mypage")

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


@beat_embedded_init.connect
@worker_process_init.connect
def leave_masters_connections(**_signal: object) -> None:
    """Drop the master's connections: two processes on one connection would read each other's answers."""
    with web.app_context():
        db.engine.dispose(close=False)


@beat_init.connect
@beat_embedded_init.connect
def note_what_is_scheduled(**_signal: object) -> None:
    """In the scheduler's process: note its heartbeat whenever it sends the worker's."""
    before_task_publish.connect(note_scheduler, sender="heartbeat", weak=False)


def note_scheduler(**_signal: object) -> None:
    try:
        with web.app_context():
            heartbeats.beat("scheduler")
    except SQLAlchemyError as error:
        log.warning("heartbeat lost", error=type(error).__name__)


@worker_ready.connect
def watch(sender: Any, **_signal: object) -> None:
    """Watch this worker from a thread: whoever started it starts it anew when it ends."""
    beat = getattr(sender.controller, "beat", None)
    threading.Thread(target=_watch, args=(beat,), daemon=True).start()


def _watch(beat: Any) -> None:
    stuck_since: float | None = None
    while True:
        time.sleep(LOOKS_EVERY)
        if beat is not None and not beat.is_alive():
            log.error("the scheduler died; ending, to be started anew")
            os.kill(os.getpid(), signal.SIGTERM)
            return
        stuck_since = (stuck_since or time.monotonic()) if _is_stuck() else None
        if stuck_since and time.monotonic() - stuck_since > STUCK_SECONDS:
            log.error("jobs wait and no process takes them; ending, to be started anew")
            _end_at_once()


def _is_stuck() -> bool:
    """Tell whether jobs have arrived here while none of the processes has accepted any.

    A process that is killed while it takes a job keeps the lock of the pool, and its successors wait for that forever.
    """
    return bool(state.reserved_requests) and not state.active_requests


def _end_at_once() -> None:
    """End with all processes, which would not hear a TERM. What they had claimed is found again by the sweeps."""
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text().split():
            os.kill(int(child), signal.SIGKILL)
    os._exit(os.EX_SOFTWARE)


@worker_ready.connect
def look_around(**_signal: object) -> None:
    """Nudge every sweep, so that what was left while no worker ran need not wait for the schedule."""
    with web.app_context():
        for name in EVERY:
            nudge(name)
