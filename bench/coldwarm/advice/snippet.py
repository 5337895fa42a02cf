"""A setting as Python source to paste: what an application has to write to get it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from coldwarm.experiment.axes import LLM

if TYPE_CHECKING:
    from collections.abc import Mapping

PLACEHOLDERS = {"${model_path}": "MODEL", "${model_bin}": 'str(Path(MODEL).with_suffix(".bin"))'}

CODECS = {
    "identity": ("lambda data: data", "lambda data: data"),
    "base64": ("base64.b64encode", "base64.b64decode"),
    "aes-256-gcm": ("encrypt", "decrypt"),
}

AES = """\
key = bytes.fromhex(os.environ["MODEL_CACHE_KEY"])  # 64 hexadecimal digits, kept safe
cipher = AESGCM(key)


def encrypt(data):
    nonce = os.urandom(12)
    return nonce + cipher.encrypt(nonce, data, None)


def decrypt(data):
    return cipher.decrypt(data[:12], data[12:], None)
"""

CORE_WITH_CACHE = """\
core = ov.Core()
# One directory for this setting alone; empty it when the model's files change.
core.set_property({"CACHE_DIR": "model_cache"})"""

PATH = "compiled = core.compile_model(MODEL, DEVICE{given})\n"

READ_MODEL = """\
model = core.read_model(MODEL)
compiled = core.compile_model(model, DEVICE{given})
"""

IMPORT = """\
if BLOB.exists():
    mapped = ov.Tensor(np.memmap(BLOB, np.uint8, mode="c"), shared_memory=True)
    compiled = core.import_model(mapped, DEVICE{given})
else:
    compiled = core.compile_model(core.read_model(MODEL), DEVICE{given})
    BLOB.write_bytes(compiled.export_model().getbuffer())
"""

PROOF = 'print(compiled.get_property("LOADED_FROM_CACHE"))  # True from the next start on\n'


def snippet(axes: Mapping[str, str], *, cached: bool = True) -> str:
    """Return Python source that starts a model in the way of a case.

    Args:
        axes: the axes of the case, properties as JSON text.
        cached: False for the same without a cache.
    """
    if axes["api"] == LLM:
        return _pipeline(axes, cached=cached)
    api = axes["api"] if cached or axes["api"] != "import" else "read_model"
    encryption = axes["encryption"] if cached else "none"
    head = [f"MODEL = {_text(_model_name(axes['model']))}", f"DEVICE = {_text(axes['device'])}"]
    if api == "import":
        head.append('BLOB = Path("model.blob")  # delete it when the model or OpenVINO changes')
    config = _config(axes, encryption, cached=cached)
    given = ", CONFIG" if config else ""
    body = IMPORT if api == "import" else READ_MODEL if api == "read_model" else PATH
    blocks = [
        *([AES] if encryption == "aes-256-gcm" else []),
        "\n".join([*head, *config]),
        CORE_WITH_CACHE if cached and api != "import" else "core = ov.Core()",
    ]
    source = "\n\n".join(blocks) + "\n" + body.format(given=given)
    if cached and api != "import":
        source += PROOF
    return f"{_imports(source, encryption)}\n{source}"


def _pipeline(axes: Mapping[str, str], *, cached: bool) -> str:
    encryption = axes["encryption"] if cached else "none"
    config = _config(axes, encryption, cached=cached)
    given = [*(['CACHE_DIR="model_cache"'] if cached else []), *(["**CONFIG"] if config else [])]
    arguments = ", ".join(["MODEL", "DEVICE", *given])
    head = [f"MODEL = {_text(_model_name(axes['model']))}", f"DEVICE = {_text(axes['device'])}"]
    lines = ["\n".join([*head, *config]), f"pipeline = LLMPipeline({arguments})\n"]
    if encryption == "aes-256-gcm":
        lines.insert(0, AES)
    source = "\n\n".join(lines)
    imports = _imports(source, encryption).replace(
        "import openvino as ov", "from openvino_genai import LLMPipeline"
    )
    return f"{imports}\n{source}"


def _config(axes: Mapping[str, str], encryption: str, *, cached: bool) -> list[str]:
    """Return the lines of a dictionary of properties; none where it would be empty."""
    properties = json.loads(axes["properties"])
    entries = [f"{_text(key)}: {_value(value)}" for key, value in sorted(properties.items())]
    if cached and axes["cache_mode"] != "default":
        entries.append(f'"CACHE_MODE": {_text(axes["cache_mode"])}')
    if encryption != "none":
        entries.append(f'"CACHE_ENCRYPTION_CALLBACKS": [{", ".join(_codec(encryption))}]')
    return ["CONFIG = {", *(f"    {entry}," for entry in entries), "}"] if entries else []


def _imports(source: str, encryption: str) -> str:
    module = encryption.partition(":")[0] if encryption not in (*CODECS, "none") else None
    standard = [
        name
        for name, used in (
            ("import base64", "base64." in source),
            ("import os", "os." in source),
            ("from pathlib import Path", "Path(" in source),
        )
        if used
    ]
    third = [
        name
        for name, used in (
            ("import numpy as np", "np." in source),
            ("import openvino as ov", True),
            (
                "from cryptography.hazmat.primitives.ciphers.aead import AESGCM",
                "AESGCM(" in source,
            ),
        )
        if used
    ]
    own = [f"import {module}"] if module and module.replace(".", "").isidentifier() else []
    blocks = ["\n".join(lines) for lines in (standard, third, own) if lines]
    return "\n\n".join(blocks) + "\n"


def _codec(encryption: str) -> tuple[str, str]:
    if encryption in CODECS:
        return CODECS[encryption]
    module, _, names = encryption.partition(":")
    encrypt, _, decrypt = names.partition(",")
    found = f"{module}.{encrypt}", f"{module}.{decrypt}"
    if all(part.isidentifier() for name in found for part in name.split(".")):
        return found
    return "encrypt", "decrypt"


def _model_name(name: str) -> str:
    """Return a file name for the model; a built-in one stands for the user's own."""
    return name if re.search(r"\.\w+$", name) else "model.xml"


def _value(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, str) and value in PLACEHOLDERS:
        return PLACEHOLDERS[value]
    return _text(value) if isinstance(value, str) else repr(value)


def _text(value: str) -> str:
    """Return a string literal in plain ASCII: whatever a name holds, it stays inside its quotes."""
    literal = ascii(value)
    return f'"{literal[1:-1]}"' if literal[0] == "'" and '"' not in literal else literal
