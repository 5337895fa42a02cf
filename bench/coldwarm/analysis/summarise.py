"""Judged samples to one row per case, everything from tables that are grouped once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas as pd

from coldwarm.analysis import metrics as m
from coldwarm.analysis import starts_of_kind as of
from coldwarm.analysis.cases import ByKind, CaseSummary, by_axes
from coldwarm.analysis.rounds import NUMERIC, PLACE, paired_rounds
from coldwarm.analysis.starts_of_kind import StartsOfKind, starts_of_kind, together
from coldwarm.analysis.verdict import DROPPED
from coldwarm.experiment.case import AXES, MAPPINGS, Case
from coldwarm.experiment.spec import VERDICTS
from coldwarm.run.sample import KINDS
from coldwarm.run.warm_start import PROVEN
from coldwarm.stats.fieller import break_even
from coldwarm.stats.ranges import Range, ratio_range, shift_range, told_alpha

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldwarm.analysis.starts_of_kind import Judged
    from coldwarm.stats.fieller import BreakEven

Key = tuple[str, str]
"""Run and case, or run and baseline."""

IDS = ["run_id", "case_id", "baseline_id", "kind"]
NAMES = ["run_id", "case_id", "baseline_id", "name", *AXES]
MEDIANS = [
    *("load_ms", "first_inference_ms", "peak_load_bytes", "disk_read_bytes", "encryption_ms"),
    *("blob_bytes", "blob_files", "encrypted_share", "clear_windows", "windows"),
]
STATE = [
    *("storage", "resident_bytes", "storage_total_bytes", "runtime_resident_bytes"),
    *("storage_proven", "storage_note"),
]

NO_STARTS = StartsOfKind()
NOTHING = pd.DataFrame()
NO_ROUNDS = pd.DataFrame(
    {name: pd.Series(dtype=float) for name in NUMERIC},
    index=pd.MultiIndex.from_arrays([[] for _ in PLACE], names=PLACE),
)


def summarise(frame: pd.DataFrame, rounds: pd.DataFrame | None = None) -> list[CaseSummary]:
    """Return a summary of each case of judged samples, ordered by run and axes.

    Args:
        frame: samples as `judged_frame` returns them.
        rounds: their `paired_rounds`; None for those of `frame`.
    """
    rounds = paired_rounds(frame) if rounds is None else rounds
    ids = frame[IDS].astype(object)
    key = ids["case_id"].where(ids["kind"] != "uncached", ids["baseline_id"])
    by_kind = [ids["run_id"], key, ids["kind"]]
    groups: dict[Any, pd.DataFrame] = dict(
        iter(_plain(frame[list(of.COLUMNS)]).groupby(by_kind, sort=False))
    )
    kinds: dict[Any, StartsOfKind] = {
        key: starts_of_kind(group, key[2]) for key, group in groups.items()
    }
    counts = (frame["status"] == "ok") & ((ids["kind"] != "warm") | frame["verdict"].isin(PROVEN))
    medians: Any = (
        frame[MEDIANS].where(counts).groupby(by_kind, sort=False).median().to_dict("index")
    )
    own = ids["kind"] != "uncached"
    case = [ids["run_id"][own], ids["case_id"][own]]
    models = frame.loc[own, ["model_bytes"]].groupby(case).median()["model_bytes"].to_dict()
    digests = _plain(frame.loc[own, ["model_digest"]]).groupby(case).first()
    good = own & (frame["status"] == "ok")
    unproven = good & ~frame["storage_proven"].fillna(value=False).astype(bool)
    doubts = _groups(frame.loc[unproven, ["run_id", "case_id", *STATE]])
    ignored = good & (ids["kind"] == "cold") & callbacks_ignored(frame)
    in_clear = set(zip(ids["run_id"][ignored], ids["case_id"][ignored], strict=True))
    by_round = _groups(rounds)
    names = _plain(frame.loc[own, NAMES]).drop_duplicates(["run_id", "case_id"])
    summaries = []
    rows: list[dict[Any, Any]] = names.to_dict("records")
    for row in rows:
        run, case_id = place = row["run_id"], row["case_id"]
        keys = {
            kind: (run, row["baseline_id"] if kind == "uncached" else case_id, kind)
            for kind in KINDS
        }
        summaries.append(
            _summary(
                row,
                {kind: kinds.get(keys[kind], NO_STARTS) for kind in KINDS},
                {kind: medians.get(keys[kind], {}) for kind in KINDS},
                by_round[place].set_index(PLACE)[NUMERIC] if place in by_round else NO_ROUNDS,
                model_bytes=_known(models.get(place)),
                model=digests["model_digest"].get(place),
                callbacks_ignored=place in in_clear,
                unproven=doubts.get(place, NOTHING),
            )
        )
    return by_axes(summaries)


def callbacks_ignored(cold: pd.DataFrame) -> pd.Series[bool]:
    """Return which cold starts wrote a blob without calling the callbacks they were given.

    The blob is then unencrypted although the application asked for encryption.

    Args:
        cold: cold starts that worked, with the columns `encryption`, `blob_bytes` and
            `encrypt_calls`.
    """
    encrypted = cold["encryption"] != "none"
    return encrypted & (cold["blob_bytes"] > 0) & ~(cold["encrypt_calls"] > 0)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return text as Python objects: many small parts of pandas' own text take a third longer."""
    words = [name for name, kind in frame.dtypes.items() if kind.kind not in "fiub"]
    return frame.astype(dict.fromkeys(words, object))


