from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fake_traces import CASE

from coldwarm.experiment.study import INVALIDATION
from coldwarm.models.model_files import find_files
from coldwarm.studies.attempt_runner import copy_model
from coldwarm.studies.invalidation import pair
from coldwarm.studies.invalidation.pair import leave, pair_of
from coldwarm.studies.study import NotTriedError

if TYPE_CHECKING:
    from pathlib import Path

XML = """\
<net>
\t<layer type="ReLU"/>
\t<data element_type="f32" shape="2" offset="0" size="8"/>
</net>
"""
FILE_CHANGES = (
    *("xml_content", "bin_content", "quiet_content", "xml_touched", "bin_touched"),
    *("size", "moved", "renamed", "copied", "namesake"),
)

SAME_CASE = ("nothing", "precision", "wrong_key", "instruction_set")


@pytest.fixture
def original(tmp_path: Path) -> Path:
    folder = tmp_path / "original"
    folder.mkdir()
    (folder / "m.xml").write_text(XML)
    (folder / "m.bin").write_bytes(b"abcdefgh")
    return folder / "m.xml"


@pytest.mark.parametrize(
    ("sets", "limit"),
    [
        (("amx_tile", "avx2", "avx512f"), "AVX512_CORE"),
        (("avx", "avx512f"), "AVX2"),
        (("avx", "sse4_1"), "SSE41"),
        (("sse4_1",), None),
        (None, None),
    ],
)
def test_an_older_processor_lacks_the_best_instruction_set(
    sets: tuple[str, ...] | None, limit: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pair, "instruction_sets", lambda _: sets)
    if limit is None:
        with pytest.raises(NotTriedError, match="on a processor with AVX"):
            pair_of("instruction_set", CASE)
    else:
        assert pair_of("instruction_set", CASE).env == {"ONEDNN_MAX_CPU_ISA": limit}


def test_each_change_has_a_pair_of_starts_that_differ_in_one_thing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pair, "instruction_sets", lambda _: ("avx2",))
    for change in INVALIDATION:
        found = pair_of(change, CASE, ["installed", "other"])
        differing = [
            axis for axis, value in found.cold.axes().items() if found.warm.axes()[axis] != value
        ]
        same_case = change in (
            *FILE_CHANGES,
            "nothing",
            "precision",
            "wrong_key",
            "instruction_set",
        )
        assert len(differing) == (0 if same_case else 1), change
        assert found.same_key == (change != "wrong_key")
        assert bool(found.env) == (change == "instruction_set")
        assert (found.edit is leave) == (change not in FILE_CHANGES)


@pytest.mark.parametrize(
    ("change", "case", "cold", "warm"),
    [
        ("api", CASE, "path", "read_model"),
        (
            "cache_mode",
            replace(CASE, cache_mode="OPTIMIZE_SIZE"),
            "OPTIMIZE_SIZE",
            "OPTIMIZE_SPEED",
        ),
        ("encryption_on", CASE, "none", "aes-256-gcm"),
        ("encryption_on", replace(CASE, encryption="base64"), "none", "base64"),
        ("encryption_off", CASE, "aes-256-gcm", "none"),
        ("runtime", replace(CASE, runtime="b"), "b", "a"),
    ],
)
def test_pairs(change: str, case: object, cold: str, warm: str) -> None:
    pair = pair_of(change, case, ["a", "b"])  # type: ignore[arg-type]
    assert cold in pair.cold.axes().values()
    assert warm in pair.warm.axes().values()


def test_one_runtime_is_not_two() -> None:
    with pytest.raises(NotTriedError, match="one runtime only"):
        pair_of("runtime", CASE, ["installed"])


def test_the_api_import_shares_nothing() -> None:
    with pytest.raises(NotTriedError, match="a file of its own"):
        pair_of("api", replace(CASE, api="import"))


def test_edits_never_touch_the_original(original: Path, tmp_path: Path) -> None:
    before = {
        file: (file.read_bytes(), file.stat().st_mtime_ns) for file in original.parent.iterdir()
    }
    for change in FILE_CHANGES:
        copy = copy_model(find_files("m", original), tmp_path / change / "model")
        mtimes = [file.stat().st_mtime_ns for file in copy.files]
        assert mtimes == [file.stat().st_mtime_ns for file in find_files("m", original).files]
        changed = pair_of(change, CASE).edit(copy)
        assert all(file.exists() for file in changed.files)
        assert tmp_path / change in changed.path.parents
    assert before == {
        file: (file.read_bytes(), file.stat().st_mtime_ns) for file in original.parent.iterdir()
    }


def test_moved_renamed_and_copied_are_what_they_say(original: Path, tmp_path: Path) -> None:
    found = {}
    for change in ("moved", "renamed", "copied"):
        copy = copy_model(find_files("m", original), tmp_path / change / "model")
        found[change] = (pair_of(change, CASE).edit(copy).path, copy.path.exists())
    assert found["moved"] == (tmp_path / "moved" / "model-moved" / "m.xml", False)
    assert found["renamed"] == (tmp_path / "renamed" / "model" / "renamed.xml", False)
    assert found["copied"] == (tmp_path / "copied" / "model-copy" / "m.xml", True)


@pytest.mark.parametrize("change", ["xml_content", "bin_content", "quiet_content", "size"])
def test_a_model_in_one_file_is_not_taken_apart(change: str, tmp_path: Path) -> None:

    (tmp_path / "m.tflite").write_bytes(b"tflite")
    files = find_files("m", tmp_path / "m.tflite")
    with pytest.raises(NotTriedError, match="no OpenVINO IR"):
        pair_of(change, CASE).edit(files)
