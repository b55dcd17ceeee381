"""Command that sets a shop's payment company, for whoever runs the installation and holds the company's keys."""

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import clock
from portal.cli.imports import ACTOR, shop_of
from portal.extensions import db
from portal.ports import Ports
from portal.subscriptions.record import shop_rules


@click.command("choose-gateway")
@click.argument("gateway")
@click.option("--shop", "slug", required=True, metavar="SLUG")
@with_appcontext
def choose_gateway(gateway: str, slug: str) -> None:
    """Let a shop register cards at GATEWAY: stripe, or sandbox for tests."""
    ports: Ports = current_app.extensions["ports"]
    if gateway not in ports.gateways:
        there = ", ".join(sorted(ports.gateways)) or "none"
        raise click.ClickException(f"{gateway} is not set up in this installation (there: {there})")
    shop_rules.choose_gateway(db.session, shop_of(slug).id, gateway, actor=ACTOR, now=clock.now())
    db.session.commit()
    click.echo(f"{slug}: {gateway}")
