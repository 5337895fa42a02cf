"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coldwarm.stats.ranges import Range
from coldwarm.text import numbers as q


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0"),
        (0.0012, "0.0012"),
        (0.17, "0.17"),
        (2.43, "2.4"),
        (16.4, "16"),
        (412.4, "412"),
        (1844, "1\u202f844"),
        (-3.4, "\u22123.4"),
        (None, "\u2013"),
        (math.nan, "\u2013"),
        (math.inf, "\u2013"),
    ],
)
def test_two_digits_or_all_before_the_point(value: float | None, shown: str) -> None:
    assert q.number(value) == shown


@given(st.floats(1e-6, 1e9))
def test_what_is_shown_is_within_five_percent(value: float) -> None:
    shown = float(q.number(value).replace(q.NARROW_SPACE, ""))

    assert shown == pytest.approx(value, rel=0.05)


@pytest.mark.parametrize(
    ("value", "shown"), [(0.9949, "0.995"), (1.053, "1.05"), (11.82, "11.8"), (123.4, "123")]
)
def test_ratios_have_a_digit_more(value: float, shown: str) -> None:
    assert q.ratio(value) == shown


def test_units() -> None:
    assert q.ms(412.3) == "412 ms"
    assert q.megabytes(102_000_000) == "102 MB"
    assert q.percent(0.00172) == "0.17 %"


@pytest.mark.parametrize(
    ("estimate", "shown"),
    [
        (Range(), "\u2013"),
        (Range(2.43), "2.43"),
        (Range(2.43, 2.2, 2.71, 0.95, 8), "2.43 (2.20 to 2.71)"),
        (Range(2.43, 2.2, 2.71, 0.9375, 5), "2.43 (2.20 to 2.71, 93.75 %)"),
        (Range(2.43, 2.2, 2.71, None, 4), "2.43 (2.20 to 2.71, range of 4 rounds)"),
    ],
)
def test_an_estimate_shows_its_interval_where_it_has_one(estimate: Range, shown: str) -> None:
    assert q.estimated_ratio(estimate) == shown


def test_a_duration_shows_its_unit_once() -> None:
    assert q.estimated_ms(Range(64.2, -63.8, 135, 0.95, 6)) == "64 ms (\u221264 to 135)"


def test_an_interval_without_ends_is_empty() -> None:
    assert q.interval(None, 3) == ""
    assert q.interval(0.0, math.inf) == ""


@pytest.mark.parametrize(
    ("value", "shown"), [(-2, "0.0"), (0.62, "0.6"), (9.96, "10.0"), (31.2, "31"), (None, "\u2013")]
)
def test_starts_are_never_fewer_than_none(value: float | None, shown: str) -> None:
    assert q.starts(value) == shown


def test_counts_and_lists_read_as_prose() -> None:
    assert [q.counted(count, "start") for count in (0, 1, 2)] == ["0 starts", "1 start", "2 starts"]
    assert [q.listed(list(items)) for items in ("", "a", "ab", "abc")] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


@pytest.mark.parametrize(
    ("confidence", "shown"),
    [(0.95, "95 %"), (1 - 0.05 / 3, "98.33 %"), (0.9375, "93.75 %"), (1 - 1e-6, "99.99 %")],
)
def test_a_confidence_has_two_decimals_at_most_and_is_never_overstated(
    confidence: float, shown: str
) -> None:
    assert q.percentage(confidence) == shown
