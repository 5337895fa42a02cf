"""Which cases did not settle, and what it would take."""

from __future__ import annotations

from typing import Any

import pytest
from fake_samples import QUIET, Noise, fake_frame, fake_run

from coldwarm.analysis.precision_reached import unsettled
from coldwarm.analysis.summarise import summarise


def told(precision: float | None, **options: Any) -> list[str]:  # noqa: ANN401
    options = {"apis": ["path"], "cache_modes": ["default"], "noise": QUIET, **options}
    return unsettled(summarise(fake_frame(fake_run(**options))), precision)


def test_a_case_that_is_known_well_enough_is_not_told() -> None:
    assert told(0.05) == []


def test_nothing_is_told_where_nothing_was_asked_for() -> None:
    assert told(None, noise=Noise(sd=0.5)) == []


def test_what_is_hardly_too_wide_does_not_look_narrow_enough() -> None:
    (sentence,) = told(0.05, noise=Noise(sd=0.0627, outliers=0.0))
    assert sentence == (
        "resnet50 / CPU / path: speedup known to 5.1 %, not 5 %; that takes about 18 rounds"
    )


def test_a_precision_of_half_a_percent_keeps_its_half() -> None:
    (sentence,) = told(0.025, noise=Noise(sd=0.066, outliers=0.0))
    assert "known to 5.3 %, not 2.5 %" in sentence


def test_rounds_between_two_looks_change_nothing() -> None:
    noise = Noise(sd=0.3)
    assert told(0.025, rounds=17, noise=noise) == told(0.025, rounds=12, noise=noise)


@pytest.mark.parametrize(("rounds", "done"), [(1, "1 round"), (11, "11 rounds")])
def test_rounds_before_the_first_look_settle_nothing(rounds: int, done: str) -> None:
    (sentence,) = told(0.05, rounds=rounds)
    assert sentence.endswith(f": {done} with a proven hit, it takes 12 at least")


def test_a_case_without_a_hit_cannot_settle() -> None:
    (sentence,) = told(0.05, outcome=lambda _: "silent_miss")
    assert sentence == "resnet50 / CPU / path: no proven hit, cannot settle"


def test_a_case_that_cannot_work_here_is_left_out() -> None:
    assert told(0.05, outcome=lambda _: "unsupported") == []
