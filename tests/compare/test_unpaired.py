from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from fake_sides import evidence

from coldwarm.compare.matching import Match
from coldwarm.compare.unpaired import compare_unpaired

if TYPE_CHECKING:
    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.compare.result import MetricResult

Values = list[float]


def around(value: float, count: int = 25, spread: float = 0.1) -> Values:
    """Return so many values, spread evenly on a logarithmic scale."""
    steps = [2 * number / (count - 1) - 1 if count > 1 else 0.0 for number in range(count)]
    return [value * math.exp(spread * step) for step in steps]


def side(uncached: float, warm: float, count: int = 25) -> CaseSummary:
    """Return a side whose speedups scatter by 10 %."""
    warms = around(warm, count)
    return evidence(
        {
            "uncached_load": [uncached] * count,
            "warm_load": warms,
            "speedup": [uncached / each for each in warms],
        }
    )


def compare(base: CaseSummary, head: CaseSummary, **options: object) -> dict[str, MetricResult]:
    plain = {"threshold": 0.1, "usual": {}, "machine_ratio": None}
    (results,) = compare_unpaired([Match("case", base, head)], **{**plain, **options})
    return {result.metric.name: result for result in results}


@pytest.mark.parametrize(
    ("base", "head", "verdict"),
    [
        (side(400, 165), side(400, 165), "same"),
        (side(400, 165), side(400, 240), "slower"),
        (side(400, 240), side(400, 165), "faster"),
        # Beyond the threshold, but not with all of its interval.
        (side(400, 165), side(400, 185), "inconclusive"),
        (side(400, 165, 20), side(400, 165, 21), "same"),
        (side(400, 165, 6), side(400, 330, 6), "slower"),
        (side(400, 165, 1), side(400, 500, 1), "inconclusive"),
    ],
)
def test_the_speedup_decides(base: CaseSummary, head: CaseSummary, verdict: str) -> None:
    assert compare(base, head)["speedup"].verdict == verdict


def test_a_lower_speedup_is_no_regression_if_only_uncached_starts_became_faster() -> None:
    base, head = side(400, 165), side(240, 165)
    without = compare(base, head)["speedup"]
    assert without.is_regression
    result = compare(base, head, machine_ratio=1.0)["speedup"]
    assert (result.verdict, result.is_regression) == ("slower", False)
    assert result.excuse == (
        "uncached starts became faster, warm ones not slower: no regression of the cache"
    )


def test_uncached_starts_that_scatter_or_hardly_moved_excuse_nothing() -> None:
    hardly = compare(side(400, 165), side(384, 173), threshold=0.05, machine_ratio=1.0)
    assert hardly["speedup"].is_regression
    base, head = side(400, 165), side(400, 240)
    for scattered in (base, head):
        scattered.by_round["uncached_load"] = around(400, spread=2.0)
    head.by_round["uncached_load"] *= 0.8
    assert compare(base, head, machine_ratio=1.3)["speedup"].is_regression


def test_how_fast_the_machine_was_is_taken_out_first() -> None:
    # Twice as fast a machine: warm starts should have taken 83 ms.
    result = compare(side(400, 165), side(200, 165), machine_ratio=0.5)["speedup"]
    assert result.is_regression


def test_a_common_slowdown_leaves_the_speedup_alone() -> None:
    found = compare(side(400, 165), side(800, 330), machine_ratio=2.0)
    assert found["speedup"].verdict == "same"
    assert found["warm_load"].verdict == "shown"
    change = found["warm_load"].change
    assert change is not None
    assert change.value == pytest.approx(2)


def test_absolute_times_are_only_shown_without_a_history() -> None:
    usual = {(side(400, 165).case.case_id, "warm_load"): around(165, 9)}
    found = compare(side(400, 165), side(400, 165 * 3), usual=usual)
    assert found["warm_load"].verdict == "shown"


@pytest.mark.parametrize(
    ("warm", "verdict"), [(165.0, "shown"), (330.0, "slower"), (80.0, "faster")]
)
def test_from_ten_runs_on_absolute_times_decide(warm: float, verdict: str) -> None:
    base, head = side(400, 165), side(400, warm)
    usual = {(head.case.case_id, "warm_load"): around(165, 10)}
    result = compare(base, head, usual=usual)["warm_load"]
    assert result.verdict == verdict
    assert (result.base_samples, result.sampled) == (10, "runs")
    assert "earlier runs of this host" in result.reason


def test_a_host_whose_runs_differ_widely_needs_a_larger_change() -> None:
    base, head = side(400, 165), side(400, 250)
    key = (head.case.case_id, "warm_load")
    steady = compare(base, head, usual={key: around(165, 12, spread=0.03)})
    unsteady = compare(base, head, usual={key: around(165, 12, spread=0.6)})
    assert steady["warm_load"].verdict == "slower"
    assert unsteady["warm_load"].verdict == "shown"


def test_speedups_and_history_are_one_family() -> None:
    base, head = side(400, 165), side(400, 240)
    alone = compare(base, head)["speedup"].change
    usual = {(head.case.case_id, "warm_load"): around(165, 12)}
    together = compare(base, head, usual=usual)["speedup"].change
    assert alone is not None
    assert together is not None
    assert alone.adjusted_p is not None
    assert together.adjusted_p == pytest.approx(2 * alone.adjusted_p)


def test_a_gap_in_the_speedup_is_not_decided() -> None:
    result = compare(side(400, 165), evidence({"cold_load": [480.0]}))["speedup"]
    assert (result.verdict, result.reason) == ("inconclusive", "not measured in head")


def test_zeros_and_gaps_are_left_out() -> None:
    head = evidence({"warm_load": [0.0, math.nan, 165.0], "speedup": [math.nan, math.nan, 2.4]})
    found = compare(side(400, 165), head)
    assert found["speedup"].head_samples == 1
    assert found["warm_load"].verdict == "shown"
