"""The classic graphs of the onnx package, given weights.

The package ships real graphs whose weights are a ConstantOfShape each: kilobytes instead of
hundreds of megabytes. Here each becomes an initializer with seeded weights, the same to the bit
everywhere.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from onnx import ModelProto, TensorProto, numpy_helper

from coldwarm.models.architectures.weights import draw_vector, draw_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from onnx import NodeProto

WITHOUT_REPEATED_INPUTS = 4
"""The first version of the format in which an initializer need not be an input as well."""

MATRIX_RANK = 2
RESIDUAL_GAIN = 0.25
"""Of the last normalisation of a branch: a small one keeps the sum over many from growing."""


class Use(NamedTuple):
    """What a value is for."""

    op_type: str
    place: int
    ends_branch: bool


def give_weights(skeleton: ModelProto, seed: str) -> ModelProto:
    """Return an ONNX model with weights instead of constants, seeded by `seed`.

    Raises:
        LookupError, StopIteration: when `skeleton` is none of these models.
    """
    model = ModelProto()
    model.CopyFrom(skeleton)
    model.ir_version = WITHOUT_REPEATED_INPUTS
    graph = model.graph
    constants = {n.output[0]: n.input[0] for n in graph.node if n.op_type == "ConstantOfShape"}
    integers = {
        tensor.name: numpy_helper.to_array(tensor).tolist()
        for tensor in graph.initializer
        if tensor.data_type != TensorProto.FLOAT
    }
    # The package kept a few of the trained vectors; beside random weights they make no sense.
    shapes = {t.name: list(t.dims) for t in graph.initializer if t.name not in integers}
    shapes |= {name: integers[shape] for name, shape in constants.items()}
    gone = {*shapes, *constants.values()}
    uses = _uses(graph.node)
    weights = [
        numpy_helper.from_array(_draw(f"{seed}/{name}", dims, uses[name]), name)
        for name, dims in sorted(shapes.items())
        if name in uses  # one graph still has what it was trained from, a queue of pictures
    ]
    _keep(graph.node, [node for node in graph.node if node.output[0] not in gone])
    _keep(graph.initializer, [t for t in graph.initializer if t.name not in gone] + weights)
    _keep(graph.input, [i for i in graph.input if i.name not in gone.union(integers)])
    return model


def _keep(field, messages: Sequence[object]) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Replace the messages of a repeated field of protobuf."""
    kept = list(messages)
    del field[:]
    field.extend(kept)


def _uses(nodes: Sequence[NodeProto]) -> dict[str, Use]:
    behind = {node.output[0]: node.input[0] for node in nodes if node.op_type == "Unsqueeze"}
    summed = {name for node in nodes if node.op_type == "Sum" for name in node.input}
    return {
        behind.get(name, name): Use(node.op_type, place, node.output[0] in summed)
        for node in nodes
        if node.op_type != "Unsqueeze"
        for place, name in enumerate(node.input)
    }


def _draw(key: str, dims: Sequence[int], use: Use) -> NDArray[np.float32]:
    """Return weights as training leaves them, as far as statistics go."""
    size = math.prod(dims)
    if len(dims) >= MATRIX_RANK:
        rows = next(each for each in dims if each > 1)
        std = math.sqrt(2.0 * rows / size)
        return draw_weights(key, (rows, size // rows), std).in_full().reshape(dims)
    centre, spread = 0.0, 0.125
    if use.op_type == "BatchNormalization" and use.place == 1:
        centre = RESIDUAL_GAIN if use.ends_branch else 1.0
    elif use.op_type == "BatchNormalization" and use.place == 4:  # noqa: PLR2004 (the variance)
        centre, spread = 1.0, 0.25
    elif use.op_type == "Mul":
        centre = 1.0
    return draw_vector(key, size, centre, spread)
