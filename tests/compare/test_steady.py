from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_sides import evidence

from coldwarm.compare.steady import compare_answers, compare_steady, compare_verdicts
from coldwarm.experiment.case import Case

if TYPE_CHECKING:
    from coldwarm.compare.evidence import Evidence
    from coldwarm.compare.result import Result

MB = 1e6


def result_of(base: Evidence, head: Evidence, name: str, **options: object) -> Result | None:
    results = compare_steady(base, head, **options)
    return next((each for each in results if each.metric.name == name), None)


@pytest.mark.parametrize(
    ("base", "head", "verdict"),
    [
        ({"hit": 12}, {"hit": 12}, "same"),
        ({"hit": 12}, {"silent_miss": 12}, "worse"),
        ({"hit": 12}, {"hit": 11, "silent_miss": 1}, "worse"),
        ({"hit": 1}, {"not_cached": 1}, "worse"),
        ({"hit": 12}, {"unsupported": 12}, "worse"),
        ({"hit": 12}, {"wrong": 12}, "worse"),
        ({"silent_miss": 12}, {"hit": 12}, "better"),
        ({"silent_miss": 12}, {"wrong": 12}, "worse"),
        ({"stale": 12}, {"silent_miss": 12}, "better"),
        ({"silent_miss": 12}, {"silent_miss": 12}, "same"),
        ({"silent_miss": 12}, {"not_cached": 12}, "changed"),
        ({"hit": 12}, {"not_comparable": 12}, "same"),
        # One miss more or less among mixed ones is chance; many are not.
        ({"hit": 11, "partial": 1}, {"hit": 10, "partial": 2}, "same"),
        ({"hit": 11, "partial": 1}, {"hit": 2, "partial": 10}, "worse"),
        ({"hit": 2, "partial": 10}, {"hit": 11, "partial": 1}, "better"),
        ({"hit": 1, "partial": 1}, {"partial": 2}, "same"),
    ],
)
def test_verdicts_are_compared_by_what_the_cache_served(
    base: dict[str, int], head: dict[str, int], verdict: str
) -> None:
    assert compare_verdicts(evidence(verdicts=base), evidence(verdicts=head)).verdict == verdict


def test_a_case_that_stops_hitting_says_why_and_what_to_do() -> None:
    head = evidence(verdicts={"silent_miss": 3}, reason="compiled again", remedy="use SPEED")
    result = compare_verdicts(evidence(), head)
    assert (result.base, result.head) == ("hit", "silent_miss")
    assert result.reason == "compiled again. Remedy: use SPEED"
    assert result.is_regression


def test_a_case_whose_every_start_fails_has_stopped_hitting() -> None:
    result = compare_verdicts(evidence(), evidence(verdicts={}, failed=12))
    assert (result.verdict, result.head) == ("worse", "failed")


def test_a_start_that_failed_beside_hits_is_no_other_verdict() -> None:
    result = compare_verdicts(evidence(), evidence(verdicts={"hit": 11}, failed=1))
    assert result.verdict == "same"


@pytest.mark.parametrize("failed", [0, 5])
def test_without_a_judged_start_nothing_is_decided(failed: int) -> None:
    nothing = evidence(verdicts={}, failed=failed)
    assert compare_verdicts(nothing, nothing).verdict == "inconclusive"


@pytest.mark.parametrize(
    ("base", "head", "verdict"),
    [
        ([100 * MB] * 5, [100 * MB] * 5, "same"),
        ([100 * MB] * 5, [100.9 * MB] * 5, "same"),
        ([100 * MB] * 5, [101.1 * MB] * 5, "worse"),
        ([100 * MB] * 5, [98 * MB] * 5, "better"),
        ([100 * MB], [120 * MB], "worse"),
        # A few bytes in the header of a tiny blob are more than 1 % and nothing.
        ([10_000.0] * 5, [13_000.0] * 5, "same"),
    ],
)
def test_blob_sizes_are_gated_at_one_per_cent(
    base: list[float], head: list[float], verdict: str
) -> None:
    result = result_of(evidence({"blob": base}), evidence({"blob": head}), "blob")
    assert result is not None
    assert result.verdict == verdict


@pytest.mark.parametrize(
    ("base", "head", "verdict"),
    [
        ([240, 242, 246, 241, 243], [242, 240, 245, 244, 241], "same"),
        ([240, 242, 246, 241, 243], [262, 263, 266, 261, 264], "worse"),
        ([240, 242, 246, 241, 243], [221, 222, 226, 221, 223], "better"),
        # Two modes on both sides, mixed by chance.
        ([240, 240, 240, 300, 300], [300, 300, 300, 240, 240], "inconclusive"),
        # One odd start neither makes a regression nor hides one.
        ([240] * 12, [240] * 11 + [900], "same"),
        ([240] * 12, [300] * 11 + [240], "worse"),
        ([20] * 5, [23] * 5, "same"),
    ],
)
def test_memory_is_gated_at_five_per_cent_and_beyond_its_spread(
    base: list[float], head: list[float], verdict: str
) -> None:
    sides = [evidence({"warm_peak": [each * MB for each in side]}) for side in (base, head)]
    result = result_of(*sides, "warm_peak")
    assert result is not None
    assert result.verdict == verdict


def test_memory_read_in_other_ways_is_only_shown() -> None:
    base = evidence({"warm_peak": [100 * MB] * 5})
    head = evidence({"warm_peak": [200 * MB] * 5}, memory_methods=frozenset({"psutil"}))
    result = result_of(base, head, "warm_peak")
    assert result is not None
    assert (result.verdict, result.reason) == ("shown", "memory was read in different ways")


def test_bytes_of_other_hosts_are_only_shown() -> None:
    base, head = evidence({"blob": [100 * MB]}), evidence({"blob": [200 * MB]})
    result = result_of(base, head, "blob", other_host=True)
    assert result is not None
    assert result.verdict == "shown"


def test_less_encryption_is_worse() -> None:
    base, head = (
        evidence({"encrypted_share": [0.85] * 3}),
        evidence({"encrypted_share": [0.002] * 3}),
    )
    result = result_of(base, head, "encrypted_share")
    assert result is not None
    assert result.verdict == "worse"
    other = result_of(head, base, "encrypted_share")
    assert other is not None
    assert other.verdict == "better"


def test_ciphers_are_not_compared_by_how_many_bytes_they_return() -> None:
    base, head = evidence({"encrypted_share": [0.4]}), evidence({"encrypted_share": [0.3]})
    result = result_of(base, head, "encrypted_share", axis="encryption")
    assert result is not None
    assert result.verdict == "shown"


def test_callbacks_that_are_never_called_are_worse_even_than_none() -> None:
    base = evidence(case=Case("m", encryption="none"))
    head = evidence(case=Case("m", encryption="base64"), callbacks_ignored=True)
    result = result_of(base, head, "encrypted_share", axis="encryption")
    assert result is not None
    assert result.is_regression
    assert "in clear" in result.reason


def test_what_neither_side_measured_has_no_result() -> None:
    assert result_of(evidence(), evidence(), "blob") is None


@pytest.mark.parametrize(
    ("verdicts", "verdict"), [(None, "inconclusive"), ({"silent_miss": 3}, "shown")]
)
def test_what_one_side_lacks_is_a_gap_unless_its_verdict_says_why(
    verdicts: dict[str, int] | None, verdict: str
) -> None:
    base = evidence({"warm_peak": [100 * MB] * 3})
    result = result_of(base, evidence(verdicts=verdicts), "warm_peak")
    assert result is not None
    assert (result.verdict, result.head) == (verdict, None)


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
