"""One row per case: what its starts cost, what the cache is worth, and what was proven.

Times are medians; the speedup is the Hodges-Lehmann estimate of the rounds' own ratios, because
those survive a machine that changes speed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import pandas as pd

from coldwarm.analysis.rounds import paired_rounds
from coldwarm.analysis.verdict import DROPPED, made
from coldwarm.experiment.case import AXES
from coldwarm.experiment.spec import VERDICTS
from coldwarm.run.sample import KINDS
from coldwarm.run.warm_start import PROVEN
from coldwarm.stats.fieller import break_even
from coldwarm.stats.ranges import Range, ratio_range, shift_range, told_alpha

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldwarm.stats.fieller import BreakEven


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


PLACE = ["run_id", "case_id", "baseline_id", "name", *AXES]
MEASURED = ["load_ms", "first_inference_ms", "peak_load_bytes", "model_bytes", "disk_read_bytes"]
CACHE = ["blob_bytes", "blob_files", "encrypted_share", "clear_windows", "windows"]
CALLBACKS = ["encrypt_calls", "encryption_ms"]
STATE = ["resident_bytes", "storage_total_bytes", "runtime_resident_bytes"]
JUDGED = ["kind", "status", "verdict", "verdict_reason", "remedy", "storage_proven", "storage_note"]
COLUMNS = [*PLACE, *MEASURED, *CACHE, *CALLBACKS, *STATE, *JUDGED]
"""What is used of a frame: selecting rows of all 80 columns takes twice as long."""

NOTHING = pd.DataFrame()
NO_ROUNDS = pd.DataFrame({"uncached": [], "cold": [], "warm": []}, dtype=float)


def summarise(frame: pd.DataFrame) -> list[CaseSummary]:
    """Return a summary of each case of judged samples, ordered by run and axes."""
    load = _groups(paired_rounds(frame, "load_ms"), "case_id")
    first = _groups(paired_rounds(frame, "first_inference_ms"), "case_id")
    is_uncached = frame["kind"] == "uncached"
    uncached = _groups(frame.loc[is_uncached, COLUMNS], "baseline_id")
    cases = _groups(frame.loc[~is_uncached, COLUMNS], "case_id")
    summaries = []
    for key, group in cases.items():
        baseline = key[0], group["baseline_id"].iloc[0]
        starts = pd.concat([uncached.get(baseline, NOTHING), group])
        summaries.append(
            _summarise_case(starts, load.get(key, NO_ROUNDS), first.get(key, NO_ROUNDS))
        )
    return sorted(summaries, key=_order)


def _order(summary: CaseSummary) -> tuple[str, ...]:
    return summary.run_id, *summary.axes.values()


def summary_frame(summaries: Sequence[CaseSummary]) -> pd.DataFrame:
    """Return summaries as a frame, one row per case, columns as `CaseSummary.flat` names them."""
    return pd.DataFrame([summary.flat() for summary in summaries])


def _groups(frame: pd.DataFrame, name: str) -> dict[tuple[str, str], pd.DataFrame]:
    grouped = frame.groupby(["run_id", name], sort=False)
    return {(str(run), str(key)): group for (run, key), group in grouped}


def callbacks_ignored(cold: pd.DataFrame) -> bool:
    """Return whether a cold start wrote a blob without calling the callbacks it was given.

    The blob is then unencrypted although the application asked for encryption.

    Args:
        cold: cold starts that worked, with the columns `encryption`, `blob_bytes` and
            `encrypt_calls`.
    """
    encrypted = cold["encryption"] != "none"
    ignored = encrypted & (cold["blob_bytes"] > 0) & ~(cold["encrypt_calls"] > 0)
    return bool(ignored.any())


def _summarise_case(starts: pd.DataFrame, load: pd.DataFrame, first: pd.DataFrame) -> CaseSummary:
    own = starts[starts["kind"] != "uncached"]
    good = starts[starts["status"] == "ok"]
    measured = good[good["kind"] != "uncached"]
    cold = good[good["kind"] == "cold"]
    warm = good[(good["kind"] == "warm") & good["verdict"].isin(PROVEN)]
    complete = load.dropna(subset=["uncached", "cold", "warm"])
    verdict, verdicts, reason, remedy = _verdict(own)
    row = own.iloc[0]
    even = _break_even(complete)
    unproven = measured[~measured["storage_proven"].fillna(value=False).astype(bool)]
    return CaseSummary(
        run_id=row["run_id"],
        case_id=row["case_id"],
        name=row["name"],
        axes={axis: row[axis] for axis in AXES},
        rounds=len(complete),
        verdict=verdict,
        verdicts=verdicts,
        reason=reason,
        remedy=remedy,
        load_ms=_by_kind(good, "load_ms"),
        first_inference_ms=_by_kind(good, "first_inference_ms"),
        peak_load_bytes=_by_kind(good, "peak_load_bytes"),
        speedup=_speedup(load),
        first_inference_speedup=_speedup(first),
        cold_tax_ms=_cold_tax(load),
        break_even=_even_range(even),
        break_even_words=even.sentence if even is not None else "",
        blob_bytes=_median(cold["blob_bytes"]),
        blob_files=_median(cold["blob_files"]),
        model_bytes=_median(own["model_bytes"]),
        disk_read_warm_bytes=_median(warm["disk_read_bytes"]),
        encrypted_share=_median(cold["encrypted_share"]),
        clear_windows=_median(cold["clear_windows"]),
        windows=_median(cold["windows"]),
        callbacks_ignored=callbacks_ignored(cold),
        encryption_ms=_median(warm["encryption_ms"]),
        storage_unproven=len(unproven),
        storage_note=_storage_note(unproven),
        starts=_counts(starts),
        failures=_counts(starts[starts["verdict"] == "failed"]),
    )


def _counts(starts: pd.DataFrame) -> ByKind:
    return ByKind(**{kind: int((starts["kind"] == kind).sum()) for kind in KINDS})


def _by_kind(good: pd.DataFrame, column: str) -> ByKind:
    proven = good[(good["kind"] != "warm") | good["verdict"].isin(PROVEN)]
    medians = {str(kind): _median(values) for kind, values in proven.groupby("kind")[column]}
    return ByKind(**medians)


def _speedup(rounds: pd.DataFrame) -> Range:
    pairs = rounds[(rounds["uncached"] > 0) & (rounds["warm"] > 0)]
    return ratio_range(pairs["uncached"], pairs["warm"]) if len(pairs) else Range()


def _cold_tax(rounds: pd.DataFrame) -> Range:
    pairs = rounds.dropna(subset=["uncached", "cold"])
    return shift_range(pairs["cold"] - pairs["uncached"]) if len(pairs) else Range()


def _break_even(complete: pd.DataFrame) -> BreakEven | None:
    if complete.empty:
        return None
    kinds = (complete[kind] for kind in ("uncached", "cold", "warm"))
    return break_even(*kinds, alpha=told_alpha(len(complete)))


def _even_range(even: BreakEven | None) -> Range:
    if even is None or even.value is None or not even.bounded:
        return Range()
    if even.n == 1:
        return Range(even.value, rounds=1)
    confidence = None if even.alpha is None else 1 - even.alpha
    return Range(even.value, *even.intervals[0], confidence, even.n)


def _verdict(group: pd.DataFrame) -> tuple[str, str, str, str]:
    """Return the worst verdict, the counts of all, and reason and remedy of the worst."""
    kept = made(group)
    judged = kept[kept["verdict"].notna()]
    if judged.empty and len(kept) < len(group):
        return DROPPED, "", group["verdict_reason"].iloc[-1], group["remedy"].iloc[-1]
    if judged.empty:
        return "not_measured", "", "no warm start was measured", ""
    counts = judged["verdict"].value_counts()
    present = [verdict for verdict in VERDICTS if verdict in counts]
    first = judged[judged["verdict"] == present[0]].iloc[0]
    words = ", ".join(f"{verdict} {counts[verdict]}" for verdict in present)
    if len(kept) < len(group):
        words += f", then {DROPPED}"
    return present[0], words, first["verdict_reason"], first["remedy"]


def _storage_note(unproven: pd.DataFrame) -> str:
    """Return what was noted of the start whose page cache was furthest from what was wanted."""
    if unproven.empty:
        return ""
    there = unproven["resident_bytes"]
    hot = unproven["storage"] == "hot"
    wrong = there.mask(hot, unproven["storage_total_bytes"] - there)
    furthest = wrong.fillna(0).add(unproven["runtime_resident_bytes"], fill_value=0)
    return str(unproven["storage_note"].fillna("").iloc[furthest.argmax()])


def _median(values: pd.Series[float]) -> float | None:
    known = values.dropna()
    return float(known.median()) if len(known) else None
