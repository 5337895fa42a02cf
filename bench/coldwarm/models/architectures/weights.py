"""Seeded weights that are the same bits everywhere: whole numbers times short scales.

A weight is q x s, q an 8-bit integer and s a number of four significant bits. Such a product fits
into half precision, so f32, f16 and int8 models of one name hold exactly the same weights, and
nothing depends on how some version of numpy or OpenVINO rounds. The random bits come from
`PCG64.random_raw`, which numpy promises never to change (unlike `Generator`'s distributions).
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LIMIT = 127
SCALE_BITS = 4


@dataclass(frozen=True)
class Weights:
    """A tensor of weights, one scale per output channel (the first dimension).

    Attributes:
        values: integers from -127 to 127.
        scales: the scale of each output channel, of shape (channels, 1, ...).
    """

    values: NDArray[np.int8]
    scales: NDArray[np.float32]

    def in_full(self) -> NDArray[np.float32]:
        """Return the weights as floats. No product is rounded."""
        full: NDArray[np.float32] = self.values.astype(np.float32)
        full *= self.scales
        return full


def draw_weights(key: str, shape: Sequence[int], std: float) -> Weights:
    """Return uniform weights of (nearly) the wanted standard deviation, seeded by `key`."""
    values = _draw_integers(key, math.prod(shape)).reshape(shape)
    fraction, exponent = math.frexp(std * math.sqrt(3.0) / LIMIT)
    low, high = 1 << (SCALE_BITS - 1), (1 << SCALE_BITS) - 1
    wobble = _draw_integers(f"{key}/scale", shape[0]) % 3 - 1
    digits = np.clip(round(fraction * (1 << SCALE_BITS)) + wobble, low, high)
    scales = np.ldexp(digits.astype(np.float32), exponent - SCALE_BITS)
    return Weights(values, scales.reshape(-1, *[1] * (len(shape) - 1)))


def draw_vector(key: str, size: int, centre: float, spread: float) -> NDArray[np.float32]:
    """Return `centre` +- `spread`, seeded by `key`.

    No sum is rounded, not to half precision either, as long as `centre` is at most 1 and both are
    small multiples of the same power of two not below 1/16.
    """
    offsets = _draw_integers(key, size).astype(np.float32) * np.float32(spread / (LIMIT + 1))
    return np.float32(centre) + offsets


def _draw_integers(key: str, count: int) -> NDArray[np.int8]:
    seed = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "little")
    raw = np.random.PCG64(seed).random_raw(math.ceil(count / 8))
    integers = raw.astype("<u8", copy=False).view(np.int8)[:count]
    return np.maximum(integers, np.int8(-LIMIT))
