"""`flask …`: what an operator types. Each command is an entry point: it asks the time, calls verbs, commits."""

import click
from alembic import command
from flask import Flask

from portal.health import alembic_config


@click.command("db-upgrade")
def db_upgrade() -> None:
    """Create the database if there is none and bring its tables up to date."""
    command.upgrade(alembic_config(), "head")


def init_app(app: Flask) -> None:
    app.cli.add_command(db_upgrade)
