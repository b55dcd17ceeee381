"""The worker in a process of its own, and the web's application beside it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.config import Settings
from portal.extensions import db
from tests.cast import Cast
from tests.notifications.mailserver import MailServer

ROOT = Path(__file__).parent.parent


@contextmanager
def worker(
    settings: Settings, *options: str, mails_to: MailServer | None = None, program: str = "portal.worker"
) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        "INSTANCE_DIR": str(settings.instance_dir),
        "DATABASE_URL": settings.database_url,
        "BROKER_URL": settings.broker_url,
        "PUBLIC_URL": "http://localhost",
    }
    if mails_to:
        environment |= {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(mails_to.port), "SMTP_SECURITY": "none"}
    command = [sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "-A", program, "worker"]
    process = subprocess.Popen(
        [*command, "--concurrency", "1", "--loglevel", "WARNING", *options],
        cwd=ROOT,
        env=os.environ | environment,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            kill(process)
        process.wait()


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and those it forked with kill -9."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, instance_dir=tmp_path / "instance", public_url="http://localhost")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Yield the web's application, whose clock runs like the worker's."""
    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def cast(session: Session, app: Flask) -> Cast:
    return Cast(session, app.config["CLOCK"]())
