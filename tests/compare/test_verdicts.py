from __future__ import annotations

import pytest
from fake_sides import evidence

from coldwarm.compare.correctness import compare_verdicts


@pytest.mark.parametrize(
    ("base", "head", "verdict"),
    [
        ({"hit": 12}, {"hit": 12}, "same"),
        ({"hit": 12}, {"silent_miss": 12}, "worse"),
        ({"hit": 12}, {"hit": 11, "silent_miss": 1}, "worse"),
        ({"hit": 1}, {"not_cached": 1}, "worse"),
        ({"hit": 12}, {"unsupported": 12}, "worse"),
        ({"hit": 12}, {"wrong": 12}, "worse"),
        ({"silent_miss": 12}, {"hit": 12}, "better"),
        ({"silent_miss": 12}, {"wrong": 12}, "worse"),
        ({"stale": 12}, {"silent_miss": 12}, "better"),
        ({"silent_miss": 12}, {"silent_miss": 12}, "same"),
        ({"silent_miss": 12}, {"not_cached": 12}, "changed"),
        ({"hit": 12}, {"not_comparable": 12}, "same"),
        # One miss more or less among mixed ones is chance; many are not.
        ({"hit": 11, "partial": 1}, {"hit": 10, "partial": 2}, "same"),
        ({"hit": 11, "partial": 1}, {"hit": 2, "partial": 10}, "worse"),
        ({"hit": 2, "partial": 10}, {"hit": 11, "partial": 1}, "better"),
        # No hit at all is no chance, whatever the base had besides.
        ({"hit": 1, "partial": 1}, {"partial": 2}, "worse"),
        ({"hit": 11, "silent_miss": 1}, {"silent_miss": 2}, "worse"),
        ({"hit": 11, "wrong": 1}, {"silent_miss": 12}, "worse"),
        ({"partial": 2}, {"hit": 1, "partial": 1}, "same"),
    ],
)
def test_verdicts_are_compared_by_what_the_cache_served(
    base: dict[str, int], head: dict[str, int], verdict: str
) -> None:
    assert compare_verdicts(evidence(verdicts=base), evidence(verdicts=head)).verdict == verdict


def test_a_case_that_stops_hitting_says_why_and_what_to_do() -> None:
    head = evidence(verdicts={"silent_miss": 3}, reason="compiled again", remedy="use SPEED")
    result = compare_verdicts(evidence(), head)
    assert (result.base, result.head) == ("hit", "silent_miss")
    assert result.reason == "compiled again. Remedy: use SPEED"
    assert result.is_regression


def test_a_case_whose_every_start_fails_has_stopped_hitting() -> None:
    result = compare_verdicts(evidence(), evidence(verdicts={}, failed=12))
    assert (result.verdict, result.head) == ("worse", "failed")


def test_a_start_that_failed_beside_hits_is_no_other_verdict() -> None:
    result = compare_verdicts(evidence(), evidence(verdicts={"hit": 11}, failed=1))
    assert result.verdict == "same"


@pytest.mark.parametrize("failed", [0, 5])
def test_without_a_judged_start_nothing_is_decided(failed: int) -> None:
    nothing = evidence(verdicts={}, failed=failed)
    assert compare_verdicts(nothing, nothing).verdict == "inconclusive"
