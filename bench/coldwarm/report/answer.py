"""The answer of a report in one sentence, for readers who read no further."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.advice import setting
from coldwarm.quantities import counted, listed, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coldwarm.advice import Advice
    from coldwarm.summary import CaseSummary

TRAPS = {
    "silent_miss": "Compiled again instead of loaded, without an error",
    "partial": "Only partly loaded from the cache",
    "stale": "Answers as the model did before its files changed",
    "wrong": "Wrong answers from the cache",
}

FEW = 3


def headline(advice: Sequence[Advice]) -> str:
    """Return what the advice of one run comes to."""
    used = [each for each in advice if each.outcome == "use"]
    if used:
        where = "" if len(used) == len(advice) else f" for {len(used)} of {_things(advice)}"
        return f"Use the model cache{where}: {_gain(used)}"
    slower = [each for each in advice if each.outcome == "skip"]
    if slower:
        where = "" if len(slower) == len(advice) else f" for {len(slower)} of {_things(advice)}"
        return f"Do without the model cache{where}: loading from it is slower"
    if all(each.outcome == "unproven" for each in advice):
        return "Nothing can be advised yet: no setting is proven"
    return "No gain from the model cache is proven yet"


def lead(advice: Sequence[Advice], summaries: Sequence[CaseSummary]) -> str:
    """Return how to get that, for which models it is otherwise, and what to keep away from."""
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
        if group and len(group) < len(advice):
            sentences.append(words.format(_names(group)))
    sentences += _traps(summaries)
    return " ".join(sentences)


def _traps(summaries: Sequence[CaseSummary]) -> Iterator[str]:
    """Yield the settings that look like caching and are not, or answer wrongly."""
    settings: dict[str, dict[str, None]] = {}
    for case in summaries:
        if case.verdict in TRAPS:
            settings.setdefault(case.verdict, {})[setting(case)] = None
        if case.callbacks_ignored:
            settings.setdefault("not encrypted", {})[setting(case)] = None
    for verdict, names in settings.items():
        yield f"{TRAPS.get(verdict, 'Asked to encrypt, and the blob is in clear')}: {_few(names)}."


def _few(names: Iterable[str]) -> str:
    shown = list(names)
    more = len(shown) - FEW
    return listed(shown) if more <= 0 else f"{'; '.join(shown[:FEW])}; and {more} more"


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
