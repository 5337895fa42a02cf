"""The answer of a report in one sentence, for readers who read no further."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.advice import ROUNDS_MISSING, setting
from coldwarm.advice.precision import precision
from coldwarm.machine.doctor_finding import SEVERITIES
from coldwarm.report.machines import noise
from coldwarm.text.numbers import counted, few, listed, number, percentage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coldwarm.advice import Advice
    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.report.evidence import Evidence
    from coldwarm.stats.ranges import Range

TRAPS = {
    "failed": "Some starts failed",
    "silent_miss": "Compiled again instead of loaded, without an error",
    "partial": "Only partly loaded from the cache",
    "stale": "Answers as the model did before its files changed",
    "wrong": "Wrong answers from the cache",
    "not_encrypted": "Asked to encrypt, and the blob is unencrypted",
}

NOT_USED = (
    ("skip", "The cache makes loading slower for {}."),
    ("unclear", "No gain is proven for {}."),
    ("few_rounds", "There are too few rounds for {}."),
    ("unproven", "No hit is proven for {}."),
    ("dropped", "There was no time to measure {}."),
)
"""What is said of the models whose advice is not to use the cache."""


def headline(advice: Sequence[Advice]) -> str:
    """Return what the advice of one run comes to."""
    used = [each for each in advice if each.outcome == "use"]
    if used:
        where = "" if len(used) == len(advice) else f" for {len(used)} of {_things(advice)}"
        return f"Use the model cache{where}: {_gain(used)}"
    slower = [each for each in advice if each.outcome == "skip"]
    if slower:
        where = "" if len(slower) == len(advice) else f" for {len(slower)} of {_things(advice)}"
        return f"Do without the model cache{where}: loading from it is slower{_unusual(slower)}"
    few = [each for each in advice if each.outcome == "few_rounds"]
    if few:
        where = "" if len(few) == len(advice) else f" on {len(few)} of {_things(advice)}"
        return f"Too few rounds for advice{where}: {_seen(few)}"
    if all(each.outcome == "unproven" for each in advice):
        return "Nothing to advise: no setting was proven to load from the cache"
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
    for outcome, words in NOT_USED:
        group = [each for each in advice if each.outcome == outcome]
        if group and len(group) < len(advice):
            sentences.append(words.format(_names(group)))
    if any(each.outcome == "few_rounds" for each in advice):
        sentences.append(ROUNDS_MISSING)
    sentences += _traps(summaries)
    return " ".join(sentences)


def told(evidence: Evidence, among: Sequence[Evidence] = ()) -> list[str]:
    """Return the answer of a run in sentences, for a terminal: the headline first.

    Args:
        evidence: the run.
        among: the runs whose answers are told together.
    """
    which = f"{evidence.label}: " if len(among) > 1 else ""
    warnings = [each.warning for each in noise(evidence)[:1] if each.severity == SEVERITIES[0]]
    about_machine = f"{warnings[0]} {precision(evidence.summaries)}" if warnings else ""
    sentences = [lead(evidence.advice, evidence.summaries), about_machine.rstrip()]
    return [f"{which}{headline(evidence.advice)}.", *filter(None, sentences)]


def commands(evidence: Evidence) -> list[str]:
    """Return what to run to know more, empty where enough is known."""
    return list(dict.fromkeys(each.command for each in evidence.advice if each.command))


def _traps(summaries: Sequence[CaseSummary]) -> Iterator[str]:
    """Yield the settings that look like caching and are not, or answer wrongly."""
    settings: dict[str, dict[str, None]] = {}
    for case in summaries:
        if case.failed_starts:
            settings.setdefault("failed", {})[f"{setting(case)} ({case.failed_words})"] = None
        elif case.verdict in TRAPS:
            settings.setdefault(case.verdict, {})[setting(case)] = None
        if case.callbacks_ignored:
            settings.setdefault("not_encrypted", {})[setting(case)] = None
    for trap, names in settings.items():
        yield f"{TRAPS[trap]}: {few(names)}."


def _gain(used: Sequence[Advice]) -> str:
    times = _span(speedup.value for speedup in _speedups(used))
    what = f"{used[0].model} loads" if len(used) == 1 else "models load"
    return f"{what} {times} times as fast{_unusual(used)}"


def _seen(few: Sequence[Advice]) -> str:
    """Return what proven hits came to in too few rounds."""
    speedups = _speedups(few)
    times = _span(
        end for each in speedups for end in (each.value, each.low, each.high) if end is not None
    )
    counts = sorted({each.rounds for each in speedups})
    rounds = counted(counts[-1], "round")
    if len(counts) > 1:
        rounds = f"{counts[0]} to {rounds}"
    what = few[0].model if len(few) == 1 else "models"
    return f"{what} loaded {times} times as fast in {rounds} of proven hits"


def _unusual(decided: Sequence[Advice]) -> str:
    """Return with what confidence the least certain advice is given, where it is not 95 %."""
    levels = [
        speedup.confidence
        for speedup in _speedups(decided)
        if speedup.confidence is not None and not speedup.is_full
    ]
    return f" ({percentage(min(levels))} confidence)" if levels else ""


def _speedups(advice: Sequence[Advice]) -> list[Range]:
    return [each.case.speedup for each in advice if each.case is not None]


def _span(values: Iterable[float | None]) -> str:
    known = sorted(value for value in values if value is not None)
    least, most = number(known[0]), number(known[-1])
    return least if least == most else f"{least} to {most}"


def _things(advice: Sequence[Advice]) -> str:
    models = {each.model for each in advice}
    return counted(len(advice), "model" if len(models) == len(advice) else "model and device pair")


def _names(advice: Sequence[Advice]) -> str:
    one_device = len({each.device for each in advice}) == 1
    names = [each.model if one_device else f"{each.model} on {each.device}" for each in advice]
    return listed(list(dict.fromkeys(names)))
