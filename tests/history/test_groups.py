from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fake_store import fake_header, write_run

from coldwarm.errors import StoreError
from coldwarm.history import choose_group, group_hosts, runs_below
from coldwarm.machine.identity import Identity

if TYPE_CHECKING:
    from pathlib import Path

DESK = Identity.from_json(fake_header()["identity"])
HERE = Identity("here", boot="b0", cpu_model="Another CPU")


def runner(number: int) -> Identity:
    """Return one of many ephemeral machines of one kind."""
    return replace(DESK, label=f"runner-{number}", machine=None, boot=f"b{number}")


def write(results: Path, *identities: Identity) -> list[Path]:
    for number, identity in enumerate(identities):
        run = results / identity.folder / f"run{number}"
        write_run(run, [], run_id=run.name, identity=identity.to_json())
    return runs_below(results)


def names(paths: list[Path]) -> list[str]:
    return sorted(path.name for path in paths)


def test_runs_lie_in_a_results_directory_or_in_that_of_one_host(tmp_path: Path) -> None:
    write(tmp_path, DESK, replace(DESK, label="vm"))
    (tmp_path / "empty").mkdir()
    assert names(runs_below(tmp_path)) == ["run0", "run1"]
    assert names(runs_below(tmp_path / "vm")) == ["run1"]
    with pytest.raises(StoreError, match="holds no runs"):
        runs_below(tmp_path / "empty")


def test_one_machine_has_one_group_under_all_its_names(tmp_path: Path) -> None:
    renamed = replace(DESK, label="b2", boot="b9")
    in_a_container = replace(DESK, label="c3", machine=None, container="docker")
    before_marks = replace(DESK, machine=None, boot=None)
    paths = write(tmp_path, in_a_container, before_marks, renamed, DESK)
    (group,) = group_hosts(paths)
    assert names(group.paths) == ["run0", "run1", "run2", "run3"]
    (note,) = group.notes
    assert note.startswith("one machine under 3 names: ")
    assert choose_group([group], "c3", HERE).notes == [note]


def test_runs_of_no_known_machine_are_grouped_by_kind(tmp_path: Path) -> None:
    bigger = replace(runner(9), memory_bytes=2 * 25_000_000_000)
    groups = group_hosts(write(tmp_path, *map(runner, range(8)), bigger))
    assert [len(group.paths) for group in groups] == [8, 1]
    (note,) = groups[0].notes
    assert note.startswith(f"runs of one kind of machine, not known to be one machine: {DESK.kind}")
    assert "runner-0, runner-1, runner-2, runner-3, runner-4 and 3 more" in note
    assert not groups[1].notes


def test_two_known_machines_of_one_kind_stay_apart(tmp_path: Path) -> None:
    """A run of before there were marks, under a name that both have, is no bridge."""
    twin = replace(DESK, machine="m2", boot="b2")
    groups = group_hosts(write(tmp_path, replace(DESK, machine=None, boot=None), DESK, twin))
    assert [len(group.paths) for group in groups] == [2, 1]
    found = choose_group(groups, DESK.label, HERE)
    assert found.notes == ["1 more of this name not shown: other machines"]


def test_the_group_is_the_named_one_the_only_one_or_that_of_this_machine(tmp_path: Path) -> None:
    other = replace(DESK, label="Lab Box", machine="m2", boot="b2", cpu_model="Big CPU")
    groups = group_hosts(write(tmp_path, DESK, other, runner(1), runner(2)))
    assert names(choose_group(groups, "Lab Box", HERE).paths) == ["run1"]
    assert names(choose_group(groups, "lab-box", HERE).paths) == ["run1"]
    assert names(choose_group(groups, None, other).paths) == ["run1"]
    # A runner that was not seen before is of the kind of the others.
    assert names(choose_group(groups, None, runner(3)).paths) == ["run2", "run3"]
    assert names(choose_group(groups, "runner-2", HERE).paths) == ["run3"]
    assert choose_group(groups[:1], None, HERE) is groups[0]


def test_says_which_hosts_there_are(tmp_path: Path) -> None:
    other = replace(DESK, label="laptop", machine="m2", boot="b2")
    groups = group_hosts(write(tmp_path, DESK, other))
    with pytest.raises(StoreError, match="choose one with --host: fake-host and laptop"):
        choose_group(groups, None, HERE)
    with pytest.raises(StoreError, match='unknown host "leptop", did you mean "laptop"'):
        choose_group(groups, "leptop", HERE)


def test_a_damaged_header_hides_no_other_run(tmp_path: Path) -> None:
    paths = write(tmp_path, DESK, DESK)
    (paths[0] / "run.json").write_text("{")
    assert sorted(len(group.paths) for group in group_hosts(paths)) == [1, 1]
