"""The classic graphs of the onnx package, given weights.

The package ships real graphs whose weights are a ConstantOfShape each: kilobytes instead of
hundreds of megabytes. Here each becomes an initializer with seeded weights. The onnx package is
not needed for that: an ONNX file is a protobuf message, of which a few fields are looked at and
the others are copied. So the result is the same to the bit everywhere.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from coldwarm.models import wire
from coldwarm.models.architectures.weights import draw_vector, draw_weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

IR_VERSION, GRAPH = 1, 7
"""Fields of a Model; those of what is in it follow."""
NODE, INITIALIZER, INPUT = 1, 5, 11
NODE_INPUT, NODE_OUTPUT, OP_TYPE = 1, 2, 4
DIMS, DATA_TYPE, INTEGERS, TENSOR_NAME, RAW_DATA = 1, 2, 7, 8, 9
INPUT_NAME = 1

FLOAT = 1
"""ONNX's number of the element type."""

WITHOUT_REPEATED_INPUTS = 4
"""The first version of the format in which an initializer need not be an input as well."""

MATRIX_RANK = 2
RESIDUAL_GAIN = 0.25
"""Of the last normalisation of a branch: a small one keeps the sum over many from growing."""


class Node(NamedTuple):
    """What is looked at of an operation."""

    op_type: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


class Tensor(NamedTuple):
    """What is looked at of an initializer: its integers are a shape, if it is not of floats."""

    name: str
    is_float: bool
    dims: tuple[int, ...]
    integers: tuple[int, ...]


class Use(NamedTuple):
    """What a value is for."""

    op_type: str
    place: int
    ends_branch: bool


def give_weights(skeleton: bytes, seed: str) -> bytes:
    """Return an ONNX model with weights instead of constants, seeded by `seed`.

    Raises:
        ValueError, LookupError: when `skeleton` is none of these models.
    """
    head = [wire.write_field(IR_VERSION, wire.VARINT, WITHOUT_REPEATED_INPUTS)]
    body: list[bytes] = []
    for number, wire_type, value in wire.read_fields(skeleton):
        if number == GRAPH and isinstance(value, bytes):
            body = _with_weights(value, seed)
        elif number != IR_VERSION:
            head.append(wire.write_field(number, wire_type, value))
    return b"".join([*head, wire.write_head(GRAPH, sum(map(len, body))), *body])


def _with_weights(graph: bytes, seed: str) -> list[bytes]:
    fields = list(wire.read_fields(graph))
    nodes = [_node(value) for number, _, value in fields if number == NODE]
    tensors = [_tensor(value) for number, _, value in fields if number == INITIALIZER]
    integers = {tensor.name: tensor.integers for tensor in tensors}
    constants = {n.outputs[0]: n.inputs[0] for n in nodes if n.op_type == "ConstantOfShape"}
    # The package kept a few of the trained vectors; beside random weights they make no sense.
    shapes = {tensor.name: tensor.dims for tensor in tensors if tensor.is_float}
    shapes |= {name: integers[shape] for name, shape in constants.items()}
    gone = {*shapes, *constants.values()}
    named = {
        NODE: lambda data: _node(data).outputs[0],
        INITIALIZER: lambda data: _tensor(data).name,
    }
    no_inputs = gone.union(integers)
    pieces = []
    for number, wire_type, value in fields:
        if number in named and named[number](value) in gone:
            continue
        if number == INPUT and _texts(value, INPUT_NAME)[0] in no_inputs:
            continue
        pieces.append(wire.write_field(number, wire_type, value))
    uses = _uses(nodes)
    for name, dims in sorted(shapes.items()):
        if name in uses:  # one graph still has what it was trained from, a queue of pictures
            pieces += _initializer(name, _draw(f"{seed}/{name}", dims, uses[name]))
    return pieces


def _uses(nodes: Sequence[Node]) -> dict[str, Use]:
    behind = {node.outputs[0]: node.inputs[0] for node in nodes if node.op_type == "Unsqueeze"}
    summed = {name for node in nodes if node.op_type == "Sum" for name in node.inputs}
    return {
        behind.get(name, name): Use(node.op_type, place, node.outputs[0] in summed)
        for node in nodes
        if node.op_type != "Unsqueeze"
        for place, name in enumerate(node.inputs)
    }


def _draw(key: str, dims: tuple[int, ...], use: Use) -> NDArray[np.float32]:
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


def _initializer(name: str, values: NDArray[np.float32]) -> list[bytes]:
    raw = values.astype("<f4", copy=False).tobytes()
    head = b"".join(
        [
            *(wire.write_field(DIMS, wire.VARINT, size) for size in values.shape),
            wire.write_field(DATA_TYPE, wire.VARINT, FLOAT),
            wire.write_field(TENSOR_NAME, wire.BYTES, name.encode()),
            wire.write_head(RAW_DATA, len(raw)),
        ]
    )
    return [wire.write_head(INITIALIZER, len(head) + len(raw)), head, raw]


def _node(data: wire.Value) -> Node:
    return Node(_texts(data, OP_TYPE)[0], _texts(data, NODE_INPUT), _texts(data, NODE_OUTPUT))


def _tensor(data: wire.Value) -> Tensor:
    fields = list(wire.read_fields(_bytes(data)))
    raw = b"".join(_bytes(value) for number, _, value in fields if number == RAW_DATA)
    element = next(value for number, _, value in fields if number == DATA_TYPE)
    integers = np.frombuffer(raw, "<i8").tolist() if element != FLOAT else []
    integers += _numbers(fields, INTEGERS)
    dims = tuple(_numbers(fields, DIMS))
    return Tensor(_texts(data, TENSOR_NAME)[0], element == FLOAT, dims, tuple(integers))


def _numbers(fields: Sequence[tuple[int, int, wire.Value]], wanted: int) -> list[int]:
    """Return the numbers of a repeated field, packed or not."""
    found: list[int] = []
    for number, _, value in fields:
        if number == wanted:
            found += [value] if isinstance(value, int) else wire.read_packed(value)
    return found


def _texts(data: wire.Value, wanted: int) -> tuple[str, ...]:
    fields = wire.read_fields(_bytes(data))
    return tuple(_bytes(value).decode() for number, _, value in fields if number == wanted)


def _bytes(value: wire.Value) -> bytes:
    if isinstance(value, int):
        msg = "a number where a message was expected"
        raise ValueError(msg)  # noqa: TRY004 (the content of a file is wrong, not a call)
    return value