def _groups(frame: pd.DataFrame) -> dict[Key, pd.DataFrame]:
    grouped = frame.groupby(["run_id", "case_id"], sort=False)
    return {(str(run), str(case)): group for (run, case), group in grouped}


def _summary(
    row: Mapping[str, Any],
    of_kind: Mapping[str, StartsOfKind],
    medians: Mapping[str, Mapping[str, float]],
    by_round: pd.DataFrame,
    *,
    model_bytes: float | None,
    model: str | None,
    callbacks_ignored: bool,
    unproven: pd.DataFrame,
) -> CaseSummary:
    load = [metric.name for metric in (m.UNCACHED_LOAD, m.COLD_LOAD, m.WARM_LOAD)]
    complete = by_round.dropna(subset=load)
    verdict, verdicts, reason, remedy = _verdict(of_kind)
    even = _break_even(*(complete[name] for name in load))
    axes = {axis: row[axis] for axis in AXES}
    given = {axis: value for axis, value in axes.items() if isinstance(value, str)}

    def by_kind(column: str) -> ByKind:
        return ByKind(**{kind: _known(medians[kind].get(column)) for kind in KINDS})

    def cold(column: str) -> float | None:
        return _known(medians["cold"].get(column))

    return CaseSummary(
        run_id=row["run_id"],
        case_id=row["case_id"],
        name=row["name"],
        axes=axes,
        rounds=len(complete),
        verdict=verdict,
        verdicts=verdicts,
        reason=reason,
        remedy=remedy,
        load_ms=by_kind("load_ms"),
        first_inference_ms=by_kind("first_inference_ms"),
        peak_load_bytes=by_kind("peak_load_bytes"),
        speedup=_speedup(by_round, m.UNCACHED_LOAD, m.WARM_LOAD),
        first_inference_speedup=_speedup(
            by_round, m.UNCACHED_FIRST_INFERENCE, m.WARM_FIRST_INFERENCE
        ),
        cold_tax_ms=_cold_tax(by_round),
        break_even=_even_range(even),
        break_even_words=even.sentence if even is not None else "",
        blob_bytes=cold("blob_bytes"),
        blob_files=cold("blob_files"),
        model_bytes=model_bytes,
        disk_read_warm_bytes=_known(medians["warm"].get("disk_read_bytes")),
        encrypted_share=cold("encrypted_share"),
        clear_windows=cold("clear_windows"),
        windows=cold("windows"),
        callbacks_ignored=callbacks_ignored,
        encryption_ms=_known(medians["warm"].get("encryption_ms")),
        storage_unproven=len(unproven),
        storage_note=_storage_note(unproven),
        starts=ByKind(**{kind: of_kind[kind].planned for kind in KINDS}),
        failures=ByKind(**{kind: of_kind[kind].failed for kind in KINDS}),
        case=Case.from_axes(
            given | {axis: json.loads(given[axis]) for axis in MAPPINGS if axis in given}
        ),
        model=model,
        by_round=by_round,
        of_kind=of_kind,
    )


def _known(median: float | None) -> float | None:
    return None if median is None or pd.isna(median) else float(median)


def _speedup(rounds: pd.DataFrame, slow: m.Metric, fast: m.Metric) -> Range:
    pairs = rounds[(rounds[slow.name] > 0) & (rounds[fast.name] > 0)]
    return ratio_range(pairs[slow.name], pairs[fast.name]) if len(pairs) else Range()


def _cold_tax(rounds: pd.DataFrame) -> Range:
    taxes = rounds[m.COLD_TAX.name].dropna()
    return shift_range(taxes) if len(taxes) else Range()


def _break_even(*times: pd.Series[float]) -> BreakEven | None:
    return break_even(*times, alpha=told_alpha(len(times[0]))) if len(times[0]) else None


def _even_range(even: BreakEven | None) -> Range:
    if even is None or even.value is None or not even.bounded:
        return Range()
    if even.n == 1:
        return Range(even.value, rounds=1)
    confidence = None if even.alpha is None else 1 - even.alpha
    return Range(even.value, *even.intervals[0], confidence, even.n)


def _verdict(of_kind: Mapping[str, StartsOfKind]) -> tuple[str, str, str, str]:
    """Return the worst verdict, the counts of all, and reason and remedy of the worst."""
    found: dict[str, Judged] = together((of_kind["cold"], of_kind["warm"]))
    present = [verdict for verdict in VERDICTS if verdict in found]
    if not present and DROPPED in found:
        return DROPPED, "", found[DROPPED].reason, found[DROPPED].remedy
    if not present:
        return "not_measured", "", "no warm start was measured", ""
    words = ", ".join(f"{verdict} {found[verdict].starts}" for verdict in present)
    if DROPPED in found:
        words += f", then {DROPPED}"
    return present[0], words, found[present[0]].reason, found[present[0]].remedy


def _storage_note(unproven: pd.DataFrame) -> str:
    """Return what was noted of the start whose page cache was furthest from what was wanted."""
    if unproven.empty:
        return ""
    there = unproven["resident_bytes"]
    hot = unproven["storage"] == "hot"
    wrong = there.mask(hot, unproven["storage_total_bytes"] - there)
    furthest = wrong.fillna(0).add(unproven["runtime_resident_bytes"], fill_value=0)
    return str(unproven["storage_note"].fillna("").iloc[furthest.argmax()])
