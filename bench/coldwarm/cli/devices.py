"""`coldwarm devices`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
from rich.console import Console

from coldwarm.analysis.device_trial import try_devices
from coldwarm.cli.show import show
from coldwarm.measure.host import Host, look_at_host
from coldwarm.text.document import Bullets, Column, Document, Group, Paragraph, Table, row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VIRTUAL = ("AUTO", "HETERO:CPU", "MULTI:CPU", "BATCH:CPU")


@click.command("devices")
@click.option("--no-trial", is_flag=True, help="List the devices only; start no model on them.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(*, no_trial: bool, form: str) -> None:
    """List the devices of this host and try the model cache on each of them."""
    host = look_at_host()
    physical = {device.name: device for device in host.devices.devices}
    names = [*physical, *VIRTUAL]
    err = Console(stderr=True)
    found = {}
    if not no_trial:
        found = try_devices(names, host, lambda text: err.print(text, markup=False))
    rows: list[dict[str, object]] = [
        {
            "device": name,
            "full_name": physical[name].full_name if name in physical else None,
            "driver_version": physical[name].driver_version if name in physical else None,
            "export_import": _export_import(host, name),
            **{key: getattr(found.get(name), key, None) for key in ("verdict", "reason", "remedy")},
        }
        for name in names
    ]
    if form == "json":
        click.echo(
            json.dumps(
                {
                    "openvino_version": host.devices.version,
                    "devices": rows,
                    "absent": dict(host.devices.absent),
                    "failure": host.devices.failure,
                },
                indent=2,
            )
        )
        return
    show(devices_document(rows, host))


def _export_import(host: Host, name: str) -> bool | None:
    base = name.partition(":")[0]
    known = (*host.devices.devices, *host.devices.virtual)
    return next((device.export_import for device in known if device.name == base), None)


def devices_document(rows: Sequence[Mapping[str, object]], host: Host) -> Document:
    """Return the devices as a table, and a sentence on each that does not load from the cache.

    Args:
        rows: what is known of each device.
        host: this one.
    """
    listed = {True: "listed", False: "not listed", None: "not told"}
    table = tuple(
        row(
            str(each["device"]),
            " ".join(str(each[key]) for key in ("full_name", "driver_version") if each[key])
            or "virtual",
            listed[each["export_import"]],  # type: ignore[index]
            str(each["verdict"] or "-"),
        )
        for each in rows
    )
    found = host.devices
    failure = (f"OpenVINO cannot list its devices: {found.failure}",) if found.failure else ()
    about = [
        f"{each['device']}: {each['verdict']}: {each['reason']}"
        + (f". Remedy: {each['remedy']}" if each["remedy"] else "")
        for each in rows
        if each["verdict"] not in (None, "hit")
    ]
    about += [f"{plugin}: no device: {reason}" for plugin, reason in found.absent.items()]
    titles = ("device", "name, driver", "EXPORT_IMPORT", "cache, tried")
    return Document(
        (
            *map(Paragraph, (f"OpenVINO {found.version}", *failure)),
            Table(tuple(map(Column, titles)), (Group("", table),)),
            *([Bullets(tuple(about))] if about else []),
        )
    )
