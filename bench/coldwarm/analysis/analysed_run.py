"""One analysed run: what everything behind it reads, made by one call."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from coldwarm.analysis.rounds import paired_rounds
from coldwarm.analysis.summarise import summarise
from coldwarm.analysis.verdict import judged_frame
from coldwarm.errors import StoreError
from coldwarm.experiment.case import Case
from coldwarm.run.store import Run, read_run, refuse_study

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    import pandas as pd

    from coldwarm.analysis.cases import CaseSummary

FINISH = "let `coldwarm run` finish at least one round"


@dataclass(frozen=True, eq=False)
class AnalysedRun:
    """A run with what was derived from its samples.

    Attributes:
        run: the run as stored.
        frame: its samples with their verdicts, as `judged_frame` returns them.
        rounds: starts that were neighbours side by side, as `paired_rounds` returns them.
        cases: one row per case, in the order of the experiment.
    """

    run: Run
    frame: pd.DataFrame
    rounds: pd.DataFrame
    cases: tuple[CaseSummary, ...]

    @property
    def measured(self) -> dict[str, CaseSummary]:
        """Return by id the cases of which at least one start was made."""
        return {case.case_id: case for case in self.cases if case.is_measured}


def analyse(run: Path | Run) -> AnalysedRun:
    """Judge the samples of a run, pair them, and summarise them case by case.

    Args:
        run: a stored run, or its directory.

    Raises:
        StoreError: when there is no run, or it is a study, or it holds no samples, or what is no
            sample.
    """
    with collector_paused():
        stored = read_run(run) if isinstance(run, Path) else run
        refuse_study(stored, "list start by start")
        if not stored.records:
            msg = f"{stored.path} holds no samples yet: {FINISH}"
            raise StoreError(msg)
        try:
            named = _under_its_name(stored)
            return analyse_samples(named, judged_frame([named]))
        except (AttributeError, KeyError, TypeError, ValueError) as err:
            msg = f"{stored.path} holds a record that is not a sample of this schema: {err!r}"
            raise StoreError(msg) from err


def analyse_samples(run: Run, frame: pd.DataFrame) -> AnalysedRun:
    """Pair and summarise some of the judged samples of a run.

    Args:
        run: the run.
        frame: samples as `judged_frame` returns them.
    """
    rounds = paired_rounds(frame)
    cases = _in_order(summarise(frame, rounds), run.header)
    return AnalysedRun(run, frame, rounds, tuple(cases))


def _under_its_name(run: Run) -> Run:
    """Return the run with its name in every record: a directory may have been renamed."""
    records = [
        record if record.get("run_id") == run.run_id else {**record, "run_id": run.run_id}
        for record in run.records
    ]
    return replace(run, records=records)


def _in_order(cases: list[CaseSummary], header: Mapping[str, Any]) -> list[CaseSummary]:
    """Return the cases in the order of the experiment; they were measured in a shuffled one."""
    experiment = header.get("experiment")
    planned = experiment.get("cases") if isinstance(experiment, dict) else None
    order = [Case.from_axes(axes).case_id for axes in planned] if isinstance(planned, list) else []
    place = {case_id: index for index, case_id in enumerate(order)}
    return sorted(cases, key=lambda case: place.get(case.case_id, len(place)))


@contextmanager
def collector_paused() -> Iterator[None]:
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
