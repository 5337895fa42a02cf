"""Why did a start fail: because something is not supported, or because something broke?

Answered by trying: the same compile is repeated with less and less until it works. What had to
go is what is not supported. The wording of messages is never looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldwarm.experiment.axes import baseline_api

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from coldwarm.measure.runner import Ending
    from coldwarm.run.sample import Job

COMPILE_PHASES = ("compile_model", "export_model", "import_model")


@dataclass(frozen=True)
class Unsupported:
    """What is not supported, and what works instead where a trial showed it.

    Attributes:
        reason: what is not supported.
        remedy: what can be done about it.
    """

    reason: str
    remedy: str | None = None


def why_unsupported(
    job: Job, result: Mapping[str, Any], attempt: Callable[[Job], Ending]
) -> Unsupported | None:
    """Return why the start is unsupported, or None when it failed for another reason.

    Args:
        job: the job whose start raised.
        result: what its worker reported.
        attempt: runs a job once, in a fresh cache directory where it has one.
    """
    error = result.get("error")
    if not error:
        return None
    if error.get("unavailable"):
        return Unsupported(str(error["message"]))
    codec_raised = (result.get("encryption") or {}).get("error")
    if codec_raised or error["phase"] not in COMPILE_PHASES:
        return None
    if _works(job, attempt):  # whatever it was, it was not for want of support
        return None
    message = first_line(error["message"])
    plain = replace(
        job,
        kind="uncached",
        api=baseline_api(job.api),
        cache_dir=None,
        cache_mode=None,
        encryption="none",
    )
    if _works(plain, attempt):
        return _cached_only(job, error["phase"], message, attempt)
    bare = replace(plain, config={})
    if job.config and _works(bare, attempt):
        fewer = {
            f"the property {key}={value}": replace(plain, config=_without(job.config, key))
            for key, value in job.config.items()
        }
        rejected = _culprit(fewer, attempt)
        return Unsupported(f"this runtime and device reject {rejected}: {message}")
    reads = attempt(replace(bare, api="read_model"))
    if (reads.result.get("error") or {}).get("phase") == "read_model":
        return None
    alone = " by its path, only after read_model" if reads.status == "ok" else ""
    return Unsupported(
        f"{job.device} does not compile this model{alone}, with or without a cache: {message}"
    )


def first_line(message: str) -> str:
    """Return the line of an OpenVINO exception that says what is wrong.

    OpenVINO puts the places in its sources first and the message last.
    """
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    return lines[-1] if lines else "no message"


def _cached_only(
    job: Job, phase: str, message: str, attempt: Callable[[Job], Ending]
) -> Unsupported:
    """Return what is not supported of a start that works without a cache."""
    if _lacks_weights(job, attempt):
        return Unsupported(
            f"with CACHE_MODE={job.cache_mode} the blob holds no weights, and {phase} is not told "
            f"where they are: {message}",
            'pass WEIGHTS_PATH: "${model_bin}"',
        )
    return Unsupported(f"{_cache_culprit(job, attempt)}: {message}")


def _lacks_weights(job: Job, attempt: Callable[[Job], Ending]) -> bool:
    """Return whether an import fails for want of the weights, which an IR has in a file."""
    model = Path(job.model)
    if job.api != "import" or job.kind != "warm" or not job.cache_mode or model.suffix != ".xml":
        return False
    told = {**job.config, "WEIGHTS_PATH": str(model.with_suffix(".bin"))}
    return told != job.config and _works(replace(job, config=told), attempt)


def _cache_culprit(job: Job, attempt: Callable[[Job], Ending]) -> str:
    """Return which cache option the start fails with, in words."""
    fewer = {}
    if job.cache_mode is not None:
        fewer[f"CACHE_MODE={job.cache_mode} is rejected"] = replace(job, cache_mode=None)
    if job.encryption != "none":
        name = f"encryption callbacks ({job.encryption}) are rejected"
        fewer[name] = replace(job, encryption="none")
    without = replace(job, cache_mode=None, encryption="none")
    if not fewer or not _works(without, attempt):
        if job.api == "import":
            return f"{job.device} does not export and import this model"
        return "fails only with a cache directory"
    return _culprit(fewer, attempt)


def _culprit(fewer: Mapping[str, Job], attempt: Callable[[Job], Ending]) -> str:
    """Return the names of what cures the start when it alone is left out.

    All of them together are known to cure it.
    """
    if len(fewer) == 1:
        return next(iter(fewer))
    cures = [name for name, job in fewer.items() if _works(job, attempt)]
    return " and ".join(cures or fewer)


def _without(config: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in config.items() if name != key}


def _works(job: Job, attempt: Callable[[Job], Ending]) -> bool:
    return attempt(job).status == "ok"
