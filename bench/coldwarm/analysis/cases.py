"""One row per case: what its starts cost, what the cache is worth, and what was proven.

Times are medians; the speedup is the Hodges-Lehmann estimate of the rounds' own ratios, because
those survive a machine that changes speed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import pandas as pd

from coldwarm.analysis.starts_of_kind import together, worst
from coldwarm.analysis.verdict import DROPPED
from coldwarm.run.sample import KINDS
from coldwarm.run.warm_start import PROVEN
from coldwarm.stats.ranges import Range

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coldwarm.analysis.metrics import Metric
    from coldwarm.analysis.starts_of_kind import Judged, StartsOfKind
    from coldwarm.experiment.case import Case

NO_CELL = {"cell": False}
"""Marks what is too much for a cell of a table."""


@dataclass(frozen=True)
class ByKind:
    """A number for each kind of start; None where there is none.

    What was measured is a median of the starts that worked, of warm ones of proven hits only.
    """

    uncached: float | None = None
    cold: float | None = None
    warm: float | None = None


@dataclass(frozen=True)
class CaseSummary:
    """What the starts of one case say. None where nothing was measured or proven.

    Attributes:
        run_id: the run.
        case_id: the case.
        name: readable name of the case.
        axes: its axes, properties as JSON text.
        rounds: rounds with an uncached, a cold and a proven warm start.
        verdict: the worst verdict of its starts.
        verdicts: how many warm starts had which verdict, such as ``hit 7``.
        reason: why the verdict is not ``hit``.
        remedy: what can be done about it.
        load_ms: load times.
        first_inference_ms: times from process start to first result.
        peak_load_bytes: peak memory while loading.
        speedup: uncached / warm of load times.
        first_inference_speedup: uncached / warm of the times to first inference.
        cold_tax_ms: cold - uncached of load times.
        break_even: warm starts that pay the cold tax back; known only where it is bounded.
        break_even_words: the same in words, also where it is unbounded.
        blob_bytes: median size of what the cold start left.
        blob_files: in how many files.
        model_bytes: size of the model's files.
        disk_read_warm_bytes: median bytes that a warm start read from storage.
        encrypted_share: part of the blob that went through the encryption callbacks.
        clear_windows: of `windows` windows of weights, how many stood in clear in the blob.
        windows: how many were looked for.
        callbacks_ignored: encryption was asked for, and no callback was ever called.
        encryption_ms: median time inside the callbacks of a warm start.
        storage_unproven: starts whose storage state could not be proven.
        storage_note: of the one that was furthest from that state, what stood in the way.
        starts: how many starts there were of each kind, the uncached ones of its baseline.
        failures: how many of them failed, or could not be made because their cold start failed.
        case: the case itself.
        model: digest of the model's files.
        by_round: one row per round, indexed by `rounds.PLACE`, the columns `rounds.NUMERIC`; NaN
            where nothing was measured. Rows of two cases with the same index were neighbours.
        of_kind: ``uncached``, ``cold`` and ``warm`` to the starts of that kind.
    """

    run_id: str
    case_id: str
    name: str
    axes: Mapping[str, str]
    rounds: int
    verdict: str
    verdicts: str
    reason: str
    remedy: str
    load_ms: ByKind
    first_inference_ms: ByKind
    peak_load_bytes: ByKind
    speedup: Range
    first_inference_speedup: Range
    cold_tax_ms: Range
    break_even: Range
    break_even_words: str
    blob_bytes: float | None
    blob_files: float | None
    model_bytes: float | None
    disk_read_warm_bytes: float | None
    encrypted_share: float | None
    clear_windows: float | None
    windows: float | None
    callbacks_ignored: bool
    encryption_ms: float | None
    storage_unproven: int
    storage_note: str
    starts: ByKind
    failures: ByKind
    case: Case = field(metadata=NO_CELL)
    model: str | None = field(metadata=NO_CELL)
    by_round: pd.DataFrame = field(metadata=NO_CELL, repr=False, compare=False)
    of_kind: Mapping[str, StartsOfKind] = field(metadata=NO_CELL, repr=False, compare=False)

    @property
    def is_measured(self) -> bool:
        """Return whether a cold or warm start was made: not all were dropped for lack of time."""
        return any(self.of_kind[kind].made for kind in ("cold", "warm"))

    @property
    def judged(self) -> dict[str, Judged]:
        """Return the verdicts of its cold and warm starts that did not fail."""
        found = together(self.of_kind[kind] for kind in ("cold", "warm"))
        return {key: each for key, each in found.items() if key not in ("failed", DROPPED)}

    @property
    def judged_verdict(self) -> str | None:
        """Return the worst verdict of starts that did not fail, ``failed`` where all did.

        None when nothing was judged or failed.
        """
        return worst(self.judged) or ("failed" if self.failed_runs else None)

    @property
    def judged_reason(self) -> str:
        """Return why that verdict is not a hit."""
        return self._of_worst("reason")

    @property
    def judged_remedy(self) -> str:
        """Return what can be done about it."""
        return self._of_worst("remedy")

    def _of_worst(self, entry: str) -> str:
        judged = self.judged
        verdict = worst(judged)
        return str(getattr(judged[verdict], entry)) if verdict else ""

    @property
    def judged_starts(self) -> int:
        """Return how many starts have a verdict and did not fail."""
        return sum(each.starts for each in self.judged.values())

    @property
    def proven(self) -> int:
        """Return how many warm starts were proven hits."""
        return sum(self.of_kind["warm"].count(verdict) for verdict in PROVEN)

    @property
    def failed_runs(self) -> int:
        """Return how many of its starts failed themselves, its uncached ones included."""
        return sum(each.failures for each in self.of_kind.values())

    @property
    def answers(self) -> frozenset[str]:
        """Return the digests of the answers of its uncached starts and hits."""
        return frozenset().union(*(each.answers for each in self.of_kind.values()))

    @property
    def inputs(self) -> frozenset[str]:
        """Return the digests of what those starts were asked, as far as they recorded it."""
        return frozenset().union(*(each.inputs for each in self.of_kind.values()))

    @property
    def versions(self) -> frozenset[str]:
        """Return the OpenVINO versions of its starts that worked."""
        return frozenset().union(*(each.versions for each in self.of_kind.values()))

    @property
    def memory_methods(self) -> frozenset[str]:
        """Return how the memory of its starts was read."""
        return frozenset().union(*(each.memory_methods for each in self.of_kind.values()))

    def values(self, metric: Metric) -> pd.Series[float]:
        """Return what was measured of a metric, round by round."""
        return self.by_round[metric.name].dropna()

    @property
    def failed_starts(self) -> int:
        """Return how many of its starts failed, the uncached ones of its baseline included."""
        return sum(vars(self.failures).values())

    def failed(self, kind: str) -> str:
        """Return how many starts of a kind failed, such as ``3 of 6 failed``; empty for none."""
        failed, started = vars(self.failures)[kind], vars(self.starts)[kind]
        return f"{failed} of {started} failed" if failed else ""

    @property
    def failed_words(self) -> str:
        """Return how many starts of which kind failed; empty when all worked."""
        return ", ".join(f"{kind}: {self.failed(kind)}" for kind in KINDS if self.failed(kind))

    def flat(self) -> dict[str, Any]:
        """Return the summary as one row of plain columns.

        Axes are under their own names, a `Range` as ``speedup``, ``speedup_low``,
        ``speedup_high`` and, in words, ``speedup_basis``; a `ByKind` as ``uncached_load_ms``,
        ``cold_load_ms``, ``warm_load_ms``.
        """
        row: dict[str, Any] = {}
        for entry in fields(self):
            if entry.metadata == NO_CELL:
                continue
            value = getattr(self, entry.name)
            if isinstance(value, Range):
                row[entry.name] = value.value
                row[f"{entry.name}_low"] = value.low
                row[f"{entry.name}_high"] = value.high
                row[f"{entry.name}_basis"] = value.basis or None
            elif isinstance(value, ByKind):
                row |= {f"{kind}_{entry.name}": each for kind, each in vars(value).items()}
            elif entry.name == "axes":
                row |= value
            else:
                row[entry.name] = value
        row["failed_starts"] = self.failed_starts
        return row


def summary_frame(summaries: Sequence[CaseSummary]) -> pd.DataFrame:
    """Return summaries as a frame, one row per case, columns as `CaseSummary.flat` names them."""
    return pd.DataFrame([summary.flat() for summary in summaries])


def by_axes(cases: Iterable[CaseSummary]) -> list[CaseSummary]:
    """Return cases in the order of their runs and axes."""
    return sorted(cases, key=lambda case: (case.run_id, *case.axes.values()))
