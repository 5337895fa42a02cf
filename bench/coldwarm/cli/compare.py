"""`coldwarm compare`."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coldwarm import history
from coldwarm.analysis.metrics import DECIDABLE, DECIDING
from coldwarm.cli.show import show
from coldwarm.compare import compare_along, compare_runs
from coldwarm.compare.comparison_document import comparison_document
from coldwarm.compare.github import SUMMARY_VARIABLE, append_summary, comment
from coldwarm.compare.result import to_json
from coldwarm.experiment.scalars import fraction
from coldwarm.export.junit import write_comparison
from coldwarm.run import store

if TYPE_CHECKING:
    from coldwarm.compare import Comparison


def _fraction(
    ctx: click.Context,  # noqa: ARG001 - click's own signature
    param: click.Parameter,  # noqa: ARG001
    value: str | None,
) -> float | None:
    try:
        return None if value is None else fraction(value)
    except ValueError as err:
        raise click.BadParameter(str(err)) from err


@click.command("compare")
@click.argument(
    "runs", nargs=-1, required=True, metavar="RUN | BASE HEAD", type=click.Path(path_type=Path)
)
@click.option("--along", metavar="AXIS", help="Compare the values of this axis inside one RUN.")
@click.option("--base", metavar="VALUE", help="The value that the others are compared with.")
@click.option(
    "--threshold",
    callback=_fraction,
    metavar="PERCENT",
    help="Smallest change that counts.  [default: 5% along an axis, 10% between runs]",
)
@click.option(
    "--decide",
    "deciding",
    multiple=True,
    type=click.Choice(DECIDABLE),
    default=DECIDING,
    show_default=True,
    help="A time that decides: along an axis, or where the host has a history. Repeatable; each "
    "one more makes the gate blinder.",
)
@click.option(
    "--history",
    "results",
    metavar="RESULTS_DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Where earlier runs of HEAD's machine are: from ten on, absolute times decide too.  "
    "[default: the results directory that HEAD lies in]",
)
@click.option(
    "--require-decision",
    is_flag=True,
    help="End with exit code 4 when something that decides stays undecided, or a case is gone or "
    "was dropped for lack of time.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json", "junit"]),
    default="text",
    show_default=True,
)
def command(
    runs: tuple[Path, ...],
    *,
    along: str | None,
    base: str | None,
    threshold: float | None,
    deciding: tuple[str, ...],
    results: Path | None,
    require_decision: bool,
    form: str,
) -> int:
    """Find out whether something got worse.

    One RUN is compared with itself along an axis, pair by pair of neighbouring starts: the
    sharpest comparison there is. Two runs, BASE and HEAD, are compared by what survives a
    machine that changes its speed: speedups, verdicts, bytes, memory, answers.

    The Markdown is also appended to the file that GITHUB_STEP_SUMMARY names, if it names one.

    Exit codes: 0 nothing got worse, 1 a regression, 2 wrong usage, 3 some starts failed,
    4 undecided (with --require-decision).
    """
    options: dict[str, Any] = {"deciding": deciding}
    if threshold is not None:
        options["threshold"] = threshold
    if len(runs) == 1:
        if results is not None:
            msg = "--history is for two runs: BASE HEAD"
            raise click.UsageError(msg)
        comparison = compare_along(store.read_run(runs[0]), along, base, **options)
    elif len(runs) == 2:  # noqa: PLR2004 - base and head
        if along is not None or base is not None:
            msg = "--along and --base compare the values of an axis inside one RUN: name only one"
            raise click.UsageError(msg)
        head = store.read_run(runs[1])
        past = history.before(head, results)
        comparison = compare_runs(store.read_run(runs[0]), head, history=past, **options)
    else:
        msg = f"{len(runs)} runs were named: one with --along AXIS, or two, BASE and HEAD"
        raise click.UsageError(msg)
    if form == "junit":
        write_comparison(comparison, sys.stdout.buffer)
    elif form == "json":
        data = to_json(comparison, require_decision=require_decision)
        click.echo(json.dumps(data, indent=2))
    elif form == "markdown":
        click.echo(comment(comparison), nl=False)
    else:
        show(comparison_document(comparison))
    _tell_github(comparison)
    return comparison.exit_code(require_decision=require_decision)


def _tell_github(comparison: Comparison) -> None:
    """Show the comparison on the summary page of a job, once in however many formats."""
    summary = os.environ.get(SUMMARY_VARIABLE)
    if not summary:
        return
    try:
        left_out = append_summary(comparison, Path(summary))
    except OSError as err:
        left_out = f"cannot write {summary}: {err.strerror or err}"
    if left_out:
        click.echo(f"{SUMMARY_VARIABLE}: {left_out}", err=True)
