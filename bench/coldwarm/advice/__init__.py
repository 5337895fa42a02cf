"""Advice: which setting to use for a model on a device, and why, from the evidence of a run.

Only settings whose every warm start was a proven hit are advised, and only where enough rounds
agree. Where they are too few, the advice is what was seen and what to run.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.advice import statements as say
from coldwarm.advice.choice import FEW_ROUNDS_MARGIN, choose, outcome_of, warm_rounds
from coldwarm.advice.snippet import snippet
from coldwarm.advice.statements import Statement
from coldwarm.advice.words import coverage, setting
from coldwarm.analysis import metrics as m
from coldwarm.analysis.verdict import DROPPED
from coldwarm.run.warm_start import PROVEN
from coldwarm.stats.ranges import FEW_PAIRS_ALPHA
from coldwarm.stats.ranks import fewest_pairs
from coldwarm.stats.shift import ALPHA
from coldwarm.text.numbers import counted, estimated_ratio, listed, ms, seen_ratio

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldwarm.advice.choice import Rounds
    from coldwarm.analysis.cases import CaseSummary

__all__ = ["OUTCOMES", "ROUNDS_MISSING", "Advice", "Statement", "advise", "coverage", "setting"]

OUTCOMES = ("use", "skip", "unclear", "few_rounds", "unproven", "dropped")

ENOUGH_ROUNDS = 12
"""What is advised to be run: the fewest rounds of the sampling rule."""

ROUNDS_MISSING = (
    f"Advice needs {fewest_pairs(ALPHA)} rounds; {fewest_pairs(FEW_PAIRS_ALPHA)} are enough if all "
    f"of them differ by a factor of {FEW_ROUNDS_MARGIN:g} or more in the same direction."
)


@dataclass(frozen=True)
class Advice:
    """What to do for one model on one device with one runtime.

    Attributes:
        run_id: the run it rests on.
        model: the model.
        device: the device.
        runtime: the runtime.
        storage: the state of the disk that it holds for.
        outcome: ``use`` the cache, ``skip`` it, ``unclear`` whether it helps, ``few_rounds``:
            proven hits in too few rounds for advice, ``unproven``: no setting was proven to hit, or
            ``dropped``: there was no time to measure any.
        headline: the answer in one sentence.
        case: the setting that this is about; None where none was proven to hit.
        statements: what else the evidence says.
        snippet: Python source of what is advised, empty where nothing is.
        command: what to run to know more, empty where enough is known.
    """

    run_id: str
    model: str
    device: str
    runtime: str
    storage: str
    outcome: str
    headline: str
    case: CaseSummary | None = None
    statements: tuple[Statement, ...] = ()
    snippet: str = ""
    command: str = ""


def advise(summaries: Sequence[CaseSummary], *, source: str = "EXPERIMENT.yaml") -> list[Advice]:
    """Return advice for each model, device and runtime of one run, in order of appearance.

    Args:
        summaries: the summaries of its cases.
        source: the experiment file, to be named in commands.
    """
    groups: dict[tuple[str, str, str], list[CaseSummary]] = {}
    for case in summaries:
        key = case.axes["model"], case.axes["device"], case.axes["runtime"]
        groups.setdefault(key, []).append(case)
    load, peak = (warm_rounds(summaries, metric) for metric in (m.WARM_LOAD, m.WARM_PEAK))
    return [_advise(group, load, peak, source) for group in groups.values()]


def _advise(group: list[CaseSummary], load: Rounds, peak: Rounds, source: str) -> Advice:
    axes = group[0].axes
    storages = [case.axes["storage"] for case in group]
    storage = "hot" if "hot" in storages else storages[0]
    here = [case for case in group if case.axes["storage"] == storage]
    proven = [case for case in here if say.is_proven(case)]
    decided = [case for case in proven if outcome_of(case.speedup)]
    candidates = _candidates(decided) or _candidates(proven)
    about = (group[0].run_id, axes["model"], axes["device"], axes["runtime"], storage)
    choice = choose(candidates, load)
    if choice is None:
        return Advice(
            *about,
            "dropped" if _is_dropped(here) else "unproven",
            _why_unproven(here),
            statements=(*say.encryption(here, None, load), *say.not_advised(here, None)),
            command="" if _is_settled(here) else _command(axes, source),
        )
    best = choice.best
    outcome = outcome_of(best.speedup) or "few_rounds"
    return Advice(
        *about,
        outcome,
        _headline(best, outcome) + _holds_for(storage, storages) + _failures(best),
        case=best,
        statements=(
            *say.answers(best),
            *say.doubts(best),
            *(say.confidence(best) if outcome != "few_rounds" else ()),
            *say.fastest(choice, load),
            *(say.pays_back(best) if outcome == "use" else ()),
            *say.first_result(best),
            *say.smallest(candidates, best),
            *say.leanest(choose(candidates, peak), best),
            *say.encryption(here, best, load),
            *say.other_storages(group, best),
            *say.not_advised(here, best),
        ),
        snippet="" if outcome == "few_rounds" else snippet(best.axes, cached=outcome == "use"),
        command="" if best.speedup.is_full and outcome != "unclear" else _command(axes, source),
    )


def _candidates(cases: Sequence[CaseSummary]) -> list[CaseSummary]:
    """Return what may be advised: encryption only where nothing else is.

    It answers another question than speed.
    """
    return [case for case in cases if case.axes["encryption"] == "none"] or [
        case for case in cases if not case.callbacks_ignored
    ]


def _headline(best: CaseSummary, outcome: str) -> str:
    what, speedup = setting(best), estimated_ratio(best.speedup)
    times = f"from {ms(best.load_ms.uncached)} to {ms(best.load_ms.warm)}"
    if outcome == "use":
        return f"Use the cache with {what}: loading goes {times}, {speedup} times as fast."
    if outcome == "skip":
        return f"Do without the cache: with {what} loading goes {times}, {speedup} times as fast."
    if outcome == "few_rounds":
        return (
            f"Too few rounds for advice: with {what} loading goes {times}, "
            f"{seen_ratio(best.speedup)} times as fast in "
            f"{counted(best.speedup.rounds, 'round')} of proven hits. {ROUNDS_MISSING}"
        )
    return (
        f"Do without the cache until more rounds say otherwise: the speedup of {what} is "
        f"{speedup}, and an interval with 1 in it proves no gain."
    )


def _holds_for(storage: str, measured: Sequence[str]) -> str:
    """Return for which state of the disk the answer holds, where that is not plain."""
    return "" if set(measured) == {"hot"} else f" That is for storage {storage}."


def _failures(best: CaseSummary) -> str:
    """Return which starts behind the answer failed: it rests on the others alone."""
    return f" Some starts failed ({best.failed_words})." if best.failed_words else ""


def _why_unproven(cases: Sequence[CaseSummary]) -> str:
    hits = [case for case in cases if case.verdict in PROVEN and not case.callbacks_ignored]
    if _is_unencrypted(cases):
        return (
            "Nothing to advise: encryption was asked for, and the device never called the "
            "callbacks."
        )
    if hits:
        return "Nothing to advise: there were proven hits, and no uncached start to compare with."
    if _is_dropped(cases):
        return "Nothing to advise: not measured, the time budget had no room for it."
    if _is_unsupported(cases):
        return f"Nothing to advise, it is unsupported here: {cases[0].reason}."
    verdicts = listed(list(dict.fromkeys(case.verdict for case in cases)))
    return f"Nothing to advise: no setting was proven to load from the cache ({verdicts})."


def _is_dropped(cases: Sequence[CaseSummary]) -> bool:
    return all(case.verdict == DROPPED for case in cases)


def _is_unsupported(cases: Sequence[CaseSummary]) -> bool:
    return all(case.verdict == "unsupported" for case in cases)


def _is_unencrypted(cases: Sequence[CaseSummary]) -> bool:
    return all(case.callbacks_ignored for case in cases)


def _is_settled(cases: Sequence[CaseSummary]) -> bool:
    """Return whether no further run can find anything to advise."""
    return _is_unsupported(cases) or _is_unencrypted(cases)


def _command(axes: Mapping[str, str], source: str) -> str:
    only = ["--only", f"model={axes['model']}", "--only", f"device={axes['device']}"]
    return shlex.join(["coldwarm", "run", source, *only, "--rounds", str(ENOUGH_ROUNDS)])
