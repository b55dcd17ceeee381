"""Importing the deferred-payment company's file at the terminal: holds end, refusals reach staff and buyer."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import Order, OutboxMail, Shop, Subscription
from tests.cast import Cast

Run = Callable[[str], Result]


@pytest.fixture
def run(app: Flask, session: Session, tmp_path: Path) -> Run:
    def invoke(text: str) -> Result:
        session.commit()
        file = tmp_path / "credits.csv"
        file.write_bytes(text.encode("cp932"))
        result = app.test_cli_runner().invoke(args=["import-credits", str(file), "--shop", "sakura"])
        session.expire_all()
        return result

    return invoke


def held(cast: Cast, shop: Shop, code: str, state: str, **changes: object) -> Order:
    facts = {"payment_method": "NP後払い", "status": "on_hold", "deferred_state": state}
    return cast.order(shop, code, **(facts | changes))


def test_orders_go_on_as_the_company_says_and_the_same_file_again_changes_nothing(
    cast: Cast, shop: Shop, run: Run
) -> None:
    order = held(cast, shop, "A-1", "in_review")
    file = "受注コード,与信状況\r\na-1,与信ＯＫ\r\n"
    assert "状態が変わった注文 1" in run(file).output
    assert (order.deferred_state, order.status) == ("approved", "awaiting_shipment")
    again = run(file)
    assert again.exit_code == 0
    assert "変わらない注文 1" in again.output


def test_a_refusal_flags_the_subscription_and_writes_to_the_buyer(
    session: Session, cast: Cast, shop: Shop, run: Run
) -> None:
    subscription: Subscription = cast.subscription(shop, payment_method="NP後払い")
    order = held(cast, shop, "A-1", "in_review", subscription_id=subscription.id)
    run("受注コード,与信状況\nA-1,NG\n")
    assert (order.status, order.needs_attention) == ("on_hold", "deferred_ng")
    assert (subscription.needs_attention, subscription.attention_reason) == (True, "payment_refused")
    (mail,) = session.scalars(select(OutboxMail)).all()
    assert "後払い決済会社の審査を通過できませんでした。" in mail.body_text
    run("受注コード,与信状況\nA-1,登録待ち\nA-1,登録完了\nA-1,与信完了\n")
    assert (order.status, subscription.needs_attention) == ("awaiting_shipment", False)


def test_a_wrong_row_is_named_and_stops_no_other(cast: Cast, shop: Shop, run: Run) -> None:
    good, done = held(cast, shop, "A-1", "in_review"), held(cast, shop, "A-2", "cancelled")
    result = run("受注コード,与信状況\nA-2,与信完了\nA-9,与信完了\nA-1,たぶん\nA-1,与信完了\n")
    assert result.exit_code == 1
    for words in (
        "2行目 A-2: 「キャンセル完了」の注文は「与信完了」になりません。",
        "3行目 A-9: この受注コードの注文がありません。",
        "4行目 A-1: 「たぶん」がどの状態か分かりません。",
    ):
        assert words in result.output
    assert (good.deferred_state, done.deferred_state) == ("approved", "cancelled")


def test_a_file_without_the_column_is_refused_as_a_whole(shop: Shop, run: Run) -> None:
    result = run("受注コード,メモ\nA-1,与信完了\n")
    assert result.exit_code == 1
    assert "「与信状況」の列が見つかりません。" in result.output
