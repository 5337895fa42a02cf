"""The plan of an experiment as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.cli.plans import to_json
from coldwarm.experiment import read_experiment

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.experiment import Experiment

MATRIX = "matrix: {model: resnet50, api: [read_model, path]}\n"


def experiment(folder: Path, text: str) -> Experiment:
    file = folder / "plan.yaml"
    file.write_text(f"name: plan\n{MATRIX}{text}")
    return read_experiment(file, known_models=("resnet50",), devices=lambda: ("CPU",))


def test_it_names_cases_and_counts_starts(tmp_path: Path) -> None:
    sampling = "sampling: {rounds: {min: 4, max: 8}, time_budget: 95s}\n"
    found = to_json(experiment(tmp_path, sampling))
    assert (found["name"], found["study"], found["time_budget_s"]) == ("plan", None, 95)
    assert [case["name"] for case in found["cases"]] == [
        "resnet50 / CPU / read_model",
        "resnet50 / CPU / path",
    ]
    assert [case["axes"]["api"] for case in found["cases"]] == ["read_model", "path"]
    assert len({case[key] for case in found["cases"] for key in ("case_id", "baseline_id")}) == 4
    about = found["estimate"]
    assert (about["rounds"], about["per_round"], about["references"]) == ((4, 8), 6, 4)
    assert about["starts"] == (4 + 4 * 6, 4 + 8 * 6)
    assert about["seconds"][0] < about["seconds"][1]


def test_of_a_study_it_counts_tries(tmp_path: Path) -> None:
    study = "study: {kind: faults, tries: 3, changes: [truncated, killed]}\n"
    found = to_json(experiment(tmp_path, study))
    assert found["study"] == "faults"
    assert found["estimate"]["tries"] == 2 * 2 * 3
    assert found["estimate"]["starts"] > found["estimate"]["tries"]
