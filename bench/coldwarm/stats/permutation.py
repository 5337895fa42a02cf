"""Sign-flip permutation test: a second opinion on paired differences, without ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from coldwarm.stats.shift import checked

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

EXACT_PAIRS = 16
"""Up to so many pairs all 2^n sign patterns are tried."""


def sign_flip_p(differences: ArrayLike, *, resamples: int = 20_000, seed: int = 1) -> float:
    """Return the two-sided p value of "the signs are arbitrary", by the size of the mean.

    All patterns of signs up to `EXACT_PAIRS` pairs; beyond that `resamples` seeded ones,
    the observed one among them, so that p is never zero.
    """
    x = checked(differences, "differences")
    if x.size <= EXACT_PAIRS:
        patterns = np.arange(2**x.size)[:, None] >> np.arange(x.size) & 1
        flipped = (1.0 - 2.0 * patterns) @ x
        return _share_as_large(flipped, x)
    rng = np.random.default_rng(seed)
    signs = rng.integers(0, 2, size=(resamples - 1, x.size)) * 2.0 - 1.0
    return _share_as_large(np.append(signs @ x, x.sum()), x)


def _share_as_large(sums: np.ndarray, x: np.ndarray) -> float:
    # Sums that are equal on paper differ in the last bits; they count as equally large.
    slack = 1e-12 * np.abs(x).sum()
    return float(np.mean(np.abs(sums) >= abs(x.sum()) - slack))
