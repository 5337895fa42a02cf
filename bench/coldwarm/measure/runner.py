"""Run one worker: a process of its own, a deadline, and a clear word on how it ended."""

from __future__ import annotations

import json
import signal
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldwarm.machine.processes import run_process, signal_name
from coldwarm.measure.partial import left_behind, partial_file
from coldwarm.measure.result import read_result
from coldwarm.text.escaping import openvino_message

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldwarm.machine.processes import Finished

STDERR_TAIL_CHARS = 4000


@dataclass(frozen=True)
class Ending:
    """How one worker ended.

    Attributes:
        status: ``ok``, ``failed``, ``crashed``, ``oom`` or ``timeout``.
        reason: why it is not ``ok``, in words.
        result: what the worker reported, or left behind where it came to no report.
        stderr_tail: the end of what it printed.
        ended_in: the phase or step in which it ended, where it is not ``ok``.
        killed: whether somebody else ended it, by a SIGKILL: that says nothing of the start.
    """

    status: str
    reason: str | None = None
    result: dict[str, Any] = field(default_factory=dict)
    stderr_tail: str = ""
    ended_in: str | None = None
    killed: bool = False


def run_worker(
    command: Sequence[str],
    job: Mapping[str, Any],
    *,
    env: Mapping[str, str],
    timeout_s: float,
    cwd: Path | None = None,
) -> Ending:
    """Start `command`, give it `job` on standard input, and wait for its one line of JSON.

    The parent blocks without polling: a parent that polls slows the start it measures. Whatever
    way the worker ends, none of its processes is left when this returns.

    Args:
        command: the program and its arguments.
        job: the job; `spawned_ns` is added, the parent's clock just before the process begins.
        env: the whole environment of the worker, but for a mark by which its children are found.
        timeout_s: seconds until the worker and its children are killed.
        cwd: working directory of the worker.
    """
    oom_before = _oom_kills()
    with partial_file() as partial_fd:

        def given(spawned_ns: int) -> bytes:
            return json.dumps({**job, "spawned_ns": spawned_ns, "partial_fd": partial_fd}).encode()

        try:
            ended = run_process(
                command,
                env=env,
                timeout_s=timeout_s,
                stdin=given,
                cwd=cwd,
                pass_fds=() if partial_fd is None else (partial_fd,),
            )
        except (OSError, ValueError) as err:
            return Ending("failed", f"cannot start {command[0]}: {err}")
        partial = left_behind(partial_fd)
    return _judge(ended, partial, timeout_s=timeout_s, oom=oom_before)


def _judge(
    ended: Finished, partial: dict[str, Any], *, timeout_s: float, oom: int | None
) -> Ending:
    tail = ended.stderr.decode(errors="replace")[-STDERR_TAIL_CHARS:]
    returncode = ended.returncode
    reported, wrong = read_result(ended.stdout)
    step = "exit" if reported else partial.pop("step", "interpreter")
    result = reported or partial

    def ending(status: str, reason: str, ended_in: str = step) -> Ending:
        return Ending(status, reason, result, tail, ended_in)

    if ended.timed_out:
        if reported:
            reason = f"did not end, though it had reported, after {timeout_s:g} s: killed"
        else:
            reason = f"no result after {timeout_s:g} s: killed in {step}"
        return ending("timeout", reason)
    if returncode is not None and returncode < 0:
        when = "after it had reported" if reported else f"in {step}"
        oom_now = _oom_kills()
        if -returncode == signal.SIGKILL and oom is not None and (oom_now or 0) > oom:
            return ending("oom", f"killed {when} because memory ran out")
        crashed = ending("crashed", f"ended by {signal_name(-returncode)} {when}")
        return replace(crashed, killed=-returncode == signal.SIGKILL)
    if wrong:
        return ending("failed", f"{wrong}, ended in {step} (exit code {returncode})")
    error = reported.get("error")
    if error:
        reason = f"{error['phase']}: {error['type']}: {openvino_message(error['message'])}"
        return ending("failed", reason, error["phase"])
    if returncode:
        return ending("failed", f"exit code {returncode} after it had reported")
    if "first_inference_total_ns" not in reported:
        return ending("failed", "reported neither a first inference nor an error")
    return Ending("ok", None, reported, tail)


def _oom_kills() -> int | None:
    """Return how many processes the kernel has killed for memory so far, or None."""
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), None)
