"""`coldwarm run`."""

from __future__ import annotations

import shlex
import time
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console

from coldwarm.cli.measuring import chosen_experiment, measuring_options
from coldwarm.cli.progress import show_progress
from coldwarm.errors import ColdwarmError, StartsFailedError
from coldwarm.experiment.base_runtime import located_runtime
from coldwarm.machine import devices
from coldwarm.machine.durable_files import why_not_writable
from coldwarm.measure import run_experiment
from coldwarm.measure.host import labelled, look_at_host, with_runtimes
from coldwarm.run import store
from coldwarm.run.sample import FAILURES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from coldwarm.experiment import Experiment
    from coldwarm.measure.host import Host
    from coldwarm.models import ModelFiles


@click.command("run")
@click.argument("config", required=False, type=click.Path(path_type=Path))
@click.option("--plan", "plan_only", is_flag=True, help="Show what would be measured, and end.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How --plan is shown.",
)
@measuring_options
@click.option(
    "--base-runtime",
    metavar="RUNTIME",
    help="Start every case with this OpenVINO too, in turns: openvino==2025.4.1, a wheel, an "
    "environment or an interpreter. Then: coldwarm compare RUN",
)
@click.option(
    "--write-run-path",
    type=click.Path(path_type=Path),
    help="Write the path of the run's directory into this file.",
)
def command(
    config: Path | None,
    *,
    plan_only: bool,
    form: str,
    only: tuple[str, ...],
    rounds: int | None,
    seed: int | None,
    out: Path | None,
    host_label: str | None,
    results: Path,
    resume: Path | None,
    quiet: bool,
    base_runtime: str | None,
    write_run_path: Path | None,
) -> int:
    """Measure the starts of the experiment CONFIG.

    The samples go to results/<host>/<time>-<name>/, each on disk before the next start begins.
    Ctrl-C keeps them; --resume continues.
    """
    if form != "text" and not plan_only:
        msg = f"--format {form} is for --plan; for a run there is coldwarm export"
        raise click.UsageError(msg)
    overrides: dict[str, Any] = {
        "only": list(only),
        "rounds": rounds,
        "seed": seed,
        "base_runtime": base_runtime and located_runtime(base_runtime, Path.cwd()),
    }
    experiment, begun = chosen_experiment(config, resume, out, overrides, _all_devices, host_label)
    if plan_only:
        from coldwarm.cli.plans import print_plan  # noqa: PLC0415

        print_plan(experiment, form)
        return 0
    err = Console(stderr=True)
    tell = partial(err.print, markup=False, highlight=False)
    run_experiment.check_places(
        experiment, _host(), results=results, out=out, resumed=resume is not None
    )
    if write_run_path is not None:
        _refuse_unwritable(write_run_path)
    began = time.monotonic()
    files = run_experiment.resolve_models(experiment, tell)
    here = with_runtimes(labelled(_host(), host_label), experiment, tell, begun)
    set_up_s = time.monotonic() - began
    path = resume or run_experiment.new_run(
        experiment, files, here, results=results, out=out, overrides=overrides
    )
    if write_run_path is not None:
        _write(write_run_path, f"{path.resolve()}\n")
    if not quiet:
        where, machine = _heading(path)
        tell(where, soft_wrap=True)
        tell(machine)
        tell(f"set-up: {set_up_s:.0f} s, not part of the measurement or its time budget")
    try:
        if experiment.study:
            _study(path, experiment, files, here, quiet=quiet)
        else:
            with show_progress(experiment, quiet=quiet) as progress:
                run_experiment.measure(path, experiment, files, here, progress)
    except KeyboardInterrupt:
        again = shlex.join(["coldwarm", "run", "--resume", str(path)])
        click.echo(f"stopped; to go on: {again}", err=True)
        raise
    return _finish(path)


@cache
def _host() -> Host:
    return look_at_host()


def _all_devices() -> tuple[str, ...]:
    return devices.expand_all(_host().devices)


def _refuse_unwritable(file: Path) -> None:
    reason = "it is a directory" if file.is_dir() else why_not_writable(file.parent)
    if reason:
        msg = f"--write-run-path: cannot write {file}: {reason}"
        raise ColdwarmError(msg)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as err:
        msg = f"--write-run-path: cannot write {file}: {err.strerror or err}"
        raise ColdwarmError(msg) from err


def _heading(path: Path) -> tuple[str, str]:
    """Return where the run is, and what it is measured on and with."""
    header = store.read_run(path).header
    machine = header["identity"]
    return str(path), (
        f"{machine['cpu_model']}, {machine['logical_cores']} CPUs, "
        f"OpenVINO {header['devices']['version']}\n{header['doctor']}"
    )


def _study(
    path: Path,
    experiment: Experiment,
    files: Mapping[str, ModelFiles],
    here: Host,
    *,
    quiet: bool,
) -> None:
    from coldwarm import studies  # noqa: PLC0415 (most runs are none)
    from coldwarm.cli import study_progress  # noqa: PLC0415

    with study_progress.show_progress(experiment, quiet=quiet) as progress:
        studies.measure(path, experiment, files, here, progress)


def _finish(path: Path) -> int:
    """Print what was found; the heavy libraries are imported only now, after measuring."""
    stored = store.read_run(path)
    if store.study_of(stored.header):
        from coldwarm.cli.tables import print_study  # noqa: PLC0415

        # That a start fails, or ends by a signal, is what a study is for.
        print_study(stored)
        click.echo(str(path))
        return 0
    from coldwarm.cli.tables import print_summary  # noqa: PLC0415

    print_summary(stored)
    click.echo(str(path))
    failed = sum(record["status"] in FAILURES for record in stored.records)
    if failed:
        msg = f"{failed} of {len(stored.records)} starts failed; see the table and {path}"
        raise StartsFailedError(msg)
    return 0
