"""From the evidence of a try to its outcome. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.studies.answers import which
from coldwarm.studies.invalidation.changes import CHANGES, HIT, MISS
from coldwarm.studies.study import Judgement, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.trace import Trace

WORDS = {
    "wrong": Word("An answer that is neither the old model's nor the new one's, no error.", "bad"),
    "stale": Word("The blob was loaded, and the answer is that of before the change.", "bad"),
    "failed": Word("The warm start raised or died, though it works without a cache.", "bad"),
    "partial": Word(
        "LOADED_FROM_CACHE is true, but the blobs were changed all the same.", "neutral"
    ),
    "not_comparable": Word(
        "Two starts without a cache do not agree: no answer can be judged.", "neutral"
    ),
    "miss": Word("Compiled again, without an error; the answer is right.", "neutral"),
    "hit": Word("The blob was loaded and left alone, and the answer is right.", "good"),
    "not_cached": Word("The cold start left no blob: there was nothing to hit.", "neutral"),
    "unsupported": Word("This runtime or device rejects what was asked for.", "neutral"),
    "skipped": Word("Could not be tried with this case.", "neutral"),
}
"""Every outcome, worst news first."""

STALE = "answers as before the change"
WRONG = "answers what no model here answers"
FAILED = "fails, though the cache is only an optimisation"
SHOULD_MISS = "should have missed, and hit"
SHOULD_HIT = "should have hit, and missed"
LEFT_CLEAR = "its encrypted blob was replaced by one in clear"
NEVER_HITS = "never hits, not even when nothing is changed"

LOADED = ("hit", "stale", "partial")


def judge(traces: Sequence[Trace]) -> list[Judgement]:
    """Return what came of each try.

    Where not even the control hits, no other miss of that case is put down to its change.
    """
    judged = [_judge(trace) for trace in traces]
    hopeless = {
        trace.case_id
        for trace, judgement in zip(traces, judged, strict=True)
        if trace.change == "nothing" and SHOULD_HIT in judgement.surprises
    }
    return [
        _put_down(trace, judgement) if trace.case_id in hopeless else judgement
        for trace, judgement in zip(traces, judged, strict=True)
    ]


def _put_down(trace: Trace, judgement: Judgement) -> Judgement:
    if SHOULD_HIT not in judgement.surprises:
        return judgement
    surprises = {NEVER_HITS: 1} if trace.change == "nothing" else {}
    return Judgement(judgement.outcome, f"{judgement.reason}; this case never hits", surprises)


def _judge(trace: Trace) -> Judgement:
    if trace.skipped is not None:
        return Judgement("skipped", trace.skipped)
    cold, warm = trace.starts[0], trace.starts[-1]
    if cold.status == "unsupported":
        return Judgement("unsupported", cold.reason or "")
    if not cold.is_ok:
        return Judgement("failed", f"the cold start: {cold.reason}", {FAILED: 1})
    if not cold.blobs_after:
        return Judgement("not_cached", "the cache directory stayed empty")
    if warm.status == "unsupported":
        return Judgement("unsupported", warm.reason or "")
    if not warm.is_ok:
        return Judgement("failed", f"{warm.status}: {warm.reason}", {FAILED: 1})
    return _by_answer(trace)


def _by_answer(trace: Trace) -> Judgement:
    warm = trace.starts[-1]
    known = {name: trace.answers.get(name) for name in ("now", "then")}
    answer = which(warm.outputs, known)
    flagged = warm.loaded_from_cache is True or warm.case["api"] == "import"
    seen = f"LOADED_FROM_CACHE={warm.loaded_from_cache}, {_blobs(trace)}"
    if answer is None:
        return Judgement("not_comparable", f"{seen}; the reference answers are not reproducible")
    if answer == "other":
        return Judgement("wrong", f"{seen}, an answer of its own", {WRONG: 1})
    if answer == "then":
        return Judgement("stale" if flagged else "wrong", f"{seen}, the old answer", {STALE: 1})
    expected = CHANGES[trace.change].expected
    if flagged:
        outcome = "hit" if warm.is_proven_hit else "partial"
        surprise = SHOULD_MISS if expected == MISS else None
    else:
        outcome, surprise = "miss", SHOULD_HIT if expected == HIT else _left_clear(trace)
    right = "the right answer"
    if expected != HIT and known["now"] == known["then"]:
        right += ", which the change does not alter here"
    return Judgement(outcome, f"{seen}, {right}", {surprise: 1} if surprise else {})


def _left_clear(trace: Trace) -> str | None:
    """Return the finding that the warm start wrote in clear what had been encrypted, or None."""
    cold, warm = trace.starts[0], trace.starts[-1]
    was_encrypted = cold.encryption is not None and cold.encryption.encrypt_calls > 0
    encrypts = warm.encryption is not None and warm.encryption.encrypt_calls > 0
    old = {blob.name: blob for blob in warm.blobs_before or ()}
    new = {blob.name: blob for blob in warm.blobs_after or ()}
    replaced = any(name in old and old[name] != blob for name, blob in new.items())
    return LEFT_CLEAR if was_encrypted and replaced and not encrypts else None


def _blobs(trace: Trace) -> str:
    """Say what the warm start did to the blobs."""
    warm = trace.starts[-1]
    before = {blob.name: blob for blob in warm.blobs_before or ()}
    after = {blob.name: blob for blob in warm.blobs_after or ()}
    said = [
        f"{count} {word}"
        for word, count in (
            ("new", len(after.keys() - before.keys())),
            ("removed", len(before.keys() - after.keys())),
            (
                "rewritten",
                sum(before[name] != after[name] for name in before.keys() & after.keys()),
            ),
        )
        if count
    ]
    return f"blobs: {', '.join(said)}" if said else "blobs untouched"
