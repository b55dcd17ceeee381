"""The outcome of each row: kept in the import history, and summed up for whoever started the import."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, BinaryIO

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from portal.importing.applying import reasons
from portal.importing.reading.mapping import ColumnMapping
from portal.importing.reading.rows import Problem
from portal.models import ImportRow, ImportRun, Shop
from portal.models.base import new_id, room

LISTED = 1_000
BATCH_LASTS = timedelta(minutes=1)
"""Time after which another worker goes on for one that died; longer than any batch takes."""
LONGEST = {column: room(ImportRow, column) for column in ("order_code", "column", "reason", "value")}


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Result:
    """The outcome for the rows of one order or subscription."""

    order_code: str
    lines: tuple[int, ...]
    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    """Problems of a refused order, at least one for each of its lines; what staff should know of one that was taken."""


def refused(order_code: str, lines: Sequence[int], problems: Iterable[Problem]) -> Result:
    """Return the result of a refused order; `problems` may include lines of other orders that are applied with it."""
    found = sorted(problems, key=lambda problem: problem.line)
    own = [problem for problem in found if problem.line in lines]
    right = set(lines) - {problem.line for problem in own}
    own += [Problem(line, "", reasons.of_neighbour(found[0].line)) for line in right]
    return Result(order_code, tuple(lines), Outcome.REFUSED, tuple(sorted(own, key=lambda problem: problem.line)))


@dataclass
class Report:
    """Summary of an import; `counts` counts orders or subscriptions, not rows."""

    encoding: str = ""
    refusal: str = ""
    """Reason why the file as a whole was refused, empty if it was not."""
    counts: Counter[Outcome] = field(default_factory=Counter)
    refused: list[Result] = field(default_factory=list)
    """The first LISTED refused results; a kept import has all of them in its rows."""
    is_finished: bool = False
    """Whether nothing is left to do from the position that was kept."""

    @property
    def is_clean(self) -> bool:
        return not self.refusal and not self.counts[Outcome.REFUSED]


@dataclass(frozen=True)
class ImportFile:
    name: str
    sources: tuple[BinaryIO, ...]
    """One file, or two that belong together (orders and lines)."""
    mapping: ColumnMapping


def digest(sources: Iterable[BinaryIO]) -> str:
    """Return the SHA-256 of the bytes of all sources, in order."""
    sha256 = hashlib.sha256()
    for source in sources:
        source.seek(0)
        while block := source.read(1 << 20):
            sha256.update(block)
    return sha256.hexdigest()


class ClaimLostError(Exception):
    """Another worker goes on with this run: what this one did since its last commit must not be committed."""


class History:
    """History that nobody keeps: a dry run at the terminal. `position` is the number of groups of rows done."""

    def __init__(self) -> None:
        self.report = Report()
        self.position = 0

    def read(self, encoding: str, rows: int) -> None:
        self.report.encoding = encoding

    def refuse(self, reason: str) -> None:
        self.report.refusal = reason

    def add(self, results: Sequence[Result], groups: int, now: datetime) -> None:
        self.position += groups
        self.report.counts.update(result.outcome for result in results)
        room_left = LISTED - len(self.report.refused)
        if room_left > 0:
            self.report.refused += [result for result in results if result.outcome == Outcome.REFUSED][:room_left]

    def finish(self, now: datetime) -> None:
        self.report.is_finished = True


class KeptHistory(History):
    """History in a row of `ImportRun`. What is added is committed in the very transaction that applies it."""

    def __init__(self, session: Session, run: ImportRun, *, all_rows: bool = True) -> None:
        """Go on with a run, fresh or as its last batch left it; without `all_rows` (dry run) list refused rows only."""
        super().__init__()
        self._session = session
        self._run_id, self._shop_id, self._claim = run.id, run.shop_id, run.claim
        self._all_rows = all_rows
        self.position, self._rows_done = run.position, run.rows_done
        self.report.counts = Counter({outcome: getattr(run, outcome) for outcome in Outcome})

    def read(self, encoding: str, rows: int) -> None:
        super().read(encoding, rows)
        self._update(encoding=encoding, rows_total=rows)

    def refuse(self, reason: str) -> None:
        super().refuse(reason)
        self._update(refusal=reason[: room(ImportRun, "refusal")])

    def add(self, results: Sequence[Result], groups: int, now: datetime) -> None:
        super().add(results, groups, now)
        self._rows_done += sum(len(result.lines) for result in results)
        rows = [row for result in results if self._lists(result) for row in self._rows(result)]
        if rows:
            self._session.execute(insert(ImportRow.__table__), rows)  # type: ignore[arg-type]
        counts = {str(outcome): self.report.counts[outcome] for outcome in Outcome}
        self._update(
            **counts,
            position=self.position,
            rows_done=self._rows_done,
            attempts=0,
            next_try_at=now + BATCH_LASTS if self._claim else None,
        )

    def finish(self, now: datetime) -> None:
        super().finish(now)
        if self._all_rows:
            self._update(finished_at=now)

    def _update(self, **values: Any) -> None:
        held = ImportRun.claim == self._claim if self._claim else ImportRun.claim.is_(None)
        own = update(ImportRun).where(ImportRun.id == self._run_id, held).values(**values).returning(ImportRun.id)
        if self._session.execute(own).one_or_none() is None:
            raise ClaimLostError

    def _lists(self, result: Result) -> bool:
        return self._all_rows or bool(result.problems)

    def _rows(self, result: Result) -> Iterable[dict[str, Any]]:
        """Yield one row per line of the file, and one more for each further problem of a line."""
        told = {problem.line for problem in result.problems}
        for problem in (*result.problems, *(Problem(line, "", "") for line in result.lines if line not in told)):
            yield {
                "id": new_id(),
                "shop_id": self._shop_id,
                "run_id": self._run_id,
                "line": problem.line,
                "order_code": result.order_code[: LONGEST["order_code"]],
                "outcome": str(result.outcome),
                "column": problem.column[: LONGEST["column"]],
                "reason": problem.reason[: LONGEST["reason"]],
                "value": problem.value[: LONGEST["value"]],
            }


def started(session: Session, shop: Shop, file: ImportFile, *, actor: str, now: datetime) -> KeptHistory:
    """Begin the history of a file from the command line, which is applied at once."""
    run = ImportRun(
        shop_id=shop.id,
        kind=file.mapping.kind,
        mapping=file.mapping.name,
        file_name=file.name[-room(ImportRun, "file_name") :],
        file_sha256=digest(file.sources),
        actor=actor,
        started_at=now,
    )
    session.add(run)
    session.flush()
    return KeptHistory(session, run)
