"""What machines ask about the whole installation.

/healthz says that the process answers, /readyz that database, broker and store do too.

The database is ready if it has the code's own schema.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app

from portal.adapters import broker
from portal.clock import now
from portal.extensions import db, limiter
from portal.jobs import heartbeats

if TYPE_CHECKING:
    from alembic.config import Config

# Alembic is imported only where it is used: it takes 60 to 80 ms of every start, and most processes never need it.

blueprint = Blueprint("health", __name__)
limiter.exempt(blueprint)


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Keep search engines away: every page is somebody's order, or the way to it."""
    return Response("User-agent: *\nDisallow: /\n", mimetype="text/plain")


@blueprint.get("/healthz")
def healthz() -> tuple[dict[str, str], int]:
    return {"status": "ok"}, 200


@blueprint.get("/readyz")
def readyz() -> tuple[dict[str, str], int]:
    """Say whether pages can be served: 503 if not, and "degraded" if they can but worker or scheduler are silent."""
    checks = {"database": check_database, "broker": check_broker, "store": check_store}
    problems = {name: problem for name, check in checks.items() if (problem := _problem(check))}
    if problems:
        return {"status": "unavailable", **problems}, 503
    silent = heartbeats.silent(db.session, now())
    return {"status": "degraded" if silent else "ready", **silent}, 200


def check_database() -> None:
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - see above
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    wanted = ScriptDirectory.from_config(alembic_config()).get_current_head()
    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    if found != wanted:
        raise NotReadyError(f"migrations at {found}, the code wants {wanted}")


def check_broker() -> None:
    broker.check(current_app.extensions["celery"])


def check_store() -> None:
    current_app.extensions["ports"].documents.check()


class NotReadyError(Exception):
    """Reason why the process is not ready, in words that may be shown to anybody."""


def _problem(check: Callable[[], None]) -> str:
    try:
        check()
    except NotReadyError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, we are not ready; addresses stay out of the answer
        return type(error).__name__
    return ""


def alembic_config() -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(current_app.config["MIGRATIONS_DIR"]))
    return config
