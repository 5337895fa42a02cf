"""What one run says about one case, laid out for comparing it with another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from coldwarm.analysis.cases import callbacks_ignored
from coldwarm.analysis.rounds import PLACE, paired_rounds
from coldwarm.analysis.verdict import made
from coldwarm.compare import metrics as m
from coldwarm.experiment.case import Case
from coldwarm.experiment.spec import VERDICTS
from coldwarm.run.sample import FAILURES
from coldwarm.run.warm_start import PROVEN

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from coldwarm.run.store import Run

COLUMNS = [
    *("run_id", "case_id", "baseline_id", "kind", "status", "verdict", "verdict_reason", "remedy"),
    *(*PLACE, "position", "load_ms", "first_inference_ms", "peak_load_bytes", "memory_method"),
    *("blob_bytes", "encryption", "encrypted_share", "encrypt_calls", "outputs_digest"),
    *("model_digest", "inputs_digest", "openvino_version"),
]
"""What is used of a frame: rows of all columns take several times as long to select."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What one run says about one case.

    Attributes:
        case: the case.
        rounds: one row per round, indexed by `PLACE`, one column per numeric metric;
            NaN where nothing was measured. Rows of the same place were neighbours.
        verdicts: how many of its starts had which verdict; starts that failed are left out.
        reason: why the worst verdict is not a hit.
        remedy: what can be done about it.
        failed: how many of its starts failed, its uncached ones included.
        answers: digests of the answers of its uncached starts and proven hits.
        inputs: digests of what those starts were asked; empty where they did not record it.
        model: digest of the model's files.
        versions: the OpenVINO versions that were started.
        memory_methods: how memory was read.
        callbacks_ignored: it asked for encryption, and no callback was ever called.
    """

    case: Case
    rounds: pd.DataFrame
    verdicts: Mapping[str, int]
    reason: str
    remedy: str
    failed: int
    answers: frozenset[str]
    inputs: frozenset[str]
    model: str | None
    versions: frozenset[str]
    memory_methods: frozenset[str]
    callbacks_ignored: bool

    @property
    def verdict(self) -> str | None:
        """Return the worst verdict of its starts; None when nothing was judged or failed."""
        judged = worst(self.verdicts)
        return judged or ("failed" if self.failed else None)

    @property
    def proven(self) -> int:
        """Return how many warm starts were proven hits."""
        return sum(self.verdicts.get(verdict, 0) for verdict in PROVEN)

    def values(self, metric: str) -> pd.Series[float]:
        """Return what was measured of a metric, round by round."""
        return self.rounds[metric].dropna()


def worst(verdicts: Collection[str]) -> str | None:
    """Return the worst of some verdicts, None of none."""
    return next((verdict for verdict in VERDICTS if verdict in verdicts), None)


def gather(run: Run, frame: pd.DataFrame) -> dict[str, Evidence]:
    """Return the evidence of a run by case id, in the order in which cases were planned.

    A case of which nothing was measured for lack of time is left out: see `dropped`.

    Args:
        run: the run.
        frame: its judged samples, or some of them.
    """
    frame = frame[COLUMNS]
    rounds = _rounds(frame)
    uncached = dict(iter(frame[frame["kind"] == "uncached"].groupby("baseline_id")))
    own = made(frame[frame["kind"] != "uncached"])
    records = {record["case_id"]: record for record in run.records if record.get("case_id")}
    found = {}
    for case_id, group in own.groupby("case_id", sort=False):
        baseline = uncached.get(group["baseline_id"].iloc[0], frame.iloc[:0])
        case = Case.from_axes(records[case_id]["case"])
        found[str(case_id)] = _evidence(case, group, baseline, rounds.get(case_id))
    planned = [
        Case.from_axes(axes).case_id for axes in run.header.get("experiment", {}).get("cases", [])
    ]
    order = dict.fromkeys([*planned, *found])
    return {case_id: found[case_id] for case_id in order if case_id in found}


def _rounds(frame: pd.DataFrame) -> dict[object, pd.DataFrame]:
    """Return for each case one row per round, with the columns of all numeric metrics."""
    sources = {
        "load_ms": {"warm": m.WARM_LOAD, "cold": m.COLD_LOAD, "uncached": m.UNCACHED_LOAD},
        "first_inference_ms": {"warm": m.WARM_FIRST_INFERENCE, "cold": m.COLD_FIRST_INFERENCE},
        "peak_load_bytes": {"warm": m.WARM_PEAK, "cold": m.COLD_PEAK},
        "blob_bytes": {"cold": m.BLOB},
        "encrypted_share": {"cold": m.ENCRYPTED_SHARE},
    }
    key = ["case_id", *PLACE]
    parts = []
    for column, kinds in sources.items():
        names = {kind: metric.name for kind, metric in kinds.items()}
        table = paired_rounds(frame, column).set_index(key)
        parts.append(table[list(names)].rename(columns=names))
    rounds = pd.concat(parts, axis="columns")
    load = rounds[[m.UNCACHED_LOAD.name, m.WARM_LOAD.name]].where(lambda times: times > 0)
    rounds[m.SPEEDUP.name] = load[m.UNCACHED_LOAD.name] / load[m.WARM_LOAD.name]
    rounds[m.BLOB.name] = rounds[m.BLOB.name].where(rounds[m.BLOB.name] > 0)
    rounds[m.COLD_TAX.name] = rounds[m.COLD_LOAD.name] - rounds[m.UNCACHED_LOAD.name]
    return {
        case_id: table.droplevel("case_id")
        for case_id, table in rounds.groupby(level="case_id", sort=False)
    }


NUMERIC = [name for name, metric in m.METRICS.items() if metric.unit != "word"]
NO_ROUNDS = pd.DataFrame(
    {name: pd.Series(dtype=float) for name in NUMERIC},
    index=pd.MultiIndex.from_arrays([[] for _ in PLACE], names=PLACE),
)


def _evidence(
    case: Case, own: pd.DataFrame, uncached: pd.DataFrame, rounds: pd.DataFrame | None
) -> Evidence:
    judged = own[own["verdict"].notna() & (own["verdict"] != "failed")]
    verdicts = {str(name): int(n) for name, n in judged["verdict"].value_counts().items()}
    first = judged[judged["verdict"] == worst(verdicts)].head(1)
    starts = pd.concat([uncached, own])
    good = starts[starts["status"] == "ok"]
    answering = good[(good["kind"] == "uncached") | (good["verdict"] == "hit")]
    models = own["model_digest"].dropna()
    return Evidence(
        case=case,
        rounds=NO_ROUNDS if rounds is None else rounds,
        verdicts=verdicts,
        reason="".join(first["verdict_reason"]),
        remedy="".join(first["remedy"]),
        failed=int(starts["status"].isin(FAILURES).sum()),
        answers=frozenset(answering["outputs_digest"].dropna()),
        inputs=frozenset(answering["inputs_digest"].dropna()),
        model=models.iloc[0] if len(models) else None,
        versions=frozenset(good["openvino_version"].dropna()),
        memory_methods=frozenset(good["memory_method"].dropna()),
        callbacks_ignored=callbacks_ignored(good[good["kind"] == "cold"]),
    )
