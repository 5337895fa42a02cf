from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldwarm.analysis.verdict import judge_all
from coldwarm.errors import StoreError
from coldwarm.experiment.case import Case
from coldwarm.measure.plan import uncached_axes
from coldwarm.run import store
from coldwarm.run.sample import SCHEMA_VERSION, Blob, Sample

if TYPE_CHECKING:
    from pathlib import Path

CASE = Case("resnet50", properties={"NUM_STREAMS": 1})
SAMPLE = Sample(
    run_id="r",
    baseline_id=CASE.baseline_id,
    case=CASE.axes(),
    kind="warm",
    round=0,
    position=0,
    block=0,
    started_at="2026-10-01T12:00:00.000+00:00",
    status="ok",
    case_id=CASE.case_id,
    phases_ns={"compile_model": 5},
    blobs_after=(Blob("1.blob", 1, 2, 3),),
)
UNCACHED = replace(SAMPLE, case=uncached_axes(CASE), kind="uncached", case_id=None)
REFERENCE: dict[str, Any] = {
    "baseline_id": CASE.baseline_id,
    "model_digests": {"m.xml": "ab"},
    "answers": [[{"y": "1"}], None],
}


def at(position: int) -> Sample:
    return replace(SAMPLE, position=position)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    path = tmp_path / "host" / "run"
    store.create_run(path, {"run_id": "r", "note": 1})
    return path


def write(run: Path, *samples: Sample) -> None:
    with store.open_run(run) as writer:
        for sample in samples:
            writer.append(sample)


def lines(run: Path) -> list[bytes]:
    return (run / store.SAMPLES_FILE).read_bytes().splitlines(keepends=True)


# A whole run.


def test_what_was_written_is_read_in_its_order(run: Path) -> None:
    with store.open_run(run) as writer:
        writer.append(UNCACHED)
        writer.append_reference(REFERENCE)
        writer.append(at(1))
    stored = store.read_run(run)
    assert stored.samples() == [UNCACHED, at(1)]
    assert stored.references == [REFERENCE]
    assert stored.damage == []
    assert stored.run_id == "r"
    assert stored.header == {"schema": SCHEMA_VERSION, "run_id": "r", "note": 1}


def test_a_run_goes_on_where_it_stopped(run: Path) -> None:
    write(run, at(0))
    write(run, at(1))
    assert store.read_run(run).samples() == [at(0), at(1)]


def test_an_empty_run_is_a_run(run: Path) -> None:
    assert store.read_run(run).records == []


def test_every_line_is_on_the_disk_before_append_returns(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []

    def sync(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_size)

    with store.open_run(run) as writer:
        monkeypatch.setattr(os, "fsync", sync)
        writer.append(at(0))
        size = (run / store.SAMPLES_FILE).stat().st_size
        writer.append_reference(REFERENCE)
    assert synced == [size, (run / store.REFERENCES_FILE).stat().st_size]


def test_text_that_utf_8_cannot_hold_is_replaced(run: Path) -> None:
    write(run, replace(SAMPLE, reason="no \udcff.bin", stderr_tail="\u00fcber\u2028\r\n\0"))
    (sample,) = store.read_run(run).samples()
    assert (sample.reason, sample.stderr_tail) == ("no ?.bin", "\u00fcber\u2028\r\n\0")


@settings(deadline=None, derandomize=True, max_examples=40)
@given(reason=st.text(), tail=st.text(), numbers=st.lists(st.integers(0, 2**63 - 1), max_size=3))
def test_no_text_and_no_number_breaks_a_line(
    tmp_path_factory: pytest.TempPathFactory, reason: str, tail: str, numbers: list[int]
) -> None:
    run = tmp_path_factory.mktemp("store") / "run"
    store.create_run(run, {"run_id": "r"})
    sample = replace(
        SAMPLE, reason=reason, stderr_tail=tail, phases_ns={str(n): n for n in numbers}
    )
    write(run, sample, at(1))
    stored = store.read_run(run)
    assert stored.damage == []
    assert stored.samples() == [sample, at(1)]


# The header.


def test_entries_of_the_header_change_and_the_others_stay(run: Path) -> None:
    with store.open_run(run) as writer:
        writer.update_header(ended={"how": "complete"})
    assert store.read_header(run) == {
        "schema": SCHEMA_VERSION,
        "run_id": "r",
        "note": 1,
        "ended": {"how": "complete"},
    }
    assert not list(run.glob(".*"))


def test_a_run_is_not_made_twice(run: Path) -> None:
    with pytest.raises(StoreError, match="exists already: name another directory with --out"):
        store.create_run(run, {"run_id": "other"})
    assert store.read_run(run).run_id == "r"


def test_a_run_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot create .*: Not a directory"):
        store.create_run(tmp_path / "file" / "run", {"run_id": "r"})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "is not a run: it has no run.json"),
        ("", "cannot be read"),
        ("{", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
        ("\xff", "cannot be read"),
        ("[]", "is not the description of a run"),
        ('{"schema": 1}', "is not the description of a run"),
        ('{"run_id": "r"}', "is not the description of a run"),
        ('{"run_id": "r", "schema": 99}', "has schema 99, this coldwarm reads up to 2: update"),
        ('{"run_id": "r", "schema": "1"}', "has schema 1"),
    ],
)
def test_what_is_not_a_run_is_refused(tmp_path: Path, text: str | None, says: str) -> None:
    if text is not None:
        (tmp_path / store.RUN_FILE).write_text(text, encoding="latin-1")
    with pytest.raises(StoreError, match=says):
        store.read_run(tmp_path)
    with pytest.raises(StoreError, match=says):
        store.open_run(tmp_path).__enter__()
    assert not (tmp_path / store.SAMPLES_FILE).exists()


