"""The study as a user meets it, with a real model: killed, interrupted, resumed, reported."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from coldwarm.experiment.study import FAULTS as NAMES
from coldwarm.studies.faults import STUDY
from coldwarm.studies.faults.catalog import FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable

INTERRUPTED = 130
FULL = re.compile("small_disk|file_limit_bytes")
CHANGES = (
    *("full_disk", "stampede", "flipped_weights", "no_permission", "killed"),
    *("nothing", "other_model", "read_only", "wrong_key"),
)
"""Of each family one, and more than one of those that change modes."""

EXPERIMENT = f"""\
name: broken
matrix: {{model: mobilenet-v2, api: read_model}}
study: {{kind: faults, changes: [{", ".join(CHANGES)}], tries: 1}}
cache_root: caches
"""


def test_every_fault_of_the_schema_is_known() -> None:
    assert tuple(FAULTS) == NAMES
    assert all(STUDY.describe(name) and STUDY.explain(name).endswith(".") for name in NAMES)
    assert len({STUDY.describe(name) for name in NAMES}) == len(NAMES)


class Run:
    """A study in a directory of its own."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.caches = place / "caches"
        self.caches.mkdir()
        (place / "broken.yaml").write_text(EXPERIMENT)

    def begin(self, *args: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "coldwarm", "run", *args],
            cwd=self.place,
            env={**os.environ, "COLUMNS": "80"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def traces(self) -> list[dict[str, Any]]:
        file = self.place / "run" / "traces.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def living(self) -> list[str]:
        """Return the processes that work in its directory, but for coldwarm itself."""
        found = []
        for process in psutil.process_iter():
            try:
                line = " ".join(process.cmdline())
                if process.cwd().startswith(str(self.caches)) or str(self.caches) in line:
                    found.append(line)
            except (psutil.Error, OSError):  # it has just ended, which older psutil lets through
                continue
        return found

    def mounts(self) -> list[str]:
        mounts = Path("/proc/mounts").read_text().splitlines()
        return [line for line in mounts if str(self.place) in line]


def wait_for(what: Callable[[], object], process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while not what():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.real
def test_nothing_is_left_behind_however_it_ends(tmp_path: Path) -> None:
    run = Run(tmp_path)
    killed = run.begin("broken.yaml", "--out", "run")
    wait_for(lambda: any(FULL.search(line) for line in run.living()), killed)
    killed.kill()
    killed.communicate()
    deadline = time.monotonic() + 10
    while run.living() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not run.living(), "what it started died with it"
    assert not run.mounts()
    assert list(run.caches.iterdir()), "what a killed process cannot remove"

    interrupted = run.begin("--resume", "run")
    wait_for(lambda: len(run.traces) == 1 and len(run.living()) > 1, interrupted)
    interrupted.send_signal(signal.SIGINT)
    _, err = interrupted.communicate(timeout=30)
    assert interrupted.returncode == INTERRUPTED, err
    assert not run.living()
    assert not run.mounts()
    assert not list(run.caches.iterdir()), "the next run removes what the killed one left"

    resumed = run.begin("--resume", "run")
    out, err = resumed.communicate()
    assert resumed.returncode == 0, err
    assert not list(run.caches.iterdir())
    assert not run.living()
    assert not run.mounts()
    assert "4 starts at once" in out

    # What OpenVINO makes of it is not ours to demand; that it was done and looked at is.
    by_change = {trace["change"]: trace for trace in run.traces}
    assert tuple(by_change) == CHANGES
    assert all("skipped" not in trace for trace in run.traces), "each can be tried here"
    assert by_change["full_disk"]["facts"]["how"]
    assert by_change["stampede"]["facts"]["roles"] == [*["try"] * 4, "next"] * 3
    assert by_change["killed"]["starts"][0]["reason"].startswith("ended by SIGKILL in ")
    flipped = by_change["flipped_weights"]
    assert 0 < flipped["facts"]["at_byte"] < flipped["facts"]["of_bytes"]
    assert flipped["answers"]["now"]
    assert flipped["starts"][0]["outputs"]
    assert by_change["nothing"]["facts"]["roles"] == ["try"]
    other = by_change["other_model"]["answers"]
    assert other["now"] != other["other_model"]
    assert by_change["wrong_key"]["facts"]["sealed_before"]
