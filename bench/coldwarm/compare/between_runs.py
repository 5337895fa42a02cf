"""`coldwarm compare BASE HEAD`: two runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from coldwarm.analysis import metrics as m
from coldwarm.analysis.analysed_run import analyse
from coldwarm.analysis.host_match import Relation, interpreter_ms, relation
from coldwarm.compare.assemble import case_results, news_of
from coldwarm.compare.comparability import (
    other_models,
    refuse_empty,
    refuse_same,
    side_info,
    warnings,
)
from coldwarm.compare.dropped import dropped_in
from coldwarm.compare.expectations import known_to_fail
from coldwarm.compare.explanations import differences_of
from coldwarm.compare.failures import failures, without_known
from coldwarm.compare.matching import match_runs
from coldwarm.compare.result import Comparison
from coldwarm.compare.sensitivity import unpaired_sight
from coldwarm.compare.unpaired import compare_unpaired, logs
from coldwarm.history import usual_times
from coldwarm.run.sample import FAILURES
from coldwarm.stats.decision import UNPAIRED_THRESHOLD
from coldwarm.stats.prediction import FEWEST_RUNS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from coldwarm.compare.matching import Match
    from coldwarm.compare.unpaired import Usual
    from coldwarm.history import PastRun
    from coldwarm.run.store import Run


def compare_runs(
    base: Run,
    head: Run,
    *,
    threshold: float = UNPAIRED_THRESHOLD,
    deciding: Sequence[str] = m.DECIDING,
    history: Sequence[PastRun] = (),
    today: date | None = None,
) -> Comparison:
    """Compare the cases that two runs have in common.

    Args:
        base: the run that is compared with.
        head: the run that is judged.
        threshold: the smallest change of a speedup that counts, as a fraction.
        deciding: names of the absolute times that decide where the history is long enough.
        history: earlier runs of the head's machine.
        today: the day by which expectations expire; None for the present one.

    Raises:
        ComparisonError: when a run is empty, or both are the same.
    """
    for run in (base, head):
        refuse_empty(run)
    refuse_same(base, head)
    analysed = [analyse(run) for run in (base, head)]
    frames = [each.frame for each in analysed]
    evidence = [each.measured for each in analysed]
    dropped = dropped_in(base, head)
    matches = match_runs(evidence[0], evidence[1], dropped)
    infos = side_info("base", base, frames[0]), side_info("head", head, frames[1])
    differs = differences_of(base, head, matches.pairs)
    hosts = relation(base.header, head.header)
    elsewhere = hosts is Relation.NONE
    here = history if hosts is Relation.MACHINE else ()
    usual = _usual(matches.pairs, head, here, deciding)
    times = compare_unpaired(
        matches.pairs,
        threshold=threshold,
        usual=usual,
        machine_ratio=None if elsewhere else _machine_ratio(*frames),
    )
    day = today or datetime.now(UTC).date()
    counted = without_known(frames[1], known_to_fail(evidence[1], head.header, day))
    return Comparison(
        base=infos[0],
        head=infos[1],
        axis=None,
        threshold=threshold,
        deciding=(m.SPEEDUP.name, *dict.fromkeys(name for _, name in usual)),
        cases=case_results(matches.pairs, times, head, day, other_host=elsewhere, differs=differs),
        differences=tuple(differs),
        only_base=matches.only_base,
        only_head=matches.only_head,
        dropped=tuple(dropped.values()),
        failed_starts=int(counted["status"].isin(FAILURES).sum()),
        failures=failures(counted),
        warnings=(*warnings(base, head, infos), *other_models(matches)),
        news=news_of(evidence[1].values(), head, day),
        sight=_sight(matches.pairs, len(usual), threshold),
    )


def _usual(
    pairs: Sequence[Match], head: Run, history: Sequence[PastRun], deciding: Sequence[str]
) -> Usual:
    """Return what earlier runs measured, where there are enough of them."""
    found = {}
    for pair in pairs:
        case = pair.head.case
        for name in deciding:
            medians = usual_times(history, head, case.case_id, case.model, name)
            if len(medians) >= FEWEST_RUNS:
                found[case.case_id, name] = medians
    return found


def _machine_ratio(base: pd.DataFrame, head: pd.DataFrame) -> float | None:
    """Return how much slower the machine was in the head, None where nothing tells.

    Importing is left out: another OpenVINO that takes longer to import is no slower machine.
    """
    times = interpreter_ms(base), interpreter_ms(head)
    return None if times[0] is None or times[1] is None else times[1] / times[0]


def _sight(pairs: Sequence[Match], more_tests: int, threshold: float) -> str:
    sides = [(logs(pair.base, m.SPEEDUP), logs(pair.head, m.SPEEDUP)) for pair in pairs]
    known = [(x, y) for x, y in sides if len(x) and len(y)]
    return unpaired_sight(
        [x for x, _ in known],
        [y for _, y in known],
        tests=len(known) + more_tests,
        threshold=threshold,
    )
