"""Upgrading an installation of an earlier release: it keeps everything it had, in today's tables."""

import gzip
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy.orm import Session

from portal.models import Base, Order, Receipt, Shop
from portal.web.health import alembic_config
from tests.mypage.signing_in import log_in
from tests.releases.freezing import RELEASES

Counts = dict[str, int]
MADE_BY_HAND = frozenset({"order_key", "subscription_key", "ix_receipt_name_pairs"})
"""Tables and indexes that only PostgreSQL has, for its searches; no model has them."""


@pytest.fixture(params=[file.relative_to(RELEASES) for file in sorted(RELEASES.glob("*/*.sql.gz"))], ids=str)
def database_url(
    request: pytest.FixtureRequest, migrated_postgres: tuple[str, Callable[[], None]], tmp_path: Path
) -> Iterator[str]:
    """Yield the URL of a database of an earlier release that is not upgraded yet."""
    file: Path = request.param
    dump = gzip.decompress((RELEASES / file).read_bytes()).decode()
    if file.name.startswith("sqlite"):
        with closing(sqlite3.connect(tmp_path / "mypage.sqlite3")) as connection:
            connection.executescript(dump)
        yield f"sqlite:///{tmp_path / 'mypage.sqlite3'}"
        return
    server = sa.create_engine(migrated_postgres[0], isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE upgraded"))
        url = server.url.set(database="upgraded")
        command = ["psql", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(url.host), "-p", str(url.port)]
        command += ["-U", str(url.username), "upgraded"]
        subprocess.run(command, input=dump, check=True, text=True, capture_output=True)
        yield url.render_as_string(hide_password=False)
        connection.execute(sa.text("DROP DATABASE upgraded WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def counted(database_url: str) -> Counts:
    """Return the number of rows of each table before the upgrade."""
    engine = sa.create_engine(database_url)
    counts = _counts(engine)
    engine.dispose()
    return counts


@pytest.fixture
def upgraded(counted: Counts, app: Flask) -> Flask:
    result = app.test_cli_runner().invoke(args=["db-upgrade"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return app


def test_every_table_had_rows_when_it_was_frozen(counted: Counts) -> None:
    assert not [table for table, count in counted.items() if not count]


def test_no_row_is_lost(counted: Counts, upgraded: Flask, session: Session) -> None:
    now = _counts(session.get_bind())  # type: ignore[arg-type]
    assert {table: now.get(table, 0) for table in counted if now.get(table, 0) < counted[table]} == {}


# SQLite cannot show what an index of expressions is made of.
@pytest.mark.filterwarnings("ignore:.*expression-based index:UserWarning")
@pytest.mark.filterwarnings("ignore:.*expression-based index:sqlalchemy.exc.SAWarning")
def test_the_tables_are_those_of_the_models(upgraded: Flask, session: Session) -> None:
    def is_ours(_object: object, name: str | None, _kind: str, reflected: bool, _compared: object) -> bool:
        return not (reflected and name in MADE_BY_HAND)

    context = MigrationContext.configure(session.connection(), opts={"include_object": is_ours, "compare_type": True})
    differences = compare_metadata(context, Base.metadata)
    assert not differences, "\n".join(map(str, differences))


def test_a_buyer_gets_in_and_the_receipt_is_still_there(upgraded: Flask, session: Session) -> None:
    receipt = session.scalars(sa.select(Receipt).filter_by(issued_by="buyer").order_by(Receipt.number).limit(1)).one()
    order, shop = session.get_one(Order, receipt.order_id), session.get_one(Shop, receipt.shop_id)
    session.rollback()
    client = upgraded.test_client()
    page = client.get(log_in(client, shop, order).location)
    assert order.code in page.text
    way = client.get(f"/{shop.slug}/orders/{order.id}/receipt").location
    assert way == f"/{shop.slug}/orders/{order.id}/receipts/{receipt.id}"


def test_what_english_receipts_are_for_is_carried_over(upgraded: Flask, session: Session) -> None:
    shop_id, kept = session.scalars(sa.select(Shop.id).limit(1)).one(), {"en": "green tea"}
    session.rollback()
    with upgraded.app_context():
        command.downgrade(alembic_config(), "0011")
    session.execute(sa.text("UPDATE shop SET proviso_en = 'green tea'"))
    session.commit()
    with upgraded.app_context():
        command.upgrade(alembic_config(), "head")
    assert session.get_one(Shop, shop_id).provisos == kept
    session.rollback()
    with upgraded.app_context():
        command.downgrade(alembic_config(), "0011")
    assert set(session.scalars(sa.text("SELECT proviso_en FROM shop"))) == {"green tea"}


def test_an_index_whose_making_was_interrupted_is_made_anew(upgraded: Flask, session: Session) -> None:
    if session.connection().dialect.name == "sqlite":
        return  # SQLite makes an index whole or not at all
    name = "ix_shipment_item_order_line_id"
    with upgraded.app_context():
        command.downgrade(alembic_config(), "0007")
    session.execute(sa.text(f"UPDATE pg_index SET indisvalid = false WHERE indexrelid = '{name}'::regclass"))
    session.execute(sa.text("UPDATE alembic_version SET version_num = '0006'"))
    session.commit()
    upgraded.test_cli_runner().invoke(args=["db-upgrade"], catch_exceptions=False)
    assert session.scalar(sa.text(f"SELECT indisvalid FROM pg_index WHERE indexrelid = '{name}'::regclass"))


def _counts(engine: sa.Engine) -> Counts:
    with engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        return {name: connection.scalar(sa.text(f'SELECT count(*) FROM "{name}"')) or 0 for name in tables}
