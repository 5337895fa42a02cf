"""Numbers of a comparison as tables show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.text.numbers import ABSENT, megabytes, ms, percent

if TYPE_CHECKING:
    from coldwarm.compare.metrics import Metric
    from coldwarm.compare.result import Change, Result

SMALLEST_P = 0.001
SMALL_PERCENT = 0.95
"""Below it a change is shown with one decimal, lest something real be called zero."""


def value(metric: Metric, number: float | str | None) -> str:
    """Return a value of a metric with its unit."""
    if number is None or isinstance(number, str):
        return number or ABSENT
    if metric.unit == "x":
        return f"{number:.2f} x"
    return {"ms": ms, "bytes": megabytes, "share": percent}[metric.unit](number)


def samples(result: Result) -> str:
    """Return on how many samples a result rests: pairs, rounds of each side, or earlier runs."""
    n, more = result.base_samples, result.head_samples
    if not n and not more:
        return ""
    return f"{n}+{more}" if more is not None else f"{n}{'' if result.sampled == 'pairs' else 'r'}"


def signed(change: Change) -> str:
    """Return a change with its sign."""
    if not change.relative:
        return f"{change.value:+.0f} ms"
    return f"{_signed(change.value)} %"


def signed_ends(change: Change) -> str:
    """Return the interval of a change with signs, empty where it has none."""
    if change.low is None or change.high is None:
        return ""
    if not change.relative:
        return f"{change.low:+.0f} to {change.high:+.0f}"
    return f"{_signed(change.low)} to {_signed(change.high)} %"


def p_value(change: Change | None, below: str = "<") -> str:
    """Return the adjusted p value of what decides, the plain one of what is shown.

    Args:
        change: what was tested, if anything.
        below: stands before the smallest value that is told apart from zero.
    """
    if change is None:
        return ""
    p = change.p if change.adjusted_p is None else change.adjusted_p
    if p is None:
        return ""
    return f"{below}{SMALLEST_P}" if p < SMALLEST_P else f"{p:.3f}"


def _signed(ratio: float) -> str:
    change = 100 * (ratio - 1)
    if abs(change) < SMALL_PERCENT:
        return f"{change:+.1f}" if round(change, 1) else "0"
    return f"{change:+.0f}"
