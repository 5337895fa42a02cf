"""Ratios of times: estimated on logarithms, where slower and faster are symmetric."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coldwarm.stats.shift import ALPHA, Estimate, checked, paired_shift, unpaired_shift

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def logs(values: ArrayLike, name: str = "values") -> NDArray[np.float64]:
    """Return natural logarithms.

    Raises:
        ValueError: if a value is zero, negative or not finite, or if there are none.
    """
    array = checked(values, name)
    bad = int(np.count_nonzero(array <= 0))
    if bad:
        msg = f"{name}: {bad} of {array.size} values are not above zero; a ratio needs all above"
        raise ValueError(msg)
    return np.log(array)


def log_ratios(numerator: ArrayLike, denominator: ArrayLike) -> NDArray[np.float64]:
    """Return the logarithm of each numerator over the denominator of the same pair."""
    top, bottom = logs(numerator, "numerator"), logs(denominator, "denominator")
    if top.size != bottom.size:
        msg = f"{top.size} numerators and {bottom.size} denominators do not make pairs"
        raise ValueError(msg)
    return top - bottom


def paired_ratio(numerator: ArrayLike, denominator: ArrayLike, *, alpha: float = ALPHA) -> Estimate:
    """Estimate numerator / denominator from pairs, such as a speedup: uncached over warm."""
    return paired_shift(log_ratios(numerator, denominator)).estimate(alpha).exp()


def unpaired_ratio(base: ArrayLike, head: ArrayLike, *, alpha: float = ALPHA) -> Estimate:
    """Estimate head / base from two samples that have no pairs."""
    return unpaired_shift(logs(base, "base"), logs(head, "head")).estimate(alpha).exp()
