"""The devices that OpenVINO has on this host: asked in a process of their own, and stored."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldwarm.errors import ColdwarmError
from coldwarm.machine.environment import worker_environment
from coldwarm.machine.processes import run_process
from coldwarm.text.escaping import openvino_message

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldwarm.machine.processes import Finished

WORKER = Path(__file__).parents[1] / "worker" / "devices.py"
TIMEOUT_SECONDS = 60.0
"""A driver may take several seconds to wake up; importing OpenVINO takes half a second."""

QUOTE_CHARS = 300

PROCESSORS = Path("/sys/devices/system/cpu")

VIRTUAL_DEVICES = ("AUTO", "HETERO", "MULTI", "BATCH")
ALWAYS_THERE = "CPU"
"""What every host has: an OpenVINO that does not list it is broken."""


@dataclass(frozen=True)
class Device:
    """One device as OpenVINO describes it.

    Attributes:
        name: as used in an experiment, such as ``GPU.1``.
        full_name: the product.
        driver_version: where the plugin has that property.
        capabilities: OPTIMIZATION_CAPABILITIES, or None where they cannot be read.
        errors: property to what the plugin raised when it was read.
    """

    name: str
    full_name: str | None = None
    driver_version: str | None = None
    capabilities: tuple[str, ...] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def export_import(self) -> bool | None:
        """Return whether EXPORT_IMPORT is listed; it decides nothing, since AUTO lacks it."""
        return None if self.capabilities is None else "EXPORT_IMPORT" in self.capabilities


@dataclass(frozen=True)
class DeviceReport:
    """What one OpenVINO sees on this host.

    Attributes:
        version: of OpenVINO.
        devices: the physical devices, all of which can be used as they are named.
        virtual: AUTO, HETERO, MULTI and BATCH as they describe themselves.
        absent: plugin without a device to the reason.
        failure: why it could not list its devices, None where it could.
        libraries_digest: digest of its libraries, None where it is not known.
    """

    version: str
    devices: tuple[Device, ...] = ()
    virtual: tuple[Device, ...] = ()
    absent: Mapping[str, str] = field(default_factory=dict)
    failure: str | None = None
    libraries_digest: str | None = None

    @property
    def available_devices(self) -> tuple[str, ...]:
        """Return the names of the physical devices."""
        return tuple(device.name for device in self.devices)

    def to_json(self) -> dict[str, Any]:
        """Return the report as a JSON object."""
        return {**asdict(self), "available_devices": list(self.available_devices)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> DeviceReport:
        """Rebuild a report, or read a worker's answer.

        Raises:
            KeyError, TypeError: when `data` is neither.
        """
        return cls(
            version=str(data["version"]),
            devices=tuple(_device(entry) for entry in data["devices"]),
            virtual=tuple(_device(entry) for entry in data["virtual"]),
            absent={
                plugin: plain_error(text) or "its plugin found no device"
                for plugin, text in data["absent"].items()
            },
            libraries_digest=data.get("libraries_digest"),
        )


def _device(entry: Mapping[str, Any]) -> Device:
    capabilities = entry["capabilities"]
    return Device(
        name=str(entry["name"]),
        full_name=entry["full_name"],
        driver_version=entry["driver_version"],
        capabilities=None if capabilities is None else tuple(capabilities),
        errors={key: plain_error(text) for key, text in entry["errors"].items()},
    )


def plain_error(text: str) -> str:
    """Return what an OpenVINO exception says, without its places in the source and long paths."""
    return re.sub(r"""(["'\s])/\S*/""", r"\1", openvino_message(text))


def query_devices(
    python: str, env: Mapping[str, str] | None = None, timeout_s: float = TIMEOUT_SECONDS
) -> DeviceReport:
    """Ask the OpenVINO of an interpreter what devices it has.

    An OpenVINO that can be imported and then fails over its devices is a report of that failure:
    starts will show what it means.

    Args:
        python: the interpreter.
        env: its whole environment; built from the allow-list when None.
        timeout_s: seconds until the process and its children are killed.

    Raises:
        ColdwarmError: when there is no OpenVINO, or no usable answer.
    """
    env = worker_environment(os.environ) if env is None else env
    try:
        answer = run_process((python, str(WORKER)), env=env, timeout_s=timeout_s)
    except OSError as err:
        msg = f"cannot start {python} to ask for devices: {err.strerror or err}; check its path"
        raise ColdwarmError(msg) from err
    try:
        # The last line, because a sitecustomize of the user's may print before the script begins.
        said = json.loads(answer.stdout.strip().rpartition(b"\n")[2])
        if "devices" in said:
            return DeviceReport.from_json(said)
        if "version" in said:
            return DeviceReport(str(said["version"]), failure=_failure(said, answer))
        error = plain_error(str(said["error"]))
    except (ValueError, KeyError, TypeError, AttributeError) as err:
        raise ColdwarmError(_no_answer(python, answer, timeout_s)) from err
    msg = f"OpenVINO cannot be used by {python}: {error}; install it there, or name another runtime"
    raise ColdwarmError(msg)


def _failure(said: Mapping[str, Any], answer: Finished) -> str:
    """Return what an OpenVINO raised over its devices, or how it ended."""
    return plain_error(str(said["error"])) if "error" in said else f"it {answer.ending}"


def _no_answer(python: str, answer: Finished, timeout_s: float) -> str:
    said = answer.stdout.decode(errors="replace").strip()
    tail = answer.complaint[-QUOTE_CHARS:]
    parts = [f"{python} was asked for OpenVINO's devices and {answer.ending}"]
    if answer.timed_out:
        parts[0] += f" after {timeout_s:g} s"
        if not PROCESSORS.exists():
            parts.append(f"without {PROCESSORS} OpenVINO looks for processors forever: mount /sys")
    if said:
        parts.append(f"it answered {said[:QUOTE_CHARS]!r}, which is not what was expected")
    if tail:
        parts.append(f"it printed: {tail}")
    parts.append(
        f"try it by hand: {python} -c 'import openvino; print(openvino.Core().available_devices)'"
    )
    return "\n  ".join(parts)


def physical_devices(device: str) -> tuple[str, ...]:
    """Return the physical devices that a device string names.

    ``AUTO:GPU,CPU`` names GPU and CPU, ``BATCH:CPU(4)`` names CPU, and neither ``AUTO`` nor
    ``AUTO:-GPU`` names any.
    """
    base, _, listed = device.partition(":")
    if base not in VIRTUAL_DEVICES:
        return (device,)
    names = (re.sub(r"\(\d*\)$", "", name.strip()) for name in listed.split(","))
    return tuple(
        name for name in names if name and not name.startswith("-") and name not in VIRTUAL_DEVICES
    )


def missing_devices(report: DeviceReport, device: str) -> tuple[str, ...]:
    """Return the physical devices that `device` names and this host does not have.

    An NPU string may be served by the CPU through its properties, and AUTO, MULTI and HETERO may
    do without some, so that this is no more than what the device list says. It is empty where
    OpenVINO could not list its devices.
    """
    if report.failure is not None:
        return ()
    return tuple(
        name
        for name in physical_devices(device)
        if name != ALWAYS_THERE and not _is_there(report, name)
    )


def why_missing(report: DeviceReport, device: str) -> str | None:
    """Return why `device`, or what it names, is not on this host; None where all of it is."""
    there = ", ".join(report.available_devices) or "no device at all"
    sentences = []
    for name in missing_devices(report, device):
        reason = report.absent.get(name.partition(".")[0], f"there is {there}")
        sentences.append(f"no {name} on this host: {reason}")
    return "; ".join(sentences) or None


def expand_all(report: DeviceReport) -> tuple[str, ...]:
    """Return the values of ``device: all``: every physical device of this host."""
    return report.available_devices


def _is_there(report: DeviceReport, name: str) -> bool:
    available = report.available_devices
    base, dot, number = name.partition(".")
    if name in available:
        return True
    if not dot:
        # With several GPUs OpenVINO lists GPU.0 and GPU.1; GPU alone is the first of them.
        return any(other.partition(".")[0] == name for other in available)
    # A single GPU is listed as GPU and may be called GPU.0; a CPU takes no number.
    return base in available and number == "0" and base != "CPU"
