"""What a report rests on: one or more runs, read, judged, summarised and turned into advice."""

from __future__ import annotations

import gc
import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pandas.api.types import is_string_dtype

from coldwarm.advice import Advice, advise
from coldwarm.analysis.cases import CaseSummary, summarise
from coldwarm.analysis.host_match import label_of
from coldwarm.analysis.precision_reached import unsettled
from coldwarm.analysis.verdict import judged_frame
from coldwarm.errors import StoreError
from coldwarm.experiment.case import Case, short_digest
from coldwarm.run.store import Run, read_run, refuse_study

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    import pandas as pd

NAME_LENGTH = 100

FINISH = "let `coldwarm run` finish at least one round"


@dataclass(frozen=True)
class Evidence:
    """One run with everything that was derived from it.

    Attributes:
        run: the run as stored.
        host: label of the host it was measured on.
        label: what tells the run from the others of the report.
        frame: its samples with their verdicts.
        summaries: one per case.
        advice: one per model, device and runtime.
        unsettled: a sentence for each case whose speedup is not known as well as was asked for.
    """

    run: Run
    host: str
    label: str
    frame: pd.DataFrame
    summaries: list[CaseSummary]
    advice: list[Advice]
    unsettled: list[str]

    @property
    def run_id(self) -> str:
        """Return the name under which the run stands in frames and summaries."""
        return self.run.run_id


def gather(paths: Iterable[Path]) -> list[Evidence]:
    """Read runs and derive what a report shows.

    Raises:
        StoreError: when one of them is not a run, or holds no samples, or what is no sample.
    """
    with _collector_paused():
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


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from going through records again and again.

    They hold no cycles. With 100,000 samples the collector takes a third of the time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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
        records = [
            record if record.get("run_id") == name else {**record, "run_id": name}
            for record in run.records
        ]
        renamed.append(replace(run, header={**run.header, "run_id": name}, records=records))
    return renamed


def _plain_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with text as Python objects.

    Summaries take hundreds of small parts of it, which pandas' own text columns make a third
    slower.
    """
    words = [name for name, kind in frame.dtypes.items() if is_string_dtype(kind)]
    return frame.astype(dict.fromkeys(words, object))


def _in_order(summaries: list[CaseSummary], header: Mapping[str, Any]) -> list[CaseSummary]:
    """Return the cases in the order of the experiment; they were measured in a shuffled one."""
    experiment = header.get("experiment")
    planned = experiment.get("cases") if isinstance(experiment, dict) else None
    order = [Case.from_axes(axes).case_id for axes in planned] if isinstance(planned, list) else []
    place = {case_id: index for index, case_id in enumerate(order)}
    return sorted(summaries, key=lambda case: place.get(case.case_id, len(place)))


def derive(run: Run, host: str = "", label: str = "") -> Evidence:
    """Return a run with what a report shows of it.

    Raises:
        StoreError: when it is a study, or holds no samples, or what is no sample.
    """
    refuse_study(run, "list start by start")
    if not run.records:
        msg = f"{run.path} holds no samples yet: {FINISH}"
        raise StoreError(msg)
    source = text(run.header, "experiment", "source", default="EXPERIMENT.yaml")
    try:
        frame = judged_frame([run])
        summaries = _in_order(summarise(_plain_text(frame)), run.header)
        advice = advise(frame, summaries, source=source)
        precision = text(run.header, "experiment", "sampling", "precision")
        open_cases = unsettled(frame, float(precision) if precision else None)
    except (AttributeError, KeyError, TypeError, ValueError) as err:
        msg = f"{run.path} holds a record that is not a sample of this schema: {err!r}"
        raise StoreError(msg) from err
    return Evidence(run, host, label, frame, summaries, advice, open_cases)
