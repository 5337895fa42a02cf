"""Known findings: met, they fail no gate; no longer true, they are news."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from coldwarm.analysis.metrics import ANSWER, VERDICT
from coldwarm.compare.result import WORSE
from coldwarm.experiment.spec import Expectation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.compare.result import Result
    from coldwarm.experiment.case import Case

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


def excuse(
    results: Iterable[Result],
    head: CaseSummary,
    expectations: Sequence[Expectation],
    today: date,
) -> list[Result]:
    """Return the results, with an excuse for what an expectation foresaw."""
    met = _met(head, expectations, today)
    if met is None:
        return list(results)
    excuse = f"known: {met.note}" if met.note else "known: expected by the experiment"
    return [
        replace(result, excuse=excuse)
        if result.metric is VERDICT or (result.metric in EXCUSED and result.verdict in WORSE)
        else result
        for result in results
    ]


def known_to_fail(
    evidence: Mapping[str, CaseSummary], header: Mapping[str, Any], today: date
) -> set[str]:
    """Return the ids of the cases of a run that fail as its experiment expects."""
    expectations = expectations_of(header)
    return {
        case_id
        for case_id, each in evidence.items()
        if each.judged_verdict == "failed" and _met(each, expectations, today)
    }


def _met(head: CaseSummary, expectations: Sequence[Expectation], today: date) -> Expectation | None:
    met = (
        each
        for each in expectations
        if matches(each, head.case)
        and each.verdict == head.judged_verdict
        and not expired(each, today)
    )
    return next(met, None)


def news(
    cases: Iterable[tuple[str, CaseSummary]], expectations: Sequence[Expectation], today: date
) -> list[str]:
    """Return a sentence for each expectation that is no longer true or no longer valid.

    Args:
        cases: name and evidence of each case of the head.
        expectations: of the head's experiment.
        today: the day by which they expire.
    """
    sentences = []
    for name, head in cases:
        for expectation in expectations:
            if not matches(expectation, head.case) or head.judged_verdict is None:
                continue
            note = f" ({expectation.note})" if expectation.note else ""
            if head.judged_verdict != expectation.verdict:
                sentences.append(
                    f"{name}: expected {expectation.verdict}{note}, is now {head.judged_verdict}: "
                    "change or remove the expectation"
                )
            elif expired(expectation, today):
                sentences.append(
                    f"{name}: still {head.judged_verdict}{note}, but the expectation ended on "
                    f"{expectation.until} and excuses nothing any more"
                )
    return sentences
