"""What the starts of a case come to for tools that know only passed, failed and skipped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.analysis.verdict import DROPPED
from coldwarm.compare.expectations import known, met, news
from coldwarm.export.timings import NOT_MEASURED
from coldwarm.run.warm_start import PROVEN
from coldwarm.text.numbers import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from coldwarm.experiment.spec import Expectation
    from coldwarm.export.timings import Timing

PASSED, FAILED, ERROR, SKIPPED, KNOWN = "passed", "failed", "error", "skipped", "known"


@dataclass(frozen=True)
class Outcome:
    """What a case's starts of one kind come to.

    Attributes:
        result: ``passed``; ``failed`` (the cache did not serve, or served wrongly); ``error``
            (starts failed, or none was made); ``skipped`` (unsupported, or dropped for lack of
            time); ``known`` (it would fail, but an ``expect:`` entry foresaw it).
        sentence: why, with case and remedy; empty when passed.
        news: expectations that are no longer true or valid, a sentence each.
    """

    result: str
    sentence: str = ""
    news: tuple[str, ...] = ()


def outcome_of(timing: Timing, expectations: Sequence[Expectation], today: date) -> Outcome:
    """Return what the starts of a case and kind come to.

    Args:
        timing: the starts.
        expectations: known findings of the experiment.
        today: the day by which they expire.
    """
    case = timing.summary.case
    verdict = None if timing.verdict in (NOT_MEASURED, DROPPED) else timing.verdict
    told = tuple(news(timing.summary.name, case, verdict, expectations, today))
    sentence = _sentence(timing)
    foreseen = met(expectations, case, timing.verdict, today)
    if timing.verdict in ("", *PROVEN):
        result = PASSED
    elif timing.verdict in ("unsupported", DROPPED):
        result = SKIPPED
    elif foreseen:
        result = KNOWN
        sentence = f"{known(foreseen)}. {sentence}"
    else:
        result = ERROR if timing.verdict in ("failed", NOT_MEASURED) else FAILED
    return Outcome(
        result, "" if result == PASSED else sentence, told if timing.kind == "warm" else ()
    )


def _sentence(timing: Timing) -> str:
    remedy = f". Remedy: {timing.remedy}" if timing.remedy else ""
    if timing.failed:
        failed = f"{timing.failed} of {counted(timing.started, f'{timing.kind} start')} failed"
        return f"{timing.summary.name}: {failed}: {timing.reason}{remedy}"
    return f"{timing.summary.name}: {timing.kind} start: {timing.verdict}: {timing.reason}{remedy}"
