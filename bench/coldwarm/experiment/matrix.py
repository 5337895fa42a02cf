"""The matrix: from axes and their values to cases, and which cases a pattern means. Pure."""

from __future__ import annotations

import itertools
import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from coldwarm.experiment.case import AXES, CACHE_ONLY_AXES, Case
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


def collapse(case: Case) -> Case:
    """Return the case that is measured for a cell.

    The API ``import`` works on a file of its own and has no cache directory: what configures the
    cache is no axis of it, so that its cells along those axes are one case.
    """
    if case.api != "import":
        return case
    defaults = {axis: getattr(Case, axis) for axis in CACHE_ONLY_AXES}
    return replace(case, **defaults)


def expand(
    axes: Axes, *, exclude: Sequence[Pattern] = (), include: Iterable[Case] = ()
) -> tuple[Case, ...]:
    """Return the cases of a matrix: its cells without the excluded ones, then the included ones.

    A rule excludes a cell that it matches as written or as measured, see `collapse`. Included
    cases are not subject to the rules. No case comes twice.
    """
    kept = (
        collapse(cell)
        for cell in cells(axes)
        if not any(matches(rule, cell) or matches(rule, collapse(cell)) for rule in exclude)
    )
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
