from __future__ import annotations

import pytest

from coldwarm.machine.doctor_finding import DoctorFinding, graded, graded_low


@pytest.mark.parametrize(
    ("value", "severity"), [(0.9, "ok"), (1.0, "warn"), (1.9, "warn"), (2.0, "bad"), (9.0, "bad")]
)
def test_larger_is_worse(value: float, severity: str) -> None:
    assert graded(value, warn=1.0, bad=2.0) == severity


@pytest.mark.parametrize(
    ("value", "severity"), [(9.0, "ok"), (4.0, "warn"), (2.1, "warn"), (2.0, "bad"), (0.0, "bad")]
)
def test_smaller_is_worse(value: float, severity: str) -> None:
    assert graded_low(value, warn=4.0, bad=2.0) == severity


def test_advice_is_plain_data() -> None:
    assert DoctorFinding("warn", "boost", "Boost is on.", "Turn it off.").to_json() == {
        "severity": "warn",
        "topic": "boost",
        "finding": "Boost is on.",
        "remedy": "Turn it off.",
        "effect": "",
    }
