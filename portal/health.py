"""/healthz: the process answers. /readyz: the database answers and its schema is the code's."""

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app

from portal.extensions import db, limiter

blueprint = Blueprint("health", __name__)
limiter.exempt(blueprint)


@blueprint.get("/healthz")
def healthz() -> tuple[dict[str, str], int]:
    return {"status": "ok"}, 200


@blueprint.get("/readyz")
def readyz() -> tuple[dict[str, str], int]:
    wanted = ScriptDirectory.from_config(alembic_config()).get_current_head()
    try:
        with db.engine.connect() as connection:
            found = MigrationContext.configure(connection).get_current_revision()
    except Exception as error:
        return {"status": "unavailable", "database": type(error).__name__}, 503
    if found != wanted:
        return {"status": "unavailable", "migrations": f"at {found}, code wants {wanted}"}, 503
    return {"status": "ready"}, 200


def alembic_config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(current_app.config["MIGRATIONS_DIR"]))
    return config
