"""The PostgreSQL cluster that the tests start."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from tests.waiting import until

ROOT = Path(__file__).parent.parent
HOLDER = """
from tests.databases import postgres_cluster
with postgres_cluster() as url:
    print(url, flush=True)
    input()
"""


def test_the_server_goes_when_the_tests_are_killed() -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout
        engine = create_engine(holder.stdout.readline().strip())
        with engine.connect() as connection:
            data = Path(connection.execute(text("SHOW data_directory")).scalar_one())
        engine.dispose()
        holder.kill()

    def is_gone() -> bool:
        try:
            engine.connect().close()
        except OperationalError:
            return True
        return False

    until(is_gone)
    with pytest.raises(OperationalError):
        engine.connect()
    shutil.rmtree(data.parent)
