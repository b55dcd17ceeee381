"""Commands for the demo shops."""

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import clock
from portal.demo import loading, people
from portal.extensions import db
from portal.importing.applying.history import Outcome
from portal.jobs import nudge


@click.command("load-demo")
@with_appcontext
def load_demo() -> None:
    """Take the demo shops and their staff in; a second time changes nothing."""
    if current_app.config["SETTINGS"].mypage_env == "production":
        raise click.ClickException("The demo's staff have a password that everybody knows: not in production.")
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
    people.add(db.session, current_app.extensions["passwords"], clock.now())
    db.session.commit()
    nudge("send_mails")


@click.command("demo-links")
@with_appcontext
def demo_links() -> None:
    """Print a buyer's link per demo shop and what to type there; then the staff's door and the manager's login."""
    mailroom = current_app.extensions["mailroom"]
    for url, typed in loading.links(db.session, mailroom):
        click.echo(f"Buyer  {url}   {typed}")
    if people.is_in(db.session):
        click.echo(f"Staff  {mailroom.public_url}/admin/   {people.MANAGER}   {people.PASSWORD}")
