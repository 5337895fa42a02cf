"""What a report rests on: one or more runs, read, judged, summarised and turned into advice."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from coldwarm.advice import Advice, advise
from coldwarm.analysis.analysed_run import AnalysedRun, analyse, collector_paused
from coldwarm.analysis.host_match import label_of
from coldwarm.analysis.precision_reached import unsettled
from coldwarm.errors import StoreError
from coldwarm.experiment.case import short_digest
from coldwarm.run.store import Run, read_run

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

    from coldwarm.analysis.cases import CaseSummary

NAME_LENGTH = 100


@dataclass(frozen=True)
class Evidence:
    """One run with everything that was derived from it.

    Attributes:
        analysed: the run as stored, its samples with their verdicts, and its cases.
        host: label of the host it was measured on.
        label: what tells the run from the others of the report.
        advice: one per model, device and runtime.
        unsettled: a sentence for each case whose speedup is not known as well as was asked for.
    """

    analysed: AnalysedRun
    host: str
    label: str
    advice: list[Advice]
    unsettled: list[str]

    @property
    def run(self) -> Run:
        """Return the run as stored."""
        return self.analysed.run

    @property
    def frame(self) -> pd.DataFrame:
        """Return its samples with their verdicts."""
        return self.analysed.frame

    @property
    def summaries(self) -> tuple[CaseSummary, ...]:
        """Return its cases."""
        return self.analysed.cases

    @property
    def run_id(self) -> str:
        """Return the name under which the run stands in frames and summaries."""
        return self.run.run_id


def gather(paths: Iterable[Path]) -> list[Evidence]:
    """Read runs and derive what a report shows.

    Raises:
        StoreError: when one of them is not a run, or holds no samples, or what is no sample.
    """
    with collector_paused():
        found = [read_run(path) for path in paths]
        _refuse_twice(found)
        runs = _told_apart(found)
        hosts = [label_of(run.header) for run in runs]
        return [
            derive(run, host, host if hosts.count(host) == 1 else f"{host}, {run.run_id}")
            for run, host in zip(runs, hosts, strict=True)
        ]


def text(header: Mapping[str, Any], *keys: str, default: str = "") -> str:
    """Return a nested entry of a header as text; a foreign header may hold anything anywhere."""
    value: Any = header
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return default if value is None else str(value)


def directory_name(evidence: Sequence[Evidence]) -> str:
    """Return a directory name for the report, safe whatever the runs are called."""
    name = plain_name(evidence[0].run.run_id)
    if len(evidence) == 1:
        return name
    # The first of several is the one that the others are compared with: order matters.
    places = [str(each.run.path.resolve()) for each in evidence]
    return f"{name}-and-{len(evidence) - 1}-more-{short_digest(places)}"


def plain_name(run_id: str) -> str:
    """Return a file name for a run: its own where that is plain, else with a digest of it."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", run_id).strip("-.")[:NAME_LENGTH]
    return plain if plain == run_id else f"{plain or 'run'}-{short_digest(run_id)}"


def _refuse_twice(runs: Sequence[Run]) -> None:
    """Refuse one run under two names: side by side it would only agree with itself.

    Raises:
        StoreError: when two are the same, or one is a copy of another.
    """
    for place, run in enumerate(runs):
        for other in runs[:place]:
            if run.path.resolve() == other.path.resolve() or (
                run.records and run.records == other.records
            ):
                msg = f"{other.path} and {run.path} are the same run: name each run once"
                raise StoreError(msg)


def _told_apart(runs: list[Run]) -> list[Run]:
    """Give runs of one name different ones: hosts may have begun in the same second."""
    seen: dict[str, int] = {}
    renamed = []
    for run in runs:
        count = seen[run.run_id] = seen.get(run.run_id, 0) + 1
        name = run.run_id if count == 1 else f"{run.run_id} ({count})"
        renamed.append(replace(run, header={**run.header, "run_id": name}))
    return renamed


def derive(run: Run, host: str = "", label: str = "") -> Evidence:
    """Return a run with what a report shows of it.

    Raises:
        StoreError: when it is a study, or holds no samples, or what is no sample.
    """
    analysed = analyse(run)
    source = text(run.header, "experiment", "source", default="EXPERIMENT.yaml")
    try:
        advice = advise(analysed.cases, source=source)
        precision = text(run.header, "experiment", "sampling", "precision")
        open_cases = unsettled(analysed.cases, float(precision) if precision else None)
    except (AttributeError, KeyError, TypeError, ValueError) as err:
        msg = f"{run.path} holds a record that is not a sample of this schema: {err!r}"
        raise StoreError(msg) from err
    return Evidence(analysed, host, label, advice, open_cases)
