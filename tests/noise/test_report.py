from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_samples import QUIET, Noise, fake_run
from fake_sides import stored_run

from coldwarm.noise import examine
from coldwarm.noise.noise_document import noise_document
from coldwarm.noise.report import needed_threshold
from coldwarm.text.markdown import render_markdown
from coldwarm.text.terminal import render_terminal

if TYPE_CHECKING:
    from coldwarm.run.store import Run


def twin_run(**changes: object) -> Run:
    options = {"apis": ("path",), "cache_modes": ("default", "default"), "rounds": 12}
    return stored_run(fake_run(**{**options, **changes}))


def test_a_noisier_machine_sees_less_and_needs_more_rounds() -> None:
    quiet, loud = (
        examine(twin_run(noise=Noise(sd=sd, outliers=0.0)), effects=(0.2,)).cases[0]
        for sd in (0.03, 0.12)
    )
    assert quiet.spread is not None
    assert loud.spread is not None
    assert quiet.spread == pytest.approx(0.03 * 2**0.5, rel=0.5)
    assert loud.spread > 2 * quiet.spread
    assert quiet.smallest is not None
    assert loud.smallest is not None
    assert loud.smallest > quiet.smallest
    assert (loud.rounds[0][1] or 999) > (quiet.rounds[0][1] or 999)


def test_equals_are_not_flagged_and_alarms_are_rare() -> None:
    report = examine(twin_run(models=("resnet50", "vgg19")), effects=())
    assert report.tests == 2
    assert report.false_alarms is not None
    assert report.false_alarms <= 0.08
    assert not any(entry.flagged for entry in report.cases)


def test_too_few_rounds_see_nothing_and_say_so() -> None:
    report = examine(twin_run(rounds=4), effects=(0.1,))
    assert report.cases[0].smallest is None
    assert report.false_alarms == 0
    row = next(
        line for line in render_terminal(noise_document(report)).splitlines() if "warm load" in line
    )
    assert row.split()[:6] == ["warm", "load", "time", "4", row.split()[4], "%"]
    assert " - " in row


def test_without_noise_six_rounds_suffice() -> None:
    (entry,) = examine(twin_run(noise=QUIET), effects=(0.1,)).cases
    assert entry.spread == 0
    assert entry.rounds == ((0.1, 6),)


def test_cases_that_never_hit_have_no_pairs() -> None:
    report = examine(twin_run(outcome=lambda _: "silent_miss"))
    assert report.false_alarms is None
    assert report.cases[0].pairs == 0
    assert "no case has a pair of proven hits" in render_terminal(noise_document(report))
    assert "no case has a pair of proven hits" in render_markdown(noise_document(report))


def test_every_time_that_decides_is_a_test_of_its_own() -> None:
    report = examine(twin_run(), deciding=("warm_load", "cold_load"), effects=())
    assert [entry.metric for entry in report.cases] == ["warm_load", "cold_load"]
    assert report.tests == 2


@pytest.mark.parametrize(("effect", "threshold"), [(0.05, 0.025), (0.10, 0.05), (0.20, 0.05)])
def test_an_effect_below_the_threshold_needs_a_lower_one(effect: float, threshold: float) -> None:
    assert needed_threshold(effect, 0.05) == threshold
