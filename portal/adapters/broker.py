"""Job queue: the Celery set-up of the web processes, which send nudges, and of the worker, which gets them."""

from typing import Any

from celery import Celery
from celery.beat import PersistentScheduler, SchedulingError

from portal.adapters import broker_file
from portal.config import Settings

QUEUE = "mypage"
MAX_CHILD_KILOBYTES = 180_000
"""Memory at which a worker process is replaced. It usually stays below 150 MB, mostly shared; more is a leak."""
LONGEST_JOB = 30 * 60
"""Seconds after which a job's process is killed and replaced. No healthy job takes so long: a run of mails has its own
limits, and killing it earlier would leave a mail that may or may not have been sent."""
CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 2.0


class Scheduler(PersistentScheduler):
    """Celery's scheduler, but it reconnects after an error; Celery's own would never send a sweep again."""

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
        # A job claims rows and writes its outcome to them; nobody waits for its result.
        task_ignore_result=True,
        result_backend=None,
        task_serializer="json",
        accept_content=["json"],
        task_acks_late=True,
        # Sweeps, which count attempts, retry a job that killed its process; redelivered, it would kill forever.
        task_reject_on_worker_lost=False,
        worker_prefetch_multiplier=1,
        task_time_limit=LONGEST_JOB,
        worker_max_memory_per_child=MAX_CHILD_KILOBYTES,
        # structlog writes whole lines to stdout; Celery would wrap each into a line of its own.
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
    """Raise an error if no job could be queued now; to find out, declare the queue, which every broker answers."""
    with app.connection_for_write() as connection:
        app.amqp.queues[QUEUE].bind(connection.default_channel).queue_declare()


def _transport_options(url: str) -> dict[str, Any]:
    """Return options for a single attempt: a buyer waits meanwhile, and sweeps find the rest.

    Celery's default is to retry forever.
    """
    once = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
    if url.startswith("redis"):
        return once | {"socket_connect_timeout": CONNECT_SECONDS, "socket_timeout": ANSWER_SECONDS}
    return once
