"""A report is put in place whole, or not at all; other people's files stay."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from coldwarm.report import in_place
from coldwarm.report.in_place import put_in_place

OLD = {"index.html": "old", "summary.csv": "old", "charts/a__memory.png": "old"}
NEW = {"index.html": "new", "summary.csv": "new", "charts/b__memory.png": "new"}
MINE = {"notes.txt": "mine", "charts/notes.png": "mine", "deep/er/x": "mine"}
EMPTY = "empty/folder"


def write(directory: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(text)


def read(directory: Path) -> dict[str, str]:
    return {
        path.relative_to(directory).as_posix(): path.read_text()
        for path in directory.rglob("*")
        if path.is_file() and ".coldwarm" not in path.as_posix()
    }


@pytest.fixture(params=["new", "earlier", "with other files", "without exchange"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "reports" / "report"
    if request.param != "new":
        write(place, OLD)
    if request.param == "with other files":
        write(place, MINE)
        (place / EMPTY).mkdir(parents=True)
    if request.param == "without exchange":
        monkeypatch.setattr(in_place, "exchange_directories", lambda *_: False)
    return place


def names(directory: Path) -> set[str]:
    return {path.name for path in directory.iterdir()}


def write_and_raise(directory: Path, error: type[BaseException]) -> None:
    write(directory, NEW)
    raise error


def mine(files: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in files.items() if name in MINE}


def test_a_report_takes_the_place_of_an_earlier_one_and_of_nothing_else(place: Path) -> None:
    before, empty = read(place), (place / EMPTY).exists()
    with put_in_place(place) as aside:
        write(aside, NEW)
        assert read(place) == before
    assert read(place) == NEW | mine(before)
    assert names(place.parent) == {"report"}
    assert (place / EMPTY).exists() == empty
    assert not [name for name in names(place) if name.startswith(".")]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_a_report_that_is_not_finished_changes_nothing(
    place: Path, error: type[BaseException]
) -> None:
    before = read(place)
    with pytest.raises(error), put_in_place(place) as aside:
        write_and_raise(aside, error)
    assert read(place) == before
    assert names(place.parent) == ({"report"} if before else set())


@pytest.mark.parametrize("replaced", range(4))
def test_an_error_between_two_files_takes_all_of_them_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, replaced: int
) -> None:
    write(tmp_path, OLD | MINE)
    left = iter([False] * replaced + [True])
    replace = Path.replace

    def interrupted(self: Path, target: Path) -> None:
        if next(left, False):
            raise KeyboardInterrupt
        replace(self, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    try:
        with put_in_place(tmp_path) as aside:
            write(aside, NEW)
    except KeyboardInterrupt:
        assert read(tmp_path) == OLD | MINE
    else:
        assert replaced == len(NEW)
        assert read(tmp_path) == NEW | MINE


def test_a_directory_in_which_a_shell_stands_stays_the_same_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, OLD)
    monkeypatch.chdir(tmp_path)
    with put_in_place(Path()) as aside:
        write(aside, NEW)
    assert read(Path()) == NEW


KILLED = """
import os, signal, sys
from pathlib import Path
from coldwarm.report.in_place import put_in_place
with put_in_place(Path(sys.argv[1])) as aside:
    (aside / "index.html").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("others", [{}, MINE], ids=["a report", "with other files"])
def test_what_a_killed_report_left_is_removed_by_the_next(
    tmp_path: Path, others: dict[str, str]
) -> None:
    place = tmp_path / "reports" / "report"
    write(place, OLD | others)
    done = subprocess.run([sys.executable, "-c", KILLED, place], check=False)
    assert done.returncode == -signal.SIGKILL
    assert read(place) == OLD | others
    with put_in_place(place) as aside:
        write(aside, NEW)
    assert read(place) == NEW | others
    assert not list(tmp_path.rglob(".coldwarm*"))


def test_a_file_in_the_place_of_a_report_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OSError, match="file"), put_in_place(tmp_path / "file") as aside:
        write(aside, NEW)
    assert (tmp_path / "file").read_text() == "mine"
