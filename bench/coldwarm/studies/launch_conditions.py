"""Where a start finds itself: modes that bind, a small disk, a killer that watches, an instant."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldwarm.machine.processes import run_process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldwarm.measure.sampler import Sampler

INSIDE = Path(__file__).parent / "inside"
LAUNCHER = INSIDE / "launcher.py"

PROBE_SECONDS = 30.0


class CannotMakeError(Exception):
    """The circumstances cannot be had here; the text says why."""


@dataclass(frozen=True)
class Circumstances:
    """What the launcher does before a program begins.

    Attributes:
        options: of the launcher.
        how: what they are, for the record.
    """

    options: Mapping[str, Any]
    how: str = ""


ORDINARY = Circumstances({})


def placed(sampler: Sampler, circumstances: Circumstances) -> Sampler:
    """Return a sampler whose workers find themselves in these circumstances, and die with us.

    Only Linux lets a process die with its starter; elsewhere ordinary starts do without.
    """
    if sys.platform != "linux" and not circumstances.options:
        return sampler
    options = json.dumps({"starter": os.getpid(), **circumstances.options})
    command = (sampler.command[0], str(LAUNCHER), options, *sampler.command[1:])
    return replace(sampler, command=command)


def modes_that_bind(sampler: Sampler) -> Circumstances:
    """Return circumstances in which file modes hold, for root as well.

    Raises:
        CannotMakeError: when root may not give up what lets it pass over modes.
    """
    if os.geteuid() != 0:
        return ORDINARY
    bound = Circumstances({"bind_modes": True}, "root without CAP_DAC_OVERRIDE")
    _probe(sampler, bound)
    return bound


def small_disk(sampler: Sampler, path: Path, size: int) -> Circumstances:
    """Return circumstances in which a directory takes no more than some bytes."""
    mounted = Circumstances(
        {"small_disk": {"path": str(path), "bytes": size}}, f"a tmpfs of {size} bytes"
    )
    try:
        _probe(sampler, mounted)
    except CannotMakeError:
        return Circumstances({"file_limit_bytes": size}, f"RLIMIT_FSIZE of {size} bytes")
    return mounted


def _probe(sampler: Sampler, circumstances: Circumstances) -> None:
    """Start a program that does nothing.

    Raises:
        CannotMakeError: when the launcher cannot.
    """
    command = (*placed(sampler, circumstances).command[:3], "-c", "")
    try:
        done = run_process(command, env=os.environ, timeout_s=PROBE_SECONDS)
    except OSError as err:
        raise CannotMakeError(str(err)) from err
    if not done.is_ok:
        raise CannotMakeError(done.complaint[-300:] or f"the launcher {done.ending}")
