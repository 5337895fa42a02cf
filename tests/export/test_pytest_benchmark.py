from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from fake_samples import fake_analysed, fake_run
from fake_store import fake_header, write_run
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_benchmark.stats import Stats

from coldwarm.cli import cli
from coldwarm.export import export
from coldwarm.export.pytest_benchmark import stats

if TYPE_CHECKING:
    from pathlib import Path


def compare(file: Path, *options: str) -> str:
    """Run pytest-benchmark's own command on a file."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest_benchmark", "compare", *options, str(file)],
        capture_output=True,
        text=True,
        check=True,
        cwd=file.parent,
    )
    return done.stdout


def table(file: Path) -> dict[str, dict[str, str]]:
    with file.open(newline="") as rows:
        return {row["name"]: row for row in csv.DictReader(rows)}


def coldwarm(*args: str) -> None:
    result = CliRunner().invoke(cli, args)
    assert result.exit_code == 0, result.output


def exported(samples: list[Any], **header: object) -> dict[str, Any]:
    stream = io.BytesIO()
    export(fake_analysed(samples, fake_header(**header)), "pytest-benchmark", stream)
    content: dict[str, Any] = json.loads(stream.getvalue())
    return content


def test_its_own_compare_prints_the_medians_of_the_report(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", fake_run(rounds=7))
    file = tmp_path / "run.json"
    coldwarm("export", str(run), "--format", "pytest-benchmark", "-o", str(file))
    coldwarm("report", str(run), "--no-charts", "--out", str(tmp_path / "report"))
    printed = compare(file, "--columns=median")
    lines = {line.partition("]")[0] + "]": line for line in printed.splitlines() if "]" in line}
    medians = {
        f"{name}[{kind}]": float(row[f"{kind}_load_ms"])
        for name, row in table(tmp_path / "report" / "summary.csv").items()
        for kind in ("uncached", "cold", "warm")
        if row[f"{kind}_load_ms"]
    }
    assert len(medians) == len(lines) == 4 * 3 - 1
    for name, median in medians.items():
        assert f" {median:,.4f} " in lines[name]


def test_every_time_is_kept_to_the_last_digit(tmp_path: Path) -> None:
    samples = fake_run(rounds=7, apis=("path",), cache_modes=("default",))
    content = exported(samples)
    (warm,) = (each for each in content["benchmarks"] if each["name"].endswith("[warm]"))
    times = [each.load_ns / 1e9 for each in samples if each.kind == "warm" and each.load_ns]
    assert warm["stats"]["data"] == times
    file = tmp_path / "run.json"
    file.write_text(json.dumps(content))
    compare(file, "--columns=median,min", f"--csv={tmp_path / 'out'}")
    row = table(tmp_path / "out.csv")["fake::resnet50 / CPU / path[warm]"]
    assert float(row["median"]) == sorted(times)[3]
    assert float(row["min"]) == min(times)


def test_a_case_is_a_group_and_what_was_not_proven_is_left_out() -> None:
    content = exported(fake_run(rounds=2))
    groups: dict[str, list[str]] = {}
    for each in content["benchmarks"]:
        groups.setdefault(each["group"], []).append(each["extra_info"]["kind"])
    assert groups["resnet50 / CPU / path"] == ["uncached", "cold", "warm"]
    assert groups["resnet50 / CPU / read_model / OPTIMIZE_SIZE"] == ["uncached", "cold"]


def test_machine_and_commit_come_from_the_run() -> None:
    content = exported(fake_run(rounds=1), git_commit="abcdef123456-dirty")
    assert content["machine_info"]["node"] == "fake-host"
    assert content["machine_info"]["cpu"]["brand_raw"] == "Fake CPU 3000 @ 2.10GHz"
    assert content["commit_info"] == {"id": "abcdef123456", "dirty": True}
    assert content["datetime"] == "2026-10-01T12:00:00+00:00"
    assert exported(fake_run(rounds=1), git_commit=None)["commit_info"]["id"] == "unversioned"


@settings(derandomize=True, deadline=None)
@given(st.lists(st.floats(1e-4, 100), min_size=1, max_size=25))
def test_the_statistics_are_those_of_the_tool(data: list[float]) -> None:
    theirs = Stats()
    for each in data:
        theirs.update(each)
    ours = stats(data)
    assert ours["data"] == data
    for name in ("min", "max", "mean", "stddev", "rounds", "median", "ops", "total"):
        assert ours[name] == getattr(theirs, name), name
    # Quartiles may differ by rounding, and what lies on a fence may then fall on either side.
    for name in ("q1", "q3", "iqr"):
        assert ours[name] == pytest.approx(getattr(theirs, name), abs=1e-12), name
    assert set(Stats.fields) <= ours.keys()


def test_outliers_are_counted_as_the_tool_counts_them() -> None:
    data = [0.10, 0.11, 0.12, 0.13, 0.14, 0.15, 0.16, 0.90]
    theirs = Stats()
    for each in data:
        theirs.update(each)
    ours = stats(data)
    for name in ("outliers", "iqr_outliers", "stddev_outliers", "ld15iqr"):
        assert ours[name] == getattr(theirs, name), name
    assert ours["outliers"] == "1;1"
    assert ours["hd15iqr"] == 0.16  # before version 5.3 the tool gave the outlier itself
