"""From the values of the runtime axis to runtimes that were tried."""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from coldwarm.errors import ColdwarmError
from coldwarm.machine import devices
from coldwarm.machine.environment import worker_environment
from coldwarm.machine.file_locks import held
from coldwarm.machine.processes import run_process
from coldwarm.runtimes import interpreter, kept_environments
from coldwarm.runtimes.axis_value import INSTALLED, Interpreter, Package, parse
from coldwarm.runtimes.environments import find_or_make
from coldwarm.runtimes.runtime import Runtime, RuntimeUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from coldwarm.machine.devices import DeviceReport

    Tell = Callable[[str], None]

IMPORT = "import openvino; openvino.Core"
"""Names something in it: of a package that lost its files the directory can be imported still."""


def provide(
    values: Iterable[str],
    folder: Path,
    installed: DeviceReport,
    tell: Tell,
    *,
    env: Mapping[str, str] | None = None,
    seen: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, Runtime]:
    """Return the runtime of each value, environments made where they are missing.

    Args:
        values: of the runtime axis.
        folder: of the experiment file, which paths are relative to.
        installed: what the installed OpenVINO said of itself.
        tell: is told what takes long.
        env: variables of the experiment, which every worker gets.
        seen: value to the packages with which an earlier part of the run was measured.

    Raises:
        RuntimeUnavailableError: when one is not there, does not work, or cannot be installed.
    """
    shared = env or {}
    found = {}
    for value in dict.fromkeys(values):
        if value == INSTALLED:
            python = Path(sys.executable)
            found[value] = _runtime(value, Interpreter(python), shared, devices_of=installed)
            continue
        wanted = parse(value, folder)
        if isinstance(wanted, Package):
            found[value] = _packaged(value, wanted, shared, tell, (seen or {}).get(value))
        else:
            found[value] = _runtime(value, wanted, shared)
    return found


@contextlib.contextmanager
def in_use(runtimes: Iterable[Runtime]) -> Iterator[None]:
    """Keep environments from being pruned while a run uses them.

    Raises:
        RuntimeUnavailableError: when one was pruned since it was provided.
    """
    with contextlib.ExitStack() as stack:
        for runtime in runtimes:
            if runtime.environment is None:
                continue
            stack.enter_context(kept_environments.using(runtime.environment))
            if kept_environments.read_stamp(runtime.environment) is None:
                msg = f"the environment of {runtime.value} was pruned meanwhile: run again"
                raise RuntimeUnavailableError(msg)
            kept_environments.note_use(runtime.environment)
        yield


def _packaged(
    value: str,
    package: Package,
    shared: Mapping[str, str],
    tell: Tell,
    seen: Mapping[str, str] | None,
) -> Runtime:
    environment, is_new = find_or_make(package, tell, seen)
    try:
        return _in_environment(value, environment, shared)
    except RuntimeUnavailableError as err:
        if not _is_damaged(environment, shared):
            raise
        # Made again it works, or never will.
        with contextlib.suppress(OSError), held(kept_environments.lock_of(environment)):
            kept_environments.clear(environment)
        if is_new:
            raise
        tell(f"{err}; making it again")
    environment, _ = find_or_make(package, tell, seen)
    return _in_environment(value, environment, shared)


def _is_damaged(environment: Path, shared: Mapping[str, str]) -> bool:
    """Return whether the Python of an environment is gone, or cannot import OpenVINO.

    A busy host that let a question time out is no reason to make an environment again.
    """
    python = interpreter.inside(environment)
    if python is None:
        return True
    env = worker_environment(os.environ, extra=shared)
    try:
        answer = run_process((str(python), "-c", IMPORT), env=env, timeout_s=interpreter.TIMEOUT_S)
    except OSError:
        return True
    return answer.returncode != 0 and not answer.timed_out


def _in_environment(value: str, environment: Path, shared: Mapping[str, str]) -> Runtime:
    python = interpreter.inside(environment)
    if python is None:
        msg = f"the environment of {value} has lost its interpreter"
        raise RuntimeUnavailableError(msg)
    return replace(_runtime(value, Interpreter(python), shared), environment=environment)


def _runtime(
    value: str,
    wanted: Interpreter,
    shared: Mapping[str, str],
    devices_of: DeviceReport | None = None,
) -> Runtime:
    """Return a runtime after asking it, in the environment that its workers will have."""
    env = worker_environment(os.environ, extra=shared, runtime_env=wanted.env)
    python = str(wanted.python)
    seen = interpreter.look_at(python, env)
    try:
        report = devices_of or devices.query_devices(python, env)
    except ColdwarmError as err:
        msg = f"the runtime {value} cannot be used: {err}"
        raise RuntimeUnavailableError(msg) from err
    return Runtime(value, python, seen.version, report, seen.packages, wanted.env)
