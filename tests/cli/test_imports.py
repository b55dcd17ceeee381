"""What the import commands print."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.models import ImportRun, Order, OutboxMail
from tests.cast import Cast
from tests.importing.files import order, shipped, table

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, cast: Cast, session: Session, tmp_path: Path) -> Run:
    cast.shop()
    session.commit()

    def invoke(command: str, content: bytes, *more: str) -> Result:
        file = tmp_path / "file.csv"
        file.write_bytes(content)
        return app.test_cli_runner().invoke(args=[command, str(file), "--shop", "sakura", *more])

    return invoke


def test_a_good_file_is_told_in_figures(run: Run, session: Session) -> None:
    result = run("import-orders", table(order(), order(受注コード="A-1002")))
    assert result.exit_code == 0
    assert "新しい注文" in result.output
    assert result.output.splitlines()[1].split()[-1] == "2"
    assert session.scalars(select(Order.code)).all() == ["A-1001", "A-1002"]
    assert session.scalars(select(ImportRun.actor)).all() == ["cli"]


def test_every_refused_row_is_listed_and_the_exit_code_says_so(run: Run, session: Session) -> None:
    bad = order(受注コード="A-1002", 数量="-1")
    result = run("import-orders", table(order(), bad, {"商品名": "急須", "数量": "1", "単価": "100"}))
    assert result.exit_code == 1
    lines = [line.split() for line in result.output.splitlines()]
    assert ["3", "A-1002", "数量"] in [line[:3] for line in lines]
    assert ["4", "A-1002"] in [line[:2] for line in lines]
    assert session.scalars(select(Order.code)).all() == ["A-1001"]


def test_an_unreadable_file_is_told_in_a_sentence(run: Run) -> None:
    result = run("import-orders", b"PK\x03\x04")
    assert result.exit_code == 1
    assert "Excel" in result.output


def test_a_dry_run_says_that_nothing_changed(run: Run, session: Session) -> None:
    result = run("import-orders", table(order()), "--dry-run")
    assert result.exit_code == 0
    assert "何も変わっていません" in result.output
    assert session.scalars(select(Order.id)).all() == []
    assert session.scalars(select(ImportRun.id)).all() == []


def test_shipping_results_post_the_mail(run: Run, session: Session) -> None:
    run("import-orders", table(order()))
    result = run("import-shipments", table(shipped(出荷日="2026/11/20")))
    assert result.exit_code == 0, result.output
    assert session.scalars(select(OutboxMail.message)).all() == ["shipped"]


def test_a_carriers_own_file_is_read_with_its_mapping(run: Run, session: Session) -> None:
    run("import-orders", table(order()))
    slip = {"お客様管理番号": "A-1001", "伝票番号": "123456789010", "出荷予定日": "2026/11/20"}
    assert run("import-shipments", table(slip, encoding="cp932"), "--mapping", "yamato-b2").exit_code == 0
    assert run("import-shipments", table(slip), "--mapping", "generic").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--shop", "nobody"], "nobody"), (["--shop", "sakura", "--mapping", "none"], "none"), ([], "--shop")],
)
def test_a_wrong_argument_is_told(app: Flask, run: Run, tmp_path: Path, arguments: list[str], words: str) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(table(order()))
    result = app.test_cli_runner().invoke(args=["import-orders", str(file), *arguments])
    assert result.exit_code != 0
    assert words in result.output
