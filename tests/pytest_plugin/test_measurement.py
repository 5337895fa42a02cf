from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from coldwarm.pytest_plugin.measurement import run_coldwarm

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_progress_is_shown_and_its_end_returned(capfd: pytest.CaptureFixture[str]) -> None:
    code, tail = run_coldwarm(["run", "no-such-file.yaml"])
    assert code == 2
    assert "no-such-file.yaml" in tail
    assert tail in capfd.readouterr().err


def test_standard_output_stays_our_own(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_coldwarm(["schema"]) == (0, "")
    assert capfd.readouterr().out == ""


CHILD = """
import pathlib, signal, sys, time

def tidy_up(number, frame):
    time.sleep(0.3)
    pathlib.Path("tidy").touch()
    sys.exit(130)

signal.signal(signal.SIGTERM, tidy_up)
signal.signal(signal.SIGINT, tidy_up)
pathlib.Path("begun").touch()
print("round 1/1", file=sys.stderr, flush=True)
time.sleep(60)
"""

PARENT = """
import sys
from coldwarm.pytest_plugin import measurement

sys.executable = sys.argv[1]
measurement.run_coldwarm([])
"""


def test_ctrl_c_waits_until_the_run_has_tidied_up(tmp_path: Path) -> None:
    stand_in = tmp_path / "python"
    (tmp_path / "child.py").write_text(CHILD)
    stand_in.write_text(f"#!/bin/sh\nexec {sys.executable} child.py\n")
    stand_in.chmod(0o755)
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(stand_in)],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        deadline = time.monotonic() + 30
        while not (tmp_path / "begun").exists():
            assert time.monotonic() < deadline, "nothing was started"
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (tmp_path / "tidy").exists()
    assert b"KeyboardInterrupt" in err
