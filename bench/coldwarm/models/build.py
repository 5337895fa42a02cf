"""Write one built-in model, with OpenVINO, in a process of its own.

Usage: python -m coldwarm.models.build NAME PRECISION FILE.xml
"""

from __future__ import annotations

import importlib
import sys

from coldwarm.models.catalog import DYNAMIC


def main(name: str, precision: str, xml: str) -> None:
    """Build the model and write its .xml and .bin."""
    # OpenVINO's telemetry is a thread that reaches for the network. Nothing here needs it.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino as ov  # noqa: PLC0415 (only once telemetry is out of the way)

    from coldwarm.models.architectures.graph import Graph  # noqa: PLC0415

    base = name.removesuffix(DYNAMIC)
    module = base.replace("-", "_")
    architecture = importlib.import_module(f"coldwarm.models.architectures.{module}")
    # With the same seed: a dynamic variant has the weights of its model.
    model = architecture.build(Graph(base, precision, dynamic=base != name))
    # As converters do: what is not int8 becomes f16, marked as to be decompressed.
    ov.save_model(model, xml, compress_to_fp16=precision != "f32")


if __name__ == "__main__":
    main(*sys.argv[1:])
