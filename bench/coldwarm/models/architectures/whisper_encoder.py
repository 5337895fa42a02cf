"""The encoder of Whisper base: two convolutions over 30 seconds of speech, then a transformer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from coldwarm.models.architectures.transformers import (
    HEAD_SIZE,
    join_heads,
    layer_norm,
    linear,
    split_heads,
)

if TYPE_CHECKING:
    from openvino import Node

    from coldwarm.models.architectures.graph import Graph

BANDS, FRAMES = 80, 3000
"""Of the log-mel spectrogram of 30 seconds."""

HIDDEN = 512
LAYERS = 6
EPSILON = 1e-5
RESIDUAL_GAIN = 1.0 / math.sqrt(2 * LAYERS)
"""Scales what is added to the stream, so that it does not grow with the layers."""


def build(graph: Graph) -> ov.Model:
    """Return the model."""
    batch = -1 if graph.dynamic else 1
    speech = graph.parameter("input_features", [batch, BANDS, FRAMES], np.float32)
    x = _convolution(graph, "conv1", speech, BANDS, stride=1)
    x = _convolution(graph, "conv2", x, HIDDEN, stride=2)
    order = graph.integers("tokens/order", [0, 2, 1])
    x = graph.named("tokens", ops.transpose(x, order))
    places = graph.weights("positions/weight", [FRAMES // 2, HIDDEN], std=0.02)
    x = graph.named("embedding", ops.add(x, places))
    for index in range(LAYERS):
        x = _layer(graph, f"layers.{index}", x)
    x = layer_norm(graph, "layer_norm", x, EPSILON, hidden=HIDDEN)
    return ov.Model([graph.result("last_hidden_state", x)], [speech], graph.model)


def _convolution(graph: Graph, name: str, x: Node, before: int, *, stride: int) -> Node:
    std = math.sqrt(2.0 / (3 * before))
    weights = graph.weights(f"{name}/weight", [HIDDEN, before, 3], std=std)
    x = graph.named(f"{name}/product", ops.convolution(x, weights, [stride], [1], [1], [1]))
    x = graph.named(name, ops.add(x, graph.vector(f"{name}/bias", [1, HIDDEN, 1])))
    return graph.named(f"{name}/gelu", ops.gelu(x, "erf"))


def _layer(graph: Graph, name: str, x: Node) -> Node:
    y = layer_norm(graph, f"{name}.self_attn_layer_norm", x, EPSILON, hidden=HIDDEN)
    y = _attention(graph, f"{name}.self_attn", y)
    x = graph.named(f"{name}.self_attn.add", ops.add(x, y))
    y = layer_norm(graph, f"{name}.final_layer_norm", x, EPSILON, hidden=HIDDEN)
    y = linear(graph, f"{name}.fc1", y, (HIDDEN, 4 * HIDDEN))
    y = graph.named(f"{name}.gelu", ops.gelu(y, "erf"))
    y = linear(graph, f"{name}.fc2", y, (4 * HIDDEN, HIDDEN), gain=RESIDUAL_GAIN)
    return graph.named(f"{name}.add", ops.add(x, y))


def _attention(graph: Graph, name: str, x: Node) -> Node:
    query, key, value = (
        split_heads(
            graph,
            f"{name}.{part}",
            linear(graph, f"{name}.{part}", x, (HIDDEN, HIDDEN)),
            heads=HIDDEN // HEAD_SIZE,
        )
        for part in ("q_proj", "k_proj", "v_proj")
    )
    context = graph.named(f"{name}.sdpa", ops.scaled_dot_product_attention(query, key, value))
    y = join_heads(graph, name, context, hidden=HIDDEN)
    return linear(graph, f"{name}.out_proj", y, (HIDDEN, HIDDEN), gain=RESIDUAL_GAIN)
