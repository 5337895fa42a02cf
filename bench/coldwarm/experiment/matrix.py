"""The matrix: from axes and their values to cases, and which cases a pattern means. Pure."""

from __future__ import annotations

import itertools
import json
import math
from typing import TYPE_CHECKING, Any

from coldwarm.experiment.case import AXES, Case
from coldwarm.experiment.problems import quote, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    Axes = Mapping[str, Sequence[Any]]
    Pattern = Mapping[str, Any]
    """Axis to value; a list (or tuple) of values means any of them."""

MAX_CELLS = 10_000
"""More is a slip: at a second per start, one round alone would take half a day."""


def size(axes: Axes) -> int:
    """Return how many cells a matrix has."""
    return math.prod(len(values) for values in axes.values())


def cells(axes: Axes) -> Iterator[Case]:
    """Yield every cell of a matrix, the last axis of `AXES` varying fastest."""
    named = [axis for axis in AXES if axis in axes]
    for values in itertools.product(*(axes[axis] for axis in named)):
        yield Case(**dict(zip(named, values, strict=True)))


def expand(
    axes: Axes, *, exclude: Sequence[Pattern] = (), include: Iterable[Case] = ()
) -> tuple[Case, ...]:
    """Return the cases of a matrix: its cells without the excluded ones, then the included ones.

    Included cases are not subject to the rules. No case comes twice.
    """
    kept = (cell for cell in cells(axes) if not any(matches(rule, cell) for rule in exclude))
    return tuple({case.case_id: case for case in (*kept, *include)}.values())


def matches(pattern: Pattern, case: Case) -> bool:
    """Return whether a case has, on every axis of the pattern, the value (or one of them).

    >>> matches({"device": ["CPU", "GPU"]}, Case("resnet50"))
    True
    >>> matches({"device": "CPU", "api": "import"}, Case("resnet50"))
    False
    """
    return all(
        value_text(getattr(case, axis)) in _texts(wanted) for axis, wanted in pattern.items()
    )


def why_unmatched(pattern: Pattern, cases: Sequence[Case]) -> str:
    """Say why no case matches: a value that none has, or values that none has together."""
    for axis, wanted in pattern.items():
        there = tuple(dict.fromkeys(value_text(getattr(case, axis)) for case in cases))
        texts = _texts(wanted)
        if not set(texts) & set(there):
            near = suggestion(texts[0], there) if len(texts) == 1 else ""
            shown = " or ".join(quote(text) for text in texts)
            return f"no case has {axis} {shown}{near or '.'} There is: {', '.join(there)}"
    return "each of these values occurs, but in no case together"


def value_text(value: object) -> str:
    """Return the value of an axis as text: itself, or JSON for properties."""
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True)


def _texts(wanted: object) -> list[str]:
    values = wanted if isinstance(wanted, list | tuple) else [wanted]
    return [value_text(value) for value in values]
