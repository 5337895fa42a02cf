"""Programs for bug reports: each is Python, and one of them is run."""

from __future__ import annotations

import inspect
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fake_traces import CASE, fake_try

from coldwarm.experiment.study import INVALIDATION
from coldwarm.studies.invalidation import judge
from coldwarm.studies.invalidation.reproductions import SHOWN, reproduce
from coldwarm.studies.ir_edits import change_weights
from coldwarm.studies.study import NotReproducibleError

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.run.attempt import Trace


@pytest.mark.parametrize("change", [name for name in INVALIDATION if name != "runtime"])
@pytest.mark.parametrize("surprise", SHOWN)
def test_every_surprise_of_every_change_has_a_program(change: str, surprise: str) -> None:
    script = reproduce(fake_try(change), surprise, "LOADED_FROM_CACHE=False")
    compile(script.text, script.name, "exec")
    assert script.name.startswith("invalidation_")
    assert "coldwarm" not in script.text


@pytest.mark.parametrize(
    ("trace", "why"),
    [
        (fake_try("runtime"), "two versions of OpenVINO"),
        (fake_try("nothing", replace(CASE, device="GPU")), "the device CPU only, not GPU"),
        (fake_try("nothing", replace(CASE, api="import")), "do not use the API import"),
    ],
)
def test_what_cannot_be_shown_alone_has_none(trace: Trace, why: str) -> None:
    with pytest.raises(NotReproducibleError, match=why):
        reproduce(trace, judge.SHOULD_MISS, "")


def test_a_start_asks_for_what_the_case_asked_for() -> None:
    case = replace(CASE, properties={"NUM_STREAMS": 2, "WEIGHTS_PATH": "${model_bin}"})
    script = reproduce(fake_try("wrong_key", case), judge.SHOULD_MISS, "")
    assert script.text.count("'NUM_STREAMS': 2, 'WEIGHTS_PATH': '${model_bin}'") == 5
    mode = "'CACHE_MODE': 'OPTIMIZE_SPEED'}"
    assert f"{mode}, key=1)" in script.text
    assert f"{mode}, key=2, check=False)" in script.text


def test_a_program_contains_what_the_study_does() -> None:
    text = reproduce(fake_try("bin_content"), judge.STALE, "").text
    assert inspect.getsource(change_weights) in text
    assert "model = bin_content(model.parent, model)" in text


@pytest.mark.parametrize(
    ("change", "asked"),
    [
        ("device_cache_dir", "cache_dir_on='device'"),
        ("call_cache_dir", "cache_dir_on='call'"),
        ("truncated_after_load", "after_load=after_load"),
        ("replaced_after_load", "after_load=after_load"),
    ],
)
def test_only_starts_after_the_change_are_launched_otherwise(change: str, asked: str) -> None:
    text = reproduce(fake_try(change), judge.FAILED, "").text
    main = text[text.index("def main(") :]
    assert main.index(asked) > main.index("# The change:")
    assert main.count(asked) == 2


def test_an_older_processor_is_that_of_the_try() -> None:
    """Whatever the machine has that the report is made on."""
    trace = fake_try("instruction_set", facts={"env": {"ONEDNN_MAX_CPU_ISA": "AVX2"}})
    script = reproduce(trace, judge.WRONG, "")
    assert script.text.count("env={'ONEDNN_MAX_CPU_ISA': 'AVX2'}") == 2


@pytest.mark.real
def test_a_program_shows_it_or_says_that_it_does_not(tmp_path: Path) -> None:
    script = reproduce(fake_try("bin_content"), judge.STALE, "")
    file = tmp_path / "program.py"
    file.write_text(script.text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(file)], capture_output=True, text=True, check=False
    )
    # A later OpenVINO may behave otherwise; then the program must say so.
    last = {0: "shown: yes", 1: "shown: no"}[done.returncode]
    assert done.stdout.splitlines()[-1] == last, done.stderr
    assert done.stdout.count("answer") == 5
