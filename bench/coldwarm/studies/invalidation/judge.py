"""From the evidence of a try to its outcome. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coldwarm.run.warm_start import left_blobs_alone
from coldwarm.studies.answers import fails_anyway, which
from coldwarm.studies.control import CONTROL, NEVER_HITS, SHOULD_HIT
from coldwarm.studies.invalidation.changes import CHANGES, HIT, MISS, REFUSE
from coldwarm.studies.study import Judgement, Word

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from coldwarm.run.attempt import Trace
    from coldwarm.run.inference import Answer
    from coldwarm.run.sample import Sample

WORDS = {
    "wrong": Word("An answer that is neither the old model's nor the new one's, no error.", "bad"),
    "stale": Word("The blob was loaded, and the answer is that of before the change.", "bad"),
    "failed": Word(
        "The cold or warm start raised or died, though it works without a cache.", "bad"
    ),
    "partial": Word(
        "LOADED_FROM_CACHE is true, but the blobs were changed all the same.", "neutral"
    ),
    "not_comparable": Word(
        "Two starts without a cache do not agree: no answer can be judged.", "neutral"
    ),
    "refused": Word("The warm start raised, as it may: that blob is not its own.", "neutral"),
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
COLD_FAILED = "the cold start fails, though the cache is only an optimisation"
SHOULD_MISS = "should have missed, and hit"
LEFT_CLEAR = "its encrypted blob was replaced by one in clear"

LOADED = ("hit", "stale", "partial")


def judge(traces: Sequence[Trace]) -> list[Judgement]:
    """Return what came of each try.

    Where the control misses or fails to start, no miss or failure of that case is put down to
    another change.
    """
    judged = [_judge(trace) for trace in traces]
    controls: dict[str, set[str]] = {}
    for trace, judgement in zip(traces, judged, strict=True):
        if trace.change == CONTROL:
            controls.setdefault(trace.case_id, set()).update(judgement.surprises)
    return [
        _put_down(trace, judgement, controls.get(trace.case_id, ()))
        for trace, judgement in zip(traces, judged, strict=True)
    ]


def _put_down(trace: Trace, judgement: Judgement, control: Collection[str]) -> Judgement:
    """Leave what the control shows as well to the control."""
    is_control = trace.change == CONTROL
    if SHOULD_HIT in judgement.surprises and SHOULD_HIT in control:
        surprises = {NEVER_HITS: 1} if is_control else {}
        reason = f"{judgement.reason}; this case never hits"
        return replace(judgement, reason=reason, surprises=surprises)
    if COLD_FAILED in judgement.surprises and COLD_FAILED in control and not is_control:
        return replace(judgement, surprises={})
    return judgement


def _judge(trace: Trace) -> Judgement:
    if trace.skipped is not None:
        return Judgement("skipped", trace.skipped)
    warm = trace.starts[-1]
    colds = [start for start in trace.starts if start.kind == "cold"]
    cold = next((start for start in colds if not start.is_ok), colds[0])
    if cold.status == "unsupported":
        return Judgement("unsupported", cold.reason or "")
    if not cold.is_ok:
        return _failed(cold, trace.answers.get("then"), COLD_FAILED)
    if not cold.blobs_after:
        return Judgement("not_cached", "the cache directory stayed empty")
    if warm.status in ("failed", "unsupported") and CHANGES[trace.change].expected == REFUSE:
        return Judgement("refused", warm.reason or "")
    if warm.status == "unsupported":
        return Judgement("unsupported", warm.reason or "")
    if not warm.is_ok:
        return _failed(warm, trace.answers.get("now"), FAILED)
    return _by_answer(trace)


def _failed(start: Sample, right: Answer | None, surprise: str) -> Judgement:
    """Return what came of a start that failed, given its answer without a cache."""
    reason = f"the {start.kind} start: {start.status}: {start.reason}"
    if fails_anyway(right):
        return Judgement("unsupported", f"{reason}; without a cache it fails as well")
    return Judgement("failed", reason, {surprise: 1})


def _by_answer(trace: Trace) -> Judgement:
    warm = trace.starts[-1]
    known = {name: trace.answers.get(name) for name in ("now", "then")}
    answer = which(warm.outputs, known)
    seen = f"LOADED_FROM_CACHE={warm.loaded_from_cache}, {_blobs(trace)}"
    if answer is None:
        return Judgement("not_comparable", f"{seen}; the reference answers are not reproducible")
    if answer == "other":
        return Judgement("wrong", f"{seen}, an answer of its own", {WRONG: 1})
    about = CHANGES[trace.change]
    if answer == "then" and not about.keeps_loaded:
        return Judgement(
            "stale" if warm.is_loaded else "wrong", f"{seen}, the old answer", {STALE: 1}
        )
    expected = about.expected
    if warm.is_loaded:
        is_hit = left_blobs_alone(vars(warm)) and _is_placed(trace)
        outcome = "hit" if is_hit else "partial"
        surprise = SHOULD_MISS if expected == MISS else None
    else:
        outcome, surprise = "miss", SHOULD_HIT if expected == HIT else _left_clear(trace)
    right = "the right answer"
    if about.keeps_loaded and answer == "now" and known["now"] != known["then"]:
        right = "another answer than the loaded model's, as without a cache"
    elif expected != HIT and known["now"] == known["then"]:
        right += ", which the change does not alter here"
    return Judgement(outcome, f"{seen}, {right}", {surprise: 1} if surprise else {})


def _is_placed(trace: Trace) -> bool:
    """Return whether an imported file is the one that was put there, where one was.

    The API `import` proves a hit by the file that it returned from, so it must be the right one.
    """
    warm, placed = trace.starts[-1], trace.facts.get("placed")
    if placed is None or warm.case["api"] != "import":
        return True
    there = {blob.name: blob.digest for blob in warm.blobs_before or ()}
    return bool(there.get(placed["name"]) == placed["digest"])


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
