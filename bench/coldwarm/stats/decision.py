"""Slower, faster, same or inconclusive: one verdict per member of a family of comparisons.

The rules are those of the design, "Regression decisions". Everything is computed on
logarithms and reported as ratios, so that a threshold of 5 % means the same in both
directions: head / base above 1.05 or below 1 / 1.05.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from coldwarm.stats.shift import ALPHA, Estimate, Shift, paired_shift, unpaired_shift

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import ArrayLike, NDArray


PAIRED_THRESHOLD = 0.05
UNPAIRED_THRESHOLD = 0.10

VERDICTS = ("slower", "faster", "same", "inconclusive")

K = TypeVar("K", bound=Hashable)


class AnyShift(Protocol):
    """How far head is from base on logarithms, as `stats.shift` and `stats.prediction` tell it."""

    def p_beyond(self, margin: float) -> float:
        """Return the p value of the hypothesis that the shift is at most `margin` either way."""

    def interval(self, alpha: float) -> tuple[float, float]:
        """Return every shift that is not rejected at `alpha`."""

    def estimate(self, alpha: float) -> Estimate:
        """Return estimate, interval at `alpha` and p of no shift."""


@dataclass(frozen=True)
class Decision:
    """What a comparison says about one member of its family.

    Attributes:
        verdict: one of `VERDICTS`.
        estimate: head / base with its own interval at `alpha` and its own p of no change.
        adjusted: the same estimate with Holm's interval and Holm's p: of no change where
            pairs were compared, of no more than the threshold where they were not.
        threshold: the smallest change that counts, as a fraction.
        reason: why it is inconclusive, in words; else empty.
    """

    verdict: str
    estimate: Estimate
    adjusted: Estimate
    threshold: float
    reason: str = ""

    @property
    def flagged(self) -> bool:
        """Whether a change was found."""
        return self.verdict in ("slower", "faster")


def decide_paired(
    log_ratios: Mapping[K, ArrayLike],
    *,
    threshold: float = PAIRED_THRESHOLD,
    alpha: float = ALPHA,
    higher_is_better: Collection[K] = (),
) -> dict[K, Decision]:
    """Decide on pairs of neighbouring starts: Holm rejects "no change", the estimate is large.

    Args:
        log_ratios: for each member of the family log(head / base) of its pairs.
        threshold: the smallest change that counts, as a fraction.
        alpha: probability of any false alarm in the family.
        higher_is_better: members whose larger values mean faster, such as a speedup.

    Raises:
        ValueError: if a member has no values, or one that is not finite.
    """
    shifts = {key: _shift_of(key, x) for key, x in log_ratios.items()}
    tests = {key: shift.p() for key, shift in shifts.items()}
    return _decide(shifts, tests, threshold, alpha, higher_is_better)


def decide_unpaired(
    log_values: Mapping[K, tuple[ArrayLike, ArrayLike]],
    *,
    threshold: float = UNPAIRED_THRESHOLD,
    alpha: float = ALPHA,
    higher_is_better: Collection[K] = (),
) -> dict[K, Decision]:
    """Decide on two runs: the whole adjusted interval lies beyond the threshold.

    Two runs differ by more than their samples show, hence the sterner rule. What Holm
    adjusts is the p value of "no more than the threshold apart".

    Args:
        log_values: for each member of the family the logarithms of base and of head.
        threshold: the smallest change that counts, as a fraction.
        alpha: probability of any false alarm in the family.
        higher_is_better: members whose larger values mean faster, such as a speedup.

    Raises:
        ValueError: if a member has no values on a side, or one that is not finite.
    """
    shifts = {key: _shift_of(key, *sides) for key, sides in log_values.items()}
    return decide_beyond(
        shifts, threshold=threshold, alpha=alpha, higher_is_better=higher_is_better
    )


def decide_beyond(
    shifts: Mapping[K, AnyShift],
    *,
    threshold: float = UNPAIRED_THRESHOLD,
    alpha: float = ALPHA,
    higher_is_better: Collection[K] = (),
) -> dict[K, Decision]:
    """Decide as `decide_unpaired` does on shifts that were estimated already, by whatever means."""
    margin = math.log1p(threshold)
    tests = {key: shift.p_beyond(margin) for key, shift in shifts.items()}
    return _decide(shifts, tests, threshold, alpha, higher_is_better)


def _shift_of(key: Hashable, *samples: ArrayLike) -> Shift:
    try:
        return paired_shift(*samples) if len(samples) == 1 else unpaired_shift(*samples)
    except ValueError as err:
        msg = f"{key}: {err}"
        raise ValueError(msg) from err


def _decide(
    shifts: Mapping[K, AnyShift],
    tests: Mapping[K, float],
    threshold: float,
    alpha: float,
    higher_is_better: Collection[K],
) -> dict[K, Decision]:
    margin = math.log1p(threshold)
    p_values = list(tests.values())
    decisions = {}
    for (key, shift), p, level, adjusted_p in zip(
        shifts.items(), p_values, holm_levels(p_values, alpha), holm(p_values), strict=True
    ):
        plain = shift.estimate(alpha)
        low, high = shift.interval(level)
        adjusted = replace(plain, low=low, high=high, p=float(adjusted_p), alpha=float(level))
        verdict, reason = _verdict(
            plain, adjusted, margin, rejected=bool(p <= level), tests=len(p_values)
        )
        if key in higher_is_better:
            verdict = {"slower": "faster", "faster": "slower"}.get(verdict, verdict)
        decisions[key] = Decision(verdict, plain.exp(), adjusted.exp(), threshold, reason)
    return decisions


def _verdict(
    plain: Estimate, adjusted: Estimate, margin: float, *, rejected: bool, tests: int
) -> tuple[str, str]:
    """Return verdict and reason, larger meaning slower; all on logarithms."""
    if rejected and abs(plain.value) > margin:
        return ("slower" if plain.value > 0 else "faster"), ""
    if -margin <= plain.low and plain.high <= margin:
        return "same", ""
    if adjusted.shortage:
        return "inconclusive", adjusted.shortage
    if rejected:
        return "inconclusive", "there is a change, but it may be below the threshold"
    if plain.low > margin or plain.high < -margin:
        return "inconclusive", f"clear by itself, but not certain enough among {tests} tests"
    return "inconclusive", "the interval reaches beyond the threshold: more rounds would narrow it"


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return the adjusted p values, in the order given."""
    p = _checked(p_values)
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(p.size, 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if p.size else steps
    return adjusted


def holm_levels(p_values: ArrayLike, alpha: float) -> NDArray[np.float64]:
    """Return the level at which Holm tests each p value: alpha over the hypotheses left.

    The procedure stops at the first that it does not reject; those after it are held to
    the same level. So ``p <= level`` exactly for the rejected, and an interval at that
    level leaves the tested value out exactly for the rejected.
    """
    p = _checked(p_values)
    order = np.argsort(p, kind="stable")
    steps = alpha / np.arange(p.size, 0, -1)
    kept = np.flatnonzero(p[order] > steps)
    if kept.size:
        steps[kept[0] :] = steps[kept[0]]
    levels = np.empty_like(p)
    levels[order] = steps
    return levels


def _checked(p_values: ArrayLike) -> NDArray[np.float64]:
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not np.all((p >= 0) & (p <= 1)):
        msg = "p values must be a flat list of numbers between 0 and 1"
        raise ValueError(msg)
    return p
