"""Holm's step-down adjustment, for p values and for the intervals that agree with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return the adjusted p values, in the order given."""
    p = _checked(p_values)
    order = np.argsort(p, kind="stable")
    steps = p[order] * np.arange(p.size, 0, -1)
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0) if p.size else steps
    return adjusted


def holm_levels(p_values: ArrayLike, alpha: float) -> NDArray[np.float64]:
    """Return the level at which Holm tests each p value: alpha over the hypotheses left.

    The procedure stops at the first that it does not reject; those after it are held to
    the same level. So ``p <= level`` exactly for the rejected, and an interval at that
    level leaves the tested value out exactly for the rejected.
    """
    p = _checked(p_values)
    order = np.argsort(p, kind="stable")
    steps = alpha / np.arange(p.size, 0, -1)
    kept = np.flatnonzero(p[order] > steps)
    if kept.size:
        steps[kept[0] :] = steps[kept[0]]
    levels = np.empty_like(p)
    levels[order] = steps
    return levels


def _checked(p_values: ArrayLike) -> NDArray[np.float64]:
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not np.all((p >= 0) & (p <= 1)):
        msg = "p values must be a flat list of numbers between 0 and 1"
        raise ValueError(msg)
    return p
