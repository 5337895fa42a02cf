from __future__ import annotations

import pytest
from fake_sides import evidence

from coldwarm.compare.answers import compare_answers


@pytest.mark.parametrize(
    ("base", "head", "words", "verdict"),
    [
        ({}, {}, ("right", "right"), "same"),
        ({}, {"verdicts": {"wrong": 2}}, ("right", "wrong"), "worse"),
        ({}, {"verdicts": {"hit": 9, "stale": 1}}, ("right", "stale"), "worse"),
        ({"verdicts": {"wrong": 2}}, {}, ("wrong", "right"), "better"),
        ({"verdicts": {"wrong": 2}}, {"verdicts": {"wrong": 2}}, ("wrong", "wrong"), "same"),
        ({}, {"answers": frozenset({"b2"})}, ("right", "right"), "worse"),
        (
            {},
            {"verdicts": {"not_comparable": 2}},
            ("right", "not reproducible"),
            "inconclusive",
        ),
        ({}, {"verdicts": {"silent_miss": 2}}, ("right", "not cached"), "same"),
    ],
)
def test_answers_are_compared_in_words_and_bits(
    base: dict[str, object], head: dict[str, object], words: tuple[str, str], verdict: str
) -> None:
    result = compare_answers(evidence(**base), evidence(**head))
    assert ((result.base, result.head), result.verdict) == (words, verdict)


@pytest.mark.parametrize(
    ("changes", "options", "cause"),
    [
        ({"model": "m2"}, {}, "the model's files"),
        ({"versions": frozenset({"2027.0"})}, {}, "the OpenVINO version"),
        ({}, {"axis": "device"}, "device"),
        ({}, {"other_host": True}, "the host"),
    ],
)
def test_other_bits_are_no_regression_where_there_is_a_reason_for_them(
    changes: dict[str, object], options: dict[str, object], cause: str
) -> None:
    head = evidence(answers=frozenset({"b2"}), **changes)
    result = compare_answers(evidence(), head, **options)
    assert result.verdict == "shown"
    assert cause in result.reason


@pytest.mark.parametrize("axis", ["encryption", "cache_mode", "storage", "api"])
def test_other_bits_along_an_axis_that_must_not_change_them_are_a_regression(axis: str) -> None:
    head = evidence(answers=frozenset({"b2"}))
    assert compare_answers(evidence(), head, axis=axis).is_regression
