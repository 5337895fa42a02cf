"""Which cases the sampling rule left unsettled, and what it would take.

The rule itself is that of `measure.stopping`, with the same looks, on the same ratios.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from coldwarm.analysis import metrics as m
from coldwarm.measure.stopping import FIRST_LOOK, half_width, looked_at, rounds_wanted, settled
from coldwarm.text.numbers import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coldwarm.analysis.cases import CaseSummary

UNSETTLED = (
    "These speedups are not yet known as well as the `precision` of the experiment asks for. "
    "Raise `rounds: {max: ...}` or `time_budget`, or ask for less."
)


def unsettled(cases: Iterable[CaseSummary], precision: float | None) -> list[str]:
    """Return a sentence for each case whose speedup is not yet known to `precision`.

    A case that cannot work here, or was dropped before anything was measured, is left out.

    Args:
        cases: those of one run.
        precision: what the experiment asks for, 0.05 for 5 %; None where it asks for nothing.
    """
    if precision is None:
        return []
    sentences = []
    for case in cases:
        times = case.by_round[[m.UNCACHED_LOAD.name, m.WARM_LOAD.name]]
        uncached, warm = np.log(times[(times > 0).all(axis=1)].to_numpy(dtype=float)).T
        known = list(uncached - warm)
        works = case.is_measured and "unsupported" not in case.judged
        if works and not settled(known, precision):
            sentences.append(f"{case.name}: {_lacking(known, precision)}")
    return sorted(sentences)


def _lacking(log_ratios: Sequence[float], precision: float) -> str:
    if not log_ratios:
        return "no proven hit, cannot settle"
    if len(log_ratios) < FIRST_LOOK:
        done = counted(len(log_ratios), "round")
        return f"{done} with a proven hit, it takes {FIRST_LOOK} at least"
    # Rounded up, lest what is too wide look narrow enough.
    known = math.ceil(1000 * half_width(looked_at(log_ratios))) / 10
    return (
        f"speedup known to {known:g} %, not {100 * precision:g} %; "
        f"that takes about {rounds_wanted(log_ratios, precision)} rounds"
    )
