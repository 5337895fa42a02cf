"""pytest-benchmark's JSON: its own `pytest-benchmark compare` reads it. Load times in seconds.

A benchmark for each case and kind, grouped by case, so that a table shows uncached, cold and warm
starts of one case side by side. A kind without a proven time is left out.
"""

from __future__ import annotations

import json
import statistics
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from coldwarm.analysis.host_match import identity_of
from coldwarm.export.timings import timings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldwarm.analysis.analysed_run import AnalysedRun
    from coldwarm.export.timings import Timing

LAYOUT_VERSION = "4.0.0"
"""The pytest-benchmark whose layout this is; later ones read it."""

FENCE = 1.5
"""Tukey's: how many interquartile ranges beyond a quartile an outlier begins."""


def write(analysed: AnalysedRun, file: BinaryIO) -> None:
    """Write one benchmark per case and kind that was measured, if none of its starts failed."""
    header = analysed.run.header
    experiment = header.get("experiment") or {}
    content = {
        "machine_info": _machine(header),
        "commit_info": _commit(header),
        "benchmarks": [
            _benchmark(timing, str(experiment.get("name", "coldwarm")))
            for timing in timings(analysed)
            if timing.is_benchmark
        ],
        "datetime": analysed.frame["started_at"].min().isoformat(),
        "version": LAYOUT_VERSION,
    }
    file.write(json.dumps(content, indent=4, allow_nan=False).encode() + b"\n")


def _benchmark(timing: Timing, experiment: str) -> dict[str, Any]:
    return {
        "group": timing.summary.name,
        "name": timing.name,
        "fullname": f"{experiment}::{timing.name}",
        "params": None,
        "param": None,
        "extra_info": timing.facts(),
        "options": {"timer": "coldwarm"},
        "stats": stats(timing.load_s),
    }


def stats(data: Sequence[float]) -> dict[str, Any]:
    """Return the statistics of one benchmark, defined as pytest-benchmark defines them."""
    mean, median = statistics.mean(data), statistics.median(data)
    deviation = statistics.stdev(data) if len(data) > 1 else 0.0
    first, third = (float(each) for each in np.quantile(data, (0.25, 0.75), method="hazen"))
    low, high = first - FENCE * (third - first), third + FENCE * (third - first)
    inside = [each for each in data if low <= each <= high]
    near = sum(abs(each - mean) <= deviation for each in data)
    beyond = len(data) - near, len(data) - len(inside)
    return {
        "min": min(data),
        "max": max(data),
        "mean": mean,
        "stddev": deviation,
        "rounds": len(data),
        "median": median,
        "iqr": third - first,
        "q1": first,
        "q3": third,
        "iqr_outliers": beyond[1],
        "stddev_outliers": beyond[0],
        "outliers": f"{beyond[0]};{beyond[1]}",
        "ld15iqr": min(inside),
        "hd15iqr": max(inside),
        "ops": len(data) / sum(data) if sum(data) else 0.0,
        "total": sum(data),
        "data": list(data),
        "iterations": 1,
    }


def _machine(header: Mapping[str, Any]) -> dict[str, Any]:
    identity = identity_of(header)
    return {
        "node": identity.label,
        "machine": identity.architecture,
        "system": identity.os,
        "release": identity.kernel,
        "python_version": header.get("python_version"),
        "cpu": {
            "brand_raw": identity.cpu_model,
            "count": identity.logical_cores,
        },
    }


def _commit(header: Mapping[str, Any]) -> dict[str, Any]:
    commit = str(header.get("git_commit") or "unversioned")
    return {"id": commit.removesuffix("-dirty"), "dirty": commit.endswith("-dirty")}
