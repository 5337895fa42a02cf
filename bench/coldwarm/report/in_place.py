"""A report is written aside and put in place whole: nobody sees half of one, whatever happens."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from coldwarm.experiment.study import STUDIES
from coldwarm.machine.durable_files import exchange_directories
from coldwarm.machine.work_directory import work_directory

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

PAGE = "index.html"
CHARTS = "charts"
PROGRAMS = "reproductions"
"""Folder of a study's programs."""

PREFIX = ".coldwarm-report-"


@contextmanager
def put_in_place(directory: Path) -> Iterator[Path]:
    """Yield an empty directory for the files of a report, which then become those of `directory`.

    Until then an earlier report stays what it is: an error, Ctrl-C or the end of the process
    change nothing. A directory that holds an earlier report and nothing else is exchanged at
    once. Otherwise (other files are in it, which stay; or a shell stands in it) file by file, the
    page last; an error takes all of them back.

    Raises:
        OSError: when a file cannot be written or put in place.
    """
    place = directory.resolve()
    whole = _holds_only_a_report(place)
    root = place.parent if whole else place
    root.mkdir(parents=True, exist_ok=True)
    with work_directory(root, PREFIX) as aside:
        new = aside / "new"
        new.mkdir()
        yield new
        if not (whole and exchange_directories(new, place)):
            _replace_files(new, place, aside / "old")


def _is_ours(name: PurePath) -> bool:
    """Return whether an earlier report may have written a file, by its name inside the report."""
    folder, file = name.parent.as_posix(), name.name
    if folder == ".":
        return file in (PAGE, "summary.md", "summary.csv")
    if folder == CHARTS and name.suffix in (".png", ".svg"):
        return name.stem.rpartition("__")[2] in _chart_names()
    kinds = tuple(f"{kind}_" for kind in STUDIES)
    return folder == PROGRAMS and name.suffix == ".py" and file.startswith(kinds)


def _chart_names() -> set[str]:
    """Return the names of all charts, without importing what draws them."""
    return {Path(entry.name).stem for entry in files("coldwarm.charts").iterdir()}


def _holds_only_a_report(place: Path) -> bool:
    if not place.is_dir():
        return not place.exists()
    if place.is_mount() or not os.access(place.parent, os.W_OK):
        return False
    try:
        if Path.cwd().is_relative_to(place):
            return False
    except FileNotFoundError:  # where we stand was removed
        pass
    folders = {path for path in place.rglob("*") if path.is_dir() and not path.is_symlink()}
    return folders <= {place / CHARTS, place / PROGRAMS} and all(map(_is_ours, _files_below(place)))


def _files_below(place: Path) -> list[Path]:
    """Return everything below a directory that is no directory, by relative path."""
    return [
        path.relative_to(place)
        for path in place.rglob("*")
        if path.is_symlink() or not path.is_dir()
    ]


def _replace_files(new: Path, place: Path, old: Path) -> None:
    """Put each file into its place, and remove those of an earlier report that have no successor.

    Args:
        new: the report as it was written.
        place: where its files go.
        old: where the files that were there are kept meanwhile.
    """
    fresh = sorted(_files_below(new), key=lambda name: (name == Path(PAGE), name))
    stale = [name for name in _files_below(place) if _is_ours(name) and name not in fresh]
    touched: list[Path] = []
    try:
        for name in [*fresh, *stale]:
            touched.append(name)
            if (place / name).exists():
                _keep(place / name, old / name)
            if name in stale:
                (place / name).unlink()
            else:
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                (new / name).replace(place / name)
    except BaseException:
        for name in reversed(touched):
            if (old / name).exists():
                (old / name).replace(place / name)
            elif name in fresh and not (new / name).exists():
                (place / name).unlink()
        raise


def _keep(file: Path, copy: Path) -> None:
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(file, copy)
    except OSError:  # not every file system has links
        shutil.copy2(file, copy)
