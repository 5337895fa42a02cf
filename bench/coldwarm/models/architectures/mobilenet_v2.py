"""MobileNetV2 (width 1.0), ImageNet size, 3.5 million parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from coldwarm.models.architectures.convolutions import (
    batch_norm,
    classifier,
    convolution,
    depthwise_convolution,
    image_shape,
)

if TYPE_CHECKING:
    from openvino import Node

    from coldwarm.models.architectures.graph import Graph

STAGES = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""Expansion, channels, blocks and first stride of each stage: table 2 of the paper."""

LAST_CHANNELS = 1280


def build(graph: Graph) -> ov.Model:
    """Return the model."""
    image = graph.parameter("image", image_shape(graph), np.float32)
    x = convolution(graph, "features.0", image, (3, 32), 3, stride=2)
    x = _activated(graph, "features.0", x, 32)
    channels = 32
    block = 1
    for expansion, after, blocks, first_stride in STAGES:
        for index in range(blocks):
            stride = first_stride if index == 0 else 1
            name = f"features.{block}"
            x = _inverted_residual(graph, name, x, (channels, after), expansion, stride)
            channels = after
            block += 1
    x = convolution(graph, f"features.{block}", x, (channels, LAST_CHANNELS), 1)
    x = _activated(graph, f"features.{block}", x, LAST_CHANNELS)
    logits = classifier(graph, "classifier", x, LAST_CHANNELS, classes=1000)
    return ov.Model([graph.result("logits", logits)], [image], graph.model)


def _inverted_residual(
    graph: Graph, name: str, x: Node, channels: tuple[int, int], expansion: int, stride: int
) -> Node:
    before, after = channels
    hidden = before * expansion
    y = x
    if expansion > 1:
        y = convolution(graph, f"{name}.expand", y, (before, hidden), 1)
        y = _activated(graph, f"{name}.expand", y, hidden)
    y = depthwise_convolution(graph, f"{name}.depthwise", y, hidden, stride)
    y = _activated(graph, f"{name}.depthwise", y, hidden)
    y = convolution(graph, f"{name}.project", y, (hidden, after), 1)
    y = batch_norm(graph, f"{name}.project.bn", y, after, gain=0.5)
    if stride == 1 and before == after:
        y = graph.named(f"{name}.add", ops.add(y, x))
    return y


def _activated(graph: Graph, name: str, x: Node, channels: int) -> Node:
    x = batch_norm(graph, f"{name}.bn", x, channels)
    return graph.named(f"{name}.relu6", ops.clamp(x, 0.0, 6.0))
