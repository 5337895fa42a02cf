"""The table of a study: what came of each change, by case. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from statistics import median
from typing import TYPE_CHECKING

from coldwarm.experiment.case import AXES, Case
from coldwarm.studies.kinds import study_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldwarm.run.attempt import Trace
    from coldwarm.run.store import Run
    from coldwarm.studies.study import Judgement, Study

ACROSS = ("api", "cache_mode", "encryption", "properties", "storage")
"""The axes whose values stand beside each other in one table; the others have a table each."""


@dataclass(frozen=True)
class Cell:
    """All tries of one change with one case.

    Attributes:
        case: the case.
        change: the change.
        tries: each with what came of it, in the order in which they were made.
        order: the study's outcomes, worst news first.
    """

    case: Case
    change: str
    tries: tuple[tuple[Trace, Judgement], ...]
    order: tuple[str, ...]

    @cached_property
    def counts(self) -> dict[str, int]:
        """Return outcome to how often it came, worst news first."""
        seen = Counter(judgement.outcome for _, judgement in self.tries)
        return {word: seen[word] for word in self.order if seen[word]}

    @property
    def worst(self) -> str:
        """Return the worst outcome that came."""
        return next(iter(self.counts))

    @property
    def text(self) -> str:
        """Return the outcomes: a word, or words with counts where tries differ."""
        if len(self.tries) == 1:
            return self.worst
        return ", ".join(f"{count} {word}" for word, count in self.counts.items())

    @cached_property
    def surprises(self) -> dict[str, int]:
        """Return surprise to how many tries showed it, in the order of the outcomes."""
        ranked = sorted(self.tries, key=lambda pair: self.order.index(pair[1].outcome))
        return dict(Counter(surprise for _, judged in ranked for surprise in judged.surprises))

    def starts_with(self, surprise: str) -> int:
        """Return how many starts showed a surprise, over all tries."""
        return sum(judged.surprises.get(surprise, 0) for _, judged in self.tries)

    @property
    def starts(self) -> int:
        """Return how many starts met the change, over all tries."""
        return sum(judged.starts for _, judged in self.tries)

    @property
    def took_ms(self) -> float | None:
        """Return how long the starts in question took: the median, where the study knows."""
        times = [judged.took_ms for _, judged in self.tries if judged.took_ms is not None]
        return median(times) if times else None

    def example(self, surprise: str | None = None) -> tuple[Trace, Judgement]:
        """Return the first try with this surprise, or the first with the worst outcome."""
        return next(
            (trace, judgement)
            for trace, judgement in self.tries
            if (surprise in judgement.surprises if surprise else judgement.outcome == self.worst)
        )


@dataclass(frozen=True)
class Table:
    """One table: the cases of one model, device and runtime.

    Attributes:
        title: what all its cases have in common.
        version: the OpenVINO version that its starts reported.
        columns: label to case.
        rows: the changes.
        cells: change and case id to the cell; what was not tried yet is missing.
    """

    title: str
    version: str | None
    columns: Mapping[str, Case]
    rows: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]

    @property
    def timed(self) -> bool:
        """Return whether the study looked at how long starts took."""
        return any(cell.took_ms is not None for cell in self.cells.values())

    def times(self, change: str) -> str:
        """Return how long the starts of each cell of a change took, in milliseconds."""
        times = [cell and cell.took_ms for cell in self.row(change)]
        return ", ".join("-" if ms is None else f"{ms:.0f}" for ms in times)

    def row(self, change: str) -> list[Cell | None]:
        """Return the cells of a change, in the order of the columns."""
        return [self.cells.get((change, case.case_id)) for case in self.columns.values()]


@dataclass(frozen=True)
class Result:
    """All that a study's run says.

    Attributes:
        run: the run.
        study: the study.
        tables: one per model, device and runtime.
    """

    run: Run
    study: Study
    tables: tuple[Table, ...]

    @property
    def cells(self) -> list[Cell]:
        """Return the cells of all tables, row by row."""
        return [
            cell for table in self.tables for change in table.rows for cell in table.row(change)
            if cell is not None
        ]  # fmt: skip

    @property
    def surprising(self) -> list[Cell]:
        """Return the cells with a surprise."""
        return [cell for cell in self.cells if cell.surprises]


def tabulate(run: Run) -> Result:
    """Judge the tries of a run and lay them out.

    Raises:
        StoreError: when this coldwarm does not know the study.
    """
    planned = run.header["experiment"]
    study = study_of(planned["study"]["kind"])
    order = tuple(study.words)
    traces = run.tries()
    pairs: dict[tuple[str, str], list[tuple[Trace, Judgement]]] = {}
    for trace, judgement in zip(traces, study.judge(traces), strict=True):
        pairs.setdefault((trace.change, trace.case_id), []).append((trace, judgement))
    cells = {
        key: Cell(Case.from_axes(tries[0][0].case), key[0], tuple(tries), order)
        for key, tries in pairs.items()
    }
    groups: dict[tuple[str, ...], list[Case]] = {}
    for axes in planned["cases"]:
        case = Case.from_axes(axes)
        groups.setdefault((case.model, case.device, case.runtime), []).append(case)
    rows = tuple(planned["study"]["changes"])
    tables = tuple(_table(group, cases, rows, cells) for group, cases in groups.items())
    return Result(run, study, tables)


def _table(
    group: tuple[str, ...],
    cases: Sequence[Case],
    rows: tuple[str, ...],
    cells: Mapping[tuple[str, str], Cell],
) -> Table:
    own = {case.case_id for case in cases}
    kept = {key: cell for key, cell in cells.items() if key[1] in own}
    versions = [
        trace.starts[0].openvino_version
        for cell in kept.values()
        for trace, _ in cell.tries
        if trace.starts and trace.starts[0].openvino_version
    ]
    title = ", ".join(part for part in group if part != "installed")
    columns = dict(zip(labels(cases), cases, strict=True))
    return Table(title, versions[0] if versions else None, columns, rows, kept)


def labels(cases: Sequence[Case]) -> list[str]:
    """Return a short label per case: its API, and what else tells the cases apart."""
    several = [
        axis
        for axis in AXES
        if axis in ACROSS
        and (axis == "api" or len({str(getattr(case, axis)) for case in cases}) > 1)
    ]
    return [
        " ".join(_short(axis, getattr(case, axis)) for axis in several).strip() for case in cases
    ]


def _short(axis: str, value: object) -> str:
    if axis == "properties" and isinstance(value, dict):
        return " ".join(f"{key}={each}" for key, each in value.items()) or "{}"
    return str(value).removeprefix("OPTIMIZE_")
