from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    work: str
    figure: str
    target: str
    reached: bool | None
    """Whether the target was reached; None for a figure without a target."""


def show(rows: list[Row]) -> None:
    marks = {True: "reached", False: "MISSED", None: ""}
    cells = [("work", "measured", "target", "")]
    cells += [(row.work, row.figure, row.target, marks[row.reached]) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    for line in cells:
        print("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
