"""Speedups measured so far, for the sampling rule. Plain Python: the measuring process is small.

`pairing` pairs starts in the same way for everybody else.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeAlias

from coldwarm.run.warm_start import PROVEN, chain_of, verdict_of

if TYPE_CHECKING:
    from coldwarm.run.reference_answers import ReferenceAnswers
    from coldwarm.run.sample import Sample

Place: TypeAlias = "tuple[int, int, int, str]"
"""Sitting, round, block, baseline."""


class SpeedupRatios:
    """Collects log(uncached / warm) of load times, one per case and round of one sitting.

    Args:
        answers: the references of the run; one is known before the warm starts that it judges.
    """

    def __init__(self, answers: ReferenceAnswers) -> None:
        self._answers = answers
        self._cold: dict[tuple[Any, ...], Sample] = {}
        self._uncached: dict[Place, int] = {}
        self._warm: dict[str, dict[Place, list[int]]] = defaultdict(dict)

    def add(self, sample: Sample) -> None:
        """Take note of a sample; only baselines and proven hits with a right answer count."""
        if sample.kind == "cold":
            self._cold[chain_of(vars(sample))] = sample
        if sample.status != "ok" or not sample.load_ns:
            return
        place = (sample.sitting, sample.round, sample.block, sample.baseline_id)
        if sample.kind == "uncached":
            self._uncached[place] = sample.load_ns
        elif sample.kind == "warm" and sample.case_id is not None and self._is_proven(sample):
            self._warm[sample.case_id].setdefault(place, []).append(sample.load_ns)

    def _is_proven(self, sample: Sample) -> bool:
        warm = vars(sample)
        cold = self._cold.get(chain_of(warm))
        return verdict_of(warm, vars(cold) if cold else None, self._answers) in PROVEN

    def of(self, case_id: str) -> list[float]:
        """Return the log ratios of a case in the order in which they were measured."""
        warm = self._warm.get(case_id, {})
        return [
            math.log(self._uncached[place] / statistics.median(warm[place]))
            for place in sorted(warm)
            if place in self._uncached
        ]
