from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_sides import evidence

from coldwarm.compare.tolerances import compare_steady
from coldwarm.experiment.case import Case

if TYPE_CHECKING:
    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.compare.result import MetricResult

MB = 1e6


def result_of(
    base: CaseSummary, head: CaseSummary, name: str, **options: object
) -> MetricResult | None:
    results = compare_steady(base, head, **options)
    return next((each for each in results if each.metric.name == name), None)


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
        # Below four samples a side nothing tells an odd start from a change.
        ([240], [260], "inconclusive"),
        ([240] * 12, [260] * 3, "inconclusive"),
        ([240] * 4, [260] * 4, "worse"),
        ([240], [241], "same"),
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
    assert "unencrypted" in result.reason


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
