"""The real worker, `celery -A portal.worker`, with each broker: killed, stopped, cut off."""

import os
import signal
import subprocess
import sys
from collections import Counter
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.app import create_app
from portal.config import Settings
from portal.jobs import nudge
from portal.jobs.mails import mark_stuck_mails
from portal.models import OutboxMail, Receipt, Rendition
from portal.notifications import login_code
from portal.notifications.delivery import STUCK_AFTER
from portal.receipts.drafting import Texts
from portal.receipts.issuing import issue
from tests.cast import Cast
from tests.databases import free_port, redis_server
from tests.notifications.mailserver import MailServer
from tests.waiting import PATIENCE, until
from tests.worker_process import ROOT, app, cast, kill, settings, worker

__all__ = ["app", "cast", "settings"]


# Waiting for real processes takes long, and files with a long timeout start early.
pytestmark = pytest.mark.timeout(300)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Mark of tests in which the database plays no part."""


def post(app: Flask, cast: Cast, *codes: str, slug: str = "sakura") -> None:
    """Queue and commit one mail for each login code."""
    shop = cast.shop(slug)
    order = cast.order(shop)
    for code in codes:
        app.extensions["mailroom"].post(
            cast.session,
            shop=shop,
            order=order,
            message="login_code",
            recipient=order.email,
            context=login_code.context(code=code, order_code=order.code),
            language="ja",
            once_key=None,
            now=app.config["CLOCK"](),
        )
    cast.session.commit()


def ask(app: Flask) -> None:
    with app.app_context():
        nudge("send_mails")


def in_folder(settings: Settings) -> list[str]:
    """Return the texts of the mails that were written."""
    mails = (message_from_bytes(path.read_bytes(), policy=default) for path in settings.mails.glob("*.eml"))
    return [mail.get_body(("plain",)).get_content() for mail in mails]


def children(master: subprocess.Popen[bytes]) -> list[int]:
    """Return the processes that a worker has forked."""
    return [
        int(child) for file in Path(f"/proc/{master.pid}/task").glob("*/children") for child in file.read_text().split()
    ]


def waits(process: int, *where: str) -> bool:
    """Tell in which place of the kernel a process waits: a pool's for a job (pipe) or its turn (futex)."""
    return any(place in Path(f"/proc/{process}/wchan").read_text() for place in where)


def states(session: Session) -> Counter[str]:
    found = Counter(session.scalars(select(OutboxMail.state)))
    session.rollback()  # on SQLite a transaction left open would keep the worker waiting
    return found


def test_a_nudged_worker_sends_the_code_within_moments(
    app: Flask, session: Session, cast: Cast, settings: Settings
) -> None:
    with worker(settings):
        post(app, cast, "482913")
        ask(app)
        until(lambda: states(session) == {"sent": 1})
    assert "482913" in in_folder(settings)[0]


@on_sqlite
def test_a_mail_whose_nudge_was_lost_goes_out_when_a_worker_looks_around(
    app: Flask, session: Session, cast: Cast, settings: Settings
) -> None:
    post(app, cast, "482913")
    with worker(settings):
        until(lambda: states(session) == {"sent": 1})


@on_sqlite
def test_redis_may_be_the_broker_and_may_be_lost_and_come_back(
    app: Flask, session: Session, cast: Cast, settings: Settings, tmp_path: Path
) -> None:
    port = free_port()
    with_redis = settings.model_copy(update={"broker_url": f"redis://127.0.0.1:{port}/0"})
    web = create_app(with_redis)
    with worker(with_redis):
        with redis_server(port, tmp_path):
            post(web, cast, "111111")
            ask(web)
            until(lambda: states(session) == {"sent": 1})
        ask(web)  # this nudge is lost, which only the log says
        with redis_server(port, tmp_path):
            session.execute(update(OutboxMail).values(state="queued"))
            session.commit()
            until(lambda: ask(web) or states(session) == {"sent": 1})


def test_a_worker_killed_while_the_server_answers_leaves_unknown_and_sends_nothing_twice(
    app: Flask, session: Session, cast: Cast, settings: Settings
) -> None:
    post(app, cast, "111111", "222222", "333333")
    with MailServer() as server:
        with server.holding_its_answer() as has_content, worker(settings, mails_to=server) as first:
            until(has_content)
            kill(first)
        assert states(session) == {"sending": 1, "queued": 2}
        with worker(settings, mails_to=server):
            until(lambda: states(session) == {"sending": 1, "sent": 2})
        # Ten minutes pass.
        session.execute(update(OutboxMail).values(claimed_at=app.config["CLOCK"]() - STUCK_AFTER * 1.1))
        session.commit()
        with app.app_context():
            mark_stuck_mails()
        assert states(session) == {"unknown": 1, "sent": 2}
        assert sorted(Counter(mail["Message-ID"] for mail in server.received).values()) == [1, 1, 1]


