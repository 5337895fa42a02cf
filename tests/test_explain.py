from __future__ import annotations

import numpy as np
import pytest

from coldwarm.explain import compare


def outputs(*values: float, name: str = "0/logits") -> dict[str, np.ndarray]:
    return {name: np.array(values, dtype=np.float32)}


def test_equal_bits_are_called_bit_identical() -> None:
    (difference,) = compare(outputs(1, np.nan), outputs(1, np.nan))
    assert difference.equal
    assert difference.sentence == "inference 1, output logits [2]: bit-identical"


def test_the_largest_differences_are_named() -> None:
    (difference,) = compare(outputs(1, 100, 0), outputs(1.5, 101, 0))
    assert difference.absolute == 1
    assert difference.relative == pytest.approx(0.5 / 1.5)
    assert difference.sentence == (
        "inference 1, output logits [3]: differs by up to 1 absolute, 0.333 relative"
    )


def test_zero_against_zero_of_the_other_sign_is_no_division_by_zero() -> None:
    (difference,) = compare(outputs(0.0), outputs(-0.0))
    assert not difference.equal
    assert (difference.absolute, difference.relative) == (0, 0)


@pytest.mark.parametrize(
    "other", [np.zeros(2, np.float32), np.zeros(1, np.float64), np.array([b"text"])]
)
def test_other_shapes_and_types_have_no_number(other: np.ndarray) -> None:
    (difference,) = compare(outputs(1), {"0/logits": other})
    assert difference.absolute is None
    assert difference.sentence.endswith("different shapes or types")


def test_every_inference_is_compared() -> None:
    left = {**outputs(1), **outputs(2, name="1/logits")}
    assert [each.inference for each in compare(left, left)] == [0, 1]
