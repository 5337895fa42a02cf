from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
import tracemalloc
from typing import TYPE_CHECKING

import psutil
import pytest

from coldwarm.measure import partial, runner
from coldwarm.measure.result import RESULT_LIMIT_BYTES
from coldwarm.measure.runner import STDERR_TAIL_CHARS, Ending, run_worker

if TYPE_CHECKING:
    from pathlib import Path

LONG_S = 60.0
"""A deadline that only a bug reaches; the status then says so."""

SHORT_S = 0.5
"""A deadline for workers that hang on purpose, and time enough for them to start others."""

PROLOGUE = """
import json, os, signal, subprocess, sys, time
def answer(**more):
    result = {"phases_ns": {"import": 1}, "first_inference_total_ns": 2, **more}
    os.write(1, json.dumps(result).encode())
def note(pid):
    with open("pids", "a") as file:
        file.write(f"{pid}\\n")
def linger(*pipes):
    for pipe in {0, 1, 2} - set(pipes):
        os.close(pipe)
    time.sleep(600)
def hang():
    time.sleep(600)
"""

READ_JOB = "job = json.load(sys.stdin)\n"


class Fake:
    """Runs a small script as a worker, and knows the processes that it noted."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.script = directory / "worker.py"

    def write(self, code: str) -> list[str]:
        self.script.write_text(PROLOGUE + textwrap.dedent(code))
        return [sys.executable, "-S", "-E", str(self.script)]

    def run(
        self, code: str, *, job: dict[str, object] | None = None, timeout_s: float = LONG_S
    ) -> Ending:
        return run_worker(
            self.write(READ_JOB + textwrap.dedent(code)),
            job or {},
            env={"PATH": os.defpath},
            timeout_s=timeout_s,
            cwd=self.directory,
        )

    def noted(self) -> list[int]:
        return [int(line) for line in (self.directory / "pids").read_text().split()]

    def living(self) -> list[int]:
        return [pid for pid in self.noted() if is_living(pid)]


def is_living(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def fake(tmp_path: Path) -> Fake:
    return Fake(tmp_path)


# How a worker can end.


def test_a_worker_that_answers_is_ok(fake: Fake) -> None:
    ending = fake.run("answer(loaded_from_cache=True)")
    assert ending == Ending(
        "ok",
        result={
            "phases_ns": {"import": 1},
            "first_inference_total_ns": 2,
            "loaded_from_cache": True,
        },
    )


def test_the_worker_gets_the_job_and_the_clock_of_its_parent(fake: Fake) -> None:
    before = time.perf_counter_ns()
    ending = fake.run(
        """
        answer(outputs=[{"color": job["color"], "spawned": str(job["spawned_ns"])}])
        """,
        job={"color": "blue"},
    )
    (output,) = ending.result["outputs"]
    assert output["color"] == "blue"
    assert before < int(output["spawned"]) < time.perf_counter_ns()


def test_the_worker_gets_the_given_environment_and_directory(fake: Fake) -> None:
    os.environ["COLDWARM_TEST_LEAK"] = "1"
    try:
        ending = fake.run("answer(outputs=[{'names': ' '.join(os.environ), 'cwd': os.getcwd()}])")
    finally:
        del os.environ["COLDWARM_TEST_LEAK"]
    (output,) = ending.result["outputs"]
    assert set(output["names"].split()) - {"LC_CTYPE"} == {"PATH", "COLDWARM_PROCESS"}
    assert output["cwd"] == str(fake.directory)


def test_an_exception_is_a_failure_with_phase_and_message(fake: Fake) -> None:
    ending = fake.run(
        """
        answer(error={"phase": "compile_model", "type": "RuntimeError", "message": "no room"})
        """
    )
    assert (ending.status, ending.reason) == ("failed", "compile_model: RuntimeError: no room")
    assert ending.result["phases_ns"] == {"import": 1}


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGBUS", "SIGKILL"])
def test_a_crash_is_named_by_its_signal(fake: Fake, name: str) -> None:
    ending = fake.run(f"os.kill(os.getpid(), signal.{name})")
    reason = f"ended by {name} in interpreter"
    killed = name == "SIGKILL"
    assert ending == Ending("crashed", reason, ended_in="interpreter", killed=killed)


def test_a_crash_after_the_result_keeps_what_was_reported(fake: Fake) -> None:
    ending = fake.run("answer(); os.abort()")
    assert (ending.status, ending.reason) == ("crashed", "ended by SIGABRT after it had reported")
    assert ending.result["first_inference_total_ns"] == 2


def test_a_kill_from_outside_is_a_crash(fake: Fake) -> None:
    ending = fake.run(
        """
        if os.fork() == 0:
            os.kill(os.getppid(), signal.SIGKILL)
            os._exit(0)
        hang()
        """
    )
    assert (ending.status, ending.reason) == ("crashed", "ended by SIGKILL in interpreter")


@pytest.mark.parametrize(
    ("counts", "signal_name", "status"),
    [
        ([3, 4], "SIGKILL", "oom"),
        ([3, 3], "SIGKILL", "crashed"),
        ([None, None], "SIGKILL", "crashed"),
        ([3, 4], "SIGSEGV", "crashed"),
    ],
)
def test_only_a_kill_while_the_kernel_ran_out_of_memory_is_oom(
    fake: Fake,
    monkeypatch: pytest.MonkeyPatch,
    counts: list[int | None],
    signal_name: str,
    status: str,
) -> None:
    monkeypatch.setattr(runner, "_oom_kills", iter(counts).__next__)
    ending = fake.run(f"os.kill(os.getpid(), signal.{signal_name})")
    assert ending.status == status
    if status == "oom":
        assert ending.reason == "killed in interpreter because memory ran out"


def test_the_kernel_counts_its_kills_for_memory() -> None:
    kills = runner._oom_kills()
    assert kills is None or kills >= 0


def test_exit_without_a_result_is_a_failure(fake: Fake) -> None:
    ending = fake.run("sys.exit(0)")
    reason = "reported no result, ended in interpreter (exit code 0)"
    assert ending == Ending("failed", reason, ended_in="interpreter")


def test_a_report_of_neither_a_result_nor_an_error_is_a_failure(fake: Fake) -> None:
    ending = fake.run("""os.write(1, b'{"phases_ns": {}}')""")
    assert ending.status == "failed"
    assert ending.reason == "reported neither a first inference nor an error"


def test_an_exit_code_beside_a_result_is_a_failure_that_keeps_the_result(fake: Fake) -> None:
    ending = fake.run("answer(); sys.exit(3)")
    assert (ending.status, ending.reason) == ("failed", "exit code 3 after it had reported")
    assert ending.result["phases_ns"] == {"import": 1}


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("b'hello'", "printed garbage instead of a result"),
        ("b'\\xff\\xfe\\x00'", "printed garbage instead of a result"),
        ('b\'{"phases_ns": {"import": 1\'', "printed garbage instead of a result"),
        ("b'null'", "printed garbage instead of a result"),
        ("b'[' * 100_000", "printed garbage instead of a result"),
        ("b'{}'", "reported nonsense: phases_ns: Field required"),
    ],
)
def test_garbage_is_a_failure(fake: Fake, printed: str, reason: str) -> None:
    ending = fake.run(f"os.write(1, {printed})")
    assert (ending.status, ending.reason) == (
        "failed",
        f"{reason}, ended in interpreter (exit code 0)",
    )
    assert ending.result == {}


def test_what_is_too_long_for_a_result_is_not_kept(fake: Fake) -> None:
    tracemalloc.start()
    try:
        ending = fake.run(
            f"""
            for _ in range({3 * RESULT_LIMIT_BYTES // 65536}):
                sys.stdout.buffer.write(b" " * 65536)
            """
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert ending.reason == (
        "printed more than 16 MB instead of a result, ended in interpreter (exit code 0)"
    )
    assert peak < 3 * RESULT_LIMIT_BYTES


def test_a_command_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    ending = run_worker([str(tmp_path / "none")], {}, env={}, timeout_s=LONG_S)
    assert ending.status == "failed"
    assert ending.reason is not None
    assert ending.reason.startswith(f"cannot start {tmp_path / 'none'}: ")


def test_an_environment_that_no_process_can_have_is_a_failure() -> None:
    ending = run_worker([sys.executable], {}, env={"A": "\0"}, timeout_s=LONG_S)
    assert ending.status == "failed"


# What goes through the pipes.


def test_what_the_runtime_prints_harms_no_result(fake: Fake) -> None:
    ending = fake.run(
        """
        result = os.fdopen(os.dup(1), "w")
        os.dup2(2, 1)
        os.write(1, b"printed by C\\n")
        json.dump({"phases_ns": {}, "first_inference_total_ns": 1}, result)
        """
    )
    assert (ending.status, ending.stderr_tail) == ("ok", "printed by C\n")


def test_a_flood_on_stderr_keeps_its_end(fake: Fake) -> None:
    tracemalloc.start()
    try:
        ending = fake.run(
            """
            for _ in range(50):
                os.write(2, b"x" * 2**20)
            os.write(2, "das Ende: \\u00fc".encode())
            answer()
            """
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert ending.status == "ok"
    assert len(ending.stderr_tail) == STDERR_TAIL_CHARS
    assert ending.stderr_tail.endswith("xdas Ende: \u00fc")
    assert peak < 2 * 2**20


def test_many_small_lines_on_stderr_are_kept_as_well_as_one_large_one(fake: Fake) -> None:
    ending = fake.run(
        """
        for number in range(100):
            os.write(2, f"line {number}\\n".encode())
            time.sleep(0.001)
        answer()
        """
    )
    assert ending.stderr_tail == "".join(f"line {number}\n" for number in range(100))


def test_an_endless_flood_ends_at_the_deadline(fake: Fake) -> None:
    ending = fake.run("while True: os.write(1, b'x' * 65536)", timeout_s=SHORT_S)
    assert (ending.status, ending.reason) == (
        "timeout",
        "no result after 0.5 s: killed in interpreter",
    )


def test_a_worker_that_never_reads_its_long_job_ends_at_the_deadline(fake: Fake) -> None:
    command = fake.write("hang()")
    job = {"long": "x" * 2**21}
    ending = run_worker(command, job, env={}, timeout_s=SHORT_S, cwd=fake.directory)
    assert ending.status == "timeout"


def test_a_worker_may_end_before_it_read_its_job(fake: Fake) -> None:
    command = fake.write("answer()")
    job = {"long": "x" * 2**21}
    ending = run_worker(command, job, env={}, timeout_s=LONG_S, cwd=fake.directory)
    assert ending.status == "ok"


def test_a_long_job_arrives_whole(fake: Fake) -> None:
    ending = fake.run(
        "answer(outputs=[{'length': str(len(job['long']))}])", job={"long": "x" * 2**21}
    )
    assert ending.result["outputs"] == [{"length": str(2**21)}]


def test_a_job_that_is_no_json_leaves_no_process(fake: Fake) -> None:
    with pytest.raises(TypeError):
        fake.run("answer()", job={"set": {1, 2}})
    assert not psutil.Process().children(recursive=True)


# Nothing is left.


def test_a_worker_that_hangs_is_killed(fake: Fake) -> None:
    ending = fake.run("note(os.getpid()); hang()", timeout_s=SHORT_S)
    reason = "no result after 0.5 s: killed in interpreter"
    assert ending == Ending("timeout", reason, ended_in="interpreter")
    assert fake.living() == []


def test_a_worker_that_hangs_after_its_result_is_a_timeout_all_the_same(fake: Fake) -> None:
    ending = fake.run("note(os.getpid()); answer(); hang()", timeout_s=SHORT_S)
    assert ending.status == "timeout"
    assert ending.reason == "did not end, though it had reported, after 0.5 s: killed"
    assert ending.ended_in == "exit"
    assert ending.result["first_inference_total_ns"] == 2
    assert fake.living() == []


LEAVES = """
def leave(**more):
    report = json.dumps({"phases_ns": {"import": 1}, **more}) + "\\n"
    os.pwrite(job["partial_fd"], report.encode(), 0)
"""


@pytest.mark.parametrize(
    ("end", "status", "reason"),
    [
        ("hang()", "timeout", "no result after 0.5 s: killed in compile_model"),
        ("os.abort()", "crashed", "ended by SIGABRT in compile_model"),
        ("os.kill(os.getpid(), 9)", "crashed", "ended by SIGKILL in compile_model"),
        ("os._exit(3)", "failed", "reported no result, ended in compile_model (exit code 3)"),
        (
            "os.write(1, b'{')",
            "failed",
            "printed garbage instead of a result, ended in compile_model (exit code 0)",
        ),
    ],
)
def test_whatever_ends_a_start_its_step_and_what_came_before_are_kept(
    fake: Fake, end: str, status: str, reason: str
) -> None:
    leaves = LEAVES + "leave(step='a longer one before', telemetry=True)\n"
    leaves += "leave(step='compile_model')\n"
    ending = fake.run(leaves + end, timeout_s=SHORT_S if status == "timeout" else LONG_S)
    assert (ending.status, ending.reason) == (status, reason)
    assert (ending.ended_in, ending.result) == ("compile_model", {"phases_ns": {"import": 1}})


def test_a_report_says_more_than_what_was_left_behind(fake: Fake) -> None:
    ending = fake.run(LEAVES + "leave(step='outputs')\nanswer(); os.abort()")
    assert (ending.ended_in, ending.result["first_inference_total_ns"]) == ("exit", 2)


def test_what_is_left_behind_is_not_trusted(fake: Fake) -> None:
    ending = fake.run("os.pwrite(job['partial_fd'], b'[1, {\\n', 0); os.abort()")
    assert (ending.status, ending.ended_in, ending.result) == ("crashed", "interpreter", {})


@pytest.mark.parametrize("lacking", ["memfd_create", "any file"])
def test_a_start_goes_on_without_a_file_in_memory(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    if lacking == "any file":
        monkeypatch.setattr(partial, "_temporary_file", lambda: None)
    ending = fake.run("print(job['partial_fd'] is None, file=sys.stderr); answer()")
    assert (ending.status, ending.stderr_tail) == ("ok", f"{lacking == 'any file'}\n")


ESCAPES = {
    "a child": """
        if os.fork() == 0:
            note(os.getpid())
            linger()
        """,
    "a child of a child in a session of its own": """
        if os.fork() == 0:
            os.setsid()
            note(os.getpid())
            if os.fork() == 0:
                note(os.getpid())
                linger()
            linger()
        """,
    "a daemon": """
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                note(os.getpid())
                linger()
            os._exit(0)
        os.wait()
        """,
    "one that holds the pipes open": """
        if os.fork() == 0:
            os.setsid()
            note(os.getpid())
            linger(0, 1, 2)
        """,
    "one without the mark": """
        child = subprocess.Popen(["/bin/sleep", "600"], env={}, start_new_session=True)
        note(child.pid)
        """,
    "one that ignores signals": """
        if os.fork() == 0:
            for name in ("SIGTERM", "SIGINT", "SIGHUP"):
                signal.signal(getattr(signal, name), signal.SIG_IGN)
            note(os.getpid())
            linger()
        """,
}


WAIT_FOR_NOTES = """
while not os.path.exists("pids") or os.path.getsize("pids") == 0: time.sleep(0.001)
"""


@pytest.mark.parametrize("escape", ESCAPES.values(), ids=ESCAPES.keys())
def test_after_a_timeout_no_process_of_the_tree_lives(fake: Fake, escape: str) -> None:
    code = textwrap.dedent(escape) + "note(os.getpid())\nhang()"
    assert fake.run(code, timeout_s=SHORT_S).status == "timeout"
    assert len(fake.noted()) >= 2
    assert fake.living() == []


@pytest.mark.parametrize(
    "escape", [text for name, text in ESCAPES.items() if name != "one without the mark"]
)
def test_after_a_good_end_no_process_of_the_tree_lives(fake: Fake, escape: str) -> None:
    # A child that kept the pipe open would delay the parent until the deadline: not "ok" then.
    ending = fake.run(textwrap.dedent(escape) + WAIT_FOR_NOTES + "answer()")
    assert ending.status == "ok"
    assert fake.living() == []


def test_the_pipes_end_stands_in_where_the_end_of_a_process_is_not_told(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "pidfd_open", raising=False)
    assert fake.run("answer()").status == "ok"
    ending = fake.run("for pipe in 0, 1, 2: os.close(pipe)\nhang()", timeout_s=SHORT_S)
    assert ending.status == "timeout"


PARENT = """
import json, sys
from pathlib import Path
from coldwarm.measure.runner import run_worker
command, cwd = json.loads(sys.argv[1])
try:
    run_worker(command, {}, env={}, timeout_s=60, cwd=Path(cwd))
except KeyboardInterrupt:
    sys.exit(42)
"""


def test_ctrl_c_leaves_no_process(fake: Fake) -> None:
    command = fake.write(
        READ_JOB + textwrap.dedent(ESCAPES["a daemon"]) + "note(os.getpid())\nhang()"
    )
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            PARENT,
            json.dumps([command, str(fake.directory)]),
        ]
    )
    pids = fake.directory / "pids"
    try:
        wait_until(lambda: pids.exists() and len(fake.noted()) == 2)
        assert len(fake.living()) == 2
        parent.send_signal(signal.SIGINT)
        assert parent.wait(LONG_S) == 42
    finally:
        parent.kill()
        parent.wait()
    assert fake.living() == []


def wait_until(condition: object, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.005)
