"""BERT base: 110 million parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.models.architectures import bert

if TYPE_CHECKING:
    import openvino as ov

    from coldwarm.models.architectures.graph import Graph


def build(graph: Graph) -> ov.Model:
    """Return the model."""
    return bert.build(graph, bert.Sizes(hidden=768, layers=12))