def test_a_file_is_not_a_run(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="is not a run"):
        store.read_run(tmp_path / "file")


# Damage.


@pytest.mark.parametrize("kept", [1, 20, -2, -1])
def test_a_half_written_last_line_is_left_out_and_cut_off_on_resume(run: Path, kept: int) -> None:
    write(run, at(0), at(1))
    first, second = lines(run)
    (run / store.SAMPLES_FILE).write_bytes(first + second[:kept])
    # Where only the line's end is missing the record is whole, and nothing may be glued to it.
    whole = [at(1)] if kept == -1 else []
    assert store.read_run(run).samples() == [at(0), *whole]
    assert store.read_run(run).damage == (
        [] if whole else ["samples.jsonl:2: left out: not a record"]
    )
    write(run, at(2))
    assert store.read_run(run).samples() == [at(0), *whole, at(2)]
    assert store.read_run(run).damage == []


def test_a_file_that_is_one_half_line_is_emptied_on_resume(run: Path) -> None:
    (run / store.SAMPLES_FILE).write_bytes(b'{"run_id"')
    write(run, at(0))
    assert store.read_run(run).samples() == [at(0)]


def test_a_damaged_reference_is_left_out_too(run: Path) -> None:
    lines = ('{"baseline_id": "b"}', json.dumps({**REFERENCE, "answers": []}))
    (run / store.REFERENCES_FILE).write_text("\n".join(lines) + "\n")
    stored = store.read_run(run)
    assert stored.references == []
    assert stored.damage == [
        "references.jsonl:1: left out: model_digests: Field required",
        "references.jsonl:2: left out: answers: empty",
    ]


DAMAGE: dict[str, tuple[object, str]] = {
    "half of it": (b'{"run_id": "r", "case', "not a record"),
    "zeros": (bytes(100), "not a record"),
    "nothing": (b"", "not a record"),
    "not UTF-8": (b'{"run_id": "\xff"}', "not a record"),
    "another thing": (b"[1, 2]", "not a record"),
    "a deep thing": (b"[" * 100_000, "not a record"),
    "an empty object": ({}, "run_id: Field required"),
    "no status": ({"status": ...}, "status: Field required"),
    "no case": ({"case": ...}, "case: Field required"),
    "a case that is none": ({"case": "resnet50"}, "case: Input should be an object"),
    "a case without model": ({"case": {**CASE.axes(), "model": None}}, "case: no model"),
    "properties that are none": (
        {"case": {**CASE.axes(), "properties": 1}},
        "case.properties: of the wrong type",
    ),
    "an axis that is none": (
        {"kind": "uncached", "case": {**CASE.axes(), "cache_mode": 1}},
        "case.cache_mode: of the wrong type",
    ),
    "a kind that is none": (
        {"kind": "lukewarm"},
        'kind: "lukewarm" is none of uncached, cold, warm',
    ),
    "a status that is none": ({"status": "fine"}, 'status: "fine" is none of ok, failed, crashed'),
    "no case id": ({"case_id": None}, "case_id: none, though the start is warm"),
    "text for a number": ({"round": "1"}, "round: Input should be a valid integer"),
    "a flag for a number": ({"round": True}, "round: Input should be a valid integer"),
    "a number for text": ({"run_id": 1}, "run_id: Input should be a valid string"),
    "null for what must be": ({"run_id": None}, "run_id: Input should be a valid string"),
    "phases that are none": ({"phases_ns": [1]}, "phases_ns: Input should be an object"),
    "a phase that is none": ({"phases_ns": {"import": None}}, "phases_ns.import: Input should"),
    "half a blob": ({"blobs_after": [{"name": "x"}]}, "blobs_after.0.bytes: Field required"),
    "outputs that are none": (
        {"outputs": [["y"]]},
        "outputs.0.ByPosition: Input should",
    ),
    "no number": ({"load_ns": float("nan")}, "load_ns: Input should be a valid integer"),
    "a share that is none": (
        {"encryption": {"encrypted_share": float("inf")}},
        "a number that nothing measures: inf",
    ),
    "a number beyond all": ({"load_ns": 2**63}, "a number that nothing measures: 9.22e+18"),
    "a number far below": (
        {"phases_ns": {"import": -(2**64)}},
        "a number that nothing measures: -1.84",
    ),
    "a share beyond all": (
        {"encryption": {"encrypted_share": 1e300}},
        "a number that nothing measures: 1e+300",
    ),
    "a later schema": ({"schema": 99}, "schema 99 was written by a newer coldwarm"),
}


