"""Another OpenVINO beside the one that an experiment names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldwarm.errors import ConfigError
from coldwarm.experiment.base_runtime import located_runtime
from coldwarm.measure.plan import blocks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from coldwarm.experiment import Experiment

    Read = Callable[..., Experiment]

OLD = "openvino==2025.4.1"
TWO = """\
name: two
matrix: {model: resnet50, api: [read_model, path]}
compare: {along: api}
"""


def runtimes(experiment: Experiment) -> list[tuple[str, str]]:
    return [(case.api, case.runtime) for case in experiment.cases]


def test_every_case_has_a_twin_which_is_the_base(read: Read) -> None:
    experiment = read(TWO, base_runtime=OLD)
    assert runtimes(experiment) == [
        ("read_model", OLD),
        ("path", OLD),
        ("read_model", "installed"),
        ("path", "installed"),
    ]


def test_twins_share_a_block_whatever_the_file_compares(read: Read) -> None:
    experiment = read(TWO, base_runtime=OLD)
    assert experiment.compare_along == "runtime"
    found = blocks(experiment.cases, experiment.compare_along)
    assert [{case.runtime for case in block.cases} for block in found] == [{OLD, "installed"}] * 2


def test_it_is_another_experiment(read: Read) -> None:
    assert read(TWO, base_runtime=OLD).digest != read(TWO).digest


def test_filters_are_about_the_cases_of_the_file(read: Read) -> None:
    only = read(TWO, base_runtime=OLD, only=["api=path", "runtime=installed"])
    assert runtimes(only) == [("path", OLD), ("path", "installed")]


def test_a_runtime_of_the_matrix_becomes_the_base_without_being_measured_twice(
    read: Read,
) -> None:
    text = f"name: r\nmatrix: {{model: resnet50, runtime: [installed, '{OLD}']}}\n"
    experiment = read(text, base_runtime=OLD)
    assert runtimes(experiment) == [("path", OLD), ("path", "installed")]


def test_nothing_else_to_start_is_refused(complaint: Callable[..., str]) -> None:
    said = complaint(TWO, base_runtime="installed")
    assert said.startswith("--base-runtime installed: every case is started with it already")


def test_a_study_compares_nothing(complaint: Callable[..., str]) -> None:
    text = "name: s\nmatrix: {model: resnet50}\nstudy: invalidation\n"
    assert "a study compares nothing" in complaint(text, base_runtime=OLD)


@pytest.mark.parametrize("text", ["installed", OLD, "openvino>=2025.1,<2026"])
def test_what_is_no_path_stays_as_it_is(text: str, tmp_path: Path) -> None:
    assert located_runtime(text, tmp_path) == text


def test_a_path_is_that_of_who_gave_the_command(tmp_path: Path) -> None:
    (tmp_path / "python").touch()
    assert located_runtime("./python", tmp_path) == str(tmp_path / "python")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("instaled", 'did you mean "installed"?'),
        ("no/python", "Paths are relative to the current directory"),
        ("openvino=2025", "unknown runtime"),
    ],
)
def test_what_is_no_runtime_is_refused(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        located_runtime(text, tmp_path)
    assert str(raised.value).startswith(f"--base-runtime {text}: ")
    assert told in str(raised.value)
