"""Which case is compared with which."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from coldwarm.errors import ColdwarmError
from coldwarm.experiment.case import AXES, Case
from coldwarm.experiment.problems import unknown
from coldwarm.text.escaping import one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from coldwarm.analysis.cases import CaseSummary

LEADING_AXES = ("model", "device", "api")
"""Axes that every name of a case begins with; the others are named where they are unusual."""


class ComparisonError(ColdwarmError):
    """A comparison that was asked for and cannot be made."""


class Match(NamedTuple):
    """Two cases that are compared."""

    name: str
    base: CaseSummary
    head: CaseSummary


@dataclass(frozen=True)
class Matches:
    """What is compared, and what is left over.

    Attributes:
        pairs: cases that both sides have.
        only_base: names of the cases that only the base has.
        only_head: names of the cases that only the head has.
    """

    pairs: tuple[Match, ...]
    only_base: tuple[str, ...] = ()
    only_head: tuple[str, ...] = ()


def match_runs(
    base: Mapping[str, CaseSummary], head: Mapping[str, CaseSummary], dropped: Collection[str] = ()
) -> Matches:
    """Match the same cases of two runs.

    Args:
        base: case id to evidence.
        head: the same of the other run.
        dropped: ids of cases that a side had no time for, and which are not left over for that.
    """

    def only(side: Mapping[str, CaseSummary], other: Mapping[str, CaseSummary]) -> tuple[str, ...]:
        ids = [case_id for case_id in side if case_id not in other and case_id not in dropped]
        return tuple(one_line(side[case_id].case.name) for case_id in ids)

    pairs = tuple(
        Match(one_line(each.case.name), base[case_id], each)
        for case_id, each in head.items()
        if case_id in base
    )
    return Matches(pairs, only(base, head), only(head, base))


def match_along(evidence: Mapping[str, CaseSummary], axis: str, base: str) -> Matches:
    """Match the cases of one run that differ in nothing but one axis.

    Args:
        evidence: of the run.
        axis: the axis.
        base: the value, as `axis_value` writes it, that the others are compared with.
    """
    groups: dict[str, list[CaseSummary]] = {}
    for each in evidence.values():
        groups.setdefault(_without(each.case, axis), []).append(each)
    heads = {axis_value(each.case, axis) for each in evidence.values()} - {base}
    pairs, only_base, only_head = [], [], []
    for group in groups.values():
        bases = [each for each in group if axis_value(each.case, axis) == base]
        others = [each for each in group if each not in bases]
        for head in others:
            if not bases:
                only_head.append(one_line(head.case.name))
                continue
            value = axis_value(head.case, axis)
            named = f", {axis} {value}" if len(heads) > 1 else ""
            name = one_line(f"{name_without(head.case, axis)}{named}")
            pairs.append(Match(name, bases[0], head))
        if not others:
            only_base += [one_line(each.case.name) for each in bases]
    return Matches(tuple(pairs), tuple(only_base), tuple(only_head))


def choose_axis(
    evidence: Mapping[str, CaseSummary], axis: str | None, base: str | None, planned: str | None
) -> tuple[str, str]:
    """Return the axis to compare along and the value that is the base.

    Args:
        evidence: of the run, in the order in which its cases were planned.
        axis: what the user asked for; else what the experiment says.
        base: what the user asked for; else the first value of the experiment.
        planned: the axis that the experiment puts into the same blocks.

    Raises:
        ComparisonError: when there is no such axis, no such value, or nothing to compare.
    """
    values = {
        each: list(dict.fromkeys(axis_value(entry.case, each) for entry in evidence.values()))
        for each in AXES
    }
    wide = [name for name, found in values.items() if len(found) > 1]
    useful = f"axes with several values in this run: {', '.join(wide) or 'none'}"
    chosen = axis or planned
    if chosen is None:
        msg = f"name the axis to compare along with --along; {useful}"
        raise ComparisonError(msg)
    if chosen not in AXES:
        raise ComparisonError(unknown("axis", chosen, AXES))
    found = values[chosen]
    if len(found) < 2:  # noqa: PLR2004 - it takes two to compare
        msg = f"every case of this run has the {chosen} {found[0]}: nothing to compare; {useful}"
        raise ComparisonError(msg)
    wanted = found[0] if base is None else _normal(base, chosen)
    if wanted not in found:
        raise ComparisonError(unknown(f"value of {chosen}", wanted, found))
    return chosen, wanted


def axis_value(case: Case, axis: str) -> str:
    """Return the value of an axis as text."""
    value = getattr(case, axis)
    return json.dumps(dict(value), sort_keys=True) if axis == "properties" else str(value)


def name_without(case: Case, axis: str) -> str:
    """Return the name of a case without the value of one axis."""
    if axis == "properties":
        return replace(case, properties={}).name
    if axis not in LEADING_AXES:
        return replace(case, **{axis: getattr(Case(""), axis)}).name
    full = " / ".join(getattr(case, each) for each in LEADING_AXES)
    kept = " / ".join(getattr(case, each) for each in LEADING_AXES if each != axis)
    return kept + case.name.removeprefix(full)


def _normal(value: str, axis: str) -> str:
    """Write properties as `axis_value` does, whatever the spaces and the order of the user."""
    if axis != "properties":
        return value
    try:
        return json.dumps(json.loads(value), sort_keys=True)
    except ValueError:
        return value


def _without(case: Case, axis: str) -> str:
    axes = {key: value for key, value in case.axes().items() if key != axis}
    return json.dumps(axes, sort_keys=True, default=dict)
