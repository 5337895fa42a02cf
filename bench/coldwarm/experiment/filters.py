"""``--only axis=value``: which of an experiment's cases a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coldwarm.errors import ConfigError
from coldwarm.experiment.case import AXES
from coldwarm.experiment.matrix import matches, why_unmatched
from coldwarm.experiment.problems import unknown
from coldwarm.experiment.scalars import property_value
from coldwarm.experiment.yaml_nodes import read_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldwarm.experiment.case import Case


def only_cases(cases: Sequence[Case], only: Sequence[str]) -> tuple[Case, ...]:
    """Return the cases that satisfy the filters: one value of each axis that is named.

    Args:
        cases: of the experiment.
        only: texts such as ``model=resnet50``; several of one axis mean any of these values.

    Raises:
        ConfigError: a filter is no filter, or names an axis or value that does not occur.
    """
    wanted: dict[str, list[Any]] = {}
    for text in only:
        axis, value = _parse(text)
        if not any(matches({axis: value}, case) for case in cases):
            msg = f"--only {text}: {why_unmatched({axis: value}, cases)}"
            raise ConfigError(msg)
        wanted.setdefault(axis, []).append(value)
    kept = tuple(case for case in cases if matches(wanted, case))
    if not kept:
        shown = " ".join(f"--only {text}" for text in only)
        msg = f"{shown}: {why_unmatched(wanted, cases)}"
        raise ConfigError(msg)
    return kept


def _parse(text: str) -> tuple[str, Any]:
    axis, sign, value = text.partition("=")
    if not sign:
        msg = f"--only {text}: write axis=value, for example model=resnet50"
        raise ConfigError(msg)
    if axis not in AXES:
        msg = f"--only {text}: {unknown('axis', axis, AXES)}"
        raise ConfigError(msg)
    return axis, _properties(text, value) if axis == "properties" else value


def _properties(text: str, value: str) -> dict[str, Any]:
    document = read_yaml(value)
    if document.problems or not isinstance(document.data, dict):
        msg = f"--only {text}: properties are written as in the experiment, {{KEY: value}}"
        raise ConfigError(msg)
    try:
        return {key: property_value(item) for key, item in document.data.items()}
    except ValueError as err:
        msg = f"--only {text}: {err}"
        raise ConfigError(msg) from err
