"""ResNet-50 v1.5 (stride in the 3 x 3 convolution), ImageNet size, 25.6 million parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import openvino as ov
from openvino import opset13 as ops

from coldwarm.models.architectures.convolutions import (
    batch_norm,
    classifier,
    convolution,
    image_shape,
)

if TYPE_CHECKING:
    from openvino import Node

    from coldwarm.models.architectures.graph import Graph

STAGES = ((64, 3), (128, 4), (256, 6), (512, 3))
"""Width and number of blocks of each stage."""

EXPANSION = 4


def build(graph: Graph) -> ov.Model:
    """Return the model."""
    image = graph.parameter("image", image_shape(graph), np.float32)
    x = _normalised(graph, "conv1", image, (3, 64), kernel=7, stride=2)
    x = graph.named("relu", ops.relu(x))
    pooled = ops.max_pool(x, [2, 2], [1, 1], [1, 1], [1, 1], [3, 3])
    x = graph.named("maxpool", pooled).output(0)
    channels = 64
    for stage, (width, blocks) in enumerate(STAGES, start=1):
        for block in range(blocks):
            stride = 2 if stage > 1 and block == 0 else 1
            x = _bottleneck(graph, f"layer{stage}.{block}", x, channels, width, stride)
            channels = width * EXPANSION
    logits = classifier(graph, "fc", x, channels, classes=1000)
    return ov.Model([graph.result("logits", logits)], [image], graph.model)


def _bottleneck(graph: Graph, name: str, x: Node, channels: int, width: int, stride: int) -> Node:
    wide = width * EXPANSION
    y = _normalised(graph, f"{name}.conv1", x, (channels, width), kernel=1)
    y = graph.named(f"{name}.relu1", ops.relu(y))
    y = _normalised(graph, f"{name}.conv2", y, (width, width), kernel=3, stride=stride)
    y = graph.named(f"{name}.relu2", ops.relu(y))
    # A small gain keeps the sum over sixteen blocks from growing, as training does.
    y = _normalised(graph, f"{name}.conv3", y, (width, wide), kernel=1, gain=0.25)
    if channels != wide:
        x = _normalised(graph, f"{name}.downsample", x, (channels, wide), kernel=1, stride=stride)
    return graph.named(f"{name}.relu3", ops.relu(graph.named(f"{name}.add", ops.add(y, x))))


def _normalised(
    graph: Graph,
    name: str,
    x: Node,
    channels: tuple[int, int],
    *,
    kernel: int,
    stride: int = 1,
    gain: float = 1.0,
) -> Node:
    x = convolution(graph, name, x, channels, kernel, stride)
    return batch_norm(graph, f"{name}.bn", x, channels[1], gain=gain)
