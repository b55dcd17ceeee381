"""MyPage as it runs: gunicorn and the worker in processes of their own, on a database file and a broker file."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from itertools import count
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.config import Settings
from portal.extensions import db
from portal.models import Order, Receipt, Rendition, Shop
from tests.browser.clockfile import VARIABLE, ClockFile
from tests.cast import Cast
from tests.databases import free_port
from tests.waiting import until

ROOT = Path(__file__).parents[2]
_slugs = count(1)


class Site:
    def __init__(self, settings: Settings, clock: ClockFile) -> None:
        self.settings = settings
        self.clock = clock
        self.app: Flask = create_app(settings)
        """Application for its commands, its database and its keys; the pages come from the served one."""
        self.app.config["CLOCK"] = clock
        with self.app.app_context():
            self._engine = db.engine
        self.demo_links = ""
        """Links that `make run` prints."""

    def command(self, *arguments: str) -> str:
        """Run `flask …` and return what it printed.

        Not to be called while a browser is open: Flask would take Playwright's event loop for a request's.
        """
        with self.app.app_context():
            result = self.app.test_cli_runner().invoke(args=list(arguments), catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    def close(self) -> None:
        self._engine.dispose()

    def url(self, path: str = "/") -> str:
        return self.settings.public_url + path

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Yield a session that is committed at the end; keep it short, as it holds the write lock."""
        with Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def cast(self) -> Iterator[Cast]:
        with self.session() as session:
            yield Cast(session, self.clock())

    def new_slug(self) -> str:
        """Return a slug that no shop has yet.

        Every test has shops of its own, so that their receipts, locks and settings do not meet.
        """
        return f"sakura{next(_slugs)}"

    def link(self, shop: Shop, order: Order) -> str:
        """Return the link that stands in the shop's mail."""
        return self.url(f"/{shop.slug}/o/{self.app.extensions['links'].sign_order(shop.id, order.id)}")

    def mails(self, recipient: str) -> list[EmailMessage]:
        """Return the mails that the worker has sent to this address, oldest first."""
        files = sorted(self.settings.mails.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        mails = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
        return [mail for mail in mails if mail["To"] == recipient]

    def new_mail(self, recipient: str) -> EmailMessage:
        """Wait for the one mail to this address and return it."""
        (mail,) = until(lambda: self.mails(recipient))
        return mail

    def print_receipts(self, order_id: UUID) -> None:
        """Wait until the worker has printed the order's receipts; a page that looks for them finds them soon after."""
        printing = select(Rendition.id).join(Receipt, Receipt.rendition_id == Rendition.id)
        printing = printing.where(Receipt.order_id == order_id, Rendition.stored_at.is_(None))

        def is_done() -> bool:
            with self.session() as session:
                return session.scalar(printing.limit(1)) is None

        until(is_done)

    def new_text(self, recipient: str) -> str:
        """Wait for the one mail to this address and return its plain text."""
        body = self.new_mail(recipient).get_body(("plain",))
        assert body
        text: str = body.get_content()
        return text


@contextmanager
def running_site(folder: Path) -> Iterator[Site]:
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    clock = ClockFile(folder / "clock")
    clock.set()
    settings = Settings(instance_dir=folder / "instance", public_url=f"http://127.0.0.1:{port}")
    site = Site(settings, clock)
    site.command("db-upgrade")
    site.command("load-demo")
    site.demo_links = site.command("demo-links")
    environment = os.environ | {
        "INSTANCE_DIR": str(settings.instance),
        "PUBLIC_URL": settings.public_url,
        VARIABLE: str(clock.path),
    }
    web = ["gunicorn", "--config", "python:portal.server", "tests.browser.wsgi:app", "--workers", "1"]
    web += ["--bind", f"127.0.0.1:{port}"]
    worker = ["celery", "--quiet", "-A", "tests.browser.worker", "worker", "--concurrency", "1"]
    worker += ["--loglevel", "WARNING"]
    with (folder / "log").open("wb") as log, _process(web, environment, log), _process(worker, environment, log):
        until(lambda: _answers(site.url("/readyz")))
        yield site
    site.close()


@contextmanager
def _process(command: list[str], environment: dict[str, str], log: object) -> Iterator[None]:
    # Killed tests clean up nothing, so the kernel ends the process when its parent is gone.
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, "-W", "ignore", "-m", *command],
        cwd=ROOT,
        env=environment,
        stdout=log,  # type: ignore[call-overload]
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False
