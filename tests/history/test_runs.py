from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from fake_samples import VERSION, fake_run
from fake_store import fake_header, write_run

from coldwarm.errors import StoreError
from coldwarm.history import before, read_history, usual_times
from coldwarm.history.runs import LATEST
from coldwarm.run import store

if TYPE_CHECKING:
    from pathlib import Path


def write(path: Path, day: int = 1, *, rounds: int = 1, **changes: Any) -> Path:  # noqa: ANN401
    samples = fake_run(day, apis=("path",), cache_modes=("default",), rounds=rounds)
    created = f"2026-09-{day:02d}T12:00:00+00:00"
    return write_run(path, samples, run_id=path.name, **{"created_at": created, **changes})


def test_runs_stand_in_the_order_in_which_they_were_made(tmp_path: Path) -> None:
    paths = [write(tmp_path / name, day) for name, day in (("a", 3), ("b", 1), ("c", 2))]
    assert [run.run_id for run in read_history(paths).runs] == ["b", "c", "a"]
    newest = read_history(paths, last=2)
    assert [run.run_id for run in newest.runs] == ["c", "a"]
    (case_id,) = newest.runs[0].cases
    assert newest.counts == {case_id: 3}


def test_a_run_says_when_with_what_and_how_fast(tmp_path: Path) -> None:
    (run,) = read_history([write(tmp_path / "a", 7)]).runs
    assert (run.label, run.commit, run.versions) == ("2026-09-07 12:00", "abcdef123456", (VERSION,))
    assert run.speed_index_ms == pytest.approx(222, rel=0.5)
    (case,) = run.cases.values()
    assert case.name == "resnet50 / CPU / path"


def test_what_cannot_be_read_is_said_and_hides_nothing(tmp_path: Path) -> None:
    good, bad = write(tmp_path / "good"), write(tmp_path / "bad", 2)
    (bad / store.RUN_FILE).write_text("{")
    found = read_history([good, bad])
    assert [run.run_id for run in found.runs] == ["good"]
    assert "cannot be read" in found.damage[0]


def test_a_copy_of_a_run_does_not_count_again(tmp_path: Path) -> None:
    run = write(tmp_path / "run")
    shutil.copytree(run, tmp_path / "copy")
    found = read_history([run, tmp_path / "copy"])
    assert len(found.runs) == 1
    assert set(found.counts.values()) == {1}


def test_a_run_without_samples_has_no_cases(tmp_path: Path) -> None:
    path = write(tmp_path / "a")
    (path / store.SAMPLES_FILE).write_text("")
    (run,) = read_history([path]).runs
    assert not run.cases


def test_only_earlier_runs_of_the_same_host_come_before(tmp_path: Path) -> None:
    other = {**fake_header()["identity"], "cpu_model": "another"}
    for name, day, changes in (
        ("earlier", 1, {}),
        ("elsewhere", 2, {"identity": other}),
        ("head", 3, {}),
        ("later", 4, {}),
    ):
        write(tmp_path / name, day, **changes)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / store.RUN_FILE).write_text("[]")
    found = before(store.read_run(tmp_path / "head"), tmp_path)
    assert [run.run_id for run in found] == ["earlier"]


def test_old_runs_do_not_say_what_is_usual(tmp_path: Path) -> None:
    first = store.read_run(write(tmp_path / "a"))
    assert LATEST >= 10
    for number in range(LATEST + 2):
        path = tmp_path / f"run{number:02d}"
        store.create_run(path, {**first.header, "run_id": path.name, "created_at": f"{number:04d}"})
    head = store.Run(tmp_path, {**first.header, "created_at": "9999"})
    found = before(head, tmp_path)
    assert len(found) == LATEST


def test_other_experiments_crowd_out_no_run_of_a_case(tmp_path: Path) -> None:
    first = store.read_run(write(tmp_path / "a"))
    (axes,) = first.header["experiment"]["cases"]
    other = {**first.header["experiment"], "cases": [{**axes, "api": "read_model"}]}
    both = {**other, "cases": [axes, *other["cases"]]}
    made = [first.header["experiment"], *[other] * (LATEST + 5)]
    for number, experiment in enumerate(made):
        header = {**first.header, "experiment": experiment, "created_at": f"{number:04d}"}
        store.create_run(tmp_path / "host" / f"run{number:02d}", header)
    head = store.Run(tmp_path, {**first.header, "experiment": both, "created_at": "9999"})
    found = before(head, tmp_path / "host")
    assert next(run.path.name for run in found) == "run00"
    assert len(found) == 1 + LATEST
    head = store.Run(tmp_path, {**first.header, "created_at": "9999"})
    assert [run.path.name for run in before(head, tmp_path / "host")] == ["run00"]


def test_earlier_runs_are_found_from_the_results_directory_too(tmp_path: Path) -> None:
    write(tmp_path / "vm" / "earlier", 1)
    head = store.read_run(write(tmp_path / "laptop" / "head", 2))
    assert [run.run_id for run in before(head, tmp_path)] == ["earlier"]
    with pytest.raises(StoreError, match="holds no runs"):
        before(head, tmp_path / "vm" / "earlier")


def test_the_machine_has_earlier_runs_under_other_names_too(tmp_path: Path) -> None:
    """They are looked for in the results directory that the head's directory is in."""
    for day, name in enumerate(("a1", "b2", "c3"), 1):
        named = {**fake_header()["identity"], "label": name}
        write(tmp_path / name / f"run{day}", day, identity=named)
    head = store.read_run(tmp_path / "c3" / "run3")
    assert [run.run_id for run in before(head)] == ["run1", "run2"]


@pytest.mark.parametrize("marks", [{"machine": None}, {}])
def test_other_machines_of_the_kind_are_no_history(tmp_path: Path, marks: dict[str, None]) -> None:
    for day in range(1, 5):
        unlike = {"machine": f"m{day}", "boot": f"b{day}", "label": f"runner-{day}", **marks}
        write(tmp_path / f"run{day}", day, identity={**fake_header()["identity"], **unlike})
    assert before(store.read_run(tmp_path / "run4"), tmp_path) == ()


def test_usual_is_what_the_same_case_of_the_same_model_took(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"run{day}", day, rounds=2) for day in (1, 2)]
    changed = {"resnet50": {"bytes": 1, "digests": {"resnet50.xml": "b2"}}}
    paths.append(write(tmp_path / "changed", 3, models=changed))
    runs = read_history(paths).runs
    head = store.read_run(paths[0])
    (case_id,) = runs[0].cases
    found = usual_times(runs, head, case_id, "resnet50", "warm_load")
    assert found == [run.cases[case_id].load_ms.warm for run in runs[:2]]
    assert usual_times(runs, head, "another", "resnet50", "warm_load") == []
