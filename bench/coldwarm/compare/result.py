"""What a comparison found: one result per case and metric, and what follows from all of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from coldwarm.analysis.metrics import METRICS, Metric

if TYPE_CHECKING:
    from coldwarm.conditions import Difference
    from coldwarm.stats.shift import Estimate

WORSE = ("slower", "worse")
BETTER = ("faster", "better")
INCONCLUSIVE = "inconclusive"
SHOWN = "shown"

REGRESSION, STARTS_FAILED, UNDECIDED = 1, 3, 4
"""Exit codes; 2 is wrong usage, 0 is fine."""


@dataclass(frozen=True)
class MetricChange:
    """How far head is from base.

    Attributes:
        value: head / base; head - base where `relative` is false.
        low: lower end of the 95 % interval, None where samples are too few or it has none.
        high: upper end.
        p: of no change (paired) or of no more than the threshold (unpaired); None without a test.
        adjusted_p: the same after Holm, where the metric decides.
        adjusted_low: lower end of the interval after Holm, which agrees with `adjusted_p`; None
            where the metric does not decide, or samples are too few for so many tests.
        adjusted_high: upper end.
        relative: whether it is a ratio.
    """

    value: float
    low: float | None = None
    high: float | None = None
    p: float | None = None
    adjusted_p: float | None = None
    adjusted_low: float | None = None
    adjusted_high: float | None = None
    relative: bool = True

    @classmethod
    def of(
        cls, estimate: Estimate, adjusted: Estimate | None = None, *, relative: bool = True
    ) -> MetricChange:
        """Return the change that an estimate stands for."""
        low, high = _ends(estimate)
        change = cls(estimate.value, low, high, estimate.p, relative=relative)
        if adjusted is None:
            return change
        low, high = _ends(adjusted)
        return replace(change, adjusted_p=adjusted.p, adjusted_low=low, adjusted_high=high)


def _ends(estimate: Estimate) -> tuple[float, float] | tuple[None, None]:
    return (estimate.low, estimate.high) if estimate.bounded else (None, None)


@dataclass(frozen=True)
class MetricResult:
    """What was found for one metric of one case.

    Attributes:
        metric: the metric.
        verdict: ``slower``, ``faster``, ``same``, ``inconclusive`` for times and speedups;
            ``worse``, ``better``, ``same``, ``changed``, ``inconclusive`` for what has no noise;
            ``shown`` for what does not decide.
        base: the median, or the word, of the base.
        head: the same of the head.
        change: how far they are apart; None for words and where one side has nothing.
        base_samples: pairs, rounds of the base, or earlier runs, as `sampled` says.
        head_samples: rounds of the head; None for pairs and runs.
        sampled: ``pairs``, ``rounds`` or ``runs``.
        reason: what a reader has to know about the verdict.
        excuse: what is known about the verdict: why a worse one is no regression, empty if it is.
    """

    metric: Metric
    verdict: str
    base: float | str | None
    head: float | str | None
    change: MetricChange | None = None
    base_samples: int = 0
    head_samples: int | None = None
    sampled: str = "rounds"
    reason: str = ""
    excuse: str = ""

    @property
    def decides(self) -> bool:
        """Whether the verdict counts."""
        return self.verdict != SHOWN

    @property
    def is_regression(self) -> bool:
        """Whether this alone fails a gate."""
        return self.verdict in WORSE and not self.excuse

    @property
    def is_excused(self) -> bool:
        """Whether this would fail a gate, were it not for its excuse."""
        return self.verdict in WORSE and bool(self.excuse)


@dataclass(frozen=True)
class CaseResult:
    """Everything that was found for one case.

    Attributes:
        name: readable name; in a comparison along an axis without the base's value of it.
        base_id: case id of the base.
        head_id: case id of the head.
        results: one per metric.
        failed: how many starts of the head failed, the uncached ones included.
    """

    name: str
    base_id: str
    head_id: str
    results: tuple[MetricResult, ...]
    failed: int = 0

    def result(self, metric: str) -> MetricResult | None:
        """Return what was found for one metric, if anything was measured."""
        return next((each for each in self.results if each.metric.name == metric), None)

    @property
    def verdicts(self) -> set[str]:
        """Return the verdicts of what decides."""
        return {result.verdict for result in self.results if result.decides}


@dataclass(frozen=True)
class SideInfo:
    """Which run, or which part of it, stands on a side.

    Attributes:
        label: a name for headings.
        run_id: the run.
        host: short name of the host.
        versions: the OpenVINO versions that were started.
        commit: of the directory of the experiment.
        created_at: when the run began.
        speed_index_ms: median of interpreter and import time, None where nothing started.
    """

    label: str
    run_id: str
    host: str | None = None
    versions: tuple[str, ...] = ()
    commit: str | None = None
    created_at: str | None = None
    speed_index_ms: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Head against base.

    Attributes:
        base: the side that is compared with.
        head: the side that is judged.
        axis: the axis along which one run was compared with itself; None for two runs.
        threshold: the smallest change of a time or speedup that counts, as a fraction.
        deciding: names of the times and ratios that decide.
        cases: what was found, case by case.
        only_base: names of cases that only the base has.
        only_head: names of cases that only the head has.
        dropped: a sentence on each case that a side dropped for lack of time.
        failed_starts: starts of the head that failed, but for cases that are expected to.
        failures: a sentence on each kind of start that failed.
        differences: in what the two runs differ besides their cases.
        warnings: what a reader must know before believing the numbers.
        news: expectations that are no longer true, or no longer valid.
        sight: a sentence on the smallest change that this comparison can see.
    """

    base: SideInfo
    head: SideInfo
    axis: str | None
    threshold: float
    deciding: tuple[str, ...]
    cases: tuple[CaseResult, ...]
    only_base: tuple[str, ...] = ()
    only_head: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    failed_starts: int = 0
    failures: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    warnings: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    sight: str = ""

    @property
    def regressed(self) -> tuple[CaseResult, ...]:
        """Return the cases with a regression."""
        return tuple(
            case for case in self.cases if any(result.is_regression for result in case.results)
        )

    @property
    def undecided(self) -> bool:
        """Whether something that decides was not decided, or a case is gone or was dropped."""
        return (
            not self.cases
            or bool(self.only_base or self.dropped)
            or any(INCONCLUSIVE in case.verdicts for case in self.cases)
        )

    def exit_code(self, *, require_decision: bool = False) -> int:
        """Return what the command line ends with."""
        if self.regressed:
            return REGRESSION
        if self.failed_starts:
            return STARTS_FAILED
        return UNDECIDED if require_decision and self.undecided else 0


def in_order(results: list[MetricResult]) -> tuple[MetricResult, ...]:
    """Return results in the order in which tables show them."""
    order = list(METRICS)
    return tuple(sorted(results, key=lambda result: order.index(result.metric.name)))


def to_json(comparison: Comparison, *, require_decision: bool = False) -> dict[str, Any]:
    """Return a comparison as a JSON object; null stands for what is not known or not finite."""
    return {
        "exit_code": comparison.exit_code(require_decision=require_decision),
        "regression": bool(comparison.regressed),
        "undecided": comparison.undecided,
        **_plain({**vars(comparison), "cases": ()}),
        "cases": [
            {**_plain(vars(case)), "results": [_result(each) for each in case.results]}
            for case in comparison.cases
        ],
    }


def _result(result: MetricResult) -> dict[str, Any]:
    return {
        **_plain(vars(result)),
        "unit": result.metric.unit,
        "decides": result.decides,
        "regression": result.is_regression,
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Metric):
        return value.name
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if hasattr(value, "__dataclass_fields__"):
        return _plain(vars(value))
    return value if not isinstance(value, float) or math.isfinite(value) else None
