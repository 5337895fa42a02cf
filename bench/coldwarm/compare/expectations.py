"""Known findings: met, they fail no gate; no longer true, they are news."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from coldwarm.analysis.metrics import ANSWER, VERDICT
from coldwarm.compare.result import WORSE
from coldwarm.experiment.spec import Expectation
from coldwarm.text.escaping import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.compare.result import MetricResult
    from coldwarm.experiment.case import Case
    from coldwarm.run.store import Run

EXCUSED = (VERDICT, ANSWER)
"""What an expected verdict explains; times and bytes go on being judged."""


def expectations_of(header: Mapping[str, Any]) -> tuple[Expectation, ...]:
    """Return the expectations of the experiment that a run was made from."""
    entries = header.get("experiment", {}).get("expect", [])
    return tuple(Expectation(**entry) for entry in entries)


def expired(expectation: Expectation, today: date) -> bool:
    """Return whether the last day on which the expectation excuses anything is over."""
    return expectation.until is not None and today > date.fromisoformat(expectation.until)


def matches(expectation: Expectation, case: Case) -> bool:
    """Return whether the expectation is about this case."""
    axes = case.axes()
    return all(axes.get(axis) == value for axis, value in expectation.pattern.items())


def met(
    expectations: Iterable[Expectation], case: Case, verdict: str | None, today: date
) -> Expectation | None:
    """Return the expectation that foresaw the verdict of a case, if one did.

    Args:
        expectations: of the experiment.
        case: the case.
        verdict: what its starts came to.
        today: the day by which expectations expire.
    """
    found = (
        each
        for each in expectations
        if matches(each, case) and each.verdict == verdict and not expired(each, today)
    )
    return next(found, None)


def known(expectation: Expectation) -> str:
    """Return why what an expectation foresaw fails nothing."""
    return f"known: {expectation.note or 'expected by the experiment'}"


def news(
    name: str, case: Case, verdict: str | None, expectations: Iterable[Expectation], today: date
) -> Iterator[str]:
    """Yield a sentence for each expectation of a case that is no longer true or no longer valid.

    Args:
        name: of the case.
        case: the case.
        verdict: what its starts came to; None where nothing was measured, which proves nothing.
        expectations: of the experiment.
        today: the day by which they expire.
    """
    for each in expectations:
        if verdict is None or not matches(each, case):
            continue
        note = f" ({each.note})" if each.note else ""
        if verdict != each.verdict:
            yield (
                f"{name}: expected {each.verdict}{note}, is now {verdict}: change or remove the "
                "expectation"
            )
        elif expired(each, today):
            yield (
                f"{name}: still {verdict}{note}, but the expectation ended on {each.until} and "
                "excuses nothing any more"
            )


def news_of(evidence: Iterable[CaseSummary], head: Run, today: date) -> tuple[str, ...]:
    """Return a sentence for each expectation of a run that is no longer true or valid.

    Args:
        evidence: every case of the run, compared or not.
        head: the run.
        today: the day by which expectations expire.
    """
    expectations = expectations_of(head.header)
    return tuple(
        sentence
        for each in evidence
        for sentence in news(
            one_line(each.case.name), each.case, each.judged_verdict, expectations, today
        )
    )


def excuse(
    results: Iterable[MetricResult],
    head: CaseSummary,
    expectations: Sequence[Expectation],
    today: date,
) -> list[MetricResult]:
    """Return the results of a case, with an excuse for what an expectation foresaw.

    Args:
        results: of the case.
        head: the case as it is now.
        expectations: of the head's experiment.
        today: the day by which they expire.
    """
    foreseen = met(expectations, head.case, head.judged_verdict, today)
    if foreseen is None:
        return list(results)
    return [
        replace(result, excuse=known(foreseen))
        if result.metric is VERDICT or (result.metric in EXCUSED and result.verdict in WORSE)
        else result
        for result in results
    ]


def known_to_fail(
    evidence: Mapping[str, CaseSummary], header: Mapping[str, Any], today: date
) -> set[str]:
    """Return the ids of the cases of a run that fail as its experiment expects.

    Args:
        evidence: every case of the run, by id.
        header: of the run.
        today: the day by which expectations expire.
    """
    expectations = expectations_of(header)
    return {
        case_id
        for case_id, each in evidence.items()
        if each.judged_verdict == "failed"
        and met(expectations, each.case, each.judged_verdict, today)
    }
