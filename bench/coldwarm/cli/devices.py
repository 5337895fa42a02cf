"""`coldwarm devices`."""

from __future__ import annotations

import json

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from coldwarm.analysis.device_trial import try_devices
from coldwarm.measure import run_experiment

VIRTUAL = ("AUTO", "HETERO:CPU", "MULTI:CPU", "BATCH:CPU")


@click.command("devices")
@click.option("--no-trial", is_flag=True, help="List the devices only; start no model on them.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def command(*, no_trial: bool, form: str) -> None:
    """List the devices of this host and try the model cache on each of them."""
    host = run_experiment.look_at_host()
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
    _print(rows, host)


def _export_import(host: run_experiment.Host, name: str) -> bool | None:
    base = name.partition(":")[0]
    known = (*host.devices.devices, *host.devices.virtual)
    return next((device.export_import for device in known if device.name == base), None)


def _print(rows: list[dict[str, object]], host: run_experiment.Host) -> None:
    console = Console()
    table = Table(box=None, pad_edge=False, width=80)
    table.add_column("device", no_wrap=True)
    table.add_column("name, driver", ratio=1, overflow="fold")
    table.add_column("EXPORT_IMPORT")
    table.add_column("cache, tried", overflow="fold")
    for row in rows:
        full = " ".join(str(row[key]) for key in ("full_name", "driver_version") if row[key])
        listed = {True: "listed", False: "not listed", None: "not told"}[row["export_import"]]  # type: ignore[index]
        table.add_row(
            str(row["device"]), Text(full or "virtual"), listed, str(row["verdict"] or "-")
        )
    console.print(Text(f"OpenVINO {host.devices.version}"))
    if host.devices.failure:
        console.print(Text(f"OpenVINO cannot list its devices: {host.devices.failure}"))
    console.print(table)
    for row in rows:
        if row["verdict"] not in (None, "hit"):
            remedy = f". Remedy: {row['remedy']}" if row["remedy"] else ""
            console.print(Text(f"{row['device']}: {row['verdict']}: {row['reason']}{remedy}"))
    for plugin, reason in host.devices.absent.items():
        console.print(Text(f"{plugin}: no device: {reason}"))
