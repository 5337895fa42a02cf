"""What to do about a comparison, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.analysis import metrics as m
from coldwarm.compare.explanations import EXPLAINED
from coldwarm.compare.result import INCONCLUSIVE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldwarm.compare.result import Comparison, Result


def next_steps(comparison: Comparison) -> list[str]:
    """Return what a reader can do now, the most urgent first; commands are in backticks."""
    return list(_steps(comparison)) or ["Nothing to do"]


def _steps(comparison: Comparison) -> Iterator[str]:
    worse = [each for case in comparison.cases for each in case.results if each.is_regression]
    if comparison.failed_starts:
        yield "Make the starts that failed work first: every number here leaves them out"
    yield from _about_worse(comparison, worse)
    if comparison.news:
        yield "Bring `expect:` of the experiment up to date, as said above"
    if comparison.dropped:
        yield (
            "Give the cases that were dropped more time: raise `time_budget`, or measure fewer "
            "cases with `--only`"
        )
    if comparison.only_base:
        yield "See whether the cases that are gone were left out on purpose"
    open_results = [
        each for case in comparison.cases for each in case.results if each.verdict == INCONCLUSIVE
    ]
    explained = [each for each in open_results if each.reason.endswith(EXPLAINED)]
    if explained:
        yield "Measure base and head under the same conditions: the first lines say what differs"
    if len(open_results) > len(explained):
        yield (
            "Where results are inconclusive, measure more rounds (`--rounds`): `coldwarm noise` "
            "says how many this machine needs"
        )


def _about_worse(comparison: Comparison, worse: list[Result]) -> Iterator[str]:
    found = {result.metric for result in worse}
    if found & {m.VERDICT, m.ANSWER}:
        yield (
            "Where the cache no longer serves: apply the remedy, or, if that is known and "
            "accepted, say so under `expect:` in the experiment"
        )
    if found & {m.SPEEDUP, *m.TIMES}:
        yield "Where starts got slower: the report (`coldwarm report`) shows in which phase"
        if comparison.axis is None:
            yield (
                "To be sure of a time, measure base and head within one run (`coldwarm run "
                "CONFIG --base-runtime RUNTIME`): that is several times sharper than two runs"
            )
    if found & {m.BLOB, m.WARM_PEAK, m.COLD_PEAK, m.ENCRYPTED_SHARE}:
        yield "Bytes and memory hardly scatter: measuring again will not make them smaller"
