"""Where what a runtime says of itself contradicts what happened at a warm start."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    Record = Mapping[str, Any]

ELSEWHERE = ("AUTO", "MULTI", "HETERO", "BATCH")
"""Devices that hand the model to others, which may be named after a colon."""

UNSUPPORTED = "UNSUPPORTED"
"""COMPATIBILITY_CHECK of a blob that cannot be imported."""


def contradictions(warm: Record, cold: Record | None, *, loaded: bool | None) -> list[str]:
    """Return a sentence for each statement of the runtime that does not fit what happened.

    Args:
        warm: the stored warm start.
        cold: the start that wrote its blob; None where it is not known.
        loaded: whether the warm start loaded the blob; None where nothing tells.
    """
    return [
        *_of_requirements(warm, cold or {}, loaded=loaded),
        *_of_devices(warm, cold or {}),
    ]


def _of_requirements(warm: Record, cold: Record, *, loaded: bool | None) -> Iterator[str]:
    written, now = cold.get("runtime_requirements"), warm.get("runtime_requirements")
    if written and now:
        if loaded is False and written == now:
            yield "its runtime requirements equal those of the cold start, so the blob should fit"
        if loaded and written != now:
            yield f"the blob was made for {written}, and was loaded where {now} is required"
    if loaded and warm.get("compatibility_check") == UNSUPPORTED:
        yield "COMPATIBILITY_CHECK is UNSUPPORTED, and the blob was loaded"


def _of_devices(warm: Record, cold: Record) -> Iterator[str]:
    ran = _names(warm.get("execution_devices"))
    wrote = _names(cold.get("execution_devices"))
    asked = str(warm["case"]["device"])
    unexpected = bool(ran) and not _is_expected(asked, ran)
    if unexpected:
        yield f"{asked} was asked for, it ran on {', '.join(ran)}"
    if ran and wrote and ran != wrote and not unexpected:
        yield f"the cold start ran on {', '.join(wrote)}, this one on {', '.join(ran)}"


def _names(devices: Sequence[str] | None) -> list[str]:
    """Return devices without the brackets in which AUTO names one that serves for the moment."""
    return [name.strip("()") for name in devices or ()]


def _is_expected(asked: str, ran: Sequence[str]) -> bool:
    """Return whether a device string leads to these devices.

    AUTO takes the first that it is given; HETERO, MULTI and BATCH any of theirs. Given none, they
    may take what there is.
    """
    kind, _, given = asked.partition(":")
    if kind not in ELSEWHERE:
        return all(_is_one_of(device, [kind]) for device in ran)
    wanted = [
        name.partition("(")[0] for name in given.split(",") if name and not name.startswith("-")
    ]
    if not wanted:
        refused = [name.removeprefix("-") for name in given.split(",") if name]
        return not any(_is_one_of(device, refused) for device in ran)
    return all(_is_one_of(device, wanted[:1] if kind == "AUTO" else wanted) for device in ran)


def _is_one_of(device: str, names: Sequence[str]) -> bool:
    """Return whether a device is among names, of which GPU stands for GPU.0 as well."""
    return any(device == name or device.startswith(f"{name}.") for name in names)
