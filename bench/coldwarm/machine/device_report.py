"""What one OpenVINO says of the devices of this host, and how it is stored."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from coldwarm.text.escaping import openvino_message

if TYPE_CHECKING:
    from collections.abc import Mapping


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
