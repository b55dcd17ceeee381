"""How the databases are opened."""

import pytest
from flask import Flask
from sqlalchemy import text

from portal.extensions import db


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_committed_survives_a_power_cut(app: Flask) -> None:
    """2 is FULL: every commit is on the disk before it is answered. WAL's usual NORMAL may lose the last ones."""
    with app.app_context(), db.engine.connect() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == 2
