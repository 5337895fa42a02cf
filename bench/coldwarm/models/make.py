"""Make one model of what a package carries, in a process of its own.

Usage: python -m coldwarm.models.make STEP NAME SOURCE FILE
"""

from __future__ import annotations

import sys
from pathlib import Path


def weighted_onnx(name: str, source: Path, file: Path) -> None:
    """Give a graph of the onnx package weights, and write it as ONNX."""
    from coldwarm.models.skeleton import give_weights  # noqa: PLC0415 (it takes numpy)

    file.write_bytes(give_weights(source.read_bytes(), name))


def weighted_ir(name: str, source: Path, file: Path) -> None:
    """Give a graph of the onnx package weights, and convert it to IR."""
    import openvino as ov  # noqa: PLC0415 (telemetry is out of the way only now)

    onnx = source.with_suffix(".weighted.onnx")
    weighted_onnx(name, source, onnx)
    ov.save_model(ov.Core().read_model(onnx), file, compress_to_fp16=False)


def llm_ir(name: str, source: Path, file: Path) -> None:  # noqa: ARG001 (one of STEPS)
    """Convert a GGUF file to IR, with tokenizer and detokenizer, as openvino-genai does it."""
    import openvino_genai  # noqa: PLC0415 (an extra)

    openvino_genai.LLMPipeline(source, "CPU", enable_save_ov_model=True)
    for made in source.parent.glob("openvino_*"):
        made.rename(file.parent / made.name)


STEPS = {step.__name__.replace("_", "-"): step for step in (weighted_onnx, weighted_ir, llm_ir)}


def main(step: str, name: str, source: str, file: str) -> None:
    """Run one step."""
    # OpenVINO's telemetry is a thread that reaches for the network. Nothing here needs it.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    STEPS[step](name, Path(source), Path(file))


if __name__ == "__main__":
    main(*sys.argv[1:])
