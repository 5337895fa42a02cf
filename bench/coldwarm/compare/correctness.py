"""Does the cache still serve a case, and is the answer from it still right, with the same bits?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.stats import fisher_exact

from coldwarm.analysis import metrics as m
from coldwarm.analysis.starts_of_kind import worst
from coldwarm.compare.result import INCONCLUSIVE, SHOWN, MetricResult

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.conditions import Difference

FLAKY_P = 0.01
"""Where hits and misses are mixed on both sides, a lower share of hits must be this unlikely."""

CLASSES = {
    "hit": 0,
    "not_comparable": 0,
    "unsupported": 1,
    "not_cached": 1,
    "silent_miss": 1,
    "partial": 1,
    "stale": 2,
    "wrong": 2,
    "failed": 3,
}
"""Served by the cache, not served, served wrongly, not even started: what is worse than what."""


def compare_verdicts(base: CaseSummary, head: CaseSummary) -> MetricResult:
    """A case that stops hitting the cache is always a regression."""
    verdict, reason = _judge_verdicts(base, head)
    return MetricResult(
        m.VERDICT,
        verdict,
        base.judged_verdict,
        head.judged_verdict,
        base_samples=base.judged_starts,
        head_samples=head.judged_starts,
        reason=reason,
    )


def _judge_verdicts(base: CaseSummary, head: CaseSummary) -> tuple[str, str]:
    if base.judged_verdict is None or head.judged_verdict is None:
        lacking = "base" if base.judged_verdict is None else "head"
        return INCONCLUSIVE, f"no warm start of the {lacking} was measured"
    hits = [side.proven for side in (base, head)]
    if hits[0] and not hits[1]:
        return "worse", _why(head)
    was, now = (max(CLASSES[each] for each in _present(side)) for side in (base, head))
    if was == now == CLASSES["failed"]:
        return INCONCLUSIVE, "every start failed on both sides"
    if now != was:
        return ("worse" if now > was else "better"), _why(head)
    starts = [side.judged_starts for side in (base, head)]
    table = [hits, [all_of - hit for all_of, hit in zip(starts, hits, strict=True)]]
    words = (
        f"{hits[0]} of {starts[0]} starts were hits in the base, "
        f"{hits[1]} of {starts[1]} in the head"
    )
    # The odds ratio of the table is above one where the base hits more often.
    mixed = any(table[0]) and any(table[1])
    for verdict, tail in (("worse", "greater"), ("better", "less")):
        if mixed and fisher_exact(table, alternative=tail).pvalue <= FLAKY_P:
            return verdict, words
    if was and base.judged_verdict != head.judged_verdict:
        return "changed", head.judged_reason
    return "same", ""


def _why(side: CaseSummary) -> str:
    return ". Remedy: ".join(filter(None, (side.judged_reason, side.judged_remedy)))


def _present(side: CaseSummary) -> list[str]:
    return list(side.judged) or ["failed"]


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
) -> MetricResult:
    """Compare what the two sides answer: rightly, and, asked the same, with the same bits."""
    words = answer_of(base), answer_of(head)
    verdict, reason = _judge_answers(
        base, head, words, axis, other_host=other_host, differs=differs
    )
    return MetricResult(m.ANSWER, verdict, *words, reason=reason)


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
