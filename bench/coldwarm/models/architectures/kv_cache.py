"""The state of a generating transformer: keys and values of all tokens so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from coldwarm.models.architectures.transformers import HEAD_SIZE, HEADS, LAYERS

if TYPE_CHECKING:
    from openvino import Node

    from coldwarm.models.architectures.graph import Graph

TOKENS_AXIS = 2
MASKED = -65504.0
"""The lowest number of half precision."""


class KVCache:
    """The cache of one model, made of variables as optimum-intel names them.

    Args:
        graph: names the nodes.
        words: the token ids, whose batch the empty cache takes.
        beams: which row of the cache each row of the batch continues.

    Attributes:
        past: layer and part (``key`` or ``value``) to those of the tokens before.
        writes: what stores the cache: the sinks of the model.
    """

    def __init__(self, graph: Graph, words: Node, beams: Node) -> None:
        self._graph = graph
        empty = self._empty_like(words)
        self.past = {
            (layer, part): self._read(layer, part, empty, beams)
            for layer in range(LAYERS)
            for part in ("key", "value")
        }
        self.writes: list[Node] = []

    def extend(self, layer: int, part: str, new: Node) -> Node:
        """Return the past and the new tokens, and keep both for the next inference."""
        name = f"present.{layer}.{part}"
        both = ops.concat([self.past[layer, part], new], TOKENS_AXIS)
        both = self._graph.named(name, both)
        write = ops.assign(both, _variable(layer, part))
        self.writes.append(self._graph.named(f"{name}/assign", write))
        return both

    def _read(self, layer: int, part: str, empty: Node, beams: Node) -> Node:
        name = f"past_key_values.{layer}.{part}"
        shape = ov.PartialShape([-1, HEADS, -1, HEAD_SIZE])
        read = ops.read_value(empty, _variable(layer, part), np.float32, shape)
        read = self._graph.named(name, read)
        axis = self._graph.integers(f"{name}/axis", 0)
        return self._graph.named(f"{name}/reordered", ops.gather(read, beams, axis))

    def _empty_like(self, words: Node) -> Node:
        graph, name = self._graph, "empty_cache"
        batch = dimension(graph, f"{name}/batch", words, 0)
        parts = [batch] + [
            graph.integers(f"{name}/{part}", [size])
            for part, size in (("heads", HEADS), ("tokens", 0), ("head_size", HEAD_SIZE))
        ]
        shape = graph.named(f"{name}/shape", ops.concat(parts, 0))
        return graph.named(name, ops.broadcast(graph.number(f"{name}/zero", 0.0), shape))


def attention_mask(graph: Graph, words: Node, mask: Node, past: Node) -> Node:
    """Return what attention adds: nothing where a token may look, MASKED where it may not.

    No token looks at later ones or at masked ones. The mask is of floats, because OpenVINO before
    2025 does not compile one of booleans.
    """
    name = "allowed"
    zero, one = graph.integers(f"{name}/zero", 0), graph.integers(f"{name}/one", 1)
    new = dimension(graph, f"{name}/new", words, 1)
    before = dimension(graph, f"{name}/before", past, TOKENS_AXIS)
    total = graph.named(f"{name}/total", ops.add(before, new))
    start, stop = (
        graph.named(f"{name}/{part}/scalar", ops.squeeze(value, zero))
        for part, value in (("before", before), ("total", total))
    )
    keys = graph.named(f"{name}/keys", ops.range(zero, stop, one, "i64"))
    queries = graph.named(f"{name}/queries", ops.range(start, stop, one, "i64"))
    column = graph.named(f"{name}/queries/column", ops.unsqueeze(queries, one))
    causal = graph.named(f"{name}/causal", ops.less_equal(keys, column))

    known = dimension(graph, f"{name}/known", mask, 1)
    missing = graph.named(f"{name}/missing", ops.subtract(total, known))
    none = graph.integers(f"{name}/none", [0])
    missing = graph.named(f"{name}/missing/at_least_none", ops.maximum(missing, none))
    batch = dimension(graph, f"{name}/batch", mask, 0)
    shape = graph.named(f"{name}/ones/shape", ops.concat([batch, missing], 0))
    ones = graph.named(f"{name}/ones", ops.broadcast(one, shape))
    whole = graph.named(f"{name}/mask", ops.concat([ones, mask], 1))
    present = graph.named(f"{name}/mask/boolean", ops.convert(whole, "boolean"))
    axes = graph.integers(f"{name}/mask/axes", [1, 2])
    present = graph.named(f"{name}/mask/unsqueeze", ops.unsqueeze(present, axes))
    allowed = graph.named(f"{name}/boolean", ops.logical_and(causal, present))
    open_, closed = graph.number(f"{name}/open", 0.0), graph.number(f"{name}/closed", MASKED)
    return graph.named(name, ops.select(allowed, open_, closed))


def dimension(graph: Graph, name: str, value: Node, axis: int) -> Node:
    """Return one dimension of a value, as a vector of one element."""
    shape = graph.named(f"{name}/shape_of", ops.shape_of(value, "i64"))
    index = graph.integers(f"{name}/index", [axis])
    first = graph.integers(f"{name}/axis", 0)
    return graph.named(name, ops.gather(shape, index, first))


def _variable(layer: int, part: str) -> str:
    return f"past_key_values.{layer}.{part}present.{layer}.{part}"
