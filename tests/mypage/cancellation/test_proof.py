"""解約の受付書: the paper that proves a cancellation or a request for one."""

import subprocess
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal import jobs
from portal.models import Rendition
from tests.cast import Cast
from tests.mypage.cancellation.buyers import Buyer, bound


def printed(hanako: Buyer, client: FlaskClient | None = None) -> str:
    """Let the worker make the paper and return its text."""
    path = f"/sakura/subscriptions/{hanako.subscription.id}/proofs/{hanako.receipts()[-1].id}"
    hanako.app.config["WAIT_FOR_PDF"] = 0
    client = client or hanako.client
    client.get(path)
    with hanako.app.app_context():
        for rendition_id in hanako.session.scalars(select(Rendition.id)):
            jobs.papers.render(str(rendition_id))
    hanako.session.rollback()
    answer = client.get(path)
    assert answer.mimetype == "application/pdf"
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(command, input=answer.data, capture_output=True, check=True).stdout.decode()


def test_the_paper_of_a_cancellation(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, order={"requested_on": date(2026, 11, 28)})
    hanako.take_step()
    hanako.cancel()
    text = printed(hanako)
    for words in (
        *("解約の受付書", hanako.receipts()[0].number, "山田 花子", "2026年11月21日 10:00", "0000000001"),
        *("煎茶 やぶきた 100g", "2026年11月21日に解約しました", "A-10234", "2026年11月28日お届け予定"),
        *("株式会社さくら茶舗", "075-000-0000", "大阪市北区梅田1-2-3"),
    ):
        assert words in text


def test_the_paper_of_a_request_says_that_it_is_one(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast, items=bound(3))
    hanako.take_step()
    hanako.cancel()
    text = printed(hanako)
    for words in ("お申し込みを受け付けました", "3回（済み1回、残り2回）", "¥3,160", "2027年1月5日からは"):
        assert words in text
    assert "解約しました" not in text


def test_before_the_second_step_the_paper_is_masked(app: Flask, cast: Cast) -> None:
    hanako = Buyer(app, cast)
    hanako.take_step()
    hanako.cancel()
    text = printed(hanako, hanako.signed_in())
    assert "大阪府大阪市…" in text
    assert "梅田" not in text
