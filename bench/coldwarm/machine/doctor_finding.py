"""DoctorFinding: one thing that was looked at, how bad it is, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

SEVERITIES = ("bad", "warn", "ok")
"""Worst first. ``bad`` makes numbers of this run doubtful, ``warn`` makes them wider."""


@dataclass(frozen=True)
class DoctorFinding:
    """One finding of the doctor.

    Attributes:
        severity: one of `SEVERITIES`.
        topic: what it is about, one word or two.
        finding: a sentence on what is so.
        remedy: what to do, with the command where there is one; empty where nothing is needed.
        effect: what that does to the numbers of a run; empty where it does nothing.
    """

    severity: str
    topic: str
    finding: str
    remedy: str = ""
    effect: str = ""

    @property
    def warning(self) -> str:
        """What is so and what it does to the numbers, in sentences."""
        return f"{self.finding} {self.effect}".rstrip()

    def to_json(self) -> dict[str, Any]:
        """Return the advice as a JSON object."""
        return asdict(self)


def graded(value: float, *, warn: float, bad: float) -> str:
    """Return the severity of a value that is worse the larger it is."""
    if value >= bad:
        return "bad"
    return "warn" if value >= warn else "ok"


def graded_low(value: float, *, warn: float, bad: float) -> str:
    """Return the severity of a value that is worse the smaller it is."""
    return graded(-value, warn=-warn, bad=-bad)
