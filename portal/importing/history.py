"""What became of each row: kept in the import history, and summed up for whoever started it."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from portal.importing import reasons
from portal.importing.mapping import ColumnMapping
from portal.importing.rows import Problem, room
from portal.models import ImportRow, ImportRun, Shop
from portal.models.base import new_id

LONGEST = {column: room(ImportRow, column) for column in ("order_code", "column", "reason")}


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Result:
    """Of an order's rows."""

    order_code: str
    lines: tuple[int, ...]
    outcome: Outcome
    problems: tuple[Problem, ...] = ()
    """Of a refused order: at least one for each of its lines."""


def refused(order_code: str, lines: Sequence[int], problems: Iterable[Problem]) -> Result:
    """`problems` may also be of other orders' lines, with which this one hangs together."""
    found = sorted(problems, key=lambda problem: problem.line)
    own = [problem for problem in found if problem.line in lines]
    right = set(lines) - {problem.line for problem in own}
    own += [Problem(line, "", reasons.of_neighbour(found[0].line)) for line in right]
    return Result(order_code, tuple(lines), Outcome.REFUSED, tuple(sorted(own, key=lambda problem: problem.line)))


@dataclass
class Report:
    """`counts` are of orders."""

    encoding: str = ""
    refusal: str = ""
    """Why nothing at all was taken."""
    counts: Counter[Outcome] = field(default_factory=Counter)
    refused: list[Result] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.refusal and not self.counts[Outcome.REFUSED]


@dataclass(frozen=True)
class ImportFile:
    name: str
    content: bytes
    mapping: ColumnMapping


class History:
    """One run. With `kept` false (a dry run) only the report is made."""

    def __init__(
        self, session: Session, shop: Shop, file: ImportFile, *, actor: str, now: datetime, kept: bool = True
    ) -> None:
        self.report = Report()
        self._session = session
        self._shop_id = shop.id
        self._run_id: UUID | None = None
        if kept:
            self._run_id = new_id()
            session.execute(
                insert(ImportRun).values(
                    id=self._run_id,
                    shop_id=shop.id,
                    kind=file.mapping.kind,
                    mapping=file.mapping.name,
                    file_name=file.name[-room(ImportRun, "file_name") :],
                    file_sha256=hashlib.sha256(file.content).hexdigest(),
                    actor=actor,
                    started_at=now,
                )
            )

    def read(self, encoding: str) -> None:
        self.report.encoding = encoding

    def refuse(self, reason: str) -> None:
        self.report.refusal = reason

    def add(self, results: Sequence[Result]) -> None:
        self.report.counts.update(result.outcome for result in results)
        self.report.refused.extend(result for result in results if result.outcome == Outcome.REFUSED)
        rows = [row for result in results for row in self._rows(result)]
        if self._run_id and rows:
            self._session.execute(insert(ImportRow.__table__), rows)  # type: ignore[arg-type]
            self._update()

    def finish(self, now: datetime) -> None:
        self._update(finished_at=now)

    def _update(self, **values: Any) -> None:
        if self._run_id:
            counts = {str(outcome): self.report.counts[outcome] for outcome in Outcome}
            told = {"encoding": self.report.encoding, "refusal": self.report.refusal}
            self._session.execute(
                update(ImportRun).where(ImportRun.id == self._run_id).values(**counts, **told, **values)
            )

    def _rows(self, result: Result) -> Iterable[dict[str, Any]]:
        """One per line of the file, and one more for each further problem of a line."""
        for problem in result.problems or [Problem(line, "", "") for line in result.lines]:
            yield {
                "id": new_id(),
                "shop_id": self._shop_id,
                "run_id": self._run_id,
                "line": problem.line,
                "order_code": result.order_code[: LONGEST["order_code"]],
                "outcome": str(result.outcome),
                "column": problem.column[: LONGEST["column"]],
                "reason": problem.reason[: LONGEST["reason"]],
            }
