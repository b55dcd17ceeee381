"""Command for a deferred-payment company's file: credit states of orders."""

import sys
from collections import Counter
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from portal import clock
from portal.cli.imports import ACTOR, FILE, shop_of
from portal.extensions import db
from portal.importing.orders.credits import import_credits
from portal.importing.reading.reader import FileRefusedError
from portal.jobs import nudge

WORDS = {"moved": "状態が変わった注文", "unchanged": "変わらない注文", "refused": "取り込めなかった行"}


@click.command("import-credits")
@click.argument("file", type=FILE)
@click.option("--shop", "slug", required=True, metavar="SLUG")
@with_appcontext
def import_credit_states(file: Path, slug: str) -> None:
    """Take credit states of deferred payments in from a CSV FILE (columns 受注コード and 与信状況)."""
    counts: Counter[str] = Counter()
    mailroom = current_app.extensions["mailroom"]
    with file.open("rb") as source:
        try:
            for result in import_credits(
                db.session,
                shop_of(slug),
                source,
                mailroom=mailroom,
                actor=ACTOR,
                clock=clock.now,
                end_row=db.session.commit,
            ):
                counts[result.outcome] += 1
                if result.reason:
                    click.echo(f"{result.line}行目 {result.order_code}: {result.reason}")
        except FileRefusedError as refusal:
            raise click.ClickException(f"{file.name} を取り込めませんでした。{refusal}") from None
    nudge("send_mails")
    for outcome, words in WORDS.items():
        click.echo(f"{words} {counts[outcome]:,}")
    if counts["refused"]:
        sys.exit(1)
