"""Command that creates or upgrades the database."""

import click
from flask.cli import with_appcontext

from portal.web.health import alembic_config


@click.command("db-upgrade")
@with_appcontext
def db_upgrade() -> None:
    """Create the database if there is none and bring its tables up to date."""
    from alembic import command  # noqa: PLC0415 - every process imports the commands, few run this one

    command.upgrade(alembic_config(), "head")
