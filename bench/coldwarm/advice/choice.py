"""Which of several settings is best, and which are as good as far as anybody can tell.

The lowest median alone decides nothing. A setting counts as worse when it is proven to be (the
interval of its ratio to the lowest lies above 1) and the ratio exceeds what counts as a change;
the same rule as between neighbouring starts in a comparison. Among the others the simplest wins.

Whether a setting gains at all is decided by its speedup. An interval of 95 % decides. The five
rounds of one of 93.75 % decide where each of them exceeds a margin; fewer decide nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from coldwarm.stats.decision import PAIRED_THRESHOLD
from coldwarm.stats.shift import paired_ratio, paired_shift, unpaired_ratio, unpaired_shift

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.analysis.metrics import Metric
    from coldwarm.stats.ranges import Range
    from coldwarm.stats.shift import Estimate

CACHE_MODES = ("default", "OPTIMIZE_SPEED")
"""Simplest first; any other is less simple still. OpenVINO's default is OPTIMIZE_SPEED."""

APIS = ("path", "read_model", "import")
"""Simplest first: one call, two calls, two calls with a file to look after."""

FEW_ROUNDS_MARGIN = 1.2
"""What each of five rounds has to reach, up or down, to make up for the lower confidence."""

Rounds: TypeAlias = "Mapping[str, pd.Series[float]]"


@dataclass(frozen=True)
class Choice:
    """The outcome of a comparison of settings by one metric, smaller being better.

    Attributes:
        best: the simplest of the settings that are not worse than the lowest.
        lowest: the setting with the lowest median.
        ties: the others that are not, simplest first.
        worse: settings that are worse than the lowest, in the order given.
    """

    best: CaseSummary
    lowest: CaseSummary
    ties: tuple[CaseSummary, ...] = ()
    worse: tuple[CaseSummary, ...] = ()


def outcome_of(speedup: Range) -> str | None:
    """Return ``use``, ``skip`` or ``unclear``; None where too few rounds decide nothing."""
    if speedup.low is None or speedup.high is None or speedup.confidence is None:
        return None
    margin = 1.0 if speedup.is_full else FEW_ROUNDS_MARGIN
    # The ends of an interval of five rounds are the smallest and the largest of them. An
    # interval of 95 % that ends at 1 itself proves nothing; a margin that is reached counts.
    if speedup.low > 1 and speedup.low >= margin:
        return "use"
    if speedup.high < 1 and speedup.high <= 1 / margin:
        return "skip"
    return "unclear" if speedup.is_full else None


def warm_rounds(cases: Iterable[CaseSummary], metric: Metric) -> Rounds:
    """Return what was measured of each case by sitting, round and block, where anything was.

    Args:
        cases: those of one run.
        metric: one that is measured in proven warm starts.
    """
    rounds = {case.case_id: case.values(metric) for case in cases}
    return {case_id: values for case_id, values in rounds.items() if len(values)}


def compare(numerator: pd.Series[float], denominator: pd.Series[float]) -> Estimate:
    """Estimate the ratio of two cases: by pairs where their starts were neighbours."""
    pairs = _neighbours(numerator, denominator)
    if pairs is None:
        return unpaired_ratio(denominator, numerator)
    return paired_ratio(pairs["top"], pairs["bottom"])


def difference(minuend: pd.Series[float], subtrahend: pd.Series[float]) -> Estimate:
    """Estimate the difference of two cases: by pairs where their starts were neighbours."""
    pairs = _neighbours(minuend, subtrahend)
    if pairs is None:
        return unpaired_shift(subtrahend, minuend).estimate()
    return paired_shift(pairs["top"] - pairs["bottom"]).estimate()


def choose(candidates: Sequence[CaseSummary], rounds: Rounds) -> Choice | None:
    """Return which candidate is best, or None when none of them was measured."""
    known = [
        case for case in candidates if case.case_id in rounds and (rounds[case.case_id] > 0).all()
    ]
    if not known:
        return None
    lowest = min(known, key=lambda case: rounds[case.case_id].median())
    close = [
        case
        for case in known
        if case is lowest or not _is_worse(rounds[case.case_id], rounds[lowest.case_id])
    ]
    close.sort(key=complexity)
    worse = tuple(case for case in known if case not in close)
    return Choice(close[0], lowest, tuple(close[1:]), worse)


def complexity(case: CaseSummary) -> tuple[int, ...]:
    """Return what a user has to write and understand for this case, as a key to sort by."""
    axes = case.axes
    return (
        int(axes["encryption"] != "none"),
        len(json.loads(axes["properties"])),
        _place(axes["cache_mode"], CACHE_MODES),
        _place(axes["api"], APIS),
    )


def _neighbours(top: pd.Series[float], bottom: pd.Series[float]) -> pd.DataFrame | None:
    """Return the rounds of two cases side by side, or None where they had no blocks in common."""
    pairs = top.to_frame("top").join(bottom.rename("bottom"), how="inner")
    return pairs if len(pairs) == min(len(top), len(bottom)) else None


def _place(value: str, order: Sequence[str]) -> int:
    return order.index(value) if value in order else len(order)


def _is_worse(values: pd.Series[float], lowest: pd.Series[float]) -> bool:
    estimate = compare(values, lowest)
    return estimate.low > 1 and estimate.value > 1 + PAIRED_THRESHOLD
