from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.experiment.case import Case
from coldwarm.experiment.matrix import cells, expand, matches, size, why_unmatched

repeatable = settings(deadline=None, derandomize=True)

AXIS_VALUES: dict[str, list[Any]] = {
    "model": ["resnet50", "gpt2"],
    "device": ["CPU", "GPU"],
    "api": ["read_model", "path", "import"],
    "cache_mode": ["default", "OPTIMIZE_SPEED", "OPTIMIZE_SIZE"],
    "encryption": ["none", "base64"],
    "properties": [{}, {"A": 1}, {"A": True}, {"A": 1, "B": "x"}],
    "storage": ["hot", "evicted"],
}


def some_of(values: list[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3)


AXES_OF_A_MATRIX = st.fixed_dictionaries(
    {"model": some_of(AXIS_VALUES["model"])},
    optional={axis: some_of(values) for axis, values in AXIS_VALUES.items() if axis != "model"},
)
RULES = st.lists(
    st.fixed_dictionaries(
        {}, optional={axis: some_of(values) for axis, values in AXIS_VALUES.items()}
    ).filter(bool),
    max_size=3,
)
CASES = st.builds(Case, **{axis: st.sampled_from(values) for axis, values in AXIS_VALUES.items()})


def ids(cases: Any) -> list[str]:  # noqa: ANN401
    return [case.case_id for case in cases]


def test_expands_in_the_order_of_the_axes_and_of_the_file() -> None:
    cases = expand({"api": ["path", "read_model"], "model": ["b", "a"]})
    assert [(case.model, case.api) for case in cases] == [
        ("b", "path"),
        ("b", "read_model"),
        ("a", "path"),
        ("a", "read_model"),
    ]


def test_included_cases_come_last_and_escape_the_rules() -> None:
    extra = Case("m", device="GPU")
    cases = expand({"model": ["m"]}, exclude=[{"model": "m"}], include=[extra, extra])
    assert cases == (extra,)


def test_an_included_case_of_the_matrix_is_no_second_one() -> None:
    assert expand({"model": ["m"]}, include=[Case("m")]) == (Case("m"),)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({}, True),
        ({"device": "CPU"}, True),
        ({"device": ["GPU", "CPU"]}, True),
        ({"device": ("GPU", "NPU")}, False),
        ({"device": "CPU", "api": "import"}, False),
        ({"properties": {"B": 2, "A": 1}}, True),
        ({"properties": {"A": 1}}, False),
        ({"properties": {"A": True, "B": 2}}, False),
        ({"properties": [{}, {"A": 1, "B": 2}]}, True),
    ],
)
def test_patterns(pattern: dict[str, Any], expected: bool) -> None:  # noqa: FBT001
    assert matches(pattern, Case("m", properties={"A": 1, "B": 2})) is expected


def test_says_which_value_is_not_there() -> None:
    cases = [Case("resnet50"), Case("gpt2", api="read_model")]
    assert why_unmatched({"api": "read_model", "model": "resnet5"}, cases) == (
        'no case has model "resnet5", did you mean "resnet50"? There is: resnet50, gpt2'
    )
    assert why_unmatched({"device": ["GPU", "NPU"]}, cases) == (
        'no case has device "GPU" or "NPU". There is: CPU'
    )
    assert why_unmatched({"api": "read_model", "model": "resnet50"}, cases) == (
        "each of these values occurs, but in no case together"
    )


@repeatable
@given(AXES_OF_A_MATRIX)
def test_size_is_the_number_of_cells(axes: dict[str, list[Any]]) -> None:
    assert size(axes) == len(list(cells(axes)))


@repeatable
@given(AXES_OF_A_MATRIX, RULES, st.lists(CASES, max_size=2))
def test_no_case_comes_twice(
    axes: dict[str, list[Any]], rules: list[dict[str, Any]], extra: list[Case]
) -> None:
    found = ids(expand(axes, exclude=rules, include=extra))
    assert len(found) == len(set(found))


@repeatable
@given(AXES_OF_A_MATRIX, RULES)
def test_excluding_only_takes_away(axes: dict[str, list[Any]], rules: list[dict[str, Any]]) -> None:
    everything = expand(axes)
    kept = expand(axes, exclude=rules)
    assert set(ids(kept)) <= set(ids(everything))
    assert ids(kept) == [case_id for case_id in ids(everything) if case_id in set(ids(kept))]
    assert not any(matches(rule, case) for rule in rules for case in kept)


@repeatable
@given(AXES_OF_A_MATRIX, RULES)
def test_only_what_a_rule_matches_is_taken_away(
    axes: dict[str, list[Any]], rules: list[dict[str, Any]]
) -> None:
    spared = [cell for cell in cells(axes) if not any(matches(rule, cell) for rule in rules)]
    assert set(ids(expand(axes, exclude=rules))) == set(ids(spared))


@repeatable
@given(RULES, st.lists(CASES, min_size=1, max_size=4))
def test_what_matches_nothing_has_a_reason(rules: list[dict[str, Any]], cases: list[Case]) -> None:
    for rule in rules:
        if not any(matches(rule, case) for case in cases):
            assert why_unmatched(rule, cases)
