"""Graph: makes the constants and names the nodes of one model.

Every node is named, because OpenVINO names the others by a counter of the whole process.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from coldwarm.models.architectures.weights import draw_vector, draw_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from openvino import Node


class Graph:
    """Makes the parts of one model.

    Args:
        model: name of the model; the seed of its weights.
        precision: of its weights, ``f32``, ``f16`` or ``int8``. Half precision is left to
            `openvino.save_model`, as converters leave it.
        dynamic: leave batch, size of pictures and number of tokens open.
    """

    def __init__(self, model: str, precision: str, *, dynamic: bool = False) -> None:
        self.model = model
        self.precision = precision
        self.dynamic = dynamic

    def named(self, name: str, node: Node) -> Node:
        """Name a node."""
        node.set_friendly_name(name)
        return node

    def parameter(self, name: str, shape: Sequence[int], dtype: type) -> Node:
        """Return an input; -1 is a dynamic dimension."""
        node = ops.parameter(ov.PartialShape(list(shape)), dtype)
        node.output(0).get_tensor().set_names({name})
        return self.named(name, node)

    def result(self, name: str, value: Node) -> Node:
        """Return an output."""
        value.output(0).get_tensor().set_names({name})
        return self.named(f"{name}/result", ops.result(value))

    def integers(self, name: str, values: int | Sequence[int]) -> Node:
        """Return a constant of 64-bit integers: an axis, a shape."""
        return self.named(name, ops.constant(np.array(values, dtype=np.int64)))

    def number(self, name: str, value: float) -> Node:
        """Return a scalar constant."""
        return self.named(name, ops.constant(np.array(value, dtype=np.float32)))

    def vector(
        self, name: str, shape: Sequence[int], *, centre: float = 0.0, spread: float = 0.125
    ) -> Node:
        """Return a constant that weight compression leaves alone: a bias, a normalisation."""
        size = int(np.prod(shape))
        values = draw_vector(f"{self.model}/{name}", size, centre, spread)
        return self.named(name, ops.constant(values.reshape(shape)))

    def weights(self, name: str, shape: Sequence[int], *, std: float) -> Node:
        """Return weights in the model's precision, ready for a layer that computes in f32.

        int8 has the form that NNCF's weight compression writes: Convert, Multiply by one f16
        scale per output channel, Convert.
        """
        drawn = draw_weights(f"{self.model}/{name}", shape, std)
        if self.precision != "int8":
            return self.named(name, ops.constant(drawn.in_full()))
        values = self.named(f"{name}/values", ops.constant(drawn.values))
        scales = self.named(f"{name}/scales", ops.constant(drawn.scales.astype(np.float16)))
        half = self.named(f"{name}/half", ops.convert(values, "f16"))
        scaled = self.named(f"{name}/scaled", ops.multiply(half, scales))
        return self.named(name, ops.convert(scaled, "f32"))
