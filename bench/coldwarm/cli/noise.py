"""`coldwarm noise`."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from coldwarm.cli.measuring import chosen_experiment, measuring_options
from coldwarm.cli.progress import show_progress
from coldwarm.cli.show import print_document
from coldwarm.errors import StartsFailedError
from coldwarm.machine import devices
from coldwarm.measure import plan, run_experiment
from coldwarm.measure.host import labelled, look_at_host, with_runtimes
from coldwarm.run import store
from coldwarm.run.sample import FAILURES

if TYPE_CHECKING:
    from coldwarm.experiment import Experiment
    from coldwarm.measure.host import Host
    from coldwarm.run.store import Run


@click.command("noise")
@click.argument("config", metavar="CONFIG | RUN", required=False, type=click.Path(path_type=Path))
@measuring_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
)
def command(
    config: Path | None,
    *,
    only: tuple[str, ...],
    rounds: int | None,
    seed: int | None,
    out: Path | None,
    host_label: str | None,
    results: Path,
    resume: Path | None,
    quiet: bool,
    form: str,
) -> int:
    """Measure the same thing twice and say what can be seen on this machine.

    Every case of the experiment CONFIG is started twice as often, in pairs of neighbours between
    which nothing differs. Given a RUN that was measured so, only says it again.
    """
    overrides: dict[str, Any] = {"only": list(only), "rounds": rounds, "seed": seed}
    if config is not None and (config / store.RUN_FILE).is_file():
        return _say(store.read_run(config), form)
    host = labelled(look_at_host(), host_label)
    experiment, begun = chosen_experiment(
        config, resume, out, overrides, lambda: devices.expand_all(host.devices), host_label
    )
    run_experiment.check_places(
        experiment, host, results=results, out=out, resumed=resume is not None
    )
    tell = partial(Console(stderr=True).print, markup=False, highlight=False)
    host = with_runtimes(host, experiment, tell, begun)
    path = _measure(
        plan.twice(experiment), host, results, out, resume, overrides=overrides, quiet=quiet
    )
    return _say(store.read_run(path), form)


def _measure(
    experiment: Experiment,
    host: Host,
    results: Path,
    out: Path | None,
    resume: Path | None,
    *,
    overrides: dict[str, Any],
    quiet: bool,
) -> Path:
    err = Console(stderr=True)
    files = run_experiment.resolve_models(experiment, lambda text: err.print(text, markup=False))
    path = resume or run_experiment.new_run(
        experiment, files, host, results=results, out=out, overrides=overrides
    )
    try:
        with show_progress(experiment, quiet=quiet) as progress:
            run_experiment.measure(path, experiment, files, host, progress)
    except KeyboardInterrupt:
        again = shlex.join(["coldwarm", "noise", "--resume", str(path)])
        click.echo(f"stopped; to go on: {again}", err=True)
        raise
    click.echo(f"{path}", err=True)
    return path


def _say(stored: Run, form: str) -> int:
    """Print what was found; the heavy libraries are imported only now, after measuring."""
    from coldwarm.noise import examine  # noqa: PLC0415
    from coldwarm.noise.noise_document import noise_document  # noqa: PLC0415

    report = examine(stored)
    if form == "json":
        click.echo(json.dumps(asdict(report), indent=2))
    else:
        print_document(noise_document(report), form)
    failed = sum(record["status"] in FAILURES for record in stored.records)
    if failed:
        msg = f"{failed} of {len(stored.records)} starts failed; see {stored.path}"
        raise StartsFailedError(msg)
    return 0
