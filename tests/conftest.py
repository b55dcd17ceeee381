"""Fixtures of every test: an application on each database, a frozen clock, the cast."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import URL, Dialect, Engine, Pool, create_engine
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from portal.adapters import wire
from portal.adapters.broker import job_queue
from portal.adapters.document_folder import DocumentFolder
from portal.app import create_app
from portal.config import Settings
from portal.extensions import db, engine_options, limiter, prepare_engine
from portal.models import Order, Shop
from portal.notifications.outbox import Mailroom
from portal.staff.passwords import Passwords
from portal.web.health import alembic_config
from portal.web.pace import Pace
from tests.cast import Cast
from tests.databases import emptied_again, postgres_cluster

MEMORY = Path("/dev/shm")
ENOUGH = 4 * 1024**3


def _has_room() -> bool:
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ENOUGH:
        return False
    facts = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    return int(facts["MemAvailable"].split()[0]) * 1024 > ENOUGH


if "TMPDIR" not in os.environ and _has_room():
    # No test is about the disk, and waiting for it took more than half of the time.
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None  # forget the folder that was looked up before


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run folders that may take long first, and in them long files, so that no process waits for another at the end."""
    usual = float(config.getini("timeout"))
    allowed: dict[Path, float] = {}
    for item in items:
        mark = item.get_closest_marker("timeout")
        for where in (item.path, item.path.parent):
            allowed[where] = max(allowed.get(where, 0), mark.args[0] if mark else usual)
    items.sort(key=lambda item: (-allowed[item.path.parent], item.path.parent, -allowed[item.path]))


def pytest_collection_finish() -> None:
    """Leave all that stands already out of the search for garbage, which took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class Clock:
    """Clock that stands still until a test moves it."""

    def __init__(self) -> None:
        # 10:00 on a Saturday in Tokyo.
        self.instant = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.instant

    def forward(self, **delta: float) -> datetime:
        self.instant += timedelta(**delta)
        return self.instant


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sqlite-template")
    _migrate(Settings(instance_dir=folder))
    return folder / "mypage.sqlite3"


@pytest.fixture(scope="session")
def migrated_postgres() -> Iterator[tuple[str, Callable[[], None]]]:
    """Yield the address of this process's database and a function that empties it."""
    with postgres_cluster() as url:
        _migrate(Settings(database_url=url))
        with emptied_again(url) as empty:
            yield url, empty


@pytest.fixture
def sqlite_database(migrated_sqlite: Path, tmp_path: Path) -> str:
    copy = tmp_path / "mypage.sqlite3"
    for part in migrated_sqlite.parent.glob(f"{migrated_sqlite.name}*"):
        shutil.copy(part, tmp_path / part.name)
    return f"sqlite:///{copy}"


