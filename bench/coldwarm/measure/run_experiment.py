"""Measure one experiment: make or continue a run, go through its starts."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldwarm import __version__, models, runtimes
from coldwarm.conditions import conditions_now
from coldwarm.errors import StoreError
from coldwarm.experiment import read_experiment
from coldwarm.experiment.case import short_digest
from coldwarm.machine import devices, doctor, state
from coldwarm.machine.calibration import calibrate
from coldwarm.machine.processes import run_process
from coldwarm.measure.cachedir import cache_root, refuse_unwritable
from coldwarm.measure.host import refuse_other_host
from coldwarm.measure.sampler import Sampler
from coldwarm.measure.session import Session
from coldwarm.run import store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from coldwarm.experiment import Experiment
    from coldwarm.machine.devices import DeviceReport
    from coldwarm.measure.host import Host
    from coldwarm.measure.session import Progress
    from coldwarm.models import ModelFiles
    from coldwarm.run.store import Run, RunWriter

CALIBRATION_SECONDS = 0.3
"""Enough for some ten repeats: whoever wants to know it better asks the doctor."""

NEW_RUN = "new"
"""No run is called so: their names begin with the time."""


def check_places(
    experiment: Experiment, host: Host, *, results: Path, out: Path | None, resumed: bool
) -> None:
    """See that caches and a new run can be written, before models are built or time is spent.

    Raises:
        ColdwarmError: when they cannot.
    """
    refuse_unwritable(caches_of(experiment))
    if not resumed:
        store.refuse_place(out or results / host.identity.folder / NEW_RUN)


def resolve_models(experiment: Experiment, tell: Callable[[str], None]) -> dict[str, ModelFiles]:
    """Return the files of every model of the experiment, building what is built in.

    Raises:
        ModelError: when a model is missing, cannot be built, or lacks a file that a placeholder of
            its cases stands for.
    """
    names = dict.fromkeys(case.model for case in experiment.cases)
    files = {name: models.resolve(name, experiment.model_paths, progress=tell) for name in names}
    for case in experiment.cases:
        models.fill_placeholders(case.properties, files[case.model])
    return files


def plan_parts(
    experiment: Experiment, files: Mapping[str, ModelFiles], host: Host
) -> dict[str, str]:
    """Return what must be the same for a run to be continued: digests of what it measures."""
    digests = {name: models.digests(each) for name, each in sorted(files.items())}
    others = {
        value: runtime.content()
        for value, runtime in host.runtimes.items()
        if value != runtimes.INSTALLED
    }
    return {
        "experiment": experiment.digest,
        "models": short_digest(digests),
        "openvino": host.devices.version,
        **({"runtimes": short_digest(others)} if others else {}),
    }


def new_run(
    experiment: Experiment,
    files: Mapping[str, ModelFiles],
    host: Host,
    *,
    results: Path,
    out: Path | None,
    overrides: Mapping[str, Any],
) -> Path:
    """Make the directory of a new run and describe in it what will be measured where.

    Raises:
        StoreError: when the directory exists or cannot be written.
    """
    now = datetime.now(UTC)
    caches = caches_of(experiment)
    seen = state.read_state(caches, results)
    calibration = calibrate(CALIBRATION_SECONDS)
    run_id = f"{now:%Y%m%dT%H%M%SZ}-{experiment.name}"
    path = out or results / host.identity.folder / run_id
    header = {
        "run_id": run_id,
        "coldwarm_version": __version__,
        "created_at": now.isoformat(timespec="seconds"),
        "command": shlex.join(["coldwarm", *sys.argv[1:]]),
        "experiment": {
            "name": experiment.name,
            "question": experiment.question,
            "source": str(experiment.source.resolve()),
            "text": experiment.source.read_text(encoding="utf-8"),
            "overrides": dict(overrides),
            "cases": [case.axes() for case in experiment.cases],
            "sampling": vars(experiment.sampling),
            "compare_along": experiment.compare_along,
            "expect": [vars(expectation) for expectation in experiment.expect],
            **({"study": vars(experiment.study)} if experiment.study else {}),
        },
        "plan": plan_parts(experiment, files, host),
        "models": {
            name: {"bytes": each.bytes, "digests": models.digests(each)}
            for name, each in files.items()
        },
        "identity": host.identity.to_json(),
        "conditions": conditions_now(
            experiment, host.runtimes, host.devices, seen, caches
        ).to_json(),
        "state": seen.to_json(),
        "calibration": calibration.to_json(),
        "doctor": doctor.worst_line(doctor.examine(seen, host.identity, calibration)),
        "devices": host.devices.to_json(),
        "runtimes": [runtime.to_json() for runtime in host.runtimes.values()],
        "python_version": platform.python_version(),
        "git_commit": _git_commit(experiment.source.resolve().parent),
        "ended": None,
    }
    store.create_run(path, header)
    return path


def measure(
    path: Path,
    experiment: Experiment,
    files: Mapping[str, ModelFiles],
    host: Host,
    progress: Progress,
) -> None:
    """Make the starts that the run at `path` still lacks.

    Raises:
        StoreError: when the run was planned otherwise, or cannot be written.
    """
    with opened(path, experiment, files, host) as (writer, stored, sampler):
        Session(sampler, writer, stored, progress).run()


@contextmanager
def opened(
    path: Path, experiment: Experiment, files: Mapping[str, ModelFiles], host: Host
) -> Iterator[tuple[RunWriter, Run, Sampler]]:
    """Open the run at `path` to go on with it, and write into it how that ended.

    Raises:
        StoreError: when the run was planned otherwise, or cannot be written.
    """
    with (
        store.open_run(path) as writer,
        runtimes.in_use(host.runtimes.values()),
        cache_root(caches_of(experiment)) as caches,
    ):
        stored = store.read_run(path)
        _refuse_other_plan(stored.header, plan_parts(experiment, files, host), path)
        refuse_other_host(stored.header, host.identity, path)
        missing = _missing(experiment, host.devices)
        sampler = Sampler(experiment, files, stored.run_id, caches, missing, runtimes=host.runtimes)
        try:
            yield writer, stored, sampler
        except KeyboardInterrupt:
            writer.update_header(ended={"how": "interrupted", "at": _now()})
            raise
        writer.update_header(ended={"how": "complete", "at": _now()})


def reopen(header: Mapping[str, Any], config: Path | None = None) -> Experiment:
    """Return the experiment of a run, read again from its file with the options it began with.

    Args:
        header: of the run.
        config: where the experiment file is now, if it was moved.

    Raises:
        StoreError: when the file is gone.
        ConfigError: when it is no longer valid.
    """
    begun = header["experiment"]
    source = config or Path(begun["source"])
    if not source.exists():
        msg = f"{source}, the experiment of this run, is gone: name the file as CONFIG"
        raise StoreError(msg)
    return read_experiment(
        source,
        known_models=models.known_models(),
        devices=lambda: tuple(header["devices"]["available_devices"]),
        **begun["overrides"],
    )


def _refuse_other_plan(header: Mapping[str, Any], plan: Mapping[str, str], path: Path) -> None:
    if header["schema"] < store.FIRST_WITH_CURRENT_IDS:
        msg = f"{path} was begun by an earlier version of coldwarm: start a new run"
        raise StoreError(msg)
    then = header.get("plan", {})
    other = [part for part, digest in plan.items() if then.get(part) != digest]
    if other:
        msg = (
            f"{path} cannot be continued: not the same {' and '.join(other)} as when it began. "
            "Start a new run"
        )
        raise StoreError(msg)


def _missing(experiment: Experiment, report: DeviceReport) -> dict[str, str]:
    """Return device to the reason why this host does not have it."""
    names = dict.fromkeys(case.device for case in experiment.cases)
    reasons = {name: devices.why_missing(report, name) for name in names}
    return {name: reason for name, reason in reasons.items() if reason}


def caches_of(experiment: Experiment) -> Path:
    """Return the directory in which the caches of this experiment's starts are made."""
    return experiment.cache_root or models.user_cache_dir() / "chains"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _git_commit(directory: Path) -> str | None:
    try:
        answer = run_process(
            ("git", "describe", "--always", "--dirty", "--abbrev=12"),
            env=os.environ,
            timeout_s=10,
            cwd=directory,
        )
    except OSError:
        return None
    return answer.stdout.decode().strip() or None if answer.is_ok else None
