"""Is the answer from the cache still right, and are its bits the same?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.compare import metrics as m
from coldwarm.compare.evidence import worst
from coldwarm.compare.result import INCONCLUSIVE, SHOWN, Result

if TYPE_CHECKING:
    from coldwarm.compare.evidence import Evidence

BIT_AXES = ("model", "device", "runtime", "properties")
"""Axes along which a model may answer with other bits and still be right."""


def answer_of(side: Evidence) -> str:
    """Return in a word what the answers from the cache are like."""
    if wrong := worst([verdict for verdict in side.verdicts if verdict in ("wrong", "stale")]):
        return wrong
    if len(side.answers) > 1 or "not_comparable" in side.verdicts:
        return "not reproducible"
    return "right" if side.proven else "not cached"


def compare_answers(
    base: Evidence, head: Evidence, *, axis: str | None = None, other_host: bool = False
) -> Result:
    """Compare what the two sides answer: rightly, and with the same bits."""
    words = answer_of(base), answer_of(head)
    verdict, reason = _judge_answers(base, head, words, axis, other_host=other_host)
    return Result(m.ANSWER, verdict, *words, reason=reason)


def _judge_answers(
    base: Evidence,
    head: Evidence,
    words: tuple[str, str],
    axis: str | None,
    *,
    other_host: bool,
) -> tuple[str, str]:
    bad = [word in ("wrong", "stale") for word in words]
    if bad[0] != bad[1]:
        return ("worse" if bad[1] else "better"), head.reason if bad[1] else ""
    if bad[1]:
        return "same", ""
    if "not reproducible" in words:
        if words[0] == words[1]:
            return "same", ""
        return INCONCLUSIVE, "one side does not answer the same twice"
    if base.answers == head.answers:
        return "same", ""
    why = {
        "the model's files": base.model != head.model,
        f"{axis}": axis in BIT_AXES,
        "the OpenVINO version": base.versions != head.versions,
        "the host": other_host,
    }
    causes = [cause for cause, holds in why.items() if holds]
    if causes:
        return SHOWN, f"other bits, as may be where {' and '.join(causes)} differs"
    return "worse", "other bits, although model, OpenVINO and host are the same"
