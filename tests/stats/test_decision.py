from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.stats.decision import decide_paired, decide_unpaired

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPREAD = np.linspace(-0.02, 0.02, 24)


def around(ratio: float, spread: NDArray[np.float64] = SPREAD) -> NDArray[np.float64]:
    return math.log(ratio) + spread


@pytest.mark.parametrize(
    ("ratio", "verdict"),
    [
        (1.2, "slower"),
        (1 / 1.2, "faster"),
        (1.0, "same"),
        (1.03, "same"),
        (1.055, "slower"),
        (1.049, "inconclusive"),
    ],
)
def test_paired_verdicts(ratio: float, verdict: str) -> None:
    decision = decide_paired({"load": around(ratio)})["load"]
    assert decision.verdict == verdict
    assert decision.flagged is (verdict in ("slower", "faster"))
    assert decision.estimate.value == pytest.approx(ratio)


@pytest.mark.parametrize(
    ("ratio", "verdict"),
    [
        (1.2, "slower"),
        (1 / 1.2, "faster"),
        (1.0, "same"),
        (1.09, "same"),
        (1.105, "inconclusive"),
        (1.12, "slower"),
    ],
)
def test_unpaired_verdicts(ratio: float, verdict: str) -> None:
    decision = decide_unpaired({"load": (SPREAD, around(ratio))})["load"]
    assert decision.verdict == verdict
    assert decision.estimate.value == pytest.approx(ratio)


def test_paired_and_unpaired_differ_in_whether_the_interval_must_clear_the_threshold() -> None:
    wide = 6 * SPREAD
    head = around(1.14, wide)
    assert decide_paired({1: head}, threshold=0.10)[1].verdict == "slower"
    assert decide_unpaired({1: (wide, head)})[1].verdict == "inconclusive"


def test_of_a_speedup_more_is_faster() -> None:
    decisions = decide_paired(
        {"load": around(1.3), "speedup": around(1.3), "lower": around(0.7), "same": around(1)},
        higher_is_better={"speedup", "lower", "same"},
    )
    verdicts = {key: decision.verdict for key, decision in decisions.items()}
    assert verdicts == {"load": "slower", "speedup": "faster", "lower": "slower", "same": "same"}
    assert decisions["speedup"].estimate.value == pytest.approx(1.3)


def test_a_small_change_is_not_flagged_however_certain() -> None:
    decision = decide_paired({1: np.full(60, math.log(1.02))})[1]
    assert decision.adjusted.p < 1e-9
    assert decision.verdict == "same"


def test_a_large_noisy_estimate_is_not_flagged() -> None:
    x = np.random.default_rng(1).normal(0.1, 1, 20)
    assert decide_paired({1: x})[1].verdict == "inconclusive"


def test_the_same_sample_is_flagged_alone_and_not_in_a_large_family() -> None:
    x = around(1.1, 12 * SPREAD)
    quiet = dict.fromkeys(range(60), SPREAD)
    assert decide_paired({"x": x})["x"].verdict == "slower"
    assert decide_paired({"x": x, **quiet})["x"].verdict == "inconclusive"


def test_what_is_clear_by_itself_says_that_the_family_is_too_large() -> None:
    base, head = 3 * SPREAD, around(1.24, 3 * SPREAD)
    quiet = dict.fromkeys(range(59), (SPREAD, SPREAD))
    decision = decide_unpaired({"x": (base, head), **quiet}, threshold=0.2)["x"]
    assert decision.estimate.low > 1.2
    assert decision.adjusted.low < 1.2
    assert decision.reason == "clear by itself, but not certain enough among 60 tests"


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.4))
def test_flags_intervals_and_adjusted_p_are_one_statement(seed: int, effect: float) -> None:
    rng = np.random.default_rng(seed)
    heads = dict(enumerate(rng.normal(effect * rng.integers(0, 2, (8, 1)), 0.13, (8, 18))))
    for decision in decide_paired(heads).values():
        adjusted = decision.adjusted
        excluded = not adjusted.low <= 1 <= adjusted.high
        assert excluded == (adjusted.p <= 0.05)
        assert decision.flagged == (excluded and abs(math.log(adjusted.value)) > math.log(1.05))
    bases = rng.normal(0, 0.13, (8, 20))
    for decision in decide_unpaired({k: (bases[k], heads[k]) for k in heads}).values():
        adjusted = decision.adjusted
        beyond = adjusted.low > 1.1 or adjusted.high < 1 / 1.1
        assert decision.flagged == beyond == (adjusted.p <= 0.05)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(st.integers(0, 2**32 - 1), st.floats(-0.3, 0.3))
