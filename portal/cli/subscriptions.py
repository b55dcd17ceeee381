"""Command that makes the day's orders of a shop's subscriptions, as the worker does by itself."""

import sys
from datetime import datetime

import click
from flask.cli import with_appcontext

from portal import clock
from portal.cli.imports import shop_of
from portal.extensions import db
from portal.jobs import nudge
from portal.jobs.subscriptions import GENERATED_A_COMMIT
from portal.models import Shop
from portal.subscriptions.generation import dry_run, runs
from portal.subscriptions.generation.dry_run import Happens
from portal.subscriptions.generation.generating import Tally
from portal.values.dates import tokyo_date

ACTOR = "cli"
WORDS = {
    Happens.ORDER: "注文",
    Happens.SKIP: "お休み",
    Happens.WAITS: "確認待ち",
    Happens.FAILS: "作れません",
}


@click.command("generate-orders")
@click.option("--shop", "slug", required=True, metavar="SLUG")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Of a dry run; today without it.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what would happen; change nothing.")
@with_appcontext
def generate_orders(slug: str, day: datetime | None, *, dry: bool) -> None:
    """Make the orders of subscriptions that are due today."""
    shop = shop_of(slug)
    if dry:
        _tell_plan(shop, day)
        return
    if day is not None:
        raise click.UsageError("--day is for a dry run: orders are made for today.")
    found = Tally()
    while True:
        part = runs.make_chunk(db.session, shop.id, actor=ACTOR, now=clock.now(), limit=GENERATED_A_COMMIT)
        db.session.commit()
        found.add(part)
        if not part.done:
            break
    for job in ("settle_payments", "tell_deliveries", "refresh_bundles") if found.ordered else ():
        nudge(job)
    click.echo(f"注文 {len(found.ordered):,}件（保留 {found.held:,}件）　お休み {found.skipped:,}件")
    if found.failed:
        click.echo(f"作れなかった定期購入が{found.failed:,}件あります。「要対応」で理由を確かめてください。")
        sys.exit(1)


def _tell_plan(shop: Shop, day: datetime | None) -> None:
    today = tokyo_date(clock.now())
    on = day.date() if day else today
    for row in dry_run.of_day(db.session, shop, on, today=today):
        what = f"{WORDS[row.happens]} {row.reason}".strip()
        items = "、".join(f"{item.name} × {item.quantity}" for item in row.items)
        click.echo(
            f"{row.number}-{row.cycle_number}  {row.ship_on} → {row.delivery_on}  {row.total:,}円  {what}  {items}"
        )
