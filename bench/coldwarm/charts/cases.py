"""Cases as rows of a chart: their starts by kind, and names without what all of them share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from coldwarm.charts.lettering import printable, wrapped
from coldwarm.experiment.axes import CACHE_MODES, baseline_api
from coldwarm.experiment.case import (
    AXES,
    CACHE_ONLY_AXES,
    GROUP_AXES,
    MAPPINGS,
    departures,
    name_of,
)
from coldwarm.run.sample import KINDS
from coldwarm.run.warm_start import PROVEN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from coldwarm.analysis.cases import CaseSummary

SHORT = 36
"""Width of a label in a sentence, in font sizes."""

SETTINGS = tuple(axis for axis in AXES if axis not in (*GROUP_AXES, "api"))
"""Axes in which the cases of one API in one chart may differ."""

_OTHERS = sorted((axis for axis in SETTINGS if axis != "cache_mode"), key=MAPPINGS.__contains__)
"""Settings of which the default is preferred, in the order in which names show them."""


@dataclass(frozen=True)
class CaseStarts:
    """The starts of one case that worked, and its summary.

    Attributes:
        summary: of the case.
        label: its name without what all cases of the chart share.
        baseline_id: its baseline.
        baseline_label: name of the baseline, likewise.
        uncached: starts of its baseline.
        cold: its cold starts.
        warm: its proven hits.
        misses: its warm starts that were no proven hit.
    """

    summary: CaseSummary
    label: str
    baseline_id: str
    baseline_label: str
    uncached: pd.DataFrame
    cold: pd.DataFrame
    warm: pd.DataFrame
    misses: pd.DataFrame

    @property
    def short(self) -> str:
        """Return the label as it may stand in a sentence."""
        return in_a_sentence(self.label)

    def of(self, kind: str) -> pd.DataFrame:
        """Return the starts of one kind, or the misses."""
        starts: pd.DataFrame = getattr(self, kind)
        return starts

    def values(self, kind: str, column: str) -> NDArray[np.float64]:
        """Return what was measured in one kind of start."""
        return self.of(kind)[column].dropna().to_numpy(np.float64)

    def medians(self, column: str) -> dict[str, float]:
        """Return the median of each kind of start that was measured."""
        values = {kind: self.values(kind, column) for kind in ("uncached", "cold", "warm")}
        return {kind: float(np.median(each)) for kind, each in values.items() if each.size}


@dataclass(frozen=True)
class KindStarts:
    """The starts of one kind that worked: of a baseline, or of a case (warm: proven hits).

    Attributes:
        label: name of the baseline or case without what all of the chart share.
        kind: uncached, cold or warm.
        starts: the samples.
    """

    label: str
    kind: str
    starts: pd.DataFrame


def case_starts(
    frame: pd.DataFrame, summaries: Sequence[CaseSummary], columns: Sequence[str]
) -> Iterator[CaseStarts]:
    """Yield the starts of each case, in the order of the summaries.

    Args:
        frame: judged samples.
        summaries: of the cases to be drawn.
        columns: those of `frame` that will be asked for.
    """
    keys = ["run_id", "case_id", "baseline_id", "kind", "verdict"]
    good = frame.loc[frame["status"] == "ok", [*keys, *columns]]
    is_uncached = good["kind"] == "uncached"
    uncached = dict(iter(good[is_uncached].groupby(["run_id", "baseline_id"])))
    cases = dict(iter(good[~is_uncached].groupby(["run_id", "case_id"])))
    baselines = baseline_ids(frame)
    nothing = good.iloc[:0]
    names = zip(labels(summaries), baseline_labels(summaries), strict=True)
    for summary, (own_name, shared_name) in zip(summaries, names, strict=True):
        name = marked(own_name, summary, ("cold", "warm"))
        baseline_name = marked(shared_name, summary, ("uncached",))
        key = summary.run_id, summary.case_id
        own = cases.get(key, nothing)
        warm, proven = own["kind"] == "warm", own["verdict"].isin(PROVEN)
        yield CaseStarts(
            summary,
            name,
            baselines[key],
            baseline_name,
            uncached.get((summary.run_id, baselines[key]), nothing),
            own[own["kind"] == "cold"],
            own[warm & proven],
            own[warm & ~proven],
        )


def marked(name: str, summary: CaseSummary, kinds: Sequence[str] = KINDS) -> str:
    """Return a name with how many starts failed: a chart shows only those that worked."""
    started, failed = (
        sum(vars(counts)[kind] for kind in kinds) for counts in (summary.starts, summary.failures)
    )
    return f"{name} ({failed} of {started} failed)" if failed else name


def kinds_as_rows(cases: Iterable[CaseStarts]) -> Iterator[KindStarts]:
    """Yield each baseline once, and after it the cold and warm starts of its cases."""
    by_baseline: dict[tuple[str, str], list[CaseStarts]] = {}
    for case in cases:
        by_baseline.setdefault((case.summary.run_id, case.baseline_id), []).append(case)
    for group in by_baseline.values():
        if len(group[0].uncached):
            yield KindStarts(group[0].baseline_label, "uncached", group[0].uncached)
        for case in sorted(group, key=lambda each: preference(each.summary.axes, hit=True)):
            for kind, starts in (("cold", case.cold), ("warm", case.warm)):
                if len(starts):
                    yield KindStarts(case.label, kind, starts)


def in_a_sentence(name: str) -> str:
    """Return a name short enough to stand in a sentence."""
    return wrapped(printable(name), 1, SHORT, lines=1)


def preference(axes: Mapping[str, str], *, hit: bool) -> tuple[Any, ...]:
    """Return a key by which the least case stands for its API.

    Without encryption, with hot storage, without properties, and so on: with the default of each
    axis where such a case was measured. In the default cache mode, or in OPTIMIZE_SPEED where only
    that has proven hits.

    Args:
        axes: axis to value; values of mappings as JSON text.
        hit: whether the case has proven hits.
    """
    mode = axes["cache_mode"]
    departing = departures(_values(axes))
    return (
        *(axis in departing for axis in _OTHERS),
        mode == "OPTIMIZE_SIZE",
        not hit,
        CACHE_MODES.index(mode) if mode in CACHE_MODES else len(CACHE_MODES),
        mode,
        *(axes[axis] for axis in _OTHERS),
    )


def baseline_ids(frame: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return the baseline of each run's case."""
    rows = frame[["run_id", "case_id", "baseline_id"]].dropna().drop_duplicates()
    return {(run, case): baseline for run, case, baseline in rows.itertuples(index=False)}


