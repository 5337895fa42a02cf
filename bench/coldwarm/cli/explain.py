"""`coldwarm explain`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from coldwarm import runtimes
from coldwarm.errors import StoreError
from coldwarm.measure import explain, run_experiment
from coldwarm.measure.cachedir import cache_root
from coldwarm.measure.host import look_at_host, with_runtimes
from coldwarm.measure.sampler import Sampler
from coldwarm.run import store

if TYPE_CHECKING:
    from coldwarm.experiment.case import Case


@click.command("explain")
@click.argument("run_path", metavar="RUN", type=click.Path(path_type=Path))
@click.argument("case", metavar="CASE")
def command(run_path: Path, case: str) -> None:
    """Make the uncached and the warm start of CASE again and compare their answers.

    CASE is the id or the name of a case of RUN.
    """
    stored = store.read_run(run_path)
    experiment = run_experiment.reopen(stored.header)
    chosen = _find(case, experiment.cases, run_path)
    tell = partial(click.echo, err=True)
    files = run_experiment.resolve_models(experiment, tell)
    experiment = replace(experiment, cases=(chosen,))
    host = with_runtimes(look_at_host(), experiment, tell, stored.header)
    with (
        runtimes.in_use(host.runtimes.values()),
        cache_root(run_experiment.caches_of(experiment)) as caches,
    ):
        sampler = Sampler(experiment, files, stored.run_id, caches, runtimes=host.runtimes)
        for difference in explain.explain(sampler, chosen):
            click.echo(difference.sentence)


def _find(wanted: str, cases: tuple[Case, ...], run_path: Path) -> Case:
    for case in cases:
        if wanted in (case.case_id, case.name):
            return case
    listed = "\n".join(f"  {case.case_id}  {case.name}" for case in cases)
    msg = f"{run_path} has no case {wanted!r}. Its cases are:\n{listed}"
    raise StoreError(msg)
