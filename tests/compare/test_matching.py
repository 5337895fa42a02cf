from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from fake_sides import evidence

from coldwarm.compare.matching import (
    ComparisonError,
    choose_axis,
    match_along,
    match_runs,
    name_without,
)
from coldwarm.experiment.case import Case

if TYPE_CHECKING:
    from coldwarm.analysis.cases import CaseSummary


def cases(*found: Case) -> dict[str, CaseSummary]:
    return {case.case_id: evidence(case=case) for case in found}


BOTH = cases(
    Case("resnet50", encryption="none"),
    Case("resnet50", encryption="base64"),
    Case("vgg19", encryption="none"),
    Case("vgg19", encryption="base64"),
)


def test_runs_are_matched_case_by_case() -> None:
    here, gone, new = Case("resnet50"), Case("gpt2"), Case("vgg19")
    found = match_runs(cases(here, gone), cases(new, here))
    assert [pair.name for pair in found.pairs] == ["resnet50 / CPU / path"]
    assert found.only_base == ("gpt2 / CPU / path",)
    assert found.only_head == ("vgg19 / CPU / path",)


def test_along_an_axis_cases_are_matched_that_differ_in_nothing_else() -> None:
    found = match_along(BOTH, "encryption", "none")
    assert [
        (pair.name, pair.base.case.encryption, pair.head.case.encryption) for pair in found.pairs
    ] == [
        ("resnet50 / CPU / path", "none", "base64"),
        ("vgg19 / CPU / path", "none", "base64"),
    ]
    assert not found.only_base
    assert not found.only_head


def test_several_values_are_named_and_each_has_the_base() -> None:
    three = cases(*(Case("m", encryption=each) for each in ("none", "base64", "identity")))
    found = match_along(three, "encryption", "none")
    assert [pair.name for pair in found.pairs] == [
        "m / CPU / path, encryption base64",
        "m / CPU / path, encryption identity",
    ]


def test_cases_without_counterpart_are_left_over() -> None:
    some = cases(Case("a"), Case("b", encryption="base64"))
    found = match_along(some, "encryption", "none")
    assert found.pairs == ()
    assert found.only_base == ("a / CPU / path",)
    assert found.only_head == ("b / CPU / path / base64",)


def test_properties_are_matched_by_content() -> None:
    one, two = {"NUM_STREAMS": 1, "A": 2}, {"A": 2, "NUM_STREAMS": 1}
    some = cases(Case("m", properties=one), Case("m", properties={}))
    axis, base = choose_axis(some, "properties", '{"NUM_STREAMS":1,  "A": 2}', None)
    assert base == '{"A": 2, "NUM_STREAMS": 1}'
    assert len(match_along(some, axis, base).pairs) == 1
    assert Case("m", properties=one).case_id == Case("m", properties=two).case_id


def test_the_experiment_says_the_axis_and_its_first_value_is_the_base() -> None:
    assert choose_axis(BOTH, None, None, "encryption") == ("encryption", "none")


@pytest.mark.parametrize(
    ("axis", "base", "sentence"),
    [
        (None, None, "name the axis to compare along with --along; .* model, encryption"),
        ("encrpytion", None, 'unknown axis "encrpytion", did you mean "encryption"?'),
        ("encryption", "base46", 'unknown value of encryption "base46", did you mean "base64"?'),
        ("api", None, "every case of this run has the api path: nothing to compare"),
    ],
)
def test_says_what_is_wrong_with_axis_or_base(
    axis: str | None, base: str | None, sentence: str
) -> None:
    with pytest.raises(ComparisonError, match=re.sub(r"\?$", r"\\?", sentence)) as raised:
        choose_axis(BOTH, axis, base, None)
    assert raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("axis", "name"),
    [
        ("model", "GPU / import / OPTIMIZE_SIZE / base64 / evicted / A=1"),
        ("device", "m / import / OPTIMIZE_SIZE / base64 / evicted / A=1"),
        ("api", "m / GPU / OPTIMIZE_SIZE / base64 / evicted / A=1"),
        ("cache_mode", "m / GPU / import / base64 / evicted / A=1"),
        ("encryption", "m / GPU / import / OPTIMIZE_SIZE / evicted / A=1"),
        ("storage", "m / GPU / import / OPTIMIZE_SIZE / base64 / A=1"),
        ("properties", "m / GPU / import / OPTIMIZE_SIZE / base64 / evicted"),
    ],
)
def test_a_name_can_do_without_one_axis(axis: str, name: str) -> None:
    case = Case("m", "GPU", "import", "OPTIMIZE_SIZE", "base64", "installed", {"A": 1}, "evicted")
    assert name_without(case, axis) == name
