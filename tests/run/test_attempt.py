from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from fake_samples import fake_run
from fake_store import write_run
from fake_traces import fake_start, fake_try, study_header, write_study

from coldwarm.errors import StoreError
from coldwarm.run import store
from coldwarm.run.attempt import Trace
from coldwarm.run.records import RecordError, read_trace

if TYPE_CHECKING:
    from pathlib import Path


def test_survives_the_disk() -> None:
    trace = fake_try(facts={"cut_at": 7}, answers={"then": None, "now": ({"y": "1"},)})
    assert Trace.from_json(json.loads(json.dumps(trace.to_json()))) == trace


def test_ignores_keys_of_a_newer_version() -> None:
    trace = fake_try()
    assert Trace.from_json({**trace.to_json(), "colour": "blue"}) == trace


def test_names_the_version_of_the_last_start_that_told() -> None:
    starts = (fake_start("cold"), fake_start("warm", openvino_version=None))
    assert fake_try(starts=starts).version == starts[0].openvino_version
    assert fake_try(starts=()).version is None


def test_each_try_is_on_the_disk_at_once(tmp_path: Path) -> None:
    first, second = fake_try(), fake_try("size")
    store.create_run(tmp_path / "run", study_header([first, second]))
    with store.open_run(tmp_path / "run") as writer:
        writer.append_trace(first)
        assert store.read_run(tmp_path / "run").tries() == [first]
        writer.append_trace(second)
    assert store.read_run(tmp_path / "run").tries() == [first, second]


def test_a_half_written_try_is_cut_off(tmp_path: Path) -> None:
    path = write_study(tmp_path / "run", [fake_try()])
    with (path / store.TRACES_FILE).open("a") as file:
        file.write('{"run_id": "st')
    assert "left out" in store.read_run(path).damage[0]
    with store.open_run(path) as writer:
        writer.append_trace(fake_try("size"))
    run = store.read_run(path)
    assert [trace.change for trace in run.tries()] == ["nothing", "size"]
    assert not run.damage


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"case": {"device": "CPU"}}, "no model"),
        ({"number": "1"}, "number"),
        ({"schema": 99}, "newer coldwarm"),
        ({"starts": [{}]}, "starts.0"),
    ],
)
def test_what_is_no_try_is_left_out(changes: dict[str, object], complaint: str) -> None:
    line = json.dumps({**fake_try().to_json(), **changes}).encode()
    with pytest.raises(RecordError, match=complaint):
        read_trace(line)


def test_a_start_of_a_try_is_checked_like_any_sample() -> None:
    record = fake_try().to_json()
    record["starts"][0]["status"] = "fine"
    with pytest.raises(RecordError, match='"fine" is none of'):
        read_trace(json.dumps(record).encode())


def test_a_measurement_takes_no_tries(tmp_path: Path) -> None:
    path = write_run(tmp_path / "run", fake_run(rounds=1))
    with (
        store.open_run(path) as writer,
        pytest.raises(StoreError, match="not the run of a study"),
    ):
        writer.append_trace(fake_try())
    assert not (path / store.TRACES_FILE).exists()
    store.refuse_study(store.read_run(path), "compare")


def test_a_study_is_refused_where_samples_are_needed(tmp_path: Path) -> None:
    run = store.read_run(write_study(tmp_path / "run", [fake_try()]))
    with pytest.raises(StoreError, match=r"is a study \(invalidation\).*coldwarm report"):
        store.refuse_study(run, "compare")
