"""Is the answer from the cache still right, and are its bits the same?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.analysis import metrics as m
from coldwarm.analysis.starts_of_kind import worst
from coldwarm.compare.result import INCONCLUSIVE, SHOWN, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.conditions import Difference

BIT_AXES = ("model", "device", "runtime", "properties")
"""Axes along which a model may answer with other bits and still be right."""


def answer_of(side: CaseSummary) -> str:
    """Return in a word what the answers from the cache are like."""
    if wrong := worst([verdict for verdict in side.judged if verdict in ("wrong", "stale")]):
        return wrong
    if len(side.answers) > 1 or "not_comparable" in side.judged:
        return "not reproducible"
    return "right" if side.proven else "not cached"


def inputs_differ(base: CaseSummary, head: CaseSummary, differs: Iterable[Difference]) -> bool:
    """Return whether the two sides were asked different things.

    Args:
        base: the case of the base.
        head: the case of the head.
        differs: what differs besides the case; what can change inputs counts where starts have
            not recorded them, as those of older runs.
    """
    if base.inputs and head.inputs:
        return base.inputs != head.inputs
    return any(each.inputs for each in differs)


def compare_answers(
    base: CaseSummary,
    head: CaseSummary,
    *,
    axis: str | None = None,
    other_host: bool = False,
    differs: Sequence[Difference] = (),
) -> Result:
    """Compare what the two sides answer: rightly, and, asked the same, with the same bits."""
    words = answer_of(base), answer_of(head)
    verdict, reason = _judge_answers(
        base, head, words, axis, other_host=other_host, differs=differs
    )
    return Result(m.ANSWER, verdict, *words, reason=reason)


def _judge_answers(
    base: CaseSummary,
    head: CaseSummary,
    words: tuple[str, str],
    axis: str | None,
    *,
    other_host: bool,
    differs: Sequence[Difference],
) -> tuple[str, str]:
    bad = [word in ("wrong", "stale") for word in words]
    if bad[0] != bad[1]:
        return ("worse" if bad[1] else "better"), head.judged_reason if bad[1] else ""
    if bad[1]:
        return "same", ""
    if inputs_differ(base, head, differs):
        return SHOWN, "answers not comparable (other inputs)"
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
    # Another version is another build too.
    told = ("runtime",) if base.versions != head.versions else ()
    causes += [each.label for each in differs if each.bits and each.of not in told]
    if causes:
        return SHOWN, f"other bits, as may be where {' and '.join(causes)} differs"
    return "worse", "other bits, although model, inputs, OpenVINO and host are the same"
