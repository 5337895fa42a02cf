from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import psutil
import pytest

from coldwarm.machine import processes
from coldwarm.machine.processes import Finished, run_process

if TYPE_CHECKING:
    from pathlib import Path

PYTHON = (sys.executable, "-S", "-E", "-c")


def python(code: str, timeout_s: float = 30.0) -> Finished:
    return run_process((*PYTHON, code), env={}, timeout_s=timeout_s)


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_what_a_child_says_is_kept_apart() -> None:
    answer = python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)")
    assert answer == Finished(b"out\n", b"err\n", 3, timed_out=False)
    assert answer.ending == "ended with exit code 3"


def test_a_child_gets_no_other_environment_and_no_input() -> None:
    known = "{'LC_CTYPE', 'COLDWARM_PROCESS'}"
    code = f"import os, sys; print(sorted(set(os.environ) - {known}), sys.stdin.read())"
    answer = run_process((*PYTHON, code), env={"ONLY": "this"}, timeout_s=30)
    assert answer.stdout == b"['ONLY'] \n"


def test_a_signal_is_named() -> None:
    answer = python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert answer.ending == "was ended by SIGSEGV"
    assert Finished(b"", b"", -99, timed_out=False).ending == "was ended by signal 99"


def test_a_child_that_hangs_is_killed_with_all_its_children(tmp_path: Path) -> None:
    # The grandchild leaves the session, so that killing the group would not reach it.
    pids = tmp_path / "pids"
    code = f"""
import os, time
grandchild = os.fork()
if not grandchild:
    os.setsid()
    time.sleep(600)
open({str(pids)!r}, "w").write(f"{{os.getpid()}} {{grandchild}}")
print("before", flush=True)
time.sleep(600)
"""
    answer = python(code, timeout_s=1.0)
    assert answer.timed_out
    assert answer.stdout == b"before\n"
    assert answer.ending == "did not answer in time and was killed"
    assert not any(is_alive(int(pid)) for pid in pids.read_text().split())


def test_a_grandchild_that_holds_the_pipe_open_is_not_waited_for() -> None:
    code = """
import os, time
if not os.fork():
    time.sleep(600)
print("done", flush=True)
"""
    answer = python(code)
    assert (answer.stdout, answer.timed_out, answer.returncode) == (b"done\n", False, 0)


def test_a_flood_is_cut_and_does_not_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STDOUT_LIMIT_BYTES", 1000)
    answer = python("import os\nfor _ in range(100): os.write(1, b'x' * 65536)")
    assert (len(answer.stdout), answer.returncode) == (1001, 0)


def test_a_program_that_is_missing_is_the_callers_business() -> None:
    with pytest.raises(FileNotFoundError):
        run_process(("/nowhere/python",), env={}, timeout_s=1)


def test_a_child_reads_what_is_given_and_the_clock_of_its_start() -> None:
    code = "import sys; sys.stdout.write(sys.stdin.read())"
    before = time.perf_counter_ns()
    options = {"env": {}, "timeout_s": None}
    said = run_process((*PYTHON, code), stdin=lambda ns: str(ns).encode(), **options)  # type: ignore[arg-type]
    assert before < int(said.stdout) < time.perf_counter_ns()
    long = b"x" * 2**21
    assert run_process((*PYTHON, code), stdin=long, **options).stdout == long  # type: ignore[arg-type]


def test_of_a_complaint_the_end_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "STDERR_LIMIT_BYTES", 8)
    answer = python("import os; os.write(2, b'x' * 9); os.write(2, b'the end\\n')")
    assert (answer.stderr, answer.complaint) == (b"the end\n", "the end")
