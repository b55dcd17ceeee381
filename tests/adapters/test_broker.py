"""The scheduler that starts the sweeps on the broker file."""

from datetime import timedelta
from pathlib import Path

import pytest
from celery.beat import SchedulingError
from celery.schedules import schedule

from portal.adapters.broker import QUEUE, Scheduler, job_queue
from portal.config import Settings


def test_sweeps_go_on_over_a_new_connection_after_the_broker_failed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = job_queue(Settings(instance_dir=tmp_path))
    scheduler = Scheduler(app=app, lazy=True)
    sweep = scheduler.Entry(name="sweep", task="sweep", schedule=schedule(timedelta(seconds=30)), app=app)
    scheduler.apply_async(sweep, advance=False)
    broken = scheduler.producer
    with monkeypatch.context() as broker:
        broker.setattr(scheduler, "send_task", refuse)
        with pytest.raises(SchedulingError):
            scheduler.apply_async(sweep, advance=False)
    scheduler.apply_async(sweep, advance=False)
    assert scheduler.producer is not broken
    with app.connection_for_read() as connection:
        assert connection.SimpleQueue(QUEUE).qsize() == 2


def refuse(*_: object, **__: object) -> None:
    raise OSError("locking protocol")
