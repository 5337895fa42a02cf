"""The samples behind the numbers, and the places on the page to which the numbers link."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from coldwarm.text.numbers import ABSENT, MB, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coldwarm.report.evidence import Evidence

SAMPLES_SHOWN = 10_000
"""More rows than these make a page too heavy to pass on; `coldwarm export` has them all."""


@dataclass(frozen=True)
class Anchors:
    """Names of places on the page, made of numbers only: ids from files are not safe in links.

    Attributes:
        cases: run and case id to anchor.
        baselines: run and baseline id to anchor.
    """

    cases: dict[tuple[str, str], str]
    baselines: dict[tuple[str, str], str]

    def of_case(self, run_id: str, case_id: str) -> str:
        """Return the anchor of a case's samples."""
        return self.cases[run_id, case_id]


@dataclass(frozen=True)
class SampleTable:
    """The samples of one case, or of one uncached start.

    Attributes:
        anchor: name of its place.
        title: name of the case.
        verdicts: what its starts were.
        baseline: anchor of the uncached starts it is compared with; empty for those themselves.
        rows: cells of each start, in the order in which they ran; empty where there are too many.
        count: how many starts there are.
    """

    anchor: str
    title: str
    verdicts: str
    baseline: str
    rows: list[tuple[str, ...]] = field(default_factory=list)
    count: int = 0


SAMPLE_HEADINGS = (
    "round",
    "place",
    "kind",
    "what it was",
    "load ms",
    "first result ms",
    "from cache",
    "blob MB",
    "peak MB",
)


def anchors(evidence: Sequence[Evidence]) -> Anchors:
    """Number all cases and uncached starts of a report."""
    cases: dict[tuple[str, str], str] = {}
    baselines: dict[tuple[str, str], str] = {}
    for each in evidence:
        for case in each.summaries:
            cases[each.run_id, case.case_id] = f"case-{len(cases) + 1}"
        for baseline in each.frame["baseline_id"].unique():
            baselines[each.run_id, str(baseline)] = f"uncached-{len(baselines) + 1}"
    return Anchors(cases, baselines)


def sample_tables(evidence: Sequence[Evidence], places: Anchors) -> list[SampleTable]:
    """Return the samples behind every number: uncached starts first, then case by case."""
    total = sum(len(each.frame) for each in evidence)
    tables = []
    for each in evidence:
        ordered = each.frame.sort_values(["sitting", "round", "position"], kind="stable")
        uncached = ordered[ordered["kind"] == "uncached"]
        for baseline, group in uncached.groupby("baseline_id", sort=False):
            anchor = places.baselines[each.run_id, str(baseline)]
            title = f"{group['name'].iloc[0]} / uncached"
            tables.append(_sample_table(anchor, title, "", "", group, total))
        starts = dict(list(ordered[ordered["kind"] != "uncached"].groupby("case_id", sort=False)))
        for case in each.summaries:
            group = starts[case.case_id]
            baseline = places.baselines[each.run_id, str(group["baseline_id"].iloc[0])]
            anchor = places.of_case(each.run_id, case.case_id)
            tables.append(
                _sample_table(
                    anchor, case.name, case.verdicts or case.verdict, baseline, group, total
                )
            )
    return tables


def _sample_table(
    anchor: str, title: str, verdicts: str, baseline: str, group: pd.DataFrame, total: int
) -> SampleTable:
    shown = list(_sample_rows(group)) if total <= SAMPLES_SHOWN else []
    return SampleTable(anchor, title, verdicts, baseline, shown, len(group))


def _sample_rows(group: pd.DataFrame) -> Iterator[tuple[str, ...]]:
    verdicts = group["verdict"].where(group["verdict"].notna(), group["status"])
    return zip(
        map(_round, group["sitting"], group["round"]),
        group["position"].astype(str),
        group["kind"],
        verdicts,
        map(_tenths, group["load_ms"]),
        map(_tenths, group["first_inference_ms"]),
        map(_yes_no, group["loaded_from_cache"]),
        map(_megabytes, group["blob_bytes"]),
        map(_megabytes, group["peak_load_bytes"]),
        strict=True,
    )


def _round(sitting: int, number: int) -> str:
    """Return which round; what was measured after an interruption is marked as such."""
    return f"{number}, sitting {sitting}" if sitting else str(number)


def _tenths(value: float) -> str:
    return ABSENT if pd.isna(value) else f"{value:.1f}"


def _megabytes(value: float) -> str:
    return ABSENT if pd.isna(value) else number(value / MB)


def _yes_no(value: Any) -> str:  # noqa: ANN401 - a nullable boolean
    return ABSENT if pd.isna(value) else ("yes" if value else "no")
