"""Experiments: YAML files that say what is measured, read, checked and expanded."""

from __future__ import annotations

from coldwarm.experiment.case import AXES, Case
from coldwarm.experiment.reader import read_experiment
from coldwarm.experiment.schema import json_schema
from coldwarm.experiment.spec import Expectation, Experiment, Sampling, WorkerOptions

__all__ = [
    "AXES",
    "Case",
    "Expectation",
    "Experiment",
    "Sampling",
    "WorkerOptions",
    "json_schema",
    "read_experiment",
]
