"""A small version of benchmarks/power.py: the promises, with fewer repetitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from simulated_comparisons import coverage_trials, paired_trials, unpaired_trials

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulated_comparisons import Trials


@pytest.mark.parametrize(
    ("trials", "rounds"), [(paired_trials, 40), (unpaired_trials, 25)], ids=["paired", "unpaired"]
)
def test_equals_raise_few_alarms(trials: Callable[..., Trials], rounds: int) -> None:
    nothing = trials(comparisons=200, cases=60, rounds=rounds, seed=1)
    # At the 5 % that Holm allows, more than 18 of 200 come once in 300 seeds.
    assert nothing.alarms <= 18


@pytest.mark.parametrize(
    ("trials", "cases", "rounds", "effect", "wanted"),
    [
        (paired_trials, 60, 40, 0.15, 0.90),
        (paired_trials, 4, 30, 0.12, 0.85),
        (unpaired_trials, 60, 25, 0.40, 0.80),
    ],
)
def test_planted_changes_are_found_and_others_are_not_blamed(
    trials: Callable[..., Trials], cases: int, rounds: int, effect: float, wanted: float
) -> None:
    planted = trials(comparisons=200, cases=cases, rounds=rounds, effect=effect, seed=2)
    assert planted.found / 200 >= wanted - 0.03
    assert planted.others / 200 <= 0.06 + 0.03


def test_a_planted_improvement_is_not_taken_for_a_slowdown() -> None:
    improved = paired_trials(comparisons=20, cases=4, rounds=30, effect=-0.4)
    assert (improved.found, improved.alarms) == (0, 20)


def test_the_interval_holds_the_speedup_although_the_rounds_were_chosen_by_its_width() -> None:
    coverage = coverage_trials(cases=1000)
    assert coverage.covered / 1000 >= 0.93
    assert coverage.settled / 1000 >= 0.9
    assert 30 <= coverage.median_rounds <= 48


def test_what_a_whole_run_adds_is_not_in_its_interval() -> None:
    within, across = (coverage_trials(cases=400, across_runs=b) for b in (False, True))
    assert across.covered < within.covered - 40


def test_a_precision_out_of_reach_takes_every_round() -> None:
    coverage = coverage_trials(cases=20, precision=0.001, max_rounds=24)
    assert (coverage.settled, coverage.median_rounds) == (0, 24)
