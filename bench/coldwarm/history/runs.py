"""Read the runs of a host, and tell what is usual for them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from coldwarm.analysis.analysed_run import analyse
from coldwarm.analysis.cases import by_axes
from coldwarm.analysis.host_match import Relation, identity_of, relation, speed_index_ms
from coldwarm.conditions import conditions_of, differences
from coldwarm.errors import StoreError
from coldwarm.experiment.case import Case
from coldwarm.history.groups import runs_below
from coldwarm.run import store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.run.store import Run

LATEST = 30
"""So many runs of a case say what is usual at present; older ones say what was usual once."""

TIMES = {
    "warm_load": attrgetter("load_ms.warm"),
    "cold_load": attrgetter("load_ms.cold"),
    "warm_first_inference": attrgetter("first_inference_ms.warm"),
    "cold_first_inference": attrgetter("first_inference_ms.cold"),
}
"""Absolute times by the names that comparisons use, as a summary holds them."""


@dataclass(frozen=True)
class PastRun:
    """One run, summarised.

    Attributes:
        path: its directory.
        header: content of its run.json.
        versions: the OpenVINO versions that were started.
        speed_index_ms: how fast the machine was: median of interpreter and import time.
        cases: case id to summary.
    """

    path: Path
    header: Mapping[str, Any]
    versions: tuple[str, ...] = ()
    speed_index_ms: float | None = None
    cases: Mapping[str, CaseSummary] = field(default_factory=dict)

    @property
    def run_id(self) -> str:
        """Return the run's name."""
        return str(self.header["run_id"])

    @property
    def created_at(self) -> str:
        """Return when the run began, UTC."""
        return str(self.header.get("created_at") or "")

    @property
    def commit(self) -> str:
        """Return the commit of the experiment's directory, empty where there was none."""
        return str(self.header.get("git_commit") or "")

    @property
    def label(self) -> str:
        """Return the time of the run to the minute, such as ``2026-10-01 12:00``."""
        return self.created_at[:16].replace("T", " ")

    def digests(self, model: str) -> object:
        """Return the digests of a model's files at the time, None where they are not stored."""
        return (self.header.get("models") or {}).get(model, {}).get("digests")


@dataclass(frozen=True)
class History:
    """Runs over time.

    Attributes:
        runs: in the order in which they were made, the newest where not all were wanted.
        damage: what could not be read.
        notes: what a reader must know of the hosts.
        one_machine: whether all are known to come from one machine, whose times are comparable.
        counts: case id to how many runs were to measure it, those not wanted included.
    """

    runs: tuple[PastRun, ...] = ()
    damage: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    one_machine: bool = True
    counts: Mapping[str, int] = field(default_factory=dict)


def read_history(paths: Iterable[Path], last: int | None = None) -> History:
    """Read runs and put them in the order in which they were made; a copy does not count again.

    Args:
        paths: their directories.
        last: how many of the newest are wanted; None for all.
    """
    begun, damage, headers = [], [], []
    counts: Counter[str] = Counter()
    for path in paths:
        try:
            header = store.read_header(path)
            if store.study_of(header) is None and header not in headers:  # a study has no times
                headers.append(header)
                begun.append((str(header.get("created_at") or ""), path))
                counts.update(_planned(header))
        except StoreError as err:
            damage.append(str(err))
    newest = sorted(begun)[-last:] if last else sorted(begun)
    runs = tuple(summarise_run(store.read_run(path)) for _, path in newest)
    return History(runs, tuple(damage), counts=counts)


def summarise_run(run: Run) -> PastRun:
    """Return what a run says, case by case."""
    if not run.records:
        return PastRun(run.path, run.header)
    analysed = analyse(run)
    frame = analysed.frame
    return PastRun(
        path=run.path,
        header=run.header,
        versions=tuple(sorted(frame["openvino_version"].dropna().unique())),
        speed_index_ms=speed_index_ms(frame),
        cases={summary.case_id: summary for summary in by_axes(analysed.cases)},
    )


def before(head: Run, results: Path | None = None) -> tuple[PastRun, ...]:
    """Return earlier runs of the machine and the cases of `head`, summarised: for each the latest.

    A run under conditions that change times is none of them, and a copy of one does not count
    again.

    Args:
        head: the run that is judged.
        results: a results directory, or that of one host; None for where the head lies.

    Raises:
        StoreError: when there are no runs at all.
    """
    now = conditions_of(head.header, ())
    began, wanted = str(head.header.get("created_at") or ""), _planned(head.header)
    earlier, headers = [], []
    for path in runs_below(results or _results_of(head)):
        try:
            header = store.read_header(path)
        except StoreError:
            continue
        created = str(header.get("created_at") or "")
        here = relation(header, head.header) is Relation.MACHINE
        comparable = store.study_of(header) is None and here
        if not (created and created < began and comparable) or header in headers:
            continue
        headers.append(header)
        if not any(each.times for each in differences(conditions_of(header, ()), now)):
            earlier.append((created, path, wanted & _planned(header)))
    runs_of: Counter[str] = Counter()
    latest = []
    for _, path, cases in sorted(earlier, reverse=True):
        if any(runs_of[case] < LATEST for case in cases):
            latest.append(path)
            runs_of.update(cases)
    return read_history(latest).runs


def _results_of(head: Run) -> Path:
    """Return the results directory: the machine may have other names, and directories, there."""
    host = head.path.resolve().parent
    return host.parent if host.name == identity_of(head.header).folder else host


def _planned(header: Mapping[str, Any]) -> set[str]:
    """Return the ids of the cases that a run was to measure."""
    cases = (header.get("experiment") or {}).get("cases") or ()
    return {Case.from_axes(axes).case_id for axes in cases}


def usual_times(
    runs: Sequence[PastRun], head: Run, case_id: str, model: str, metric: str
) -> list[float]:
    """Return the latest medians of a time in earlier runs of the same case and model files."""
    digests = (head.header.get("models") or {}).get(model, {}).get("digests")
    medians = [
        TIMES[metric](run.cases[case_id])
        for run in runs
        if case_id in run.cases and run.digests(model) == digests
    ]
    return [median for median in medians if median][-LATEST:]
