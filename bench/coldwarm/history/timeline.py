"""One case over time: a point per run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.history.runs import PastRun

SHORT_COMMIT = 7


@dataclass(frozen=True)
class Point:
    """What one run says about a case.

    Attributes:
        run: the run.
        summary: the case in it.
    """

    run: PastRun
    summary: CaseSummary

    @property
    def version(self) -> str:
        """Return the OpenVINO version without its build, such as ``2026.4.1``."""
        return ", ".join(dict.fromkeys(each.partition("-")[0] for each in self.run.versions))

    @property
    def commit(self) -> str:
        """Return the commit, shortened; a mark shows that there were changes besides."""
        head, dash, dirty = self.run.commit.partition("-dirty")
        return head[:SHORT_COMMIT] + ("+" if dash and not dirty else "")


@dataclass(frozen=True)
class Timeline:
    """One case over time.

    Attributes:
        case_id: the case.
        name: its readable name.
        points: one per run that measured it, in the order of the runs.
    """

    case_id: str
    name: str
    points: tuple[Point, ...]


def timelines(runs: Iterable[PastRun]) -> tuple[Timeline, ...]:
    """Return a timeline per case, in the order in which the newest run that has it shows them."""
    points: dict[str, list[Point]] = {}
    order: dict[str, None] = {}
    for run in runs:
        order = dict.fromkeys([*run.cases, *order])
        for case_id, summary in run.cases.items():
            points.setdefault(case_id, []).append(Point(run, summary))
    return tuple(
        Timeline(case_id, points[case_id][-1].summary.name, tuple(points[case_id]))
        for case_id in order
    )
