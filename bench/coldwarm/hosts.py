"""Were two runs measured on the same host, and was it as fast both times?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

HARDWARE = ("host_id", "cpu_model", "logical_cores", "architecture", "hypervisor", "container")
"""What makes a host another one. Memory and kernel change more easily: they are only named."""

SYSTEM = ("memory_bytes", "os", "kernel")

GIB = 2**30

SPEED_DIFFERS = 0.10
"""Medians of interpreter and import time over a whole run agree within a few per cent while the
machine stays as fast; beyond this it did not."""


def other_host(base: Mapping[str, Any], head: Mapping[str, Any]) -> list[str]:
    """Return in words what shows that two runs come from different hosts; nothing if none does.

    Args:
        base: header of a run.
        head: header of another one.
    """
    return _differences(base, head, HARDWARE)


def other_system(base: Mapping[str, Any], head: Mapping[str, Any]) -> list[str]:
    """Return in words what changed around the hardware of the same host."""
    return _differences(base, head, SYSTEM)


def speed_index_ms(frame: pd.DataFrame) -> float | None:
    """Return the median time that processes took to start and import, whatever they measured.

    It says how fast the machine was, apart from models and caches.
    """
    good = frame[frame["status"] == "ok"]
    median = (good["interpreter_ms"] + good["import_ms"]).median()
    return float(median) if median > 0 else None


def interpreter_ms(frame: pd.DataFrame) -> float | None:
    """Return the median time that processes took to start, which no OpenVINO has a part in."""
    median = frame.loc[frame["status"] == "ok", "interpreter_ms"].median()
    return float(median) if median > 0 else None


def _differences(
    base: Mapping[str, Any], head: Mapping[str, Any], keys: tuple[str, ...]
) -> list[str]:
    one, other = base.get("identity") or {}, head.get("identity") or {}
    found = []
    for key in keys:
        values = [_shown(key, identity.get(key)) for identity in (one, other)]
        if None not in values and values[0] != values[1]:
            found.append(
                f"{key.removesuffix('_bytes').replace('_', ' ')} {values[0]} and {values[1]}"
            )
    return found


def _shown(key: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    if key == "memory_bytes" and value is not None:
        # The exact size differs a little from boot to boot.
        return f"{round(value / GIB)} GiB"
    return value
