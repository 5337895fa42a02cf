"""Put a comparison together from the results of its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.compare.expectations import excuse, expectations_of, news
from coldwarm.compare.explanations import concerning, explained
from coldwarm.compare.result import CaseResult, in_order
from coldwarm.compare.tolerances import compare_steady
from coldwarm.text.escaping import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.compare.matching import Match
    from coldwarm.compare.result import Result
    from coldwarm.conditions import Difference
    from coldwarm.run.store import Run


def case_results(
    matches: Sequence[Match],
    times: Sequence[list[Result]],
    head: Run,
    today: date,
    *,
    axis: str | None = None,
    other_host: bool = False,
    differs: Sequence[Difference] = (),
) -> tuple[CaseResult, ...]:
    """Return what was found for each match.

    Args:
        matches: what was compared.
        times: the results of times and ratios of times, match by match.
        head: the run whose expectations count.
        today: the day by which they expire.
        axis: the axis in which base and head differ on purpose, if there is one.
        other_host: whether they were measured on different hosts.
        differs: in what else the two runs differ.
    """
    expected = expectations_of(head.header)
    cases = []
    for match, found in zip(matches, times, strict=True):
        causes = concerning(differs, match)
        steady = compare_steady(
            match.base, match.head, axis=axis, other_host=other_host, differs=causes
        )
        judged = explained([*found, *steady], match, causes)
        results = in_order(excuse(judged, match.head, expected, today))
        ids = match.base.case.case_id, match.head.case.case_id
        cases.append(CaseResult(match.name, *ids, results, match.head.failed_runs))
    return tuple(cases)


def news_of(evidence: Iterable[CaseSummary], head: Run, today: date) -> tuple[str, ...]:
    """Return a sentence for each expectation that is no longer true or valid.

    Args:
        evidence: every case of the head, matched or not.
        head: the run whose expectations count.
        today: the day by which they expire.
    """
    cases = [(one_line(each.case.name), each) for each in evidence]
    return tuple(news(cases, expectations_of(head.header), today))
