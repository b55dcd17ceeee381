"""The real databases: a SQLite file, and a PostgreSQL cluster and a Redis that the tests start themselves."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.waiting import until

TIDIED_EVERY = 100
"""Number of emptyings between two clean-ups; until then deleted rows stay in the files."""


def postgres_binaries() -> Path:
    """Return the folder of the newest PostgreSQL; raise RuntimeError if there is none.

    Debian keeps it out of PATH, in one folder for each version.
    """
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError("PostgreSQL is not installed: `make setup` installs it")
    return Path(on_path).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def postgres_cluster() -> Iterator[str]:
    """Start a cluster, yield the URL of its maintenance database, and remove the cluster afterwards."""
    binaries = postgres_binaries()
    root = Path(tempfile.mkdtemp(prefix="mypage-pg-"))
    as_user: dict[str, int] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        account = pwd.getpwnam("postgres")
        os.chown(root, account.pw_uid, account.pw_gid)
        as_user = {"user": account.pw_uid, "group": account.pw_gid}
    port = free_port()
    data = root / "data"

    where = ["-D", data, "-U", "mypage", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
    subprocess.run([binaries / "initdb", *where], check=True, cwd=root, stdout=subprocess.DEVNULL, **as_user)
    # Killed tests clean up nothing, so the kernel ends the server when its parent is gone.
    command = ["setpriv", "--pdeathsig", "QUIT", "--", binaries / "postgres", "-D", data, "-p", str(port), "-k", root]
    command += ["-h", "127.0.0.1", "-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    # Rows of a test live for a second, so cleaning up between tests is enough.
    command += ["-c", "autovacuum=off", "-c", "wal_level=minimal", "-c", "max_wal_senders=0"]
    with (root / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=root, stdout=log, stderr=log, **as_user)
    try:
        ready = [binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
        until(lambda: server.poll() is None and subprocess.run(ready, check=False).returncode == 0)
        yield f"postgresql+psycopg://mypage@127.0.0.1:{port}/postgres"
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait()
        shutil.rmtree(root, ignore_errors=True)


@contextmanager
def emptied_again(url: str) -> Iterator[Callable[[], None]]:
    """Yield a function that brings the database back to its present rows, in a tenth of the time that a new one takes.

    Transactions and locks that a test left behind are ended. Definitions of tables are not put back.
    """
    address = make_url(url)
    where = {"host": address.host, "port": address.port, "user": address.username, "dbname": address.database}
    with psycopg.connect(**where, autocommit=True) as keeper:
        keeper.execute("SET session_replication_role = replica")  # no triggers, no foreign keys: all can be deleted
        tables = [name for (name,) in keeper.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        tables.remove("alembic_version")
        versions = keeper.execute("SELECT version_num FROM alembic_version").fetchall()
        filled = sql.SQL(" UNION ALL ").join(
            sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(name, sql.Identifier(name)) for name in tables
        )

        times = count(1)

        def empty() -> None:
            keeper.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            for (name,) in keeper.execute(filled, prepare=True).fetchall():
                keeper.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            if next(times) % TIDIED_EVERY == 0:
                keeper.execute("VACUUM")
            if keeper.execute("SELECT version_num FROM alembic_version").fetchall() != versions:
                keeper.execute("DELETE FROM alembic_version")
                keeper.cursor().executemany("INSERT INTO alembic_version VALUES (%s)", versions)

        yield empty


@contextmanager
def redis_server(port: int, folder: Path) -> Iterator[None]:
    process = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()
