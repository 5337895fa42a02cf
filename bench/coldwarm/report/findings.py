"""What did not go as hoped: starts that were no proven hit, unencrypted blobs, disks in doubt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.advice.words import storage_doubt
from coldwarm.analysis.verdict import made
from coldwarm.experiment.spec import VERDICTS
from coldwarm.run.sample import FAILURES
from coldwarm.text.numbers import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    import pandas as pd

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.report.evidence import Evidence

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
    verdicts = _verdicts(evidence.frame)
    found = [*_uncached(evidence, printed)]
    for case in evidence.summaries:
        own = verdicts.get(case.case_id, {})
        found += _of_case(case, own, baselines[case.case_id], printed)
    return found


def _verdicts(frame: pd.DataFrame) -> dict[str, dict[str, tuple[int, str, str]]]:
    """Return case to verdict to how many starts had it, and the reason and remedy of the first."""
    frame = made(frame)
    is_judged = (frame["kind"] != "uncached") & frame["verdict"].notna()
    judged = frame.loc[is_judged, ["case_id", "verdict", "kind", "verdict_reason", "remedy"]]
    table = judged.groupby(["case_id", "verdict"], sort=False).agg(
        starts=("kind", "size"), reason=("verdict_reason", "first"), remedy=("remedy", "first")
    )
    found: dict[str, dict[str, tuple[int, str, str]]] = {}
    for (case_id, verdict), starts, reason, remedy in table.itertuples(name=None):
        found.setdefault(case_id, {})[verdict] = (starts, reason, remedy)
    return found


def _of_case(
    case: CaseSummary,
    verdicts: Mapping[str, tuple[int, str, str]],
    baseline_id: str,
    printed: Mapping[str, str],
) -> Iterator[Finding]:
    about = case.name, case.case_id, baseline_id
    if not verdicts:
        yield Finding(case.verdict, *about, case.reason, case.remedy)
    judged = sum(starts for starts, _, _ in verdicts.values())
    for verdict in VERDICTS:
        if verdict not in verdicts:
            continue
        starts, reason, remedy = verdicts[verdict]
        if verdict == NO_FINDING and not reason:
            continue
        yield Finding(
            verdict,
            *about,
            reason,
            remedy,
            f"{starts} of {counted(judged, 'start')}",
            printed.get(case.case_id, "") if verdict == case.verdict else "",
        )
    if case.callbacks_ignored:
        yield Finding(
            "not_encrypted",
            *about,
            "encryption was asked for, and the device never called the callbacks: "
            "the blob is unencrypted",
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
