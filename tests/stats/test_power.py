from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from simulated_starts import log_speedups, paired_log_ratios

from coldwarm.stats.decision import decide_paired, decide_unpaired
from coldwarm.stats.power import (
    false_alarm_rate,
    paired_limits,
    power,
    resampler,
    rounds_needed,
    smallest_effect,
    unpaired_limits,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray


def rng(seed: int | list[int] = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("threshold", [0.0, 0.05, 0.3])
def test_a_paired_limit_is_where_the_gate_begins_to_fire(threshold: float) -> None:
    noise = paired_log_ratios(rng(), (20, 14))
    limits = paired_limits(noise, threshold=threshold)
    for x, limit in zip(noise, np.log(limits), strict=True):
        for off, verdict in ((1e-9, True), (-1e-9, False)):
            decision = decide_paired({"case": x + limit + off}, threshold=threshold)["case"]
            assert (decision.verdict == "slower") is verdict


def test_an_unpaired_limit_is_where_the_gate_begins_to_fire() -> None:
    base, head = log_speedups(rng(), (2, 20, 14))
    for x, y, limit in zip(base, head, np.log(unpaired_limits(base, head)), strict=True):
        for off, verdict in ((1e-9, True), (-1e-9, False)):
            decision = decide_unpaired({"case": (x, y + limit + off)})["case"]
            assert (decision.verdict == "slower") is verdict


def test_more_tests_or_fewer_rounds_see_less() -> None:
    noise = paired_log_ratios(rng(), (500, 40))
    assert power(paired_limits(noise), 0.1) > power(paired_limits(noise, tests=60), 0.1) + 0.1
    assert power(paired_limits(noise), 0.1) > power(paired_limits(noise[:, :18]), 0.1) + 0.1


def test_the_smallest_effect_is_found_with_the_wanted_power() -> None:
    limits = paired_limits(paired_log_ratios(rng(), (500, 24)))
    smallest = smallest_effect(limits, wanted=0.9)
    assert power(limits, smallest - 1e-9) < 0.9 <= power(limits, smallest + 1e-9)


def test_too_few_rounds_find_nothing() -> None:
    limits = paired_limits(paired_log_ratios(rng(), (10, 11)), tests=60)
    assert power(limits, 1000.0) == 0
    assert smallest_effect(limits) == math.inf


def test_normal_noise_needs_as_many_pairs_as_theory_says() -> None:
    # Noether: n = (z_0.975 + z_0.8)^2 (sd / effect)^2 pi / 3 for normal values.
    def draw(generator: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
        return generator.normal(0, 0.1, shape)

    theory = (1.960 + 0.842) ** 2 * (0.1 / math.log(1.04)) ** 2 * math.pi / 3
    needed = rounds_needed(0.04, draw, threshold=0.0)
    assert needed is not None
    assert theory <= needed <= theory + 12


def test_rounds_needed_is_the_first_step_that_suffices() -> None:
    needed = rounds_needed(0.15, paired_log_ratios, tests=4, repetitions=500)
    assert needed is not None
    assert needed % 6 == 0

    def power_at(rounds: int) -> float:
        noise = paired_log_ratios(rng([1, rounds]), (500, rounds))
        return power(paired_limits(noise, tests=4), 0.15)

    assert power_at(needed - 6) < 0.8 <= power_at(needed)


@pytest.mark.parametrize(("effect", "most"), [(0.05, 240), (0.06, 12)])
def test_what_cannot_be_found_needs_no_number_of_rounds(effect: float, most: int) -> None:
    assert rounds_needed(effect, paired_log_ratios, most=most, repetitions=100) is None


def test_resampled_noise_is_symmetric_and_made_of_what_was_seen() -> None:
    draws = resampler([0.1, 0.2])(rng(), (1000, 10))
    assert set(np.unique(draws)) == {-0.2, -0.1, 0.1, 0.2}
    assert np.mean(draws) == pytest.approx(0, abs=0.01)


def test_resampling_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="log ratios: there are no values"):
        resampler([])


def test_the_false_alarm_rate_of_equals_is_small_even_if_the_samples_lean() -> None:
    leaning = {case: 0.1 + x for case, x in enumerate(paired_log_ratios(rng(), (3, 20)))}
    rate = false_alarm_rate(leaning, repetitions=300, seed=2)
    assert 0 < rate <= 0.06
    assert rate == false_alarm_rate(leaning, repetitions=300, seed=2)