@pytest.mark.parametrize(("line", "says"), DAMAGE.values(), ids=DAMAGE.keys())
def test_a_line_that_is_no_sample_is_left_out_with_a_sentence(
    run: Path, line: bytes | dict[str, object], says: str
) -> None:
    if isinstance(line, dict):
        changed = {**json.loads(json.dumps(SAMPLE.to_json())), **line} if line else {}
        line = json.dumps({k: v for k, v in changed.items() if v is not ...}).encode()
    write(run, at(0), at(1))
    first, second = lines(run)
    (run / store.SAMPLES_FILE).write_bytes(first + line + b"\n" + second)
    stored = store.read_run(run)
    assert stored.samples() == [at(0), at(1)]
    (sentence,) = stored.damage
    assert sentence.startswith(f"samples.jsonl:2: left out: {says}")
    assert len(sentence) < 200


def test_a_damaged_middle_is_kept_on_resume(run: Path) -> None:
    write(run, at(0))
    with (run / store.SAMPLES_FILE).open("ab") as file:
        file.write(b"damage\n")
    write(run, at(1))
    assert store.read_run(run).samples() == [at(0), at(1)]
    assert len(store.read_run(run).damage) == 1


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None, derandomize=True, max_examples=50)
@given(st.dictionaries(st.sampled_from(sorted(SAMPLE.to_json())), ANY_JSON, max_size=3))
def test_what_was_not_left_out_can_be_worked_with(
    tmp_path_factory: pytest.TempPathFactory, lies: dict[str, object]
) -> None:
    run = tmp_path_factory.mktemp("store") / "run"
    store.create_run(run, {"run_id": "r"})
    record = {**SAMPLE.to_json(), **lies}
    (run / store.SAMPLES_FILE).write_text(json.dumps(record) + "\n")
    stored = store.read_run(run)
    assert len(stored.records) + len(stored.damage) == 1
    assert len(stored.samples()) == len(judge_all(stored.records, stored.references))


# Writers.


def test_a_second_writer_is_refused(run: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from coldwarm.run import store\n"
        "try: store.open_run(Path(sys.argv[1])).__enter__()\n"
        "except store.StoreError as err: sys.exit(str(err))"
    )
    command = [sys.executable, "-c", code, str(run)]
    with store.open_run(run) as writer:
        writer.append(at(0))
        other = subprocess.run(command, capture_output=True, text=True, check=False)
        assert other.stderr.strip() == f"{run} is being written by another coldwarm"
        assert store.read_run(run).samples() == [at(0)]
    assert subprocess.run(command, check=False).returncode == 0


def test_a_full_disk_is_explained_and_leaves_no_half_line(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.open_run(run) as writer:
        writer.append(at(0))

        def refuse(_: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(os, "fsync", refuse)
        with pytest.raises(StoreError, match=f"cannot write {run}: No space left on device"):
            writer.append(at(1))
        monkeypatch.undo()
        writer.append(at(2))
    assert store.read_run(run).samples() == [at(0), at(2)]
    assert store.read_run(run).damage == []


def test_an_error_of_the_work_inside_is_not_taken_for_one_of_the_store(run: Path) -> None:
    def work() -> None:
        with store.open_run(run):
            raise PermissionError(errno.EACCES, "Permission denied", "model.xml")

    with pytest.raises(PermissionError, match=r"model\.xml"):
        work()


def test_a_header_that_cannot_be_written_is_explained(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with store.open_run(run) as writer:
        monkeypatch.setattr(os, "fsync", refuse)
        with pytest.raises(StoreError, match="No space left on device"):
            writer.update_header(ended="now")
    assert store.read_header(run)["note"] == 1


def test_samples_that_cannot_be_read_are_explained(run: Path) -> None:
    (run / store.SAMPLES_FILE).mkdir()
    with pytest.raises(StoreError, match=r"samples\.jsonl cannot be read: Is a directory"):
        store.read_run(run)
    with pytest.raises(StoreError, match=r"cannot write .*: Is a directory"):
        store.open_run(run).__enter__()


def test_where_there_are_no_locks_a_run_is_written_all_the_same(
    run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    write(run, at(0))
    assert store.read_run(run).samples() == [at(0)]
