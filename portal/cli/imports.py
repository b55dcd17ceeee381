"""Commands that import files. The exit code is 1 if anything was refused, so that a script notices."""

import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from portal import clock
from portal.extensions import db
from portal.importing.applying.batches import Pace
from portal.importing.applying.history import ImportFile, Outcome, Report
from portal.importing.reading.mapping import ColumnMapping, Kind, preset, preset_names
from portal.importing.reading.reader import SECOND
from portal.importing.runs.at_once import import_file
from portal.jobs import nudge
from portal.models import Shop
from portal.receipts.telling import tell_waiting

ACTOR = "cli"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class Told:
    """How the command speaks of one kind of file, and which jobs it nudges."""

    words: Mapping[Outcome, str]
    key: str = "受注コード"
    """Header of the column of codes or numbers."""
    noun: str = "注文"
    nudges: tuple[str, ...] = ("send_mails", "refresh_bundles", "renew_statistics")


ORDERS = {
    Outcome.CREATED: "新しい注文",
    Outcome.UPDATED: "変わった注文",
    Outcome.UNCHANGED: "変わらない注文",
    Outcome.REFUSED: "取り込めなかった注文",
}
SUBSCRIPTIONS = {
    Outcome.CREATED: "新しい定期購入",
    Outcome.UPDATED: "変わった定期購入",
    Outcome.UNCHANGED: "変わらない定期購入",
    Outcome.REFUSED: "取り込めなかった定期購入",
}
TOLD: Mapping[Kind, Told] = {
    "orders": Told(ORDERS),
    "shipments": Told(
        ORDERS | {Outcome.CREATED: "荷物が加わった注文"},
        nudges=("send_mails", "refresh_bundles", "ask_captures", "renew_statistics"),
    ),
    "subscriptions": Told(SUBSCRIPTIONS, "番号", "定期購入", nudges=("renew_statistics",)),
}


def _options(kind: Kind) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        for option in (
            click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing."),
            click.option("--mapping", type=click.Choice(preset_names(kind)), default="generic", show_default=True),
            click.option("--shop", "slug", required=True, metavar="SLUG"),
            click.argument("file", type=FILE),
        ):
            function = option(function)
        return function

    return decorate


@click.command("import-orders")
@click.option("--items", type=FILE, help="The channel's second file, with the lines (Yahoo!ショッピング).")
@_options("orders")
@with_appcontext
def import_orders(file: Path, slug: str, mapping: str, items: Path | None, *, dry_run: bool) -> None:
    """Take orders in from a CSV FILE (UTF-8 or CP932)."""
    _import([file, *([items] if items else [])], slug, preset("orders", mapping), dry_run=dry_run)


@click.command("import-shipments")
@_options("shipments")
@with_appcontext
def import_shipments(file: Path, slug: str, mapping: str, *, dry_run: bool) -> None:
    """Take shipping results and tracking events in from a CSV FILE (UTF-8 or CP932)."""
    _import([file], slug, preset("shipments", mapping), dry_run=dry_run)


@click.command("import-subscriptions")
@_options("subscriptions")
@with_appcontext
def import_subscriptions(file: Path, slug: str, mapping: str, *, dry_run: bool) -> None:
    """Take subscriptions (定期購入) in from a CSV FILE (UTF-8 or CP932)."""
    _import([file], slug, preset("subscriptions", mapping), dry_run=dry_run)


def shop_of(slug: str) -> Shop:
    shop = db.session.scalars(select(Shop).where(Shop.slug == slug)).one_or_none()
    if shop is None:
        raise click.ClickException(f"店舗「{slug}」はありません。")
    return shop


def _import(paths: Sequence[Path], slug: str, mapping: ColumnMapping, *, dry_run: bool) -> None:
    session, shop, mailroom = db.session, shop_of(slug), current_app.extensions["mailroom"]
    told = TOLD[mapping.kind]

    def commit() -> None:
        if mapping.kind != "subscriptions":
            tell_waiting(session, mailroom, shop=shop, now=clock.now())
        session.commit()

    pace = Pace(clock.now, session.rollback if dry_run else commit, dry_run=dry_run)
    with ExitStack() as stack:
        sources = tuple(stack.enter_context(path.open("rb")) for path in paths)
        file = ImportFile(paths[0].name, sources, mapping)
        report = import_file(session, shop, file, mailroom=mailroom, actor=ACTOR, pace=pace)
    if not dry_run:
        for job in told.nudges:
            nudge(job)
    _tell(file, report, told, dry_run=dry_run)


def _tell(file: ImportFile, report: Report, told: Told, *, dry_run: bool) -> None:
    """Print what became of a file."""
    if report.refusal:
        click.echo(f"{file.name} を取り込めませんでした。{report.refusal}")
        sys.exit(1)
    encoding = report.encoding.upper()
    click.echo(
        f"{file.name}（{encoding}）{'を試しました。何も変わっていません。' if dry_run else 'を取り込みました。'}"
    )
    for outcome, word in told.words.items():
        click.echo(f"  {_wide(word, 26)}{report.counts[outcome]:>8,}")
    if report.refused:
        click.echo("\n取り込めなかった行:")
        click.echo(f"  {'行':>5}  {_wide(told.key, 20)}  {_wide('列', 20)}  理由")
    for result in report.refused:
        for problem in result.problems:
            code = _wide(result.order_code, 20)
            click.echo(f"  {_place(problem.line):>6}  {code}  {_wide(problem.column, 20)}  {problem.reason}")
    if len(report.refused) < report.counts[Outcome.REFUSED]:
        click.echo(f"  ほか {report.counts[Outcome.REFUSED] - len(report.refused):,} 件の{told.noun}")
    if not report.is_clean:
        sys.exit(1)


def _place(line: int) -> str:
    return str(line) if line < SECOND else f"商品{line - SECOND}"


def _wide(text: str, columns: int) -> str:
    """Pad text for a terminal, where Japanese letters take two columns."""
    taken = sum(2 if unicodedata.east_asian_width(letter) in "FWA" else 1 for letter in text)
    return text + " " * max(0, columns - taken)