@on_sqlite
def test_a_process_that_dies_is_replaced_and_its_mail_is_not_tried_again(
    app: Flask, session: Session, cast: Cast, settings: Settings
) -> None:
    post(app, cast, "111111", "222222", "333333")
    with MailServer() as server, worker(settings, mails_to=server) as master:
        with server.holding_its_answer() as has_content:
            until(has_content)
            for child in children(master):
                os.kill(child, signal.SIGKILL)
        until(lambda: ask(app) or states(session) == {"sending": 1, "sent": 2})
        assert len(server.received) == 3


@on_sqlite
def test_a_worker_whose_processes_were_killed_while_they_waited_ends_to_be_started_anew(
    app: Flask, session: Session, cast: Cast, settings: Settings
) -> None:
    """One of them has the lock of the pool, and those that replace it would wait for that forever."""
    with worker(settings, "--concurrency", "2", program="tests.hasty_worker") as master:
        until(lambda: "worker" not in app.test_client().get("/readyz").json)
        until(lambda: len(children(master)) == 2 and all(waits(child, "pipe", "futex") for child in children(master)))
        for child in children(master):
            os.kill(child, signal.SIGKILL)
        post(app, cast, "482913")
        assert until(lambda: ask(app) or master.poll()) == os.EX_SOFTWARE
        assert states(session) == {"queued": 1}


@on_sqlite
def test_a_worker_whose_scheduler_was_killed_ends_to_be_started_anew(app: Flask, settings: Settings) -> None:
    with worker(
        settings, "--beat", "--schedule", str(settings.instance / "one"), program="tests.hasty_worker"
    ) as master:
        until(lambda: app.test_client().get("/readyz").json == {"status": "ready"})
        (scheduler,) = until(lambda: [child for child in children(master) if waits(child, "nanosleep")])
        os.kill(scheduler, signal.SIGKILL)
        assert master.wait(PATIENCE) == 0


def test_a_worker_told_to_stop_finishes_the_mail_in_its_hands(
    app: Flask, session: Session, cast: Cast, settings: Settings
) -> None:
    post(app, cast, "111111")
    with MailServer() as server, worker(settings, mails_to=server) as process:
        with server.holding_its_answer() as has_content:
            until(has_content)
            process.terminate()
        assert process.wait(PATIENCE) == 0
    assert states(session) == {"sent": 1}


def test_two_workers_with_two_schedulers_send_every_mail_once(
    app: Flask, session: Session, cast: Cast, settings: Settings
) -> None:
    post(app, cast, *(f"{number:06}" for number in range(30)))
    with MailServer() as server:
        first = worker(settings, "--beat", "--schedule", str(settings.instance / "one"), mails_to=server)
        second = worker(settings, "--beat", "--schedule", str(settings.instance / "two"), mails_to=server)
        with first, second:
            until(lambda: states(session) == {"sent": 30})
        assert len(server.received) == 30
        assert len({mail["Message-ID"] for mail in server.received}) == 30


@on_sqlite
def test_a_page_that_never_gets_finished_does_not_keep_the_worker(
    app: Flask, session: Session, cast: Cast, settings: Settings
) -> None:
    shop = cast.shop()
    texts = Texts(addressee="山田 花子", honorific="様", proviso="お茶代として", language="ja")
    order, now = cast.order(shop), app.config["CLOCK"]()
    cast.shipment(order)
    receipt = issue(session, shop=shop, order=order, texts=texts, verify_url=str, actor="buyer:1", now=now)
    assert isinstance(receipt, Receipt)
    session.commit()

    def failure() -> str:
        noted = session.scalars(select(Rendition.failure)).one()
        session.rollback()
        return noted

    with worker(settings, program="tests.hanging_worker"):
        until(lambda: failure() == "SoftTimeLimitExceeded")
        post(app, cast, "482913", slug="hinata")
        ask(app)
        until(lambda: in_folder(settings))


def test_web_processes_do_not_carry_weasyprint() -> None:
    """It would take a hundred megabytes in every process that never prints."""
    loaded = "import sys, wsgi; print(any(name.partition('.')[0] == 'weasyprint' for name in sys.modules))"
    answer = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, check=True, capture_output=True, text=True)
    assert answer.stdout.split()[-1] == "False"
