"""From the evidence of a try to its outcome. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from coldwarm.measure.trial import first_line
from coldwarm.studies.answers import which
from coldwarm.studies.faults.catalog import FAULTS, KILLED, STAMPEDE
from coldwarm.studies.faults.trying import BEFORE, NEXT
from coldwarm.studies.study import Judgement, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.sample import Sample
    from coldwarm.trace import Trace

WORDS = {
    "wrong": Word("Answered, without an error, what the model does not answer.", "bad"),
    "crash": Word("The process ended by a signal.", "bad"),
    "hang": Word("No answer within the time limit.", "bad"),
    "error": Word("The start raised an exception.", "bad"),
    "uncached": Word("Answered right, silently uncached: no usable blob is left.", "neutral"),
    "recovered": Word("Answered right, and the next start hits a good blob.", "good"),
    "hit": Word("Loaded the blob, and answered right.", "good"),
    "not_comparable": Word(
        "Two starts without a cache do not agree: no answer can be judged.", "neutral"
    ),
    "unsupported": Word("This runtime or device rejects what was asked for.", "neutral"),
    "skipped": Word("Could not be tried with this case, or here.", "neutral"),
}
"""Every outcome, worst news first; what was not tried comes last."""

ORDER = tuple(WORDS)
BAD = frozenset(word for word, each in WORDS.items() if each.tone == "bad")

IN_CLEAR = "an encrypted blob is replaced by one in clear"
DROPPED = "the callbacks are dropped, the blob is written in clear"
AS_OTHER = "answers as the other model"
WRONG = "loads, and answers wrong"
WRONG_ANEW = "compiles again, and answers wrong"
HANGS = "hangs"
THE_NEXT = "the next start: "
NEVER_AGAIN = "works, but the cache is never repaired"

PATH = re.compile(r"(?<![\w.])/[^\s\"'\]]+")
COUNTS = re.compile(r" \(\d+ of \d+ starts\)$")
NUMBER_LENGTH = 4
LONG_NUMBER = re.compile(rf"\d{{{NUMBER_LENGTH},}}")
"""Names of blobs and addresses: chance, where messages are to be compared."""


def judge(traces: Sequence[Trace]) -> list[Judgement]:
    """Return what came of each try.

    That a cache is not repaired is put down to the fault only where the case hits at all. How
    many starts of a crowd went wrong is counted over all tries.
    """
    judged = [
        replace(judgement, took_ms=took_ms(trace)) if trace.skipped is None else judgement
        for trace, judgement in ((trace, _judge(trace)) for trace in traces)
    ]
    hitting = {
        trace.case_id
        for trace, judgement in zip(traces, judged, strict=True)
        if trace.change == "nothing" and judgement.outcome == "hit"
    }
    judged = [
        replace(judgement, surprise=NEVER_AGAIN)
        if _should_recover(trace, judgement) and trace.case_id in hitting
        else judgement
        for trace, judgement in zip(traces, judged, strict=True)
    ]
    return _counted(traces, judged)


def _should_recover(trace: Trace, judgement: Judgement) -> bool:
    is_fine = judgement.outcome in FAULTS[trace.change].fine
    return judgement.outcome == "uncached" and not is_fine and judgement.surprise is None


def _judge(trace: Trace) -> Judgement:
    if trace.skipped is not None:
        return Judgement("skipped", trace.skipped)
    fault = FAULTS[trace.change]
    if fault.family == KILLED and "SIGKILL" not in (trace.starts[0].reason or ""):
        return Judgement("skipped", "the blob was written before the start could be killed")
    if trace.facts.get("sealed_before") is False:
        return Judgement("uncached", "what the callbacks wrote is not in the blob", DROPPED)
    met = [
        (role, start, *_outcome(start, trace))
        for role, start in zip(trace.facts["roles"], trace.starts, strict=True)
        if role != BEFORE
    ]
    role, start, outcome, reason = min(met, key=lambda each: ORDER.index(each[2]))
    if outcome in (*BAD, "not_comparable", "unsupported"):
        where = THE_NEXT if role == NEXT else ""
        as_it_should = outcome in fault.fine or (
            start.case["api"] == "import" and outcome == "error"
        )
        surprise = (
            None if as_it_should or outcome not in BAD else where + _surprise(outcome, reason)
        )
        if fault.family == STAMPEDE:
            return Judgement(outcome, _all_that_went_wrong(met) or f"{where}{reason}", surprise)
        return Judgement(outcome, f"{where}{reason}", surprise)
    return _answered_right(trace)


def _all_that_went_wrong(met: Sequence[tuple[str, Sample, str, str]]) -> str:
    """Return what became of the starts of a crowd that did not answer right, with counts."""
    crowd = [(outcome, reason) for role, _, outcome, reason in met if role != NEXT]
    seen = Counter(reason for outcome, reason in crowd if outcome in BAD)
    return "; ".join(f"{count} of {len(crowd)} starts: {reason}" for reason, count in seen.items())


def _answered_right(trace: Trace) -> Judgement:
    """Return the outcome of a try all of whose starts answered right."""
    roles = trace.facts["roles"]
    last = trace.starts[-1]
    following = [
        start for role, start in zip(roles, trace.starts, strict=True) if role == NEXT
    ] or [last]
    usable = all(map(_is_hit, following))
    outcome = ("recovered" if NEXT in roles else "hit") if usable else "uncached"
    blobs = f"{len(last.blobs_after or ())} blobs left" if outcome == "uncached" else "a good blob"
    opened = trace.facts.get("sealed_before") and not trace.facts.get("sealed_after")
    surprise = IN_CLEAR if opened and last.blobs_after else None
    return Judgement(outcome, f"answered right, {blobs}", surprise)


def _outcome(start: Sample, trace: Trace) -> tuple[str, str]:
    """Return the outcome of one start alone, and the evidence in words."""
    if start.status in ("crashed", "oom"):
        return "crash", start.reason or ""
    if start.status == "timeout":
        return "hang", start.reason or ""
    if start.status == "unsupported":
        return "unsupported", start.reason or ""
    if not start.is_ok:
        return "error", message_of(start)
    answer = which(start.outputs, trace.answers)
    if answer is None:
        return "not_comparable", "the reference answers are not reproducible"
    if answer != "now":
        anew = "" if _is_hit(start) else WRONG_ANEW
        return "wrong", AS_OTHER if answer == "other_model" and not anew else anew or WRONG
    return ("hit", "") if _is_hit(start) else ("recovered", "")


def _is_hit(start: Sample) -> bool:
    """Return whether a blob was loaded; with the API ``import`` there is nothing else."""
    return start.loaded_from_cache is True or (start.case["api"] == "import" and start.is_ok)


def message_of(start: Sample) -> str:
    """Return what a start raised, in one line, without what chance has put there."""
    phase, _, message = (start.reason or "").partition(": ")
    kind, _, text = message.partition(": ")
    said = LONG_NUMBER.sub("N", PATH.sub("PATH", first_line(text)))
    return f"{phase} raises {kind}: {said}"


def _surprise(outcome: str, reason: str) -> str:
    """Return a surprise in words that are the same for all tries that show it."""
    if outcome == "crash":
        return f"the process is {reason.removesuffix(' after it had reported')}"
    if outcome == "hang":
        return HANGS
    return reason


def _counted(traces: Sequence[Trace], judged: list[Judgement]) -> list[Judgement]:
    """Complete the surprises of crowds by how many of all their starts showed them."""
    shown: Counter[tuple[str, str | None]] = Counter()
    made: Counter[str] = Counter()
    for trace in traces:
        if FAULTS[trace.change].family != STAMPEDE:
            continue
        for role, start in zip(trace.facts.get("roles", ()), trace.starts, strict=True):
            if role != NEXT:
                made[trace.change] += 1
                outcome, reason = _outcome(start, trace)
                shown[trace.change, _surprise(outcome, reason)] += outcome in BAD
    return [
        replace(judgement, surprise=_of(judgement.surprise, count, made[trace.change]))
        if judgement.surprise and (count := shown[trace.change, judgement.surprise])
        else judgement
        for trace, judgement in zip(traces, judged, strict=True)
    ]


def _of(surprise: str, count: int, starts: int) -> str:
    return f"{surprise} ({count} of {starts} starts)"


def without_counts(surprise: str) -> str:
    """Return a surprise without how many starts of a crowd showed it."""
    return COUNTS.sub("", surprise)


def took_ms(trace: Trace) -> float | None:
    """Return how long the starts that met the fault took, from spawn to their end; the median."""
    times = [
        took
        for role, took in zip(
            trace.facts.get("roles", ()), trace.facts.get("took_ms", ()), strict=True
        )
        if role == "try"
    ]
    return median(times) if times else None
