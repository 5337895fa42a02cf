"""The conditions under which a run begins."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from coldwarm import __version__
from coldwarm.conditions.declared import NONE, Conditions, packages_besides
from coldwarm.experiment.case import short_digest
from coldwarm.machine import cpu
from coldwarm.machine.environment import STEERING, passed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldwarm.experiment import Experiment
    from coldwarm.machine.devices import DeviceReport
    from coldwarm.machine.state import State
    from coldwarm.runtimes import Runtime


def conditions_now(
    experiment: Experiment,
    runtimes: Mapping[str, Runtime],
    devices: DeviceReport,
    seen: State,
    caches: Path,
) -> Conditions:
    """Return what may change times and answers of a run that begins now.

    Args:
        experiment: what is measured.
        runtimes: value of the runtime axis to the runtime.
        devices: what the installed OpenVINO finds.
        seen: how the machine is.
        caches: directory in which the caches of the starts are made.
    """
    disk = next((disk for disk in seen.disks if disk.role == "cache"), None)
    return Conditions(
        seed=experiment.sampling.seed,
        inputs={
            case.model: experiment.inputs_by_content.get(case.model, {})
            for case in experiment.cases
        },
        worker_env=dict(experiment.worker.env),
        telemetry=experiment.worker.telemetry,
        warm_starts=experiment.sampling.warm_starts,
        driver_env=passed(os.environ, STEERING),
        usable_cores=seen.usable_cores,
        cpu_limit_cores=NONE if seen.cpu_limit_cores is None else seen.cpu_limit_cores,
        memory_limit_bytes=NONE if seen.memory_limit_bytes is None else seen.memory_limit_bytes,
        instruction_sets=cpu.instruction_sets(Path("/")),
        governors=seen.governors or None,
        turbo=seen.turbo,
        power=seen.power,
        cache_directory=str(caches.absolute()),
        cache_file_system=disk.file_system if disk else None,
        openvino={value: each.version for value, each in runtimes.items()},
        libraries={
            value: each.devices.libraries_digest
            for value, each in runtimes.items()
            if each.devices.libraries_digest
        },
        packages={value: packages_besides(each.packages) for value, each in runtimes.items()},
        python={value: each.python_version for value, each in runtimes.items()},
        drivers={each.name: each.driver_version for each in devices.devices if each.driver_version},
        codecs=_codecs(experiment),
        coldwarm=__version__,
    )


def _codecs(experiment: Experiment) -> dict[str, str]:
    """Return the digests of the user's codecs whose code lies beside the experiment."""
    folder = experiment.source.absolute().parent
    found = {}
    for encryption in dict.fromkeys(case.encryption for case in experiment.cases):
        module, named, _ = encryption.partition(":")
        file = folder.joinpath(*module.split(".")).with_suffix(".py")
        if named and file.is_file():
            found[encryption] = short_digest(file.read_bytes().decode("latin-1"))
    return found
