from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.experiment.scalars import fraction, property_value, seconds
from coldwarm.experiment.yaml_nodes import Plain

repeatable = settings(deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90s", 90), ("10m", 600), ("2h", 7200), ("1h30m", 5400), ("1.5m", 90), ("168h", 604800)],
)
def test_durations(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize(
    "text", ["", "90", "m", "10 m", "10min", "-5s", "1e3s", "5s later", "٣s", "1..5s"]
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration: write a number and a unit"):
        seconds(text)


@pytest.mark.parametrize("text", ["0s", "0h0m", "169h", "9" * 500 + "h"])
def test_durations_out_of_range(text: str) -> None:
    with pytest.raises(ValueError, match="out of range: more than 0s, at most 168h"):
        seconds(text)


def test_percentages() -> None:
    assert fraction("5%") == 0.05
    assert fraction("2.5 %") == 0.025


@pytest.mark.parametrize("text", ["", "5", "0.05", "%", "-5%", "5%%", "five%"])
def test_what_is_no_percentage(text: str) -> None:
    with pytest.raises(ValueError, match="is not a percentage"):
        fraction(text)


@pytest.mark.parametrize("text", ["0%", "100%", "250%"])
def test_percentages_out_of_range(text: str) -> None:
    with pytest.raises(ValueError, match="out of range"):
        fraction(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4", 4),
        ("-1", -1),
        ("+7", 7),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("true", True),
        ("False", False),
        ("YES", "YES"),
        ("on", "on"),
        ("LATENCY", "LATENCY"),
        ("0x10", "0x10"),
        ("1_000", "1_000"),
        ("2025.4.1", "2025.4.1"),
        ("1e999", "1e999"),
        (".nan", ".nan"),
        ("9" * 30, "9" * 30),
        ("٣", "٣"),
        ("${model_bin}", "${model_bin}"),
    ],
)
def test_types_of_unquoted_properties(text: str, expected: object) -> None:
    value = property_value(Plain(text))
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize("text", ["4", "true", "0.5"])
def test_quotes_make_text(text: str) -> None:
    assert property_value(text) == text


def test_nested_properties() -> None:
    nested = {"DEVICE_PROPERTIES": {"CPU": {"NUM_STREAMS": Plain("2"), "HINTS": [Plain("true")]}}}
    assert property_value(nested) == {
        "DEVICE_PROPERTIES": {"CPU": {"NUM_STREAMS": 2, "HINTS": [True]}}
    }


@pytest.mark.parametrize("text", ["${modelbin}", "a/${}/b", "${model_bin"])
def test_placeholders_must_be_known_and_closed(text: str) -> None:
    with pytest.raises(ValueError, match=r"placeholder|closed"):
        property_value(text)


@repeatable
@given(st.text())
def test_any_text_has_a_value_or_a_complaint(text: str) -> None:
    try:
        value = property_value(Plain(text))
    except ValueError:
        return
    assert isinstance(value, str | int | float)
    assert isinstance(value, str) or math.isfinite(value)
