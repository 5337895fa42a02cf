"""The doctor: what makes numbers noisy on this machine, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldwarm.machine import memory_and_disk_checks, processor_checks
from coldwarm.machine.doctor_finding import SEVERITIES, DoctorFinding, graded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from coldwarm.machine.calibration import Calibration, Steadiness
    from coldwarm.machine.identity import Identity
    from coldwarm.machine.state import State

CV_WARN = 0.03
CV_BAD = 0.10
"""Robust coefficients of variation. A quiet machine stays below 1 or 2 %; on the shared virtual
machine on which coldwarm was developed single load times vary by 10 to 25 %."""

RATIO_WARN = 2.0
RATIO_BAD = 4.0

UNEVEN = (
    "A single time means little; medians and speedups hold, with intervals that are wide "
    "in proportion."
)

WORDS = {"ok": "steady", "warn": "uneven", "bad": "unsteady"}


def examine(
    state: State, identity: Identity, calibration: Calibration | None = None
) -> list[DoctorFinding]:
    """Return what was found, worst first.

    What could not be read is not mentioned here; `State.unknown` names it.
    """
    found: list[DoctorFinding] = []
    if calibration is not None:
        found += _steadiness(calibration)
    for check in (*processor_checks.CHECKS, *memory_and_disk_checks.CHECKS):
        found += check(state, identity)
    return sorted(found, key=lambda advice: SEVERITIES.index(advice.severity))


def worst_line(found: Sequence[DoctorFinding]) -> str:
    """Return one short line for the header of a run."""
    noisy = [advice for advice in found if advice.severity != "ok"]
    if not noisy:
        return "nothing noisy found on this machine"
    worst = min(noisy, key=lambda advice: SEVERITIES.index(advice.severity))
    more = f" (and {len(noisy) - 1} more: coldwarm doctor)" if len(noisy) > 1 else ""
    return f"{worst.severity}: {worst.warning.rstrip('.')}{more}"


def to_json(
    found: Sequence[DoctorFinding],
    state: State,
    identity: Identity,
    calibration: Calibration | None = None,
) -> dict[str, Any]:
    """Return everything the doctor saw and said as one JSON object."""
    return {
        "worst": worst_line(found),
        "advice": [advice.to_json() for advice in found],
        "unknown": list(state.unknown),
        "identity": identity.to_json(),
        "state": state.to_json(),
        "calibration": None if calibration is None else calibration.to_json(),
    }


def _steadiness(calibration: Calibration) -> Iterator[DoctorFinding]:
    works = {"A fixed computation": calibration.compute, "Starting a process": calibration.spawn}
    for what, steadiness in works.items():
        severity = _severity(steadiness)
        yield DoctorFinding(
            severity,
            "steadiness",
            f"{what} is {WORDS[severity]} here: repeats vary by "
            f"{100 * steadiness.robust_cv:.1f} %, the slowest of {steadiness.repeats} took "
            f"{steadiness.slowest_to_fastest:.1f} times as long as the fastest.",
            ""
            if severity == "ok"
            else "`coldwarm noise CONFIG` says how many rounds make up for it.",
            "" if severity == "ok" else UNEVEN,
        )


def _severity(steadiness: Steadiness) -> str:
    typical = graded(steadiness.robust_cv, warn=CV_WARN, bad=CV_BAD)
    extreme = graded(steadiness.slowest_to_fastest, warn=RATIO_WARN, bad=RATIO_BAD)
    return min(typical, extreme, key=SEVERITIES.index)
