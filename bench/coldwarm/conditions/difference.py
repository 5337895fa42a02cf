"""In what conditions two runs differ, and what that can change."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from coldwarm.conditions.declared import Conditions
from coldwarm.conditions.shown import is_mapping, label_of, shortened, shown
from coldwarm.machine.devices import physical_devices

if TYPE_CHECKING:
    from dataclasses import Field

    from coldwarm.experiment.case import Case


@dataclass(frozen=True)
class Difference:
    """One condition in which two runs differ.

    Attributes:
        label: what differs.
        base: how it was in the base.
        head: how it was in the head.
        of: the axis to which it is limited, or None.
        value: the value of that axis.
        inputs: whether it can change what goes into the first inference.
        bits: whether it can change the bits of a right answer.
        times: whether a change of times or memory may be its doing.
    """

    label: str
    base: str
    head: str
    of: str | None = None
    value: str | None = None
    inputs: bool = False
    bits: bool = False
    times: bool = False

    @property
    def recompiles(self) -> bool:
        """Return whether the same model may be compiled otherwise, or not at all."""
        return self.bits and self.times

    def __str__(self) -> str:
        """Return it in a line such as ``telemetry: off → on``."""
        return f"{self.label}: {self.base} → {self.head}"

    def concerns(self, case: Case) -> bool:
        """Return whether the starts of a case can depend on it."""
        if self.of is None or self.value is None:
            return True
        if self.of != "device":
            return bool(getattr(case, self.of) == self.value)
        named = physical_devices(case.device)
        kind = self.value.partition(".")[0]
        return not named or any(each.partition(".")[0] == kind for each in named)


def differences(base: Conditions, head: Conditions) -> list[Difference]:
    """Return in what two runs differ, as far as both know."""
    found = []
    for each in fields(Conditions):
        one, other = getattr(base, each.name), getattr(head, each.name)
        if one is None or other is None:
            continue
        if not is_mapping(each):
            found += [_difference(each, one, other)] if one != other else []
            continue
        # A variable that only one run has differs; a value of an axis is just not compared.
        if each.metadata["variables"]:
            keys = one.keys() | other.keys()
        else:
            keys = {key for key in one.keys() & other.keys() if None not in (one[key], other[key])}
        found += [
            _difference(each, one.get(key), other.get(key), key)
            for key in sorted(keys)
            if one.get(key) != other.get(key)
        ]
    return found


def _difference(
    each: Field[Any],
    one: Any,  # noqa: ANN401 - JSON
    other: Any,  # noqa: ANN401
    key: str | None = None,
) -> Difference:
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        shared = {*map(str, one)} & {*map(str, other)}
        one, other = ([part for part in side if str(part) not in shared] for side in (one, other))
    base, head = (shortened(shown(each, side, key)) for side in (one, other))
    if base == head:
        head = f"{head}, changed"
    of = each.metadata["of"]
    value = key if of else None
    return Difference(label_of(each, key), base, head, of, value, **each.metadata["effects"])
