"""Layers of convolutional networks, as frameworks export them before any folding."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from openvino import opset13 as ops

if TYPE_CHECKING:
    from openvino import Node

    from coldwarm.models.architectures.graph import Graph

EPSILON = 1e-5


def image_shape(graph: Graph) -> list[int]:
    """Return the shape of the input: one picture of the size of ImageNet's, or any."""
    return [-1, 3, -1, -1] if graph.dynamic else [1, 3, 224, 224]


def convolution(
    graph: Graph, name: str, data: Node, channels: tuple[int, int], kernel: int, stride: int = 1
) -> Node:
    """Return a padded convolution without bias, from `channels[0]` to `channels[1]`."""
    before, after = channels
    std = math.sqrt(2.0 / (before * kernel * kernel))
    weights = graph.weights(f"{name}/weight", [after, before, kernel, kernel], std=std)
    pads = [kernel // 2] * 2
    node = ops.convolution(data, weights, [stride] * 2, pads, pads, [1, 1])
    return graph.named(name, node)


def depthwise_convolution(
    graph: Graph, name: str, data: Node, channels: int, stride: int = 1
) -> Node:
    """Return a padded 3 x 3 convolution of each channel with itself."""
    weights = graph.weights(f"{name}/weight", [channels, 1, 1, 3, 3], std=math.sqrt(2.0 / 9.0))
    node = ops.group_convolution(data, weights, [stride] * 2, [1, 1], [1, 1], [1, 1])
    return graph.named(name, node)


def batch_norm(graph: Graph, name: str, data: Node, channels: int, *, gain: float = 1.0) -> Node:
    """Return a batch normalisation with trained statistics, which scales by about `gain`."""
    gamma = graph.vector(f"{name}/weight", [channels], centre=gain, spread=0.125)
    beta = graph.vector(f"{name}/bias", [channels])
    mean = graph.vector(f"{name}/running_mean", [channels])
    variance = graph.vector(f"{name}/running_var", [channels], centre=1.0, spread=0.25)
    node = ops.batch_norm_inference(data, gamma, beta, mean, variance, EPSILON)
    return graph.named(name, node)


def classifier(graph: Graph, name: str, data: Node, channels: int, classes: int) -> Node:
    """Return global pooling and the last layer, which answers with one number per class."""
    axes = graph.integers(f"{name}/pool/axes", [2, 3])
    pooled = graph.named(f"{name}/pool", ops.reduce_mean(data, axes, keep_dims=True))
    shape = graph.integers(f"{name}/flatten/shape", [0, -1])
    flat = graph.named(f"{name}/flatten", ops.reshape(pooled, shape, special_zero=True))
    std = math.sqrt(1.0 / channels)
    weights = graph.weights(f"{name}/weight", [classes, channels], std=std)
    product = ops.matmul(flat, weights, transpose_a=False, transpose_b=True)
    bias = graph.vector(f"{name}/bias", [1, classes])
    return graph.named(name, ops.add(graph.named(f"{name}/matmul", product), bias))
