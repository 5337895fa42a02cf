"""What `coldwarm run` and `coldwarm noise` share: their options, and which experiment is meant."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from coldwarm import models
from coldwarm.experiment import read_experiment
from coldwarm.machine.label import checked_label
from coldwarm.measure import run_experiment
from coldwarm.run import store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from coldwarm.experiment import Experiment

F = TypeVar("F", bound="Callable[..., Any]")


def _label(
    ctx: click.Context,  # noqa: ARG001 - click's own signature
    param: click.Parameter,  # noqa: ARG001
    value: str | None,
) -> str | None:
    try:
        return None if value is None else checked_label(value)
    except ValueError as err:
        raise click.BadParameter(str(err)) from err


OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--only", multiple=True, metavar="AXIS=VALUE", help="Keep matching cases only. Repeatable."
    ),
    click.option(
        "--rounds",
        type=click.IntRange(min=1),
        help="Measure exactly this many rounds, whatever the time budget.",
    ),
    click.option("--seed", type=int, help="Seed of the order of starts and of the models' inputs."),
    click.option("--out", type=click.Path(path_type=Path), help="Directory of the run."),
    click.option(
        "--results",
        type=click.Path(path_type=Path),
        default=Path("results"),
        show_default=True,
        help="Where runs are kept, a directory per label of a host.",
    ),
    click.option(
        "--host-label",
        metavar="LABEL",
        callback=_label,
        help="What this host is called in paths and reports.  [default: its host name]",
    ),
    click.option("--resume", type=click.Path(path_type=Path), help="Continue this run."),
    click.option("--quiet", is_flag=True, help="Show no progress."),
)


def measuring_options(command: F) -> F:
    """Give a command the options of everything that measures."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def chosen_experiment(
    config: Path | None,
    resume: Path | None,
    out: Path | None,
    overrides: Mapping[str, Any],
    devices: Callable[[], Sequence[str]],
    host_label: str | None = None,
) -> tuple[Experiment, Mapping[str, Any] | None]:
    """Return the experiment that is to be measured, and the header of the run that is continued.

    Args:
        config: the experiment file.
        resume: the run to continue, with the options that it began with.
        out: where a new run is to be stored.
        overrides: options of the command line that change the experiment.
        devices: names the devices of this host.
        host_label: what the host of a new run is to be called.

    Raises:
        click.UsageError: when the options contradict each other, or nothing is named.
    """
    if resume is not None:
        if any(value not in (None, []) for value in overrides.values()):
            *names, last = (f"--{name.replace('_', '-')}" for name in overrides)
            msg = f"{', '.join(names)} and {last} cannot be changed with --resume"
            raise click.UsageError(msg)
        for option, value in (("--out", out), ("--host-label", host_label)):
            if value is not None:
                msg = f"{option} is for a new run: leave it out with --resume"
                raise click.UsageError(msg)
        begun = store.read_header(resume)
        return run_experiment.reopen(begun, config), begun
    if config is None:
        msg = "name an experiment file, such as configs/quick.yaml"
        raise click.UsageError(msg)
    known = models.known_models()
    return read_experiment(config, known_models=known, devices=devices, **overrides), None
