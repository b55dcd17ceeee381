"""Something to look at."""

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import clock
from portal.demo import loading
from portal.extensions import db
from portal.importing.history import Outcome
from portal.jobs import nudge


@click.command("load-demo")
@with_appcontext
def load_demo() -> None:
    """Take the demo shops in; a second time changes nothing."""
    loader = loading.Loader(
        session=db.session,
        documents=current_app.extensions["ports"].documents,
        mailroom=current_app.extensions["mailroom"],
        clock=clock.now,
    )
    for name, report in loader.load():
        if not report.is_clean:
            raise click.ClickException(f"{name}: {report.refusal or report.refused}")
        counts = report.counts
        click.echo(
            f"{name}: {counts[Outcome.CREATED]} new, {counts[Outcome.UPDATED]} changed,"
            f" {counts[Outcome.UNCHANGED]} unchanged"
        )
    nudge("send_mails")


@click.command("demo-links")
@with_appcontext
def demo_links() -> None:
    """Print a buyer's link per demo shop, and what to type there."""
    for url, typed in loading.links(db.session, current_app.extensions["mailroom"]):
        click.echo(f"Buyer  {url}   {typed}")
