"""Programs for bug reports: each is Python, and some of them are run."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from fake_traces import CASE, fake_try

from coldwarm.experiment.study import FAULTS
from coldwarm.studies.control import NEVER_HITS, SHOULD_HIT
from coldwarm.studies.faults import judging
from coldwarm.studies.faults.recipes import RECIPES
from coldwarm.studies.faults.scripts import reproduce
from coldwarm.studies.study import NotReproducibleError

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.experiment.case import Case
    from coldwarm.studies.study import Script

CRASH = "the process is ended by SIGABRT"
ERROR = (
    "compile_model raises RuntimeError: filesystem error: cannot remove: Permission denied [PATH]"
)
SURPRISES = [
    judging.WRONG,
    judging.WRONG_ANEW,
    judging.NEVER_AGAIN,
    judging.HANGS,
    CRASH,
    ERROR,
    judging.THE_NEXT + CRASH,
    judging.THE_COLD + CRASH,
    NEVER_HITS,
    SHOULD_HIT,
]


def program(change: str, surprise: str, case: Case = CASE) -> Script:
    return reproduce(fake_try(change, case), surprise, "seen")


def test_every_fault_has_a_recipe() -> None:
    assert set(RECIPES) == set(FAULTS)


@pytest.mark.parametrize("change", FAULTS)
def test_every_surprise_of_every_fault_has_a_program(change: str) -> None:
    for surprise in SURPRISES:
        script = program(change, surprise)
        compile(script.text, script.name, "exec")
        assert "coldwarm" not in script.text
        assert not any(word in script.text for word in (" PLAIN", " COLD", " WARM"))


@pytest.mark.parametrize(
    ("surprise", "condition"),
    [
        (CRASH, 'after["exit"] == -6'),
        (ERROR, "'filesystem error: cannot remove: Permission denied' in after.get("),
    ],
)
def test_a_program_looks_for_what_was_seen(surprise: str, condition: str) -> None:
    assert condition in program("no_permission", surprise).text


def test_surprises_of_one_cell_have_files_of_their_own() -> None:
    names = {program("stampede", surprise).name for surprise in (CRASH, ERROR, judging.WRONG)}
    assert len(names) == 3


def test_a_program_asks_for_the_properties_of_the_case() -> None:
    case = replace(CASE, cache_mode="default", properties={"PERF_COUNT": True})
    text = program("killed", judging.WRONG, case).text
    assert text.count("""api="path", config={'PERF_COUNT': True}""") == 4


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"api": "import"}, "do not use the API import"),
        ({"device": "GPU"}, "the device CPU only, not GPU"),
        ({"encryption": "base64"}, "lack the cipher base64"),
    ],
)
def test_what_the_template_lacks_has_no_program(change: dict[str, str], why: str) -> None:
    with pytest.raises(NotReproducibleError, match=why):
        program("truncated", judging.WRONG, replace(CASE, **change))


@pytest.mark.real
@pytest.mark.parametrize(
    ("change", "surprise"),
    [
        ("zeroed_weights", judging.WRONG),
        ("no_key", judging.IN_CLEAR),
        ("no_permission", CRASH),
        ("full_disk", judging.NEVER_AGAIN),
    ],
)
def test_a_program_shows_it_or_says_that_it_does_not(
    change: str, surprise: str, tmp_path: Path
) -> None:
    file = tmp_path / "program.py"
    file.write_text(program(change, surprise).text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(file)], capture_output=True, text=True, check=False
    )
    # A later OpenVINO may behave otherwise; then the program must say so.
    last = {0: "shown: yes", 1: "shown: no"}[done.returncode]
    assert done.stdout.splitlines()[-1] == last, done.stderr
    assert "a start that meets the fault" in done.stdout, done.stderr
