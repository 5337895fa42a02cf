"""Are two identities the same machine, the same kind of machine, or neither?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coldwarm.machine.identity import Identity


def same_machine(one: Identity, other: Identity) -> bool:
    """Return whether something shows that two identities are one machine, whatever its names.

    Where a side has no mark at all, as in runs of before there were any, its name counts. The
    hardware must agree as well: an id may have been copied, or the machine was rebuilt.
    """
    if _marks(one) and _marks(other):
        known = bool(_marks(one) & _marks(other))
    else:
        known = one.label == other.label and one.has_name
    return known and not other_hardware(one, other)


def two_machines(one: Identity, other: Identity) -> bool:
    """Return whether something shows that two identities are two machines."""
    if other_hardware(one, other):
        return True
    known = one.machine is not None and other.machine is not None
    return known and not same_machine(one, other)


def other_hardware(one: Identity, other: Identity) -> list[str]:
    """Return in words what makes two machines two kinds; nothing where none does.

    What a side does not tell makes none.
    """
    ours, theirs = one.hardware, other.hardware
    return [
        f"{name} {ours[name]} and {theirs[name]}"
        for name in ours
        if name in theirs and ours[name] != theirs[name]
    ]


def other_system(one: Identity, other: Identity) -> list[str]:
    """Return in words what differs around the hardware: system, kernel, container."""
    return [
        f"{name} {mine} and {theirs}"
        for name, mine, theirs in (
            ("system", one.os, other.os),
            ("kernel", one.kernel, other.kernel),
            ("container", one.container, other.container),
        )
        if None not in (mine, theirs) and mine != theirs
    ]


def _marks(identity: Identity) -> set[str]:
    return {mark for mark in (identity.machine, identity.boot) if mark is not None}
