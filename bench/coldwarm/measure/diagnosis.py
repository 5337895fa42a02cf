"""What a start that failed tells: of its case, of this host, or of neither."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coldwarm.measure.exhaustion import ran_out
from coldwarm.measure.unsupported import COMPILE_PHASES, Unsupported, why_unsupported
from coldwarm.run.sample import Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldwarm.measure.runner import Ending

ONE_OPERATION = Path(__file__).with_name("one_operation.xml")
"""A model that every device compiles: a ReLU of four numbers."""


@dataclass(frozen=True)
class Broken:
    """What says nothing of the case: this host compiles nothing.

    Attributes:
        reason: what is broken.
    """

    reason: str


def smallest_job(job: Job) -> Job:
    """Return a start of one operation, without options, on the device and runtime of `job`."""
    model = str(ONE_OPERATION)
    return Job("uncached", "read_model", model, job.device, job.runtime, telemetry=job.telemetry)


def diagnose(
    job: Job,
    ending: Ending,
    attempt: Callable[[Job], Ending],
    *,
    missing: str | None,
    compiles: Callable[[Job], bool],
) -> Broken | Unsupported | None:
    """Return what is broken or not supported, or None when the start failed for another reason.

    Args:
        job: the job of the start.
        ending: how it ended: ``failed`` or ``crashed``.
        attempt: runs a job once, in a fresh cache directory where it has one.
        missing: why the device, or one that it names, is not on this host; None where all are.
        compiles: whether the `smallest_job` of a job works.
    """
    if ending.killed:
        return None
    error = ending.result.get("error") or {}
    if error.get("unavailable"):
        return Unsupported(str(error["message"]))
    raised_in_codec = (ending.result.get("encryption") or {}).get("error")
    if raised_in_codec or ending.ended_in not in ("create_core", *COMPILE_PHASES):
        return None
    exhausted = bool(error) and ran_out(error)
    if not compiles(job):
        # A device that is not listed is tried all the same: properties can make the CPU serve it.
        if missing and not exhausted:
            return Unsupported(missing)
        return Broken(
            f"nothing compiles here: on {job.device} not even a model of one operation without "
            f"properties; {ending.reason}"
        )
    # Unsupported is a property of the case, never of a machine that ran out of something.
    return None if exhausted else why_unsupported(job, ending.result, attempt)
