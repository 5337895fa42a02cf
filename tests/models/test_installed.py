from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from coldwarm.models import hashing, making
from coldwarm.models.installed import ABSENT, DAMAGED, READY, state_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from toy_model import Toy


@pytest.fixture
def built(toy: Toy) -> Toy:
    making.build(toy.model, str)
    return toy


def flip_a_byte(toy: Toy) -> None:
    with toy.bin.open("r+b") as file:
        file.seek(4000)
        file.write(b"\x00")


DAMAGES: dict[str, Callable[[Toy], object]] = {
    "a byte of the weights": flip_a_byte,
    "weights cut short": lambda toy: os.truncate(toy.bin, 100),
    "weights gone": lambda toy: toy.bin.unlink(),
    "another graph": lambda toy: toy.xml.write_text("<Net/>"),
    "graph gone": lambda toy: toy.xml.unlink(),
    "record gone": lambda toy: (toy.folder / "digests.json").unlink(),
    "record empty": lambda toy: (toy.folder / "digests.json").write_text(""),
    "record of something else": lambda toy: (toy.folder / "digests.json").write_text("[1]"),
    "record without stamps": lambda toy: (toy.folder / "digests.json").write_text("{}"),
}


def test_nothing_is_built_at_first(toy: Toy) -> None:
    assert state_of(toy.model) == ABSENT


def test_a_built_model_is_sound(built: Toy) -> None:
    assert state_of(built.model) == READY
    assert {file.name for file in built.folder.iterdir()} == {
        "toy-f32.xml",
        "toy-f32.bin",
        "digests.json",
    }


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damage_is_noticed(built: Toy, damage: Callable[[Toy], object]) -> None:
    damage(built)
    assert state_of(built.model) == DAMAGED


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damage_is_noticed_after_the_model_was_found_sound(
    built: Toy, damage: Callable[[Toy], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "SETTLED_NS", 0)
    assert state_of(built.model) == READY
    damage(built)
    assert state_of(built.model) == DAMAGED


def test_a_file_in_the_place_of_a_model_is_damage(toy: Toy) -> None:
    toy.folder.parent.mkdir(parents=True)
    toy.folder.write_text("")
    assert state_of(toy.model) == DAMAGED


def test_sound_files_are_not_read_again_by_the_next_process(
    built: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "SETTLED_NS", 0)
    assert state_of(built.model) == READY
    forget_everything(monkeypatch)
    monkeypatch.setattr(hashing.hashlib, "file_digest", None)
    assert state_of(built.model) == READY


def test_a_touched_file_is_read_again_and_its_stamp_renewed(
    built: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashing, "SETTLED_NS", 0)
    assert state_of(built.model) == READY
    os.utime(built.bin, ns=(1, 1))
    forget_everything(monkeypatch)
    assert state_of(built.model) == READY
    record = json.loads((built.folder / "digests.json").read_text())
    assert record["toy-f32.bin"]["stamp"] == list(hashing.stamp_of(built.bin))


def test_a_record_that_vouches_for_other_weights_is_not_believed(built: Toy) -> None:
    flip_a_byte(built)
    path = built.folder / "digests.json"
    record = json.loads(path.read_text())
    record["toy-f32.bin"] = {"sha256": "0" * 64, "stamp": list(hashing.stamp_of(built.bin))}
    path.write_text(json.dumps(record))
    assert state_of(built.model) == DAMAGED


def test_a_record_that_cannot_be_written_changes_nothing(
    built: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(hashing, "SETTLED_NS", 0)
    assert state_of(built.model) == READY
    forget_everything(monkeypatch)
    monkeypatch.setattr(type(built.folder), "write_text", refuse)
    os.utime(built.bin, ns=(1, 1))
    assert state_of(built.model) == READY
    # What this process has seen itself counts for more than the old record.
    monkeypatch.setattr(hashing.hashlib, "file_digest", None)
    assert state_of(built.model) == READY


def forget_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know as little as a new process."""
    monkeypatch.setattr(hashing, "_remembered", {})
