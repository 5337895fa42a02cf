"""Carry out one recipe, with the libraries that it needs, in a process of its own.

Usage: python -m coldwarm.models.recipes STEP BASE VARIANT SOURCE FILE
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from coldwarm.models.catalog import BUILD

DYNAMIC = "-dynamic"
"""Ends the name of a built-in model whose batch and sizes are open."""


def build(base: str, precision: str, source: Path, file: Path) -> None:  # noqa: ARG001 (one of STEPS)
    """Build an architecture with seeded weights, and write it as IR."""
    import openvino as ov  # noqa: PLC0415 (only once telemetry is out of the way)

    from coldwarm.models.architectures.graph import Graph  # noqa: PLC0415

    name = base.removesuffix(DYNAMIC)
    module = name.replace("-", "_")
    architecture = importlib.import_module(f"coldwarm.models.architectures.{module}")
    # With the same seed: a dynamic variant has the weights of its model.
    model = architecture.build(Graph(name, precision, dynamic=name != base))
    # As converters do: what is not int8 becomes f16, marked as to be decompressed.
    ov.save_model(model, file, compress_to_fp16=precision != "f32")


def weighted_onnx(base: str, variant: str, source: Path, file: Path) -> None:  # noqa: ARG001
    """Give a graph of the onnx package weights, and write it as ONNX."""
    import onnx  # noqa: PLC0415 (an extra)

    from coldwarm.models.onnx_weights import give_weights  # noqa: PLC0415

    onnx.save_model(give_weights(onnx.load_model(source), base), file)


def weighted_ir(base: str, variant: str, source: Path, file: Path) -> None:
    """Give a graph of the onnx package weights, and convert it to IR."""
    import openvino as ov  # noqa: PLC0415 (telemetry is out of the way only now)

    weighted = source.with_suffix(".weighted.onnx")
    weighted_onnx(base, variant, source, weighted)
    ov.save_model(ov.Core().read_model(weighted), file, compress_to_fp16=False)


def llm_ir(base: str, variant: str, source: Path, file: Path) -> None:  # noqa: ARG001
    """Convert a GGUF file to IR, with tokenizer and detokenizer, as openvino-genai does it."""
    import openvino_genai  # noqa: PLC0415 (an extra)

    openvino_genai.LLMPipeline(source, "CPU", enable_save_ov_model=True)
    for made in source.parent.glob("openvino_*"):
        made.rename(file.parent / made.name)


STEPS = {
    BUILD: build,
    "weighted-onnx": weighted_onnx,
    "weighted-ir": weighted_ir,
    "llm-ir": llm_ir,
}


def main(step: str, base: str, variant: str, source: str, file: str) -> None:
    """Carry out one step."""
    # OpenVINO's telemetry is a thread that reaches for the network. Nothing here needs it.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    STEPS[step](base, variant, Path(source), Path(file))


if __name__ == "__main__":
    main(*sys.argv[1:])
