"""The machines of a report, side by side: who they are, how they were, what they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldwarm.analysis.host_match import identity_of
from coldwarm.machine.calibration import Calibration
from coldwarm.machine.doctor import examine
from coldwarm.machine.identity import Identity
from coldwarm.machine.state import State
from coldwarm.text.numbers import ABSENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldwarm.machine.doctor_finding import DoctorFinding
    from coldwarm.report.evidence import Evidence

HIDDEN = {"busy_processes", "disks", "kind", "boot"}
"""Lists of records; what they mean for the numbers is said by the doctor."""

UNITS = {
    "_bytes": (" GB", 1e9),
    "_mhz": (" MHz", 1.0),
    "_c": (" \u00b0C", 1.0),
    "_percent": (" %", 1.0),
}
"""End of a key to the unit that is shown, and how much of the stored one it is."""

LARGE = 1000.0

LABELS = {
    "label": "host",
    "cpu_model": "CPU",
    "os": "OS",
    "cpu": "CPU in use",
    "steal": "stolen by other machines",
    "smt": "hyper-threads",
}


def identity_rows(evidence: Sequence[Evidence]) -> list[tuple[str, list[str]]]:
    """Return label and one value per run of what identifies the machines."""
    return _rows([identity_of(each.run.header).to_json() for each in evidence])


def state_rows(evidence: Sequence[Evidence]) -> list[tuple[str, list[str]]]:
    """Return label and one value per run of the state in which the runs began."""
    parts = [each.run.header.get("state") for each in evidence]
    return _rows([each if isinstance(each, dict) else {} for each in parts])


def device_rows(evidence: Evidence) -> list[tuple[str, str, str]]:
    """Return name, full name and driver of each device that the host has."""
    report = evidence.run.header.get("devices")
    devices = report.get("devices") if isinstance(report, dict) else None
    return [
        tuple(_shown(key, device.get(key)) for key in ("name", "full_name", "driver_version"))  # type: ignore[misc]
        for device in (devices if isinstance(devices, list) else [])
        if isinstance(device, dict)
    ]


def noise(evidence: Evidence) -> list[DoctorFinding]:
    """Return what made the numbers of a run noisy, worst first, as far as its header tells."""
    header = evidence.run.header
    try:
        state = State.from_json(header["state"])
        steadiness = header.get("calibration")
        calibration = Calibration.from_json(steadiness) if steadiness else None
        found = examine(state, Identity.from_json(header["identity"]), calibration)
    except (AttributeError, KeyError, TypeError, ValueError):
        # A foreign header may lack or bend anything; its samples still count.
        return []
    return [advice for advice in found if advice.severity != "ok"]


def _rows(known: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    keys = dict.fromkeys(key for each in known for key in each if key not in HIDDEN)
    return [
        (_label(key), [_shown(key, each.get(key)) for each in known])
        for key in keys
        if any(each.get(key) not in (None, [], "") for each in known)
    ]


def _label(key: str) -> str:
    for ending in UNITS:
        key = key.removesuffix(ending)
    return LABELS.get(key, key.replace("_", " "))


def _shown(key: str, value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    if value is None:
        return ABSENT
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_shown(key, each) for each in value)
    if isinstance(value, int | float):
        unit, scale = next((UNITS[end] for end in UNITS if key.endswith(end)), ("", 1.0))
        shown = value / scale
        digits = f"{shown:.4g}" if abs(shown) < LARGE else f"{shown:.0f}"
        return f"{digits}{unit}"
    return str(value)
