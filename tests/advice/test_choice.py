"""Which setting is best: intervals decide, the simplest wins a draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_samples import QUIET, fake_frame, fake_run

from coldwarm.advice.choice import Choice, choose, compare, complexity, warm_rounds
from coldwarm.analysis.metrics import WARM_LOAD
from coldwarm.analysis.summarise import summarise

if TYPE_CHECKING:
    from typing import Any

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.experiment.case import Case

MODES = ("default", "OPTIMIZE_SPEED", "OPTIMIZE_SIZE")


def chosen(**options: Any) -> Choice:  # noqa: ANN401
    """Let the cases of a made-up run compete by load time."""
    options = {"apis": ("path",), "cache_modes": MODES, **options}
    frame = fake_frame(fake_run(**options))
    choice = choose(summarise(frame), warm_rounds(summarise(frame), WARM_LOAD))
    assert choice is not None
    return choice


def modes(cases: tuple[CaseSummary, ...]) -> list[str]:
    return [case.axes["cache_mode"] for case in cases]


def slower(mode: str, factor: float) -> Any:  # noqa: ANN401
    def effect(case: Case, kind: str) -> float:
        return factor if kind == "warm" and case.cache_mode == mode else 1.0

    return effect


def test_equal_settings_tie_and_the_simplest_wins() -> None:
    choice = chosen(noise=QUIET)

    assert choice.best.axes["cache_mode"] == "default"
    assert modes(choice.ties) == ["OPTIMIZE_SPEED", "OPTIMIZE_SIZE"]
    assert choice.worse == ()


def test_noise_alone_makes_no_setting_worse() -> None:
    for seed in range(5):
        assert chosen(seed=seed, rounds=20).best.axes["cache_mode"] == "default"


def test_a_setting_proven_slower_is_worse() -> None:
    choice = chosen(rounds=20, effect=slower("default", 1.5))

    assert choice.best.axes["cache_mode"] == "OPTIMIZE_SPEED"
    assert modes(choice.worse) == ["default"]


def test_a_proven_difference_too_small_to_count_does_not_decide() -> None:
    choice = chosen(noise=QUIET, effect=slower("default", 1.03))

    assert choice.best.axes["cache_mode"] == "default"
    assert choice.lowest.axes["cache_mode"] != "default"


def test_too_few_rounds_prove_nothing_worse() -> None:
    assert chosen(rounds=3, noise=QUIET, effect=slower("default", 2.0)).worse == ()


def test_cases_without_proven_hits_do_not_compete() -> None:
    frame = fake_frame(fake_run(outcome=lambda _: "silent_miss"))

    assert choose(summarise(frame), warm_rounds(summarise(frame), WARM_LOAD)) is None


def test_neighbours_are_compared_in_pairs_and_others_are_not() -> None:
    frame = fake_frame(fake_run(apis=("path", "read_model"), cache_modes=MODES[:2], rounds=12))
    rounds = warm_rounds(summarise(frame), WARM_LOAD)
    cases = {(case.axes["api"], case.axes["cache_mode"]): case for case in summarise(frame)}
    path, speed = (rounds[cases["path", mode].case_id] for mode in MODES[:2])
    read = rounds[cases["read_model", "default"].case_id]

    assert compare(path, speed).m is None
    assert compare(path, read).m == 12


@pytest.mark.parametrize(
    ("simple", "complex_"),
    [
        ({"cache_modes": ["default"]}, {"cache_modes": ["OPTIMIZE_SIZE"]}),
        ({"apis": ["path"]}, {"apis": ["read_model"]}),
        ({"apis": ["read_model"]}, {"apis": ["import"]}),
        ({"encryptions": ["none"]}, {"encryptions": ["base64"]}),
        ({"properties": [{}]}, {"properties": [{"NUM_STREAMS": 2}]}),
        ({"cache_modes": ["OPTIMIZE_SIZE"]}, {"properties": [{"NUM_STREAMS": 2}]}),
    ],
)
def test_what_is_simpler(simple: dict[str, Any], complex_: dict[str, Any]) -> None:
    def rank(axes: dict[str, Any]) -> tuple[int, ...]:
        run = fake_run(**{"apis": ["path"], "cache_modes": ["default"], "rounds": 1, **axes})
        return complexity(summarise(fake_frame(run))[0])

    assert rank(simple) < rank(complex_)
