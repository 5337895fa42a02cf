from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from fake_sides import evidence
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.analysis.metrics import DECIDING
from coldwarm.compare.matching import Match
from coldwarm.compare.paired import compare_paired

if TYPE_CHECKING:
    from coldwarm.compare.result import MetricResult

Values = list[float]


def compare(
    base: dict[str, Values], head: dict[str, Values], deciding: tuple[str, ...] = DECIDING
) -> dict[str, MetricResult]:
    match = Match("case", evidence(base), evidence(head))
    (results,) = compare_paired([match], "encryption", threshold=0.05, deciding=deciding)
    return {result.metric.name: result for result in results}


def warm(base: Values, head: Values) -> MetricResult:
    return compare({"warm_load": base}, {"warm_load": head})["warm_load"]


def test_pairs_survive_a_machine_that_changes_its_speed() -> None:
    speed = [100.0 * 1.2**number for number in range(12)]
    result = warm(speed, [1.2 * each for each in speed])
    assert result.verdict == "slower"
    assert result.change is not None
    assert result.change.value == pytest.approx(1.2)
    assert (result.base_samples, result.head_samples, result.sampled) == (12, None, "pairs")


@pytest.mark.parametrize(
    ("base", "head", "verdict"),
    [
        ([100.0] * 12, [100.0] * 12, "same"),
        ([100.0] * 12, [100.0, 104.0] * 6, "same"),
        ([100.0] * 12, [130.0] * 12, "slower"),
        ([130.0] * 12, [100.0] * 12, "faster"),
        # Six pairs can be told from noise, five cannot, however large the change.
        ([100.0] * 6, [200.0 + each for each in range(6)], "slower"),
        ([100.0] * 5, [200.0 + each for each in range(5)], "inconclusive"),
        ([100.0], [300.0], "inconclusive"),
        ([100.0] * 20, [100.0] * 21, "same"),
        ([100.0] * 12, [90.0, 120.0] * 6, "inconclusive"),
    ],
)
def test_verdicts(base: Values, head: Values, verdict: str) -> None:
    assert warm(base, head).verdict == verdict


def test_too_few_pairs_are_said() -> None:
    assert "too few pairs (1)" in warm([100.0], [300.0]).reason


def test_zeros_and_gaps_make_no_pair() -> None:
    result = warm([100.0, 0.0, math.nan, 100.0], [130.0, 130.0, 130.0, 0.0])
    assert result.base_samples == 1
    assert result.verdict == "inconclusive"


def test_nothing_but_zeros_is_refused_with_a_sentence() -> None:
    result = warm([0.0] * 12, [0.0] * 12)
    assert result.verdict == "inconclusive"
    assert result.reason == "there is no pair of times above zero"


def test_starts_of_different_blocks_are_no_pairs() -> None:
    base, head = evidence({"warm_load": [100.0] * 12}), evidence({"warm_load": [200.0] * 12})
    apart = head.by_round.copy()
    apart.index = apart.index.set_levels([1], level="block")
    head = evidence(by_round=apart)
    ((result, *_),) = compare_paired(
        [Match("case", base, head)], "api", threshold=0.05, deciding=DECIDING
    )
    assert result.verdict == "inconclusive"
    assert "`compare: {along: api}`" in result.reason


def test_neighbours_of_which_one_always_failed_are_no_pairs() -> None:
    base = evidence({"warm_load": [100.0] * 3 + [math.nan] * 3})
    head = evidence({"warm_load": [math.nan] * 3 + [200.0] * 3})
    ((result, *_),) = compare_paired(
        [Match("case", base, head)], "api", threshold=0.05, deciding=DECIDING, together=True
    )
    assert (result.verdict, result.reason) == (
        "inconclusive",
        "no round was measured on both sides",
    )


def test_a_missed_side_is_shown_and_left_to_its_verdict() -> None:
    match = Match(
        "case", evidence({"warm_load": [100.0] * 12}), evidence(verdicts={"silent_miss": 12})
    )
    (results,) = compare_paired([match], "encryption", threshold=0.05, deciding=DECIDING)
    (result,) = results
    assert (result.verdict, result.reason) == ("shown", "no proven hit in head")


def test_only_what_was_asked_for_decides() -> None:
    both = {"warm_load": [100.0] * 12, "cold_load": [100.0] * 12}
    slow = {"warm_load": [130.0] * 12, "cold_load": [130.0] * 12}
    found = compare(both, slow)
    assert (found["warm_load"].verdict, found["cold_load"].verdict) == ("slower", "shown")
    found = compare(both, slow, ("cold_load",))
    assert (found["warm_load"].verdict, found["cold_load"].verdict) == ("shown", "slower")


def test_deciding_times_and_cases_are_one_family() -> None:
    matches = [
        Match(f"case {number}", evidence({"warm_load": [100.0] * 12}), evidence(head))
        for number, head in enumerate([{"warm_load": [130.0] * 12}] * 3)
    ]
    results = compare_paired(matches, "encryption", threshold=0.05, deciding=DECIDING)
    change = results[0][0].change
    assert change is not None
    assert change.p == pytest.approx(2 / 2**12)
    assert change.adjusted_p == pytest.approx(3 * 2 / 2**12)
    assert change.adjusted_low == change.adjusted_high == pytest.approx(1.3)


def test_an_interval_after_holm_is_wider_or_does_not_exist() -> None:
    scattered = [130.0 + each for each in range(8)]
    result = warm([100.0] * 8, scattered)
    assert result.change is not None
    assert (result.change.adjusted_low, result.change.adjusted_high) == (
        result.change.low,
        result.change.high,
    )
    matches = [
        Match("case", evidence({"warm_load": [100.0] * 8}), evidence({"warm_load": scattered}))
        for _ in range(6)
    ]
    ((result, *_), *_) = compare_paired(matches, "api", threshold=0.05, deciding=DECIDING)
    change = result.change
    assert change is not None
    assert change.low is not None
    assert change.adjusted_low is not None
    assert change.adjusted_low < change.low
    ((result, *_), *_) = compare_paired(9 * matches, "api", threshold=0.05, deciding=DECIDING)
    assert result.change is not None
    assert result.change.low == change.low
    assert result.change.adjusted_low is None


def test_the_cold_tax_is_a_difference() -> None:
    found = compare({"cold_tax": [80.0] * 12}, {"cold_tax": [95.0] * 12})["cold_tax"]
    assert found.verdict == "shown"
    assert found.change is not None
    assert (found.change.value, found.change.relative) == (15.0, False)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.one_of(st.floats(1e-6, 1e6), st.just(0.0), st.just(math.nan))] * 2),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_was_measured_there_is_an_answer_and_equals_are_never_flagged(
    pairs: list[tuple[float, float]],
) -> None:
    base, head = [x for x, _ in pairs], [y for _, y in pairs]
    found = compare({"warm_load": base}, {"warm_load": head})
    assert all(result.verdict for result in found.values())
    same = compare({"warm_load": base}, {"warm_load": base})
    assert {result.verdict for result in same.values()} <= {"same", "inconclusive", "shown"}
