"""Job that renews SQLite's statistics, without which it walks through a whole shop where an index would do."""

from portal.extensions import db
from portal.jobs.queue import job

ROWS = 1000
"""Most rows of an index that are looked at: enough to tell a rare value from a frequent one, in milliseconds."""


@job
def renew_statistics() -> None:
    """Do what `PRAGMA optimize` would, also for tables that this connection has not read; PostgreSQL does it itself."""
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA analysis_limit = {ROWS}")
        connection.exec_driver_sql("ANALYZE")
