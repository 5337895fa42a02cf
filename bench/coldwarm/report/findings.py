"""What did not go as hoped: starts that were no proven hit, blobs in clear, disks in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.advice.words import storage_doubt
from coldwarm.experiment.spec import VERDICTS
from coldwarm.quantities import counted
from coldwarm.sample import FAILURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    import pandas as pd

    from coldwarm.report.evidence import Evidence
    from coldwarm.summary import CaseSummary

NO_FINDING = "hit"


@dataclass(frozen=True)
class Finding:
    """One line of the list.

    Attributes:
        verdict: a verdict, or ``not_encrypted`` or ``storage_unproven``.
        name: the case, or the uncached start.
        case_id: the case; None for an uncached start.
        baseline_id: the uncached start it belongs to.
        reason: why, in words.
        remedy: what can be done, empty where nothing is known.
        starts: how many starts it is about, in words.
        printed: the end of what a failed start printed.
    """

    verdict: str
    name: str
    case_id: str | None
    baseline_id: str
    reason: str
    remedy: str = ""
    starts: str = ""
    printed: str = ""


def findings(evidence: Evidence) -> list[Finding]:
    """Return what was found in a run, uncached starts first, then case by case."""
    printed = _printed(evidence.run.records)
    baselines = dict(
        evidence.frame.loc[evidence.frame["kind"] != "uncached", ["case_id", "baseline_id"]]
        .drop_duplicates()
        .itertuples(index=False, name=None)
    )
    frame = evidence.frame
    judged = frame[(frame["kind"] != "uncached") & frame["verdict"].notna()]
    starts = dict(iter(judged.groupby("case_id", sort=False)))
    found = [*_uncached(evidence, printed)]
    for case in evidence.summaries:
        own = starts.get(case.case_id, frame.iloc[:0])
        found += _of_case(case, own, baselines[case.case_id], printed)
    return found


def _of_case(
    case: CaseSummary, starts: pd.DataFrame, baseline_id: str, printed: Mapping[str, str]
) -> Iterator[Finding]:
    about = case.name, case.case_id, baseline_id
    if starts.empty:
        yield Finding(case.verdict, *about, case.reason, case.remedy)
    groups = dict(iter(starts.groupby("verdict")))
    for verdict in VERDICTS:
        if verdict == NO_FINDING or verdict not in groups:
            continue
        group = groups[verdict]
        yield Finding(
            verdict,
            *about,
            str(group["verdict_reason"].iloc[0]),
            str(group["remedy"].iloc[0]),
            f"{len(group)} of {counted(len(starts), 'start')}",
            printed.get(case.case_id, "") if verdict == case.verdict else "",
        )
    if case.callbacks_ignored:
        yield Finding(
            "not_encrypted",
            *about,
            "encryption was asked for, and the device never called the callbacks: "
            "the blob is in clear",
            "use the physical device itself: AUTO, HETERO and MULTI drop the callbacks",
        )
    if case.storage_unproven:
        yield Finding(
            "storage_unproven",
            *about,
            storage_doubt(case),
        )


def _uncached(evidence: Evidence, printed: Mapping[str, str]) -> Iterator[Finding]:
    frame = evidence.frame
    bad = frame[(frame["kind"] == "uncached") & (frame["status"] != "ok")]
    for (baseline_id, verdict), group in bad.groupby(["baseline_id", "verdict"], sort=False):
        yield Finding(
            str(verdict),
            f"{group['name'].iloc[0]} / uncached",
            None,
            str(baseline_id),
            str(group["verdict_reason"].iloc[0]),
            starts=counted(len(group), "start"),
            printed=printed.get(str(baseline_id), ""),
        )


def _printed(records: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return what the first failed start of each case, or uncached start, printed."""
    tails: dict[str, str] = {}
    for record in records:
        if record["status"] in FAILURES and record.get("stderr_tail"):
            key = str(record.get("case_id") or record["baseline_id"])
            tails.setdefault(key, str(record["stderr_tail"]))
    return tails
