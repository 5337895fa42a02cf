"""The answer of a report in one sentence, for readers who read no further."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.advice import setting
from coldwarm.quantities import counted, listed, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.advice import Advice


def headline(advice: Sequence[Advice]) -> str:
    """Return what the advice of one run comes to."""
    used = [each for each in advice if each.outcome == "use"]
    if used:
        where = "" if len(used) == len(advice) else f" for {len(used)} of {_things(advice)}"
        return f"Use the model cache{where}: {_gain(used)}"
    if all(each.outcome == "unproven" for each in advice):
        return "Nothing can be advised yet: no setting is proven"
    if any(each.outcome == "unclear" for each in advice):
        return "No gain from the model cache is proven yet"
    return "Do without the model cache: loading from it is slower"


def lead(advice: Sequence[Advice]) -> str:
    """Return how to get that, and for which models it is otherwise."""
    used = [each for each in advice if each.outcome == "use" and each.case is not None]
    settings: dict[str, list[Advice]] = {}
    for each in used:
        settings.setdefault(setting(each.case), []).append(each)  # type: ignore[arg-type]
    sentences = []
    if len(settings) == 1 and len(used) > 1:
        sentences.append(f"The setting to use is the same for all of them: {next(iter(settings))}.")
    elif settings:
        parts = [f"{name} for {_names(group)}" for name, group in settings.items()]
        sentences.append(f"The setting to use: {'; '.join(parts)}.")
    for outcome, words in (
        ("skip", "The cache makes loading slower for {}."),
        ("unclear", "No gain is proven for {}."),
        ("unproven", "Nothing is proven yet for {}."),
    ):
        group = [each for each in advice if each.outcome == outcome]
        if group and used:
            sentences.append(words.format(_names(group)))
    return " ".join(sentences)


def _gain(used: Sequence[Advice]) -> str:
    speedups = [each.case.speedup.value for each in used if each.case is not None]
    known = sorted(value for value in speedups if value is not None)
    times = number(known[0])
    if len(used) == 1:
        return f"{used[0].model} loads {times} times as fast"
    if number(known[-1]) != times:
        times = f"{times} to {number(known[-1])}"
    return f"models load {times} times as fast"


def _things(advice: Sequence[Advice]) -> str:
    models = {each.model for each in advice}
    return counted(len(advice), "model" if len(models) == len(advice) else "model and device pair")


def _names(advice: Sequence[Advice]) -> str:
    one_device = len({each.device for each in advice}) == 1
    names = [each.model if one_device else f"{each.model} on {each.device}" for each in advice]
    return listed(list(dict.fromkeys(names)))
