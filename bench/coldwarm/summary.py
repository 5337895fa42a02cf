"""One row per case: what its starts cost, what the cache is worth, and what was proven.

Times are medians; the speedup is the Hodges-Lehmann estimate of the rounds' own ratios, because
those survive a machine that changes speed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

import pandas as pd

from coldwarm.experiment.case import AXES
from coldwarm.pairing import paired_rounds
from coldwarm.stats.fieller import break_even
from coldwarm.stats.ratio import paired_ratio
from coldwarm.stats.shift import paired_shift
from coldwarm.verdict import PROVEN, VERDICTS

if TYPE_CHECKING:
    from coldwarm.stats.shift import Estimate


@dataclass(frozen=True)
class CaseSummary:
    """What the starts of one case say. None where nothing was measured or proven.

    Attributes:
        run_id: the run.
        case_id: the case.
        name: readable name of the case.
        model, device, api, cache_mode, encryption, runtime, properties, storage: its axes.
        rounds: rounds with an uncached, a cold and a proven warm start.
        verdict: the worst verdict of its starts.
        verdicts: how many warm starts had which verdict, such as ``hit 7``.
        reason: why the verdict is not ``hit``.
        remedy: what can be done about it.
        uncached_ms, cold_ms, warm_ms: median load times; warm from proven hits only.
        uncached_first_inference_ms, cold_first_inference_ms, warm_first_inference_ms: median
            times from process start to first result.
        speedup, speedup_low, speedup_high: uncached / warm of load times, 95 % interval.
        first_inference_speedup, first_inference_speedup_low, first_inference_speedup_high: the
            same for the time to first inference.
        cold_tax_ms, cold_tax_low_ms, cold_tax_high_ms: cold - uncached, 95 % interval.
        break_even: warm starts that pay the cold tax back; None where that is not known.
        break_even_low, break_even_high: its interval where it is bounded.
        break_even_words: the same in words, also where it is unbounded.
        blob_bytes: median size of what the cold start left.
        blob_files: in how many files.
        model_bytes: size of the model's files.
        peak_uncached_bytes, peak_cold_bytes, peak_warm_bytes: median peak memory of loading.
        disk_read_warm_bytes: median bytes that a warm start read from storage.
        encrypted_share: part of the blob that went through the encryption callbacks.
        clear_windows, windows: of so many windows of weights, how many stood in clear.
        callbacks_ignored: encryption was asked for, and no callback was ever called.
        encryption_ms: median time inside the callbacks of a warm start.
        storage_unproven: starts whose storage state could not be proven.
        failed_starts: starts of the case that failed.
    """

    run_id: str
    case_id: str
    name: str
    model: str
    device: str
    api: str
    cache_mode: str
    encryption: str
    runtime: str
    properties: str
    storage: str
    rounds: int
    verdict: str
    verdicts: str
    reason: str
    remedy: str
    uncached_ms: float | None
    cold_ms: float | None
    warm_ms: float | None
    uncached_first_inference_ms: float | None
    cold_first_inference_ms: float | None
    warm_first_inference_ms: float | None
    speedup: float | None
    speedup_low: float | None
    speedup_high: float | None
    first_inference_speedup: float | None
    first_inference_speedup_low: float | None
    first_inference_speedup_high: float | None
    cold_tax_ms: float | None
    cold_tax_low_ms: float | None
    cold_tax_high_ms: float | None
    break_even: float | None
    break_even_low: float | None
    break_even_high: float | None
    break_even_words: str
    blob_bytes: float | None
    blob_files: float | None
    model_bytes: float | None
    peak_uncached_bytes: float | None
    peak_cold_bytes: float | None
    peak_warm_bytes: float | None
    disk_read_warm_bytes: float | None
    encrypted_share: float | None
    clear_windows: float | None
    windows: float | None
    callbacks_ignored: bool
    encryption_ms: float | None
    storage_unproven: int
    failed_starts: int


def summarise(frame: pd.DataFrame) -> list[CaseSummary]:
    """Return a summary of each case of judged samples, in order of appearance."""
    load = _by_case(paired_rounds(frame, "load_ms"))
    first = _by_case(paired_rounds(frame, "first_inference_ms"))
    uncached = {
        key: group
        for key, group in frame[frame["kind"] == "uncached"].groupby(["run_id", "baseline_id"])
    }
    cases = frame[frame["kind"] != "uncached"]
    return [
        _summarise_case(
            group,
            uncached.get((run_id, group["baseline_id"].iloc[0]), frame.iloc[:0]),
            load.get((run_id, case_id), NO_ROUNDS),
            first.get((run_id, case_id), NO_ROUNDS),
        )
        for (run_id, case_id), group in cases.groupby(["run_id", "case_id"], sort=False)
    ]


def summary_frame(summaries: list[CaseSummary]) -> pd.DataFrame:
    """Return summaries as a frame, one row per case, columns as in `CaseSummary`."""
    names = [field.name for field in fields(CaseSummary)]
    return pd.DataFrame([asdict(summary) for summary in summaries], columns=names)


NO_ROUNDS = pd.DataFrame({"uncached": [], "cold": [], "warm": []}, dtype=float)


def _by_case(rounds: pd.DataFrame) -> dict[tuple[str, str], pd.DataFrame]:
    return {key: group for key, group in rounds.groupby(["run_id", "case_id"])}


def _summarise_case(
    group: pd.DataFrame, uncached: pd.DataFrame, load: pd.DataFrame, first: pd.DataFrame
) -> CaseSummary:
    good = group[group["status"] == "ok"]
    cold = good[good["kind"] == "cold"]
    warm = good[(good["kind"] == "warm") & good["verdict"].isin(PROVEN)]
    uncached = uncached[uncached["status"] == "ok"]
    complete = load.dropna(subset=["uncached", "cold", "warm"])
    speedup = _ratio(load)
    first_speedup = _ratio(first)
    taxed = load.dropna(subset=["uncached", "cold"])
    tax = paired_shift(taxed["cold"] - taxed["uncached"]).estimate() if len(taxed) else None
    even = (
        break_even(complete["uncached"], complete["cold"], complete["warm"])
        if len(complete)
        else None
    )
    bounded = even is not None and even.bounded and even.value is not None
    verdict, verdicts, reason, remedy = _verdict(group)
    row = group.iloc[0]
    encrypted = cold["encryption"] != "none"
    ignored = encrypted & (cold["blob_bytes"] > 0) & ~(cold["encrypt_calls"] > 0)
    return CaseSummary(
        run_id=row["run_id"],
        case_id=row["case_id"],
        name=row["name"],
        **{axis: row[axis] for axis in AXES},
        rounds=len(complete),
        verdict=verdict,
        verdicts=verdicts,
        reason=reason,
        remedy=remedy,
        uncached_ms=_median(uncached["load_ms"]),
        cold_ms=_median(cold["load_ms"]),
        warm_ms=_median(warm["load_ms"]),
        uncached_first_inference_ms=_median(uncached["first_inference_ms"]),
        cold_first_inference_ms=_median(cold["first_inference_ms"]),
        warm_first_inference_ms=_median(warm["first_inference_ms"]),
        **_interval("speedup", speedup),
        **_interval("first_inference_speedup", first_speedup),
        **_interval("cold_tax", tax, "_ms"),
        break_even=even.value if even is not None and bounded else None,
        break_even_low=even.intervals[0][0] if even is not None and bounded else None,
        break_even_high=even.intervals[0][1] if even is not None and bounded else None,
        break_even_words=even.sentence if even is not None else "",
        blob_bytes=_median(cold["blob_bytes"]),
        blob_files=_median(cold["blob_files"]),
        model_bytes=_median(group["model_bytes"]),
        peak_uncached_bytes=_median(uncached["peak_load_bytes"]),
        peak_cold_bytes=_median(cold["peak_load_bytes"]),
        peak_warm_bytes=_median(warm["peak_load_bytes"]),
        disk_read_warm_bytes=_median(warm["disk_read_bytes"]),
        encrypted_share=_median(cold["encrypted_share"]),
        clear_windows=_median(cold["clear_windows"]),
        windows=_median(cold["windows"]),
        callbacks_ignored=bool(ignored.any()),
        encryption_ms=_median(warm["encryption_ms"]),
        storage_unproven=int((group["storage_proven"] == False).sum()),  # noqa: E712 - nullable
        failed_starts=int((group["verdict"] == "failed").sum()),
    )


def _ratio(rounds: pd.DataFrame) -> Estimate | None:
    pairs = rounds.dropna(subset=["uncached", "warm"])
    pairs = pairs[(pairs["uncached"] > 0) & (pairs["warm"] > 0)]
    return paired_ratio(pairs["uncached"], pairs["warm"]) if len(pairs) else None


def _interval(name: str, estimate: Estimate | None, unit: str = "") -> dict[str, float | None]:
    known = estimate is not None and estimate.bounded
    return {
        f"{name}{unit}": estimate.value if estimate is not None else None,
        f"{name}_low{unit}": estimate.low if estimate is not None and known else None,
        f"{name}_high{unit}": estimate.high if estimate is not None and known else None,
    }


def _verdict(group: pd.DataFrame) -> tuple[str, str, str, str]:
    """Return the worst verdict, the counts of all, and reason and remedy of the worst."""
    judged = group[group["verdict"].notna()]
    if judged.empty:
        return "not_measured", "", "no warm start was measured", ""
    counts = judged["verdict"].value_counts()
    present = [verdict for verdict in VERDICTS if verdict in counts]
    first = judged[judged["verdict"] == present[0]].iloc[0]
    words = ", ".join(f"{verdict} {counts[verdict]}" for verdict in present)
    return present[0], words, first["verdict_reason"], first["remedy"]


def _median(values: pd.Series[float]) -> float | None:
    known = values.dropna()
    return float(known.median()) if len(known) else None
