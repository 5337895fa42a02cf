from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coldwarm.experiment.case import Case
from coldwarm.experiment.filters import only_cases
from coldwarm.pytest_plugin.starts import Clock, filters

CASES = [
    Case(*axes)
    for axes in product(("a", "b"), ("CPU", "AUTO:GPU,CPU"), ("path", "import"), ("default",))
]


@given(st.lists(st.floats(1e-9, 1e6), min_size=1))
def test_the_clock_shows_each_time_exactly_and_begins_again(times: list[float]) -> None:
    clock = Clock()
    clock.replay(times)
    shown = []
    for _ in range(2 * len(times)):
        clock.rewind()
        began = clock.measured_load_time()
        clock.advance()
        shown.append(clock.measured_load_time() - began)
    assert shown == times * 2


@given(st.sets(st.sampled_from(range(len(CASES))), min_size=1))
def test_the_filters_keep_every_chosen_case(numbers: set[int]) -> None:
    chosen = [CASES[number] for number in numbers]
    kept = only_cases(CASES, filters(CASES, chosen))
    assert set(numbers) <= {CASES.index(case) for case in kept}


@pytest.mark.parametrize("axis", ["model", "device", "api"])
def test_the_filters_leave_out_what_was_not_chosen(axis: str) -> None:
    value = getattr(CASES[0], axis)
    chosen = [case for case in CASES if getattr(case, axis) == value]
    assert filters(CASES, chosen) == [f"{axis}={value}"]
    assert filters(CASES, CASES) == []