@pytest.fixture
def postgres_database(migrated_postgres: tuple[str, Callable[[], None]]) -> str:
    url, empty = migrated_postgres
    empty()
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Return the URL of a fresh database: every test that touches one runs on SQLite and on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_database")
    return url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url,
        instance_dir=tmp_path / "instance",
        public_url="http://localhost",
        # Nudges go nowhere; a test calls the job itself.
        broker_url="memory://",
    )


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Return a cache of compiled templates for all applications.

    Every test has an application of its own; compiling the templates for each took more than half of the time.
    """
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session", autouse=True)
def compiled_addresses() -> Iterator[None]:
    """Compile each URL rule once for all applications.

    An application has some hundreds of them, which would take a fifth of a second each time.
    """
    compiled: dict[tuple[object, ...], Rule] = {}
    compile_rule = Rule.compile

    def once(rule: Rule) -> None:
        key = (rule.rule, repr(rule.defaults), rule.merge_slashes, rule.subdomain, rule.host)
        like = compiled.setdefault(key, rule)
        if like is rule:
            compile_rule(rule)
            return
        rule._parts, rule._trace, rule._converters = like._parts, like._trace, like._converters
        rule.arguments |= like.arguments
        rule._build = like._build.__func__.__get__(rule)  # type: ignore[attr-defined]  # bound to the first one
        rule._build_unknown = like._build_unknown.__func__.__get__(rule)  # type: ignore[attr-defined]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rule, "compile", once)
        yield


@pytest.fixture(scope="session")
def share_engine() -> Iterator[Callable[[Engine], None]]:
    """Yield a function that lets an engine share the dialect and the compiled statements of the others.

    PostgreSQL's connections are kept from test to test too: a new one reads its catalog anew and forgets its plans.
    """
    dialects: dict[str, Dialect] = {}
    compiled: dict[Any, Any] = {}
    pools: dict[URL, Pool] = {}

    def share(engine: Engine) -> None:
        if engine.dialect.name not in dialects:
            # The first connection completes the dialect, whose engine may belong to a test that never opens one.
            engine.connect().close()
        engine.dialect = dialects.setdefault(engine.dialect.name, engine.dialect)
        engine.update_execution_options(compiled_cache=compiled)
        if engine.dialect.name == "postgresql":
            engine.pool = pools.setdefault(engine.url, engine.pool)

    yield share
    for pool in pools.values():
        pool.dispose()


@pytest.fixture(scope="session")
def localstripe() -> Iterator[str]:
    """Yield the address of localstripe: Stripe's customers, cards and payments.

    It stands here because a process can have only one.
    """
    from tests.payments import fake_stripe  # noqa: PLC0415  # a heavy import, for few tests

    with fake_stripe.localstripe() as url:
        yield url


@dataclass(frozen=True)
class UsedApp:
    """Application that test after test takes over, as making one takes longer than most tests.

    What a test changed in it is put back; its database and its files are those of the test.
    """

    app: Flask
    before: tuple[tuple[dict[str, Any], dict[str, Any]], ...]
    """Each place that a test may change, with what stood there at first."""

    @classmethod
    def of(cls, app: Flask) -> "UsedApp":
        places: tuple[dict[str, Any], ...] = (app.config, app.extensions, app.view_functions, vars(limiter))
        return cls(app, tuple((place, dict(place)) for place in places))

    def take_over(self, settings: Settings) -> Flask:
        for place, first in self.before:
            place.clear()
            place.update(first)
        settings.instance.mkdir(parents=True, exist_ok=True)
        self.app.config["SETTINGS"] = settings
        self.app.instance_path = str(settings.instance)
        self.app.extensions.update(ports=wire(settings), celery=job_queue(settings))
        limiter.reset()
        with self.app.app_context():
            db.engines["default"] = create_engine(**engine_options(settings.database))
            db.sessionmaker.configure(bind=db.engine)
            prepare_engine(db.engine)
        return self.app


@pytest.fixture(scope="session")
def used_apps() -> dict[str, UsedApp]:
    """Return the applications by their settings, but for where database and files lie."""
    return {}


@pytest.fixture
def make_app(
    settings: Settings,
    clock: Clock,
    compiled_templates: FileSystemBytecodeCache,
    share_engine: Callable[[Engine], None],
    used_apps: dict[str, UsedApp],
) -> Iterator[Callable[[], Flask]]:
    made: list[Flask] = []
    others = repr(settings.model_copy(update={"database_url": "", "instance_dir": Path()}))

    def make() -> Flask:
        if not made and others in used_apps:
            app = used_apps[others].take_over(settings)
        else:
            app = create_app(settings)
            app.jinja_env.bytecode_cache = compiled_templates
            used_apps.setdefault(others, UsedApp.of(app))
        with app.app_context():
            share_engine(db.engine)
        app.config.update(TESTING=True, CLOCK=clock)
        app.extensions["pace"] = Pace(floor=0)
        app.extensions["passwords"] = Passwords(memory_kib=8, passes=1)
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            if db.engine.dialect.name == "sqlite":
                db.engine.dispose()


@pytest.fixture
def app(make_app: Callable[[], Flask]) -> Flask:
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """Yield a session of the test's own; commit it before a request is to see what was written.

    No application context is left open: requests of a test client would run inside it and share its `g`. Reading
    takes no write lock, so the application never has to wait; call `rollback()` before looking again.
    """
    with app.app_context():
        engine = db.engine.execution_options(begin="BEGIN")
    with Session(engine, expire_on_commit=False) as opened:
        yield opened


@pytest.fixture
def cast(session: Session, clock: Clock) -> Cast:
    return Cast(session, clock())


@pytest.fixture
def shop(cast: Cast) -> Shop:
    return cast.shop()


@pytest.fixture
def order(cast: Cast, shop: Shop) -> Order:
    order = cast.order(shop)
    cast.session.commit()
    return order


@pytest.fixture
def mailroom(app: Flask) -> Mailroom:
    room: Mailroom = app.extensions["mailroom"]
    return room


@pytest.fixture
def store(tmp_path: Path) -> DocumentFolder:
    return DocumentFolder(tmp_path / "documents")


def _migrate(settings: Settings) -> None:
    app = create_app(settings)
    with app.app_context():
        command.upgrade(alembic_config(), "head")
        db.engine.dispose()
