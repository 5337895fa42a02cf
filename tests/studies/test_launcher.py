"""The launcher is started as a study starts it; a few lines of Python stand in for a worker."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coldwarm.studies.launch_conditions import LAUNCHER

NOT_TO_BE_HAD = 97
WRITE = "open(sys.argv[1] + '/blob', 'wb').write(bytes(100_000))"


def launched(
    options: dict[str, object], code: str, *arguments: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(LAUNCHER), json.dumps(options)]
    done = subprocess.run(
        [*command, "-c", f"import os, sys, time; {code}", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == NOT_TO_BE_HAD:
        pytest.skip(done.stderr)
    return done


def test_a_program_gets_its_arguments_and_its_exit_code_through() -> None:
    assert launched({}, "sys.exit(int(sys.argv[1]))", "7").returncode == 7


def test_modes_bind_whoever_starts_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = launched({"bind_modes": True}, WRITE, str(tmp_path))
    tmp_path.chmod(0o700)
    assert "PermissionError" in done.stderr
    assert not list(tmp_path.iterdir())


def test_no_file_grows_beyond_the_limit(tmp_path: Path) -> None:
    done = launched({"file_limit_bytes": 5000}, WRITE, str(tmp_path))
    assert "File too large" in done.stderr
    assert (tmp_path / "blob").stat().st_size == 5000


def test_a_small_disk_keeps_what_fits_and_no_mount(tmp_path: Path) -> None:
    (tmp_path / "before").write_text("here before")
    disk = {"small_disk": {"path": str(tmp_path), "bytes": 16384}}
    looks = "open(sys.argv[1] + '/small', 'w').write(str(os.listdir(sys.argv[1])));"
    done = launched(disk, f"{looks} {WRITE}", str(tmp_path))
    assert "No space left" in done.stderr
    assert done.returncode == 1
    assert str(tmp_path) not in Path("/proc/mounts").read_text()
    assert (tmp_path / "before").read_text() == "here before"
    assert "before" in (tmp_path / "small").read_text()


def test_a_writer_is_killed_at_a_size(tmp_path: Path) -> None:
    writes = (
        "file = open(sys.argv[1] + '/blob', 'wb', 0)\n"
        "for _ in range(100): file.write(bytes(1000)); time.sleep(0.01)"
    )
    kill = {"kill_at": {"path": str(tmp_path), "bytes": 20_000}}
    done = launched(kill, writes, str(tmp_path))
    assert done.returncode == -signal.SIGKILL
    assert 20_000 <= (tmp_path / "blob").stat().st_size < 100_000


@pytest.mark.parametrize("number", [signal.SIGABRT, signal.SIGBUS])
def test_a_crash_below_it_is_a_crash_of_its_own(number: signal.Signals, tmp_path: Path) -> None:
    watched = {"kill_at": {"path": str(tmp_path), "bytes": 1}}
    done = launched(watched, f"os.kill(os.getpid(), {int(number)})")
    assert done.returncode == -number


def test_it_begins_when_the_clock_says_so() -> None:
    at = time.monotonic_ns() + 300_000_000
    done = launched({"at_ns": at}, "print(time.monotonic_ns())")
    assert int(done.stdout) >= at


def test_nothing_begins_when_its_starter_is_gone() -> None:
    assert launched({"starter": os.getpid()}, "sys.exit(7)").returncode == 7
    gone = launched({"starter": os.getpid() + 1}, "sys.exit(7)")
    assert gone.returncode == -signal.SIGKILL


def test_what_it_started_dies_with_the_one_who_started_it(tmp_path: Path) -> None:
    disk = {"small_disk": {"path": str(tmp_path), "bytes": 16384}}
    worker = [sys.executable, str(LAUNCHER), json.dumps(disk), "-c"]
    worker += [f"import os, time; print(os.getpid(), flush=True); time.sleep(60)  # {tmp_path}"]
    starter = f"import subprocess; subprocess.run({worker!r})"
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.kill()
    if not line:
        pytest.skip("no small disk can be mounted here")
    deadline = time.monotonic() + 10
    while _lives(int(line)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _lives(int(line))


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z" and os.getpid() != pid
