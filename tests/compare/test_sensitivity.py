from __future__ import annotations

import re

import numpy as np
import pytest

from coldwarm.compare.sensitivity import paired_sight, unpaired_sight

RNG = np.random.default_rng(5)


def noise(rounds: int, sd: float = 0.13, cases: int = 4) -> list[np.ndarray]:
    return list(RNG.normal(0.0, sd, (cases, rounds)))


def smallest(sentence: str) -> int:
    found = re.search(r"power\): (\d+) %, with", sentence)
    assert found, sentence
    return int(found[1])


def test_more_pairs_less_noise_and_fewer_tests_see_more() -> None:
    middle = smallest(paired_sight(noise(24), tests=4, threshold=0.05))
    assert smallest(paired_sight(noise(60), tests=4, threshold=0.05)) < middle
    assert smallest(paired_sight(noise(24, sd=0.05), tests=4, threshold=0.05)) < middle
    assert smallest(paired_sight(noise(24), tests=60, threshold=0.05)) > middle


def test_an_effect_that_is_there_does_not_pass_for_noise() -> None:
    calm = noise(24)
    shifted = [values + 0.5 for values in calm]
    options = {"tests": 4, "threshold": 0.05}
    assert smallest(paired_sight(shifted, **options)) == pytest.approx(
        smallest(paired_sight(calm, **options)), abs=2
    )


@pytest.mark.parametrize("rounds", [1, 7])
def test_too_few_pairs_are_said(rounds: int) -> None:
    sentence = paired_sight(noise(rounds), tests=8, threshold=0.05)
    assert f"{rounds} pairs per case are too few for 8 tests" in sentence
    assert "verdicts, bytes and answers were compared all the same" in sentence


def test_two_runs_tell_the_fall_of_a_speedup() -> None:
    sentence = unpaired_sight(noise(25), noise(24), tests=4, threshold=0.1)
    assert sentence.startswith("Minimum detectable fall of the speedup (80 % power): ")
    assert 10 < smallest(sentence) < 40


def test_two_runs_without_noise_inside_them_still_differ() -> None:
    sentence = unpaired_sight(noise(25, sd=0.001), noise(25, sd=0.001), tests=1, threshold=0.1)
    # The threshold alone is a fall of 9 %.
    assert smallest(sentence) in (12, 13)


def test_two_short_runs_see_nothing() -> None:
    assert "too few" in unpaired_sight(noise(2), noise(2), tests=1, threshold=0.1)


def test_without_samples_there_is_nothing_to_say() -> None:
    assert paired_sight([], tests=0, threshold=0.05) == ""
    assert unpaired_sight([], [], tests=0, threshold=0.1) == ""
