"""Were two runs measured on the same host, and was it as fast both times?"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from coldwarm.machine import sameness
from coldwarm.machine.identity import Identity
from coldwarm.text.numbers import listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

SPEED_DIFFERS = 0.10
"""Medians of interpreter and import time over a whole run agree within a few per cent while the
machine stays as fast; beyond this it did not."""


class Relation(Enum):
    """What the hosts of two runs have in common."""

    MACHINE = "the same machine"
    KIND = "the same kind of machine"
    NONE = "different kinds of machine"


def identity_of(header: Mapping[str, Any]) -> Identity:
    """Return on which machine a run was made, as far as its header says."""
    return Identity.from_json(header.get("identity"))


def label_of(header: Mapping[str, Any]) -> str:
    """Return what the host of a run is called."""
    return identity_of(header).label


def relation(base: Mapping[str, Any], head: Mapping[str, Any]) -> Relation:
    """Return what the hosts of two runs have in common.

    Args:
        base: header of a run.
        head: header of another one.
    """
    one, other = identity_of(base), identity_of(head)
    if sameness.same_machine(one, other):
        return Relation.MACHINE
    return Relation.NONE if sameness.other_hardware(one, other) else Relation.KIND


def host_notes(base: Mapping[str, Any], head: Mapping[str, Any]) -> list[str]:
    """Return what a reader must know of the hosts of two runs: a sentence each.

    Args:
        base: header of a run.
        head: header of another one.
    """
    one, other = identity_of(base), identity_of(head)
    notes = []
    found = relation(base, head)
    if found is Relation.NONE:
        differ = listed(sameness.other_hardware(one, other))
        copied = one.machine is not None and one.machine == other.machine
        notes.append(
            f"Different hosts ({differ}): only ratios, verdicts and wrong answers decide; "
            "times, bytes and memory are shown. A speedup may differ because the hosts do"
            + (". Their machine ids are the same: a rebuilt machine, or a copied id" * copied)
        )
    elif found is Relation.KIND:
        notes.append(_same_kind(one, other))
    elif one.label != other.label:
        notes.append(f"One machine under two names: {one.label} and {other.label}")
    if found is not Relation.NONE and (systems := sameness.other_system(one, other)):
        notes.append(f"The host changed between the runs: {listed(systems)}")
    return notes


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


def _same_kind(one: Identity, other: Identity) -> str:
    names = f"{one.label} and {other.label}" if one.label != other.label else one.label
    kind = one.kind or other.kind
    if not one.kind or not other.kind:
        which = "not known in the base" if not one.kind else "not known in the head"
        shown = f"The hosts ({names}) cannot be compared: the hardware is {which}"
    elif sameness.two_machines(one, other):
        shown = f"Two machines of the same kind ({names}: {kind})"
    else:
        shown = f"The same kind of machine ({names}: {kind}), not known to be the same machine"
    return f"{shown}. Absolute times do not decide"
