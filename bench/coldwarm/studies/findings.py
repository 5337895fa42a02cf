"""The surprises of a study, each once, with all cells that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coldwarm.studies.study import Judgement
    from coldwarm.studies.table import Cell, Result, Table


@dataclass(frozen=True)
class Finding:
    """One surprise of one change.

    Attributes:
        change: the change.
        described: the change in words.
        surprise: what should not have been.
        cells: where it was seen.
        places: the same in words: labels of the columns, per table where there are several.
        seen: tries that showed it.
        tries: tries of these cells.
        seen_starts: starts that showed it.
        starts: starts that met the change in these cells.
        judgement: what came of one try that showed it.
    """

    change: str
    described: str
    surprise: str
    cells: tuple[Cell, ...]
    places: str
    seen: int
    tries: int
    seen_starts: int
    starts: int
    judgement: Judgement

    @property
    def sentence(self) -> str:
        """Return the finding in one line."""
        counts = []
        if self.tries > len(self.cells):
            counts.append(f"{self.seen} of {self.tries} tries")
        if self.starts > self.tries and self.seen_starts:
            counts.append(f"{self.seen_starts} of {self.starts} starts")
        seen = f" in {', '.join(counts)}" if counts else ""
        return f"{self.described}: {self.surprise}{seen} ({self.places})"


def findings(result: Result) -> list[Finding]:
    """Return each surprise once per change, the worst outcomes first."""
    places: dict[tuple[str, str], list[tuple[Table, str, Cell]]] = {}
    for table in result.tables:
        for change in table.rows:
            for name, cell in zip(table.columns, table.row(change), strict=True):
                for surprise in cell.surprises if cell else ():
                    assert cell is not None  # noqa: S101
                    places.setdefault((change, surprise), []).append((table, name, cell))
    found = [_finding(result, *key, seen) for key, seen in places.items()]
    order = list(result.study.words)
    return sorted(found, key=lambda each: order.index(each.judgement.outcome))


def version_line(table: Table) -> str:
    """Return what a table is about: model, device, runtime, version."""
    return f"{table.title}, OpenVINO {short(table.version)}" if table.version else table.title


def short(version: str) -> str:
    """Return a version without the name of its build."""
    return version.partition("-")[0]


def _finding(
    result: Result, change: str, surprise: str, seen: list[tuple[Table, str, Cell]]
) -> Finding:
    cells = tuple(cell for _, _, cell in seen)
    _, judgement = cells[0].example(surprise)
    by_table: dict[str, list[str]] = {}
    for table, name, _ in seen:
        by_table.setdefault(version_line(table), []).append(name)
    words = [
        (f"{title}: " if len(result.tables) > 1 else "") + ", ".join(names)
        for title, names in by_table.items()
    ]
    return Finding(
        change=change,
        described=result.study.describe(change),
        surprise=surprise,
        cells=cells,
        places="; ".join(words),
        seen=sum(cell.surprises[surprise] for cell in cells),
        tries=sum(len(cell.tries) for cell in cells),
        seen_starts=sum(cell.starts_with(surprise) for cell in cells),
        starts=sum(cell.starts for cell in cells),
        judgement=judgement,
    )
