"""The host that a run is measured on: who it is, its devices, and the runtimes it was given."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from coldwarm import runtimes
from coldwarm.errors import StoreError
from coldwarm.machine import devices, identity
from coldwarm.machine.identity import Identity
from coldwarm.machine.sameness import other_hardware, two_machines
from coldwarm.text.numbers import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from coldwarm.experiment import Experiment
    from coldwarm.machine.devices import DeviceReport
    from coldwarm.runtimes import Runtime


@dataclass(frozen=True)
class Host:
    """Where a run is measured.

    Attributes:
        identity: who the machine is.
        devices: what the installed OpenVINO finds on it.
        runtimes: value of the runtime axis to the runtime, see `with_runtimes`.
    """

    identity: Identity
    devices: DeviceReport
    runtimes: Mapping[str, Runtime] = field(default_factory=dict)


def look_at_host() -> Host:
    """Return this host, asking OpenVINO in a process of its own."""
    return Host(identity.identify(), devices.query_devices(sys.executable))


def labelled(host: Host, label: str | None) -> Host:
    """Return the host under the label that the user gives it, as it is where that is None."""
    return replace(host, identity=replace(host.identity, label=label)) if label else host


def with_runtimes(
    host: Host,
    experiment: Experiment,
    tell: Callable[[str], None],
    begun: Mapping[str, Any] | None = None,
) -> Host:
    """Return the host with every runtime of the experiment, environments made where they lack.

    Args:
        host: this host.
        experiment: what is measured.
        tell: is told what takes long.
        begun: header of the run that is to be continued, with the versions it began with.

    Raises:
        RuntimeUnavailableError: when a runtime cannot be had here.
    """
    found = runtimes.provide(
        (case.runtime for case in experiment.cases),
        experiment.source.absolute().parent,
        host.devices,
        tell,
        env=experiment.worker.env,
        seen={each["value"]: each["packages"] for each in (begun or {}).get("runtimes", ())},
    )
    return replace(host, runtimes=found)


def refuse_other_host(header: Mapping[str, Any], here: Identity, path: Path) -> None:
    """Refuse to continue a run of another machine.

    Args:
        header: of the run.
        here: this machine.
        path: of the run, for the message.

    Raises:
        StoreError: when it was begun elsewhere.
    """
    then = Identity.from_json(header.get("identity"))
    if two_machines(then, here):
        differ = listed(other_hardware(then, here)) or f"of the same kind as {then.label}"
        msg = f"{path} cannot be continued on another machine ({differ}). Start a new run"
        raise StoreError(msg)
