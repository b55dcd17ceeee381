"""Applying of a file in batches of groups of rows. A group is applied whole or not at all.

Each batch is committed together with the position that history keeps.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from portal.importing.applying.history import History, ImportFile, Report, Result
from portal.importing.reading.groups import Groups
from portal.importing.reading.joining import AnyTable, read_files
from portal.importing.reading.mapping import Bound, bind
from portal.importing.reading.reader import FileRefusedError
from portal.importing.reading.rows import Problem, Reading
from portal.models import Shop
from portal.orders.turns import lock_shop
from portal.shipments.rules.carriers import word_key

Read = TypeVar("Read")
Said = TypeVar("Said")


@dataclass(frozen=True)
class Group(Generic[Said]):
    """What the rows of one order or subscription say; if they cannot be read, `said` is None and `problems` say why."""

    lines: tuple[int, ...]
    code: str
    said: Said | None
    problems: tuple[Problem, ...] = ()
    lacks: tuple[str, ...] = ()
    """Fields that the rows leave blank and that only something which is here already can do without."""


@dataclass(frozen=True)
class Work(Generic[Read]):
    """The steps for the rows of one kind of file."""

    group: Callable[[AnyTable, Bound], Groups]
    read: Callable[[Reading], Read]
    """Reader of one group; it does not use the database."""
    apply: Callable[[Bound, Sequence[Read], datetime], list[Result]]
    batch: int
    """Groups per commit, so few that others wait for the database tenths of a second and a crash loses no more."""


@dataclass(frozen=True)
class Pace:
    """The entry point's clock and commits, and when it wants to pause."""

    clock: Callable[[], datetime]
    end_batch: Callable[[], None]
    """Function that commits; for a dry run that keeps no history it rolls back."""
    dry_run: bool = False
    enough: Callable[[], bool] = lambda: False
    """Function that tells after each batch whether to leave the rest for later."""


def take_in(session: Session, shop: Shop, file: ImportFile, work: Work[Read], history: History, pace: Pace) -> Report:
    """Apply the file from where `history` stands. On ClaimLostError the caller rolls back and leaves the run alone."""
    # Reading takes time, so no transaction is open meanwhile.
    pace.end_batch()
    try:
        table = read_files(file.sources, file.mapping)
        carriers = {word_key(words): carrier for words, carrier in shop.carrier_words.items()}
        bound = replace(bind(file.mapping, table.header), carriers=carriers, statuses=shop.status_words)
    except FileRefusedError as error:
        history.refuse(error.reason)
    else:
        history.read(table.encoding, len(table.rows))
        pace.end_batch()
        groups = work.group(table, bound)
        while history.position < len(groups):
            batch = groups[history.position : history.position + work.batch]
            read = [work.read(Reading(table, bound, [table.rows[at] for at in group])) for group in batch]
            now = pace.clock()
            history.add(_applied(session, shop, work, bound, read, now, dry_run=pace.dry_run), len(batch), now)
            pace.end_batch()
            if history.position < len(groups) and pace.enough():
                return history.report
    history.finish(pace.clock())
    pace.end_batch()
    return history.report


def _applied(
    session: Session,
    shop: Shop,
    work: Work[Read],
    bound: Bound,
    read: Sequence[Read],
    now: datetime,
    *,
    dry_run: bool,
) -> list[Result]:
    lock_shop(session, shop.id)
    # A setting that staff changed since the file was begun counts from here on.
    session.refresh(shop)
    if not dry_run:
        return work.apply(bound, read, now)
    with session.begin_nested() as undone:
        results = work.apply(bound, read, now)
        undone.rollback()
    return results
