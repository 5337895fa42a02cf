from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from coldwarm.models import all_models, list_models, lookup, making
from coldwarm.models.catalog import SUITES

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from toy_model import Toy


def test_every_model_is_listed_and_none_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path))
    models = list_models()
    built_in = [model for model in models if model.kind == "built-in"]
    real = [model for model in models if model.kind in SUITES]
    assert len(built_in) == 33
    assert {model.state for model in built_in} == {"not built"}
    assert len(real) == sum(not model.is_built_in for model in all_models())
    assert {model.state for model in real} == {"not fetched"}
    assert all(model.licence and model.source and model.packages for model in real)
    assert models[0].name == "resnet50:f32"
    assert models[0].bytes == 102_440_640
    assert models[0].path == tmp_path / "models/resnet50-f32.1/resnet50-f32.xml"
    assert list(tmp_path.iterdir()) == []


def test_states(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup, "all_models", lambda: (toy.model,))
    seen = [list_models()[0].state]
    making.build(toy.model, str)
    seen.append(list_models()[0].state)
    toy.bin.write_bytes(b"damaged")
    seen.append(list_models()[0].state)
    assert seen == ["not built", "built", "damaged"]


def test_the_tools_own_process_imports_neither_openvino_nor_numpy() -> None:
    code = """
import sys
from coldwarm import models
models.list_models()
print(*sorted({"openvino", "numpy", "pandas", "pydantic"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
