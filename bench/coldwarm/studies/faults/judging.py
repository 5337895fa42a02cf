"""From the evidence of a try to its outcome. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from coldwarm.measure.unsupported import first_line
from coldwarm.studies.answers import fails_anyway, which
from coldwarm.studies.control import CONTROL, NEVER_HITS, SHOULD_HIT
from coldwarm.studies.faults.catalog import FAULTS, KILLED
from coldwarm.studies.faults.fault_attempt import BEFORE, COLD, NEXT, TRY
from coldwarm.studies.study import Judgement, Word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldwarm.run.attempt import Trace
    from coldwarm.run.sample import Sample

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
THE_COLD = "the cold start: "
NEVER_AGAIN = "works, but the cache is never repaired"

PATH = re.compile(r"(?<![\w.])/[^\s\"'\]]+")
NUMBER_LENGTH = 4
LONG_NUMBER = re.compile(rf"\d{{{NUMBER_LENGTH},}}")
"""Names of blobs and addresses: chance, where messages are to be compared."""


def judge(traces: Sequence[Trace]) -> list[Judgement]:
    """Return what came of each try.

    That a cache is not repaired is put down to the fault only where the case hits at all, and
    that there is no good blob only where the control has one.
    """
    judged = [
        replace(judgement, took_ms=took_ms(trace)) if trace.skipped is None else judgement
        for trace, judgement in ((trace, _judge(trace)) for trace in traces)
    ]
    hitting = {
        trace.case_id
        for trace, judgement in zip(traces, judged, strict=True)
        if trace.change == CONTROL and judgement.outcome == "hit"
    }
    shown: dict[str, set[str]] = {}
    for trace, judgement in zip(traces, judged, strict=True):
        if trace.change == CONTROL:
            shown.setdefault(trace.case_id, set()).update(judgement.surprises)
    return [
        _compared(
            trace,
            judgement,
            hits=trace.case_id in hitting,
            shown=shown.get(trace.case_id, set()),
        )
        for trace, judgement in zip(traces, judged, strict=True)
    ]


def _compared(trace: Trace, judgement: Judgement, *, hits: bool, shown: set[str]) -> Judgement:
    """Return a judgement in the light of its control.

    Args:
        trace: the try.
        judgement: what came of it, taken alone.
        hits: whether the control hits.
        shown: what the control shows that should not have been.
    """
    outcome = judgement.outcome
    if trace.change == CONTROL:
        missed = outcome in ("uncached", "recovered")
        surprise = SHOULD_HIT if hits else NEVER_HITS
        return replace(judgement, surprises={surprise: 1}) if missed else judgement
    if COLD in trace.facts.get("roles", ()) and shown.issuperset(judgement.surprises):
        return replace(judgement, surprises={})
    is_fine = outcome in FAULTS[trace.change].fine
    if hits and outcome == "uncached" and not is_fine and not judgement.surprises:
        return replace(judgement, surprises={NEVER_AGAIN: 0})
    return judgement


def _judge(trace: Trace) -> Judgement:
    if trace.skipped is not None:
        return Judgement("skipped", trace.skipped)
    fault = FAULTS[trace.change]
    if COLD in trace.facts["roles"]:
        outcome, reason = _outcome(trace.starts[-1], trace)
        shows = {THE_COLD + _surprise(outcome, reason): 1} if outcome in BAD else {}
        return Judgement(outcome, THE_COLD + reason, shows)
    if fault.family == KILLED and "SIGKILL" not in (trace.starts[0].reason or ""):
        return Judgement("skipped", "the blob was written before the start could be killed")
    met = [
        (role, *_outcome(start, trace))
        for role, start in zip(trace.facts["roles"], trace.starts, strict=True)
        if role != BEFORE
    ]
    outcome = min((outcome for _, outcome, _ in met), key=ORDER.index)
    together = sum(role != NEXT for role, _, _ in met)
    if outcome not in (*BAD, "not_comparable", "unsupported"):
        return replace(_answered_right(trace), starts=together)
    fine = fault.fine | {"error"} if trace.case["api"] == "import" else fault.fine
    surprises: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for role, each, reason in met:
        if each in BAD - fine:
            where, met_it = (THE_NEXT, 0) if role == NEXT else ("", 1)
            surprises[where + _surprise(each, reason)] += met_it
        if each in BAD or each == outcome:
            seen[(THE_NEXT if role == NEXT else "") + reason] += 1
    return Judgement(outcome, _in_words(seen, together), dict(surprises), together)


def _in_words(seen: Mapping[str, int], together: int) -> str:
    """Return what became of the starts that did not answer right, of a crowd with counts."""
    return "; ".join(
        reason
        if together == 1 or reason.startswith(THE_NEXT)
        else f"{count} of {together} starts: {reason}"
        for reason, count in seen.items()
    )


def _answered_right(trace: Trace) -> Judgement:
    """Return the outcome of a try all of whose starts answered right."""
    if trace.facts.get("sealed_before") is False:
        return Judgement("uncached", "what the callbacks wrote is not in the blob", {DROPPED: 1})
    roles = trace.facts["roles"]
    last = trace.starts[-1]
    following = [
        start for role, start in zip(roles, trace.starts, strict=True) if role == NEXT
    ] or [last]
    usable = all(each.is_loaded for each in following)
    outcome = ("recovered" if NEXT in roles else "hit") if usable else "uncached"
    blobs = f"{len(last.blobs_after or ())} blobs left" if outcome == "uncached" else "a good blob"
    opened = trace.facts.get("sealed_before") and not trace.facts.get("sealed_after")
    surprises = {IN_CLEAR: 1} if opened and last.blobs_after else {}
    return Judgement(outcome, f"answered right, {blobs}", surprises)


def _outcome(start: Sample, trace: Trace) -> tuple[str, str]:
    """Return the outcome of one start alone, and the evidence in words."""
    if start.status == "unsupported":
        return "unsupported", start.reason or ""
    if not start.is_ok and fails_anyway(trace.answers.get("now")):
        return "unsupported", f"{start.reason}; without a cache it fails as well"
    if start.status in ("crashed", "oom"):
        return "crash", start.reason or ""
    if start.status == "timeout":
        return "hang", start.reason or ""
    if not start.is_ok:
        return "error", message_of(start)
    answer = which(start.outputs, trace.answers)
    if answer is None:
        return "not_comparable", "the reference answers are not reproducible"
    if answer != "now":
        anew = "" if start.is_loaded else WRONG_ANEW
        return "wrong", AS_OTHER if answer == "other_model" and not anew else anew or WRONG
    return ("hit", "") if start.is_loaded else ("recovered", "")


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


def took_ms(trace: Trace) -> float | None:
    """Return how long the starts that met the fault took, from spawn to their end; the median."""
    times = [
        took
        for role, took in zip(
            trace.facts.get("roles", ()), trace.facts.get("took_ms", ()), strict=True
        )
        if role == TRY
    ]
    return median(times) if times else None
