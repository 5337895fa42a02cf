"""`coldwarm compare RUN --along AXIS`: one run, compared with itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from coldwarm.analysis import metrics as m
from coldwarm.analysis.analysed_run import analyse
from coldwarm.compare.assemble import case_results, news_of
from coldwarm.compare.comparability import incomplete, refuse_empty, side_info
from coldwarm.compare.dropped import dropped_cases
from coldwarm.compare.expectations import known_to_fail
from coldwarm.compare.failures import failures, without_known
from coldwarm.compare.matching import axis_value, choose_axis, match_along
from coldwarm.compare.paired import Neighbours, compare_paired
from coldwarm.compare.result import Comparison
from coldwarm.compare.sensitivity import paired_sight
from coldwarm.run.sample import FAILURES
from coldwarm.stats.decision import PAIRED_THRESHOLD

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from coldwarm.compare.matching import Match
    from coldwarm.run.store import Run


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
    day = today or datetime.now(UTC).date()
    counted = without_known(frame, known_to_fail(evidence, run.header, day))
    times = compare_paired(
        matches.pairs, axis, threshold=threshold, deciding=deciding, together=axis == planned
    )
    others = [axis_value(each.case, axis) for each in evidence.values()]
    heads = [value for value in dict.fromkeys(others) if value != base]
    info = side_info(f"{axis} {base}", run, frame)
    return Comparison(
        base=info,
        head=replace(info, label=f"{axis} {', '.join(heads)}"),
        axis=axis,
        threshold=threshold,
        deciding=tuple(deciding),
        cases=case_results(matches.pairs, times, run, day, axis=axis),
        only_base=matches.only_base,
        only_head=matches.only_head,
        dropped=tuple(
            f"{name}: the time budget had no room for it" for name in dropped_cases(run).values()
        ),
        failed_starts=int(counted["status"].isin(FAILURES).sum()),
        failures=failures(counted),
        warnings=tuple(incomplete("the run", run)),
        news=news_of(evidence.values(), run, day),
        sight=_sight(matches.pairs, deciding, threshold),
    )


def _sight(pairs: Sequence[Match], deciding: Sequence[str], threshold: float) -> str:
    ratios = [
        Neighbours(pair.base, pair.head).log_ratios(m.METRICS[name])
        for pair in pairs
        for name in deciding
    ]
    known = [values for values in ratios if values.size]
    return paired_sight(known, tests=len(known), threshold=threshold)
