"""The job queue: how Celery is set up, for the web processes that nudge and for the worker that is nudged."""

from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler, SchedulingError

from portal.adapters import broker_file
from portal.config import Settings

QUEUE = "mypage"
MAX_CHILD_KILOBYTES = 180_000
"""A worker process stays just below 150 MB, most of it shared with the master; above this it leaks and is replaced."""
LONGEST_JOB = 30 * 60
"""Seconds; then its process is killed and replaced. No job hangs so long: a run of mails waits with limits of its own,
and to end it earlier would leave a mail of which nobody knows whether it was sent."""
CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 2.0


class Scheduler(PersistentScheduler):
    """Celery's keeps one connection for ever: after an error on the broker file no sweep would be sent again."""

    def apply_async(self, *args: Any, **options: Any) -> Any:
        try:
            return super().apply_async(*args, **options)
        except SchedulingError:
            for kept in ("producer", "connection"):
                self.__dict__.pop(kept, None)
            raise


def job_queue(settings: Settings) -> Celery:
    broker_file.use()
    app = Celery("mypage", broker=settings.broker, set_as_current=False)
    app.conf.update(
        task_default_queue=QUEUE,
        # A job claims rows and writes what became of them there; nobody waits for its answer.
        task_ignore_result=True,
        result_backend=None,
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=True,
        # A job that killed its process is left to the sweeps, which count; handed out again at once, it would kill for ever.
        task_reject_on_worker_lost=False,
        worker_prefetch_multiplier=1,
        task_time_limit=LONGEST_JOB,
        worker_max_memory_per_child=MAX_CHILD_KILOBYTES,
        # structlog writes whole lines to stdout; Celery would wrap each into one of its own.
        worker_redirect_stdouts=False,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        event_queue_durable=False,
        beat_scheduler=f"{__name__}:{Scheduler.__name__}",
        broker_connection_retry_on_startup=True,
        broker_connection_timeout=CONNECT_SECONDS,
        broker_transport_options=_transport_options(settings.broker),
        broker_connection_max_retries=None,
        timezone="Asia/Tokyo",
        enable_utc=True,
    )
    return app


def check(app: Celery) -> None:
    """Raises when no job could be handed over now; declares the queue as the worker does, which every broker answers."""
    with app.connection_for_write() as connection:
        app.amqp.queues[QUEUE].bind(connection.default_channel).queue_declare()


def _transport_options(url: str) -> dict[str, Any]:
    """A buyer waits while a nudge is sent: one try, then the sweeps do it. (Celery's default is to try for ever.)"""
    once = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
    if url.startswith("redis"):
        return once | {"socket_connect_timeout": CONNECT_SECONDS, "socket_timeout": ANSWER_SECONDS}
    return once
