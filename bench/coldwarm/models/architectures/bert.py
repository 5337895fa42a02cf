"""BERT, uncased: the encoder and its pooler at 128 tokens."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from coldwarm.models.architectures.kv_cache import dimension
from coldwarm.models.architectures.transformers import (
    HEAD_SIZE,
    embedding,
    join_heads,
    layer_norm,
    linear,
    split_heads,
)

if TYPE_CHECKING:
    from openvino import Node

    from coldwarm.models.architectures.graph import Graph

TOKENS = 128
WORDS = 30522
POSITIONS = 512
TYPES = 2
EPSILON = 1e-12
EMBEDDING_STD = 0.02
MASKED = -1e4


@dataclass(frozen=True)
class Sizes:
    """What makes a BERT large.

    Attributes:
        hidden: features of a token.
        layers: of the encoder.
    """

    hidden: int
    layers: int

    @property
    def inner(self) -> int:
        """Return the features between the two matrices of a layer."""
        return 4 * self.hidden

    @property
    def heads(self) -> int:
        """Return how many heads attention has."""
        return self.hidden // HEAD_SIZE


def build(graph: Graph, sizes: Sizes) -> ov.Model:
    """Return the model."""
    shape = [-1, -1] if graph.dynamic else [1, TOKENS]
    words = graph.parameter("input_ids", shape, np.int64)
    mask = graph.parameter("attention_mask", shape, np.int64)
    types = graph.parameter("token_type_ids", shape, np.int64)
    x = _embeddings(graph, words, types, sizes)
    bias = _mask_bias(graph, mask)
    for index in range(sizes.layers):
        x = _layer(graph, f"encoder.layer.{index}", x, bias, sizes)
    results = [
        graph.result("last_hidden_state", x),
        graph.result("pooler_output", _pooler(graph, x, sizes)),
    ]
    return ov.Model(results, [words, mask, types], graph.model)


def _embeddings(graph: Graph, words: Node, types: Node, sizes: Sizes) -> Node:
    name = "embeddings"
    tables = {
        part: graph.weights(f"{name}.{part}/weight", [rows, sizes.hidden], std=EMBEDDING_STD)
        for part, rows in (("word", WORDS), ("position", POSITIONS), ("token_type", TYPES))
    }
    positions = _positions(graph, f"{name}.position/ids", words)
    x = embedding(graph, f"{name}.word", tables["word"], words)
    y = embedding(graph, f"{name}.token_type", tables["token_type"], types)
    z = embedding(graph, f"{name}.position", tables["position"], positions)
    x = graph.named(f"{name}.add_type", ops.add(x, y))
    x = graph.named(f"{name}.add_position", ops.add(x, z))
    return layer_norm(graph, f"{name}.LayerNorm", x, EPSILON, hidden=sizes.hidden)


def _positions(graph: Graph, name: str, words: Node) -> Node:
    if not graph.dynamic:
        return graph.integers(name, range(TOKENS))
    zero, one = graph.integers(f"{name}/zero", 0), graph.integers(f"{name}/one", 1)
    count = dimension(graph, f"{name}/count", words, 1)
    count = graph.named(f"{name}/count/scalar", ops.squeeze(count, zero))
    return graph.named(name, ops.range(zero, count, one, "i64"))


def _mask_bias(graph: Graph, mask: Node) -> Node:
    name = "mask"
    axes = graph.integers(f"{name}/axes", [1, 2])
    x = graph.named(f"{name}/unsqueeze", ops.unsqueeze(mask, axes))
    x = graph.named(f"{name}/float", ops.convert(x, "f32"))
    x = graph.named(f"{name}/invert", ops.subtract(graph.number(f"{name}/one", 1.0), x))
    return graph.named(f"{name}/bias", ops.multiply(x, graph.number(f"{name}/masked", MASKED)))


def _layer(graph: Graph, name: str, x: Node, bias: Node, sizes: Sizes) -> Node:
    hidden, inner = sizes.hidden, sizes.inner
    y = _attention(graph, f"{name}.attention", x, bias, sizes)
    y = linear(graph, f"{name}.attention.output.dense", y, (hidden, hidden))
    x = graph.named(f"{name}.attention.output.add", ops.add(y, x))
    x = layer_norm(graph, f"{name}.attention.output.LayerNorm", x, EPSILON, hidden=hidden)
    y = linear(graph, f"{name}.intermediate.dense", x, (hidden, inner))
    y = graph.named(f"{name}.intermediate.gelu", ops.gelu(y, "erf"))
    y = linear(graph, f"{name}.output.dense", y, (inner, hidden))
    x = graph.named(f"{name}.output.add", ops.add(y, x))
    return layer_norm(graph, f"{name}.output.LayerNorm", x, EPSILON, hidden=hidden)


def _attention(graph: Graph, name: str, x: Node, bias: Node, sizes: Sizes) -> Node:
    square = (sizes.hidden, sizes.hidden)
    query, key, value = (
        split_heads(
            graph,
            f"{name}.{part}",
            linear(graph, f"{name}.{part}", x, square),
            heads=sizes.heads,
        )
        for part in ("query", "key", "value")
    )
    scores = ops.matmul(query, key, transpose_a=False, transpose_b=True)
    scores = graph.named(f"{name}.scores", scores)
    root = graph.number(f"{name}.root", math.sqrt(HEAD_SIZE))
    scores = graph.named(f"{name}.scaled", ops.divide(scores, root))
    scores = graph.named(f"{name}.masked", ops.add(scores, bias))
    shares = graph.named(f"{name}.softmax", ops.softmax(scores, -1))
    context = ops.matmul(shares, value, transpose_a=False, transpose_b=False)
    context = graph.named(f"{name}.context", context)
    return join_heads(graph, name, context, hidden=sizes.hidden)


def _pooler(graph: Graph, x: Node, sizes: Sizes) -> Node:
    name = "pooler"
    first = graph.integers(f"{name}/first", [0])
    axis = graph.integers(f"{name}/axis", 1)
    x = graph.named(f"{name}/token", ops.gather(x, first, axis))
    x = linear(graph, f"{name}.dense", x, (sizes.hidden, sizes.hidden))
    x = graph.named(f"{name}/squeeze", ops.squeeze(x, graph.integers(f"{name}/axes", [1])))
    return graph.named(f"{name}/tanh", ops.tanh(x))
