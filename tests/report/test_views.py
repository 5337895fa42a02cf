"""What the page lays out: columns that tell cases apart, filters, places, samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fake_samples import fake_run
from fake_sides import stored_run
from fake_store import fake_header, write_run

from coldwarm.report import samples, views
from coldwarm.report.columns import axes_shown, common_axes
from coldwarm.report.evidence import Evidence, gather
from coldwarm.report.machines import identity_rows, noise, state_rows
from coldwarm.report.provenance import ended, provenance, reproduce, to_continue, traced

if TYPE_CHECKING:
    from pathlib import Path


def one(tmp_path: Path, *, header: dict[str, Any] | None = None, **options: Any) -> Evidence:  # noqa: ANN401
    run = write_run(tmp_path / "run", fake_run(**{"rounds": 2, **options}), **(header or {}))
    return gather([run])[0]


def test_axes_that_do_not_differ_have_no_column(tmp_path: Path) -> None:
    summaries = one(tmp_path, storages=["hot", "evicted"]).summaries

    assert axes_shown(summaries) == ["model", "api", "cache_mode", "storage"]
    assert common_axes(summaries) == "device CPU, encryption none, runtime installed"


def test_only_columns_with_a_choice_have_a_filter(tmp_path: Path) -> None:
    evidence = [one(tmp_path)]
    found = views.rows(evidence, views.columns(evidence), samples.anchors(evidence))

    assert [each.label for each in views.filters(found, several_runs=False)] == [
        "API",
        "cache mode",
        "verdict",
    ]


def test_what_encryption_covers_is_in_view(tmp_path: Path) -> None:
    evidence = one(tmp_path, encryptions=["none", "base64", "aes-256-gcm"], rounds=6)
    (group,) = views.groups([evidence], [])
    in_view, folded = (
        [each.text for each in statements if each.topic == "encryption"]
        for statements in (group.in_view, group.folded)
    )

    assert ["aes-256-gcm" in text for text in in_view] == [True]
    assert "weights are unencrypted" in in_view[0]
    assert ["base64" in text for text in folded] == [True]


def test_places_hold_nothing_that_came_from_a_file(tmp_path: Path) -> None:
    evidence = [one(tmp_path, models=['"><b>'])]
    places = samples.anchors(evidence)

    names = [*places.cases.values(), *places.baselines.values()]
    assert len(names) == len(set(names)) == 6
    assert all(name.replace("-", "").isalnum() for name in names)


def test_every_start_stands_in_one_table(tmp_path: Path) -> None:
    evidence = [one(tmp_path)]
    tables = samples.sample_tables(evidence, samples.anchors(evidence))

    assert sum(len(table.rows) for table in tables) == len(evidence[0].frame)
    assert all(len(row) == len(samples.SAMPLE_HEADINGS) for t in tables for row in t.rows)


def test_too_many_starts_are_counted_and_not_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(samples, "SAMPLES_SHOWN", 3)
    evidence = [one(tmp_path)]
    tables = samples.sample_tables(evidence, samples.anchors(evidence))

    assert all(table.rows == [] for table in tables)
    assert sum(table.count for table in tables) == len(evidence[0].frame)


def test_machines_are_shown_in_units_people_know(tmp_path: Path) -> None:
    evidence = one(tmp_path)

    assert dict(identity_rows([evidence]))["memory"] == ["25 GB"]
    assert dict(state_rows([evidence]))["CPU in use"] == ["3 %"]
    assert "digest" not in dict(identity_rows([evidence]))
    assert noise(evidence)[0].severity == "warn"


def test_how_steady_the_machine_was_is_told_where_it_was_measured(tmp_path: Path) -> None:
    works = {"repeats": 10, "median_ns": 1_000_000, "robust_cv": 0.5, "slowest_to_fastest": 9.0}
    evidence = one(tmp_path, header={"calibration": {"compute": works, "spawn": works}})

    assert noise(evidence)[0].finding.startswith("A fixed computation is unsteady here")


def test_large_counts_keep_their_digits(tmp_path: Path) -> None:
    state = {"open_files": 123_456, "load_average": [0.4567, 12.0], "huge_bytes": 5e15}

    assert dict(state_rows([one(tmp_path, header={"state": state})])) == {
        "open files": ["123456"],
        "load average": ["0.4567, 12"],
        "huge": ["5000000 GB"],
    }


def test_the_same_run_can_be_asked_for_again(tmp_path: Path) -> None:
    experiment = {
        "source": "my configs/quick.yaml",
        "overrides": {
            "only": ["model=resnet50"],
            "rounds": 3,
            "seed": None,
            "base_runtime": "openvino==2025.4.1",
        },
        "sampling": {"seed": 7},
        "cases": [],
    }
    evidence = one(tmp_path, header={"experiment": experiment, "ended": None})

    assert reproduce(evidence.run.header) == (
        "coldwarm run 'my configs/quick.yaml' --only model=resnet50 --rounds 3 "
        "--base-runtime openvino==2025.4.1 --seed 7"
    )
    assert ended(evidence.run.header) == "not yet: the run is incomplete"
    assert dict(provenance(evidence))["starts"] == "20 starts in 2 rounds"


def test_what_measured_noise_measures_noise_again() -> None:
    header = fake_header(command="coldwarm noise configs/fake.yaml --rounds 3", ended=None)

    assert reproduce(header) == "coldwarm noise /home/user/configs/fake.yaml --seed 1"
    assert to_continue(header) == "coldwarm noise --resume RUN"


@pytest.mark.parametrize("ending", [None, {"how": "interrupted", "at": "2026-10-01"}, "complete"])
def test_a_run_that_was_interrupted_can_be_continued(ending: object) -> None:
    assert to_continue(fake_header(ended=ending)) == "coldwarm run --resume RUN"
    assert to_continue(fake_header()) == ""


def test_each_runtime_says_what_it_stands_for() -> None:
    runtime = {
        "value": "openvino==2025.4.1",
        "openvino_version": "2025.4.1-fake",
        "python_version": "3.12.1",
        "packages": {"numpy": "2.3.0"},
        "env": {"PYTHONPATH": "/opt/ov", "API_TOKEN": "x"},
    }
    run = stored_run(fake_run(rounds=1), runtimes=[runtime, "bent"])
    rows = traced(run)
    assert (
        dict(rows).items()
        >= {
            "OpenVINO of openvino==2025.4.1": "2025.4.1-fake",
            "Python of openvino==2025.4.1": "3.12.1",
            "packages of openvino==2025.4.1": "numpy 2.3.0",
        }.items()
    )
    variables = [value for label, value in rows if label == "variable of openvino==2025.4.1"]
    assert variables == ["PYTHONPATH /opt/ov", "API_TOKEN (hidden)"]
