from __future__ import annotations

import pytest
from fake_sides import evidence

from coldwarm.compare.correctness import compare_answers
from coldwarm.conditions import Difference


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


SEED = Difference("seed", "1", "2", inputs=True)
ISA = Difference("worker env ISA", "not set", "SSE41", bits=True, times=True)
OPENVINO = Difference(
    "OpenVINO's libraries of installed", "a", "b", "runtime", "installed", bits=True
)
TELEMETRY = Difference("telemetry", "off", "on", times=True)
UNKNOWN: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("inputs", "differs", "verdict"),
    [
        (({"i1"}, {"i2"}), (), "shown"),
        (({"i1"}, {"i2"}), (SEED,), "shown"),
        (({"i1"}, {"i1"}), (SEED,), "worse"),  # whole numbers are 0 whatever the seed
        ((UNKNOWN, {"i1"}), (SEED,), "shown"),
        ((UNKNOWN, UNKNOWN), (SEED,), "shown"),
        ((UNKNOWN, UNKNOWN), (), "worse"),
        (({"i1"}, {"i1"}), (TELEMETRY,), "worse"),
    ],
)
def test_only_answers_to_the_same_inputs_are_compared(
    inputs: tuple[set[str], set[str]], differs: tuple[Difference, ...], verdict: str
) -> None:
    base, head = (
        evidence(inputs=frozenset(asked), answers=frozenset({answer}))
        for asked, answer in zip(inputs, ("a1", "b2"), strict=True)
    )
    result = compare_answers(base, head, differs=differs)
    assert result.verdict == verdict
    assert (result.reason == "answers not comparable (other inputs)") == (verdict == "shown")


def test_a_wrong_answer_is_one_whatever_the_inputs() -> None:
    head = evidence(verdicts={"wrong": 1}, inputs=frozenset({"i2"}))
    assert compare_answers(evidence(), head, differs=(SEED, ISA)).is_regression


@pytest.mark.parametrize(
    ("differs", "versions", "cause"),
    [
        ((ISA, TELEMETRY), "2026.4.1", "where worker env ISA differs"),
        ((OPENVINO,), "2026.4.1", "where OpenVINO's libraries of installed differs"),
        ((OPENVINO,), "2027.0", "where the OpenVINO version differs"),
    ],
)
def test_conditions_that_change_bits_are_a_reason_for_other_bits(
    differs: tuple[Difference, ...], versions: str, cause: str
) -> None:
    head = evidence(answers=frozenset({"b2"}), versions=frozenset({versions}))
    result = compare_answers(evidence(), head, differs=differs)
    assert (result.verdict, result.reason) == ("shown", f"other bits, as may be {cause}")


@pytest.mark.parametrize("axis", ["encryption", "cache_mode", "storage", "api"])
def test_other_bits_along_an_axis_that_must_not_change_them_are_a_regression(axis: str) -> None:
    head = evidence(answers=frozenset({"b2"}))
    assert compare_answers(evidence(), head, axis=axis).is_regression
