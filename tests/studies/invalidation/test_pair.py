from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fake_traces import CASE

from coldwarm.experiment.study import INVALIDATION
from coldwarm.models.model_files import find_files
from coldwarm.studies.attempt_runner import copy_model
from coldwarm.studies.invalidation import pair
from coldwarm.studies.invalidation.edits import EXPORTED
from coldwarm.studies.invalidation.invalidation import files_at
from coldwarm.studies.invalidation.pair import pair_of
from coldwarm.studies.study import NotTriedError

if TYPE_CHECKING:
    from coldwarm.models import ModelFiles

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

AFTER_LOAD = ("truncated_after_load", "replaced_after_load")
CACHE_CHANGES = ("exported_blob", "imported_cache_blob")
SAME_CASE = (
    *FILE_CHANGES,
    *AFTER_LOAD,
    *("nothing", "precision", "wrong_key", "instruction_set"),
    *("device_cache_dir", "call_cache_dir", "exported_blob"),
)


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
        assert len(differing) == (0 if change in SAME_CASE else 1), change
        assert found.same_key == (change != "wrong_key")
        assert bool(found.env) == (change == "instruction_set")
        assert bool(found.job_fields) == (change in ("device_cache_dir", "call_cache_dir"))
        assert (found.edit is not None) == (change in FILE_CHANGES)
        assert (found.after_load is not None) == (change in AFTER_LOAD)
        assert (found.edit_cache is not None) == (change in CACHE_CHANGES)


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


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("api", "a file of its own"),
        ("device_cache_dir", "no cache directory"),
        ("call_cache_dir", "no cache directory"),
        ("exported_blob", "no cache directory"),
        ("imported_cache_blob", "no cache directory"),
    ],
)
def test_the_api_import_shares_nothing(change: str, why: str) -> None:
    with pytest.raises(NotTriedError, match=why):
        pair_of(change, replace(CASE, api="import"))


def edited(change: str, files: ModelFiles) -> ModelFiles:
    """Return where the files are after a change."""
    edit = pair_of(change, CASE).edit
    assert edit is not None
    return files_at(files, edit(files.folder, files.path))


def test_edits_never_touch_the_original(original: Path, tmp_path: Path) -> None:
    before = {
        file: (file.read_bytes(), file.stat().st_mtime_ns) for file in original.parent.iterdir()
    }
    for change in FILE_CHANGES:
        copy = copy_model(find_files("m", original), tmp_path / change / "model")
        mtimes = [file.stat().st_mtime_ns for file in copy.files]
        assert mtimes == [file.stat().st_mtime_ns for file in find_files("m", original).files]
        changed = edited(change, copy)
        assert all(file.exists() for file in changed.files)
        assert tmp_path / change in changed.path.parents
    assert before == {
        file: (file.read_bytes(), file.stat().st_mtime_ns) for file in original.parent.iterdir()
    }


def test_moved_renamed_and_copied_are_what_they_say(original: Path, tmp_path: Path) -> None:
    found = {}
    for change in ("moved", "renamed", "copied"):
        copy = copy_model(find_files("m", original), tmp_path / change / "model")
        found[change] = (edited(change, copy).path, copy.path.exists())
    assert found["moved"] == (tmp_path / "moved" / "model-moved" / "m.xml", False)
    assert found["renamed"] == (tmp_path / "renamed" / "model" / "renamed.xml", False)
    assert found["copied"] == (tmp_path / "copied" / "model-copy" / "m.xml", True)


@pytest.mark.parametrize("change", ["xml_content", "bin_content", "quiet_content", "size"])
def test_a_model_in_one_file_is_not_taken_apart(change: str, tmp_path: Path) -> None:

    (tmp_path / "m.tflite").write_bytes(b"tflite")
    files = find_files("m", tmp_path / "m.tflite")
    with pytest.raises(ValueError, match="no OpenVINO IR"):
        edited(change, files)


def test_what_changes_after_the_load_is_left_alone_before_it(
    original: Path, tmp_path: Path
) -> None:
    copy = copy_model(find_files("m", original), tmp_path / "model")
    before = [file.read_bytes() for file in copy.files]
    told = {change: pair_of(change, CASE).after_load for change in AFTER_LOAD}
    acts = {name: act(copy.folder, copy.path) for name, act in told.items() if act is not None}
    weights = str(copy.path.with_suffix(".bin"))
    assert acts["truncated_after_load"] == {"file": weights}
    assert acts["replaced_after_load"]["file"] == weights
    assert Path(acts["replaced_after_load"]["content"]).read_bytes() == b"efghabcd"
    assert [file.read_bytes() for file in copy.files] == before


def test_the_blobs_of_cache_and_export_change_places(tmp_path: Path) -> None:
    own, exported = tmp_path / "123.blob", tmp_path / EXPORTED
    for change, place, content in (
        ("exported_blob", own, b"exported"),
        ("imported_cache_blob", exported, b"own"),
    ):
        own.write_bytes(b"own")
        exported.write_bytes(b"exported")
        edit = pair_of(change, CASE).edit_cache
        assert edit is not None
        placed = edit(tmp_path)
        assert place.read_bytes() == content
        digest = hashlib.sha256(content).hexdigest()
        assert placed == {"name": place.name, "bytes": len(content), "digest": digest}
    with pytest.raises(ValueError, match="left no blob"):
        edit(tmp_path)
