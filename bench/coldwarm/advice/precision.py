"""How well the speedups of a run are known, in words: what a noisy machine has done to them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from coldwarm.text.numbers import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.analysis.cases import CaseSummary


def precision(summaries: Sequence[CaseSummary]) -> str:
    """Return how wide intervals and ranges of the speedups are; empty where there are none."""
    speedups = [case.speedup for case in summaries]
    known = [(each, each.low, each.high) for each in speedups if each.low and each.high]
    widths = [
        100 * (math.sqrt(high / low) - 1)
        for each, low, high in known
        if each.confidence is not None
    ]
    factors = [high / low for each, low, high in known if each.confidence is None]
    parts = []
    if widths:
        parts.append(f"speedups are known to within {_span(widths)} %")
    if factors:
        parts.append(f"speedups of single rounds differ by a factor of {_span(factors)}")
    return f"In this run {' and '.join(parts)}." if parts else ""


def _span(values: Sequence[float]) -> str:
    least, most = number(min(values)), number(max(values))
    return least if least == most else f"{least} to {most}"
