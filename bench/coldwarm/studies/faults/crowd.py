"""Several starts at once, in one cache directory."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from coldwarm.machine.process_tree import descendants
from coldwarm.studies.faults.fault_attempt import TRY, Trying
from coldwarm.studies.launch_conditions import Circumstances

if TYPE_CHECKING:
    from collections.abc import Sequence

SPAWNING_NS = 100_000_000
"""Per start, until its launcher waits for the instant: an interpreter takes 20 to 60 ms."""

POLL_SECONDS = 0.05


def start_together(trying: Trying, delays_ns: Sequence[int]) -> None:
    """Make one start per delay, counted from one instant; no two wait for each other.

    Ctrl-C kills them all: none outlives this call.
    """
    begin = time.monotonic_ns() + SPAWNING_NS * len(delays_ns)
    parts = [Trying(trying.bench, trying.trial, trying.chain, trying.sampler) for _ in delays_ns]
    known = descendants(os.getpid())
    with ThreadPoolExecutor(len(parts)) as pool:
        futures = [
            pool.submit(
                part.take,
                TRY,
                kind="cold",
                circumstances=Circumstances({"at_ns": begin + delay}),
                position=position,
            )
            for position, (part, delay) in enumerate(zip(parts, delays_ns, strict=True))
        ]
        try:
            wait(futures)
        except BaseException:
            while wait(futures, POLL_SECONDS).not_done:
                _kill(descendants(os.getpid()) - known)
            raise
        for future in futures:
            future.result()
    for part in parts:
        trying.starts += part.starts
        trying.roles += part.roles
        trying.took_ms += part.took_ms


def _kill(processes: set[int]) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)
