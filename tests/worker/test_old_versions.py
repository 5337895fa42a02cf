"""What older OpenVINO does otherwise, played by a package that answers as 2024.6 and 2025.0 do."""

from __future__ import annotations

import ast
import importlib.util
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from coldwarm.measure.sampler import WORKER
from coldwarm.run.sample import Job

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

FOLDER = WORKER.parent

OLD_OPENVINO = '''
"""Bytes instead of BytesIO, no tensors to import from, text for the callbacks."""
import json, os
import numpy as np

class Type:
    string = "string"

class _Element:
    bitwidth = 32
    def is_dynamic(self): return False
    def __eq__(self, other): return False

class Shape(list): pass

class Tensor:
    element_type = _Element()
    size = 4
    def __init__(self, *args, **options): self.data = np.ones(4, np.float32)

Type.bf16 = "bf16"

class _Port:
    def get_names(self): return {"out"}
    def get_partial_shape(self): return []
    def get_element_type(self): return _Element()

class _Request:
    model_outputs = [_Port()]
    def query_state(self): return []
    def set_input_tensor(self, index, tensor): pass
    def infer(self): pass
    def get_output_tensor(self, index): return Tensor()

class _Compiled:
    inputs = []
    def __init__(self, hit): self._hit = hit
    def create_infer_request(self): return _Request()
    def get_property(self, name): return self._hit
    def export_model(self): return b"an exported model"

class Core:
    def set_property(self, properties):
        self._cache = properties["CACHE_DIR"]
        assert isinstance(self._cache, str)
    def get_property(self, device, name): return ["EXPORT_IMPORT"]
    def read_model(self, path): return path
    def import_model(self, stream, device, config):
        if not isinstance(stream, bytes):
            raise TypeError("`model_stream` must be an io.BytesIO object or bytes")
        assert stream == b"an exported model"
        return _Compiled(False)
    def compile_model(self, model, device, config):
        callbacks = config.get("CACHE_ENCRYPTION_CALLBACKS")
        if callbacks is None:
            return _Compiled(False)
        encrypt, decrypt = callbacks
        blob = os.path.join(self._cache, "1.blob")
        if os.path.exists(blob):
            try:
                text = open(blob, "rb").read().decode()
            except UnicodeDecodeError:
                pass
            else:
                if decrypt(text) == b"topology":
                    return _Compiled(True)
        with open(blob, "wb") as file:
            file.write(encrypt("topology"))
        return _Compiled(False)

def get_version(): return "2024.6.0-fake"
'''


@pytest.fixture
def old_openvino(tmp_path: Path) -> Path:
    package = tmp_path / "packages" / "openvino"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(OLD_OPENVINO)
    (tmp_path / "cache").mkdir()
    return tmp_path


def start(place: Path, kind: str, **job: Any) -> dict[str, Any]:  # noqa: ANN401
    told = Job(kind, job.pop("api", "path"), "model.xml", "CPU", cache_dir=str(place / "cache"))
    done = subprocess.run(
        [sys.executable, str(WORKER)],
        input=json.dumps({**told.to_json(), **job}),
        env={**os.environ, "PYTHONPATH": str(place / "packages")},
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    assert "error" not in result, result["error"]
    return result


def test_what_is_exported_as_bytes_is_imported_from_bytes(old_openvino: Path) -> None:
    cold = start(old_openvino, "cold", api="import")
    assert {"read_model", "compile_model", "export_model"} < cold["phases_ns"].keys()
    assert (old_openvino / "cache" / "exported.blob").read_bytes() == b"an exported model"
    warm = start(old_openvino, "warm", api="import")
    assert "import_model" in warm["phases_ns"]
    assert warm["openvino_version"] == "2024.6.0-fake"


@pytest.mark.parametrize("codec", ["identity", "base64", "aes-256-gcm"])
def test_what_is_encrypted_as_text_is_decrypted_again(old_openvino: Path, codec: str) -> None:
    secret = {"encryption": codec, "key": "5a" * 32}
    cold = start(old_openvino, "cold", **secret)
    blob = (old_openvino / "cache" / "1.blob").read_bytes()
    assert (blob == b"topology") == (codec == "identity")
    assert cold["encryption"]["bytes_out"] == len(blob)
    warm = start(old_openvino, "warm", **secret)
    assert warm["loaded_from_cache"] is True
    assert warm["encryption"]["decrypt_calls"] == 1


def test_where_bytes_are_handed_over_ciphertext_stays_as_it_is() -> None:
    encrypt, decrypt = encryption().Callbacks("aes-256-gcm", key="5a" * 32).pair
    ciphertext = encrypt(b"topology")
    assert len(ciphertext) == 12 + len(b"topology") + 16  # nonce, text, tag
    assert decrypt(ciphertext) == b"topology"


def encryption() -> ModuleType:
    spec = importlib.util.spec_from_file_location("worker_encryption", FOLDER / "encryption.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda file: file.name)
def test_the_workers_files_are_python_3_10(file: Path) -> None:
    ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 10))
