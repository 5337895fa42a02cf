from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest

from coldwarm.models.architectures.weights import draw_vector, draw_weights

FIRST = [76, -89, 118, -24, 119, 22]
VALUES = "22dd7622460abf7e72a527d8477bbca980f9ae4a30bf5b385dd86be37928dc60"


def test_weights_are_known_beforehand() -> None:
    # Published with the first release: other numbers would be other models.
    weights = draw_weights("resnet50/conv1/weight", [64, 3, 7, 7], 0.1)
    assert hashlib.sha256(weights.values.tobytes()).hexdigest() == VALUES
    assert weights.values.ravel()[:6].tolist() == FIRST


@pytest.mark.parametrize("std", [0.001, 0.02, 0.0361, 0.25, 1.0])
def test_all_precisions_hold_the_same_weights(std: float) -> None:
    weights = draw_weights("key", [32, 40], std)
    full = weights.in_full()
    half = weights.scales.astype(np.float16)
    assert full.dtype == np.float32
    np.testing.assert_array_equal(full.astype(np.float16).astype(np.float32), full)
    np.testing.assert_array_equal(half.astype(np.float32), weights.scales)
    np.testing.assert_array_equal((weights.values.astype(np.float16) * half), full)


@pytest.mark.parametrize("std", [0.001, 0.02, 0.0361, 0.25, 1.0])
def test_spread_is_about_the_one_asked_for(std: float) -> None:
    full = draw_weights("key", [64, 500], std).in_full()
    assert float(full.std()) == pytest.approx(std, rel=0.12)
    assert abs(float(full.mean())) < std / 50


def test_channels_have_scales_of_their_own() -> None:
    weights = draw_weights("key", [64, 8, 3, 3], 0.05)
    assert weights.scales.shape == (64, 1, 1, 1)
    assert len(np.unique(weights.scales)) > 1
    assert math.isclose(weights.scales.max() / weights.scales.min(), 1.0, rel_tol=0.4)


def test_other_keys_draw_other_weights() -> None:
    one, other = (draw_weights(key, [10, 10], 0.1).values for key in ("a", "b"))
    assert (one != other).mean() > 0.9


def test_values_are_symmetric() -> None:
    values = draw_weights("key", [1000, 100], 0.1).values
    assert (values.min(), values.max()) == (-127, 127)


@pytest.mark.parametrize(
    ("centre", "spread"), [(1.0, 0.25), (0.25, 0.125), (0.0, 0.125), (0.0, 0.0625), (0.5, 0.125)]
)
def test_vectors_keep_their_bits_in_half_precision(centre: float, spread: float) -> None:
    vector = draw_vector("key", 2000, centre, spread)
    np.testing.assert_array_equal(vector.astype(np.float16).astype(np.float32), vector)
    assert float(vector.min()) == pytest.approx(centre - spread, abs=spread / 64)
    assert float(vector.max()) == pytest.approx(centre + spread, abs=spread / 64)
