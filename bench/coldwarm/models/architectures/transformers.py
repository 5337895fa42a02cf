"""Layers of transformers, as frameworks export them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from openvino import opset13 as ops

if TYPE_CHECKING:
    from openvino import Node

    from coldwarm.models.architectures.graph import Graph

HIDDEN = 768
HEADS = 12
HEAD_SIZE = HIDDEN // HEADS
LAYERS = 12
INNER = 4 * HIDDEN


def linear(graph: Graph, name: str, x: Node, sizes: tuple[int, int], *, gain: float = 1.0) -> Node:
    """Return a layer from `sizes[0]` to `sizes[1]` features, which scales by about `gain`."""
    before, after = sizes
    std = gain / math.sqrt(before)
    weights = graph.weights(f"{name}/weight", [after, before], std=std)
    product = ops.matmul(x, weights, transpose_a=False, transpose_b=True)
    bias = graph.vector(f"{name}/bias", [1, 1, after], spread=0.0625)
    return graph.named(name, ops.add(graph.named(f"{name}/matmul", product), bias))


def embedding(graph: Graph, name: str, table: Node, positions: Node) -> Node:
    """Return the rows of a table."""
    axis = graph.integers(f"{name}/axis", 0)
    return graph.named(name, ops.gather(table, positions, axis))


def layer_norm(graph: Graph, name: str, x: Node, epsilon: float, *, hidden: int = HIDDEN) -> Node:
    """Return a layer normalisation in the form of OpenVINO's frontends: MVN, scale, shift."""
    axes = graph.integers(f"{name}/axes", [-1])
    node = ops.mvn(x, axes, True, epsilon, "inside_sqrt")  # noqa: FBT003 (normalise the variance)
    x = graph.named(f"{name}/mvn", node)
    weight = graph.vector(f"{name}/weight", [1, 1, hidden], centre=1.0, spread=0.25)
    x = graph.named(f"{name}/scaled", ops.multiply(x, weight))
    return graph.named(name, ops.add(x, graph.vector(f"{name}/bias", [1, 1, hidden])))


def split_heads(graph: Graph, name: str, x: Node, *, heads: int = HEADS) -> Node:
    """Return [batch, tokens, hidden] as [batch, heads, tokens, head size]."""
    shape = graph.integers(f"{name}/heads/shape", [0, 0, heads, HEAD_SIZE])
    apart = graph.named(f"{name}/heads", ops.reshape(x, shape, special_zero=True))
    order = graph.integers(f"{name}/heads/order", [0, 2, 1, 3])
    return graph.named(f"{name}/heads/transpose", ops.transpose(apart, order))


def join_heads(graph: Graph, name: str, x: Node, *, hidden: int = HIDDEN) -> Node:
    """Return [batch, heads, tokens, head size] as [batch, tokens, hidden]."""
    order = graph.integers(f"{name}/joined/order", [0, 2, 1, 3])
    turned = graph.named(f"{name}/joined/transpose", ops.transpose(x, order))
    shape = graph.integers(f"{name}/joined/shape", [0, 0, hidden])
    return graph.named(f"{name}/joined", ops.reshape(turned, shape, special_zero=True))