def labels(summaries: Sequence[CaseSummary], hidden: Sequence[str] = ()) -> list[str]:
    """Return a name per case: the axes in which the cases differ, and at least the API.

    Args:
        summaries: of the cases.
        hidden: axes that are not shown.
    """
    return _labels([(summary.run_id, summary.axes) for summary in summaries], hidden)


def baseline_labels(summaries: Sequence[CaseSummary], hidden: Sequence[str] = ()) -> list[str]:
    """Return the same for the baseline of each case."""
    axes = [{**each.axes, "api": baseline_api(each.axes["api"])} for each in summaries]
    runs = [summary.run_id for summary in summaries]
    return _labels(list(zip(runs, axes, strict=True)), (*CACHE_ONLY_AXES, *hidden))


def _labels(cases: Sequence[tuple[str, Mapping[str, str]]], hidden: Sequence[str]) -> list[str]:
    several = {
        axis
        for axis in AXES
        if axis not in hidden and (axis == "api" or len({axes[axis] for _, axes in cases}) > 1)
    }
    runs = {run for run, _ in cases}
    return [label(axes, several) + (f" ({run})" if len(runs) > 1 else "") for run, axes in cases]


def label(axes: Mapping[str, str], shown: set[str]) -> str:
    """Return the shown axes of a case in words, without defaults."""
    return name_of(_values(axes), shown)


def _values(axes: Mapping[str, str]) -> dict[str, Any]:
    return {axis: json.loads(text) if axis in MAPPINGS else text for axis, text in axes.items()}