def test_exchanging_base_and_head_exchanges_slower_and_faster(seed: int, effect: float) -> None:
    rng = np.random.default_rng(seed)
    base, head = rng.normal(0, 0.1, 12), rng.normal(effect, 0.1, 15)
    swap = {"slower": "faster", "faster": "slower"}
    there = decide_unpaired({1: (base, head)})[1].verdict
    assert decide_unpaired({1: (head, base)})[1].verdict == swap.get(there, there)
    there = decide_paired({1: head})[1].verdict
    assert decide_paired({1: -head})[1].verdict == swap.get(there, there)


@pytest.mark.parametrize("n", range(1, 6))
def test_too_few_pairs_are_inconclusive_and_say_so(n: int) -> None:
    decision = decide_paired({1: [0.7] * n})[1]
    assert decision.verdict == "inconclusive"
    assert decision.reason == f"too few pairs ({n}) for a 95 % interval: 6 are needed"


def test_too_few_pairs_for_the_family_say_how_many_it_takes() -> None:
    decisions = decide_paired({case: [0.7] * 11 for case in range(60)})
    assert {decision.verdict for decision in decisions.values()} == {"inconclusive"}
    assert decisions[0].reason == "too few pairs (11) for a 99.91 % interval: 12 are needed"


def test_one_sample_on_each_side_is_inconclusive() -> None:
    assert decide_unpaired({1: ([1.0], [9.0])})[1].verdict == "inconclusive"


def test_twenty_against_twenty_one_and_six_against_six_work() -> None:
    rng = np.random.default_rng(3)
    for n, m in ((20, 21), (6, 6)):
        base = rng.normal(0, 0.02, n)
        assert decide_unpaired({1: (base, rng.normal(0.5, 0.02, m))})[1].verdict == "slower"
        assert decide_unpaired({1: (base, rng.normal(0.0, 0.02, m))})[1].verdict == "same"


def test_equal_values_are_the_same_and_never_significant() -> None:
    assert decide_paired({1: [0.0] * 12})[1].verdict == "same"
    decision = decide_unpaired({1: ([5.0] * 20, [5.0] * 21)})[1]
    assert (decision.verdict, decision.adjusted.p, decision.estimate.p) == ("same", 1.0, 1.0)


def test_reasons_tell_a_small_change_from_a_wide_interval() -> None:
    small = decide_paired({1: around(1.049)})[1]
    assert small.reason == "there is a change, but it may be below the threshold"
    wide = decide_paired({1: 10 * SPREAD})[1]
    assert wide.reason.startswith("the interval reaches beyond the threshold")
    assert decide_paired({1: around(1.3)})[1].reason == ""


def test_an_empty_family_has_no_decisions() -> None:
    assert decide_paired({}) == {}
    assert decide_unpaired({}) == {}


def test_the_member_that_is_refused_is_named() -> None:
    with pytest.raises(ValueError, match=r"^resnet50: differences: 1 of 2 values are not finite"):
        decide_paired({"minilm": [0.1], "resnet50": [0.1, math.nan]})
    with pytest.raises(ValueError, match=r"^resnet50: head: there are no values"):
        decide_unpaired({"resnet50": ([0.1], [])})
