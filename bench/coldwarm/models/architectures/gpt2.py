"""GPT-2 small with its KV cache as state, 124 million parameters.

Inputs, state and attention are those of the stateful models that optimum-intel exports and
openvino-genai runs, with one liberty: an attention mask that is shorter than the whole sequence
stands for its end, so that the same inputs can be fed twice.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from coldwarm.models.architectures.kv_cache import KVCache, attention_mask
from coldwarm.models.architectures.transformers import (
    HIDDEN,
    INNER,
    LAYERS,
    embedding,
    join_heads,
    layer_norm,
    linear,
    split_heads,
)

if TYPE_CHECKING:
    from openvino import Node

    from coldwarm.models.architectures.graph import Graph

WORDS = 50257
POSITIONS = 1024
EPSILON = 1e-5
EMBEDDING_STD = 0.02

RESIDUAL_GAIN = 1.0 / math.sqrt(2 * LAYERS)
"""What GPT-2 scales its projections with, so that the sum over all layers does not grow."""


def build(graph: Graph) -> ov.Model:
    """Return the model."""
    words = graph.parameter("input_ids", [-1, -1], np.int64)
    mask = graph.parameter("attention_mask", [-1, -1], np.int64)
    positions = graph.parameter("position_ids", [-1, -1], np.int64)
    beams = graph.parameter("beam_idx", [-1], np.int32)
    cache = KVCache(graph, words, beams)
    mask_to_add = attention_mask(graph, words, mask, cache.past[0, "key"])

    table = graph.weights("wte/weight", [WORDS, HIDDEN], std=EMBEDDING_STD)
    places = graph.weights("wpe/weight", [POSITIONS, HIDDEN], std=EMBEDDING_STD)
    x = embedding(graph, "wte", table, words)
    x = graph.named("embedding", ops.add(x, embedding(graph, "wpe", places, positions)))
    for layer in range(LAYERS):
        x = _block(graph, layer, x, mask_to_add, cache)
    x = layer_norm(graph, "ln_f", x, EPSILON)
    logits = graph.named("lm_head", ops.matmul(x, table, transpose_a=False, transpose_b=True))
    inputs = [words, mask, positions, beams]
    return ov.Model([graph.result("logits", logits)], cache.writes, inputs, graph.model)


def _block(graph: Graph, layer: int, x: Node, mask: Node, cache: KVCache) -> Node:
    name = f"h.{layer}"
    y = layer_norm(graph, f"{name}.ln_1", x, EPSILON)
    y = _attention(graph, layer, y, mask, cache)
    x = graph.named(f"{name}.attn.add", ops.add(x, y))
    y = layer_norm(graph, f"{name}.ln_2", x, EPSILON)
    y = linear(graph, f"{name}.mlp.c_fc", y, (HIDDEN, INNER))
    y = graph.named(f"{name}.mlp.gelu", ops.gelu(y, "tanh"))
    y = linear(graph, f"{name}.mlp.c_proj", y, (INNER, HIDDEN), gain=RESIDUAL_GAIN)
    return graph.named(f"{name}.mlp.add", ops.add(x, y))


def _attention(graph: Graph, layer: int, x: Node, mask: Node, cache: KVCache) -> Node:
    name = f"h.{layer}.attn"
    joint = linear(graph, f"{name}.c_attn", x, (HIDDEN, 3 * HIDDEN))
    axis = graph.integers(f"{name}.split/axis", 2)
    parts = graph.named(f"{name}.split", ops.split(joint, axis, 3)).outputs()
    query, key, value = (
        split_heads(graph, f"{name}.{part}", parts[index])
        for index, part in enumerate(("query", "key", "value"))
    )
    keys, values = cache.extend(layer, "key", key), cache.extend(layer, "value", value)
    context = ops.scaled_dot_product_attention(query, keys, values, mask)
    y = join_heads(graph, name, graph.named(f"{name}.sdpa", context))
    return linear(graph, f"{name}.c_proj", y, (HIDDEN, HIDDEN), gain=RESIDUAL_GAIN)
