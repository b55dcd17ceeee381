"""The registry of jobs, and how a worker is asked to run one."""

from collections.abc import Callable
from typing import ParamSpec

import structlog
from flask import current_app

P = ParamSpec("P")

log = structlog.get_logger("mypage")

JOBS: dict[str, Callable[..., None]] = {}
"""Jobs by the names that messages to the worker carry; complete once `portal.jobs` is imported."""


def job(run: Callable[P, None]) -> Callable[P, None]:
    """Register a job under the function's name. Messages under way carry that name: do not rename jobs."""
    JOBS[run.__name__] = run
    return run


def nudge(job: str, *args: str | int) -> None:
    """Ask a worker to run `job` soon; call it after the commit. Raise ValueError if there is no such job.

    A broker that fails is only logged: a sweep finds what a lost nudge left.
    """
    if job not in JOBS:
        raise ValueError(f"no such job: {job}")
    queue = current_app.extensions["celery"]
    try:
        queue.send_task(job, args, retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - each broker has its own, and none of them may reach the buyer
        log.warning("nudge lost", job=job, error=type(error).__name__)
