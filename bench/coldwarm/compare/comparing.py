"""`coldwarm compare`: two runs, or the values of one axis within a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from coldwarm.analysis import metrics as m
from coldwarm.analysis.analysed_run import analyse
from coldwarm.analysis.host_match import Relation, interpreter_ms, relation
from coldwarm.compare.comparability import (
    incomplete,
    other_models,
    refuse_empty,
    refuse_same,
    side_info,
    warnings,
)
from coldwarm.compare.expectations import excuse, expectations_of, known_to_fail, news_of
from coldwarm.compare.explanations import concerning, differences_of, explained
from coldwarm.compare.matching import axis_value, choose_axis, match_along, match_runs
from coldwarm.compare.not_measured import dropped_cases, dropped_in, failures, without_known
from coldwarm.compare.paired import Neighbours, compare_paired
from coldwarm.compare.result import CaseResult, Comparison, in_order
from coldwarm.compare.sensitivity import paired_sight, unpaired_sight
from coldwarm.compare.tolerances import compare_steady
from coldwarm.compare.unpaired import compare_unpaired, logs
from coldwarm.history import usual_times
from coldwarm.run.sample import FAILURES
from coldwarm.stats.decision import PAIRED_THRESHOLD, UNPAIRED_THRESHOLD
from coldwarm.stats.prediction import FEWEST_RUNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pandas as pd

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.compare.matching import Match, Matches
    from coldwarm.compare.result import MetricResult
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
    found = Comparison(
        base=infos[0],
        head=infos[1],
        axis=None,
        threshold=threshold,
        deciding=(m.SPEEDUP.name, *dict.fromkeys(name for _, name in usual)),
        cases=(),
        differences=tuple(differs),
        dropped=tuple(dropped.values()),
        warnings=(*warnings(base, head, infos), *other_models(matches)),
        sight=_unpaired_sight(matches.pairs, len(usual), threshold),
    )
    measured = _Head(head, frames[1], evidence[1], today)
    return _judged(found, matches, times, measured, other_host=elsewhere)


def compare_along(
    run: Run,
    axis: str | None = None,
    base: str | None = None,
    *,
    threshold: float = PAIRED_THRESHOLD,
    deciding: Sequence[str] = m.DECIDING,
    today: date | None = None,
) -> Comparison:
    """Compare the values of one axis of a run, pair by pair within its blocks.

    Args:
        run: the run.
        axis: the axis; None for the one that the experiment says.
        base: the value that the others are compared with; None for the experiment's first.
        threshold: the smallest change of a time that counts, as a fraction.
        deciding: names of the times that decide, of `metrics.DECIDABLE`.
        today: the day by which expectations expire; None for the present one.

    Raises:
        ComparisonError: when there is no such axis or value, or nothing to compare.
    """
    refuse_empty(run)
    analysed = analyse(run)
    frame, evidence = analysed.frame, analysed.measured
    planned = (run.header.get("experiment") or {}).get("compare_along")
    axis, base = choose_axis(evidence, axis, base, planned)
    matches = match_along(evidence, axis, base)
    times = compare_paired(
        matches.pairs, axis, threshold=threshold, deciding=deciding, together=axis == planned
    )
    others = [axis_value(each.case, axis) for each in evidence.values()]
    heads = [value for value in dict.fromkeys(others) if value != base]
    info = side_info(f"{axis} {base}", run, frame)
    found = Comparison(
        base=info,
        head=replace(info, label=f"{axis} {', '.join(heads)}"),
        axis=axis,
        threshold=threshold,
        deciding=tuple(deciding),
        cases=(),
        dropped=tuple(
            f"{name}: the time budget had no room for it" for name in dropped_cases(run).values()
        ),
        warnings=tuple(incomplete("the run", run)),
        sight=_paired_sight(matches.pairs, deciding, threshold),
    )
    return _judged(found, matches, times, _Head(run, frame, evidence, today))


@dataclass(frozen=True, eq=False)
class _Head:
    """The side that is judged.

    Attributes:
        run: the run.
        frame: its judged samples.
        evidence: every case of it, by id.
        today: the day by which its expectations expire; None for the present one.
    """

    run: Run
    frame: pd.DataFrame
    evidence: Mapping[str, CaseSummary]
    today: date | None


def _judged(
    found: Comparison,
    matches: Matches,
    times: Sequence[list[MetricResult]],
    head: _Head,
    *,
    other_host: bool = False,
) -> Comparison:
    """Return a comparison with what was found for each match, and what has no match.

    Args:
        found: what is known of the two sides.
        matches: what is compared, and what is left over.
        times: the results of times and ratios of times, match by match.
        head: the side that is judged.
        other_host: whether the two sides were measured on different hosts.
    """
    day = head.today or datetime.now(UTC).date()
    counted = without_known(head.frame, known_to_fail(head.evidence, head.run.header, day))
    expected = expectations_of(head.run.header)
    cases = []
    for match, measured in zip(matches.pairs, times, strict=True):
        causes = concerning(found.differences, match)
        steady = compare_steady(
            match.base, match.head, axis=found.axis, other_host=other_host, differs=causes
        )
        judged = explained([*measured, *steady], match, causes)
        results = in_order(excuse(judged, match.head, expected, day))
        ids = match.base.case.case_id, match.head.case.case_id
        cases.append(CaseResult(match.name, *ids, results, match.head.failed_runs))
    return replace(
        found,
        cases=tuple(cases),
        only_base=matches.only_base,
        only_head=matches.only_head,
        failed_starts=int(counted["status"].isin(FAILURES).sum()),
        failures=failures(counted),
        news=news_of(head.evidence.values(), head.run, day),
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


def _unpaired_sight(pairs: Sequence[Match], more_tests: int, threshold: float) -> str:
    sides = [(logs(pair.base, m.SPEEDUP), logs(pair.head, m.SPEEDUP)) for pair in pairs]
    known = [(x, y) for x, y in sides if len(x) and len(y)]
    return unpaired_sight(
        [x for x, _ in known],
        [y for _, y in known],
        tests=len(known) + more_tests,
        threshold=threshold,
    )


def _paired_sight(pairs: Sequence[Match], deciding: Sequence[str], threshold: float) -> str:
    ratios = [
        Neighbours(pair.base, pair.head).log_ratios(m.METRICS[name])
        for pair in pairs
        for name in deciding
    ]
    known = [values for values in ratios if values.size]
    return paired_sight(known, tests=len(known), threshold=threshold)
