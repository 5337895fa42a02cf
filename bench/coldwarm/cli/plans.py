"""What `coldwarm run --plan` shows: the cases of an experiment, and what measuring them takes."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from coldwarm.cli.show import show
from coldwarm.machine.calibration import calibrate
from coldwarm.measure import estimate, plan
from coldwarm.studies import estimate as of_study
from coldwarm.text.document import Column, Document, Group, Paragraph, Table, row

if TYPE_CHECKING:
    from coldwarm.experiment import Experiment


CALIBRATION_SECONDS = 0.3


def print_plan(experiment: Experiment, form: str) -> None:
    """Print the plan as a table with a sentence, or as JSON."""
    slowness = calibrate(CALIBRATION_SECONDS).slowness
    if form == "json":
        click.echo(json.dumps(to_json(experiment, slowness), indent=2))
        return
    about = of_study if experiment.study else estimate
    sentence = about.sentence(experiment, slowness)
    show(Document((plan_table(experiment), Paragraph(sentence))))


def plan_table(experiment: Experiment) -> Table:
    """Return the cases of an experiment in the order of the file."""
    rows = (
        row(case.case_id, case.name, plan.baseline_of(case).baseline_id)
        for case in experiment.cases
    )
    return Table(tuple(map(Column, ("case", "name", "baseline"))), (Group("", tuple(rows)),))


def to_json(experiment: Experiment, slowness: float = 1.0) -> dict[str, Any]:
    """Return the plan as a JSON object; of two numbers the second is the most it takes.

    Args:
        experiment: what would be measured.
        slowness: how many times as long as usual this machine takes, see `calibration`.
    """
    about = of_study if experiment.study else estimate
    return {
        "name": experiment.name,
        "study": experiment.study.kind if experiment.study else None,
        "cases": [
            {
                "case_id": case.case_id,
                "name": case.name,
                "baseline_id": plan.baseline_of(case).baseline_id,
                "axes": case.axes(),
            }
            for case in experiment.cases
        ],
        "time_budget_s": experiment.sampling.time_budget_s,
        "estimate": asdict(about.estimate(experiment, slowness)),
    }
