"""A study as a user meets it: commands on a made-up run, then one real run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from fake_samples import fake_run
from fake_store import write_run
from fake_traces import fake_try, write_study

from coldwarm.cli import cli
from coldwarm.errors import StoreError
from coldwarm.history import read_history
from coldwarm.report.study.study_document import study_document
from coldwarm.run.store import read_run
from coldwarm.studies.table import tabulate
from coldwarm.text.terminal import render_terminal

if TYPE_CHECKING:
    from pathlib import Path

INTERRUPTED = 130
CHANGES = ("nothing", "bin_content", "moved", "api", "encryption_off", "WEIGHTS_PATH", "runtime")
"""One of each kind: by files, by API, by encryption, by property, by runtime."""

EXPERIMENT = """\
# Which changes invalidate the cache?
name: keys
matrix: {model: mobilenet-v2, api: path}
study: {kind: invalidation, changes: [CHANGES]}
cache_root: caches
""".replace("CHANGES", ", ".join(CHANGES))


def coldwarm(*args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "coldwarm", *args]
    env = {**os.environ, "COLUMNS": "80"}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "keys.yaml").write_text(EXPERIMENT)
    (tmp_path / "caches").mkdir()
    return tmp_path


def test_the_plan_counts_tries(place: Path) -> None:
    done = coldwarm("run", "keys.yaml", "--plan", "--rounds", "3", cwd=place)
    assert done.returncode == 0, done.stderr
    assert "1 case, 7 changes, each tried 3 times: 21 tries" in done.stdout


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("compare", "study", "run"), "nothing in it to compare"),
        (("compare", "run", "study"), "nothing in it to compare"),
        (("noise", "study"), "nothing in it to compare"),
        (("export", "study"), "nothing in it to list start by start"),
    ],
)
def test_what_needs_samples_says_where_to_look(
    command: tuple[str, ...], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_study(tmp_path / "study", [fake_try()])
    write_run(tmp_path / "run", fake_run(rounds=2))
    with pytest.raises(StoreError, match=rf"{sentence}.*coldwarm report study"):
        cli.main(list(command), standalone_mode=False)


def test_the_history_leaves_studies_out(tmp_path: Path) -> None:
    study = write_study(tmp_path / "study", [fake_try()])
    run = write_run(tmp_path / "run", fake_run(rounds=2))
    assert [past.path for past in read_history([study, run]).runs] == [run]


def test_a_terminal_shows_the_columns_in_pieces_that_fit(tmp_path: Path) -> None:
    result = tabulate(read_run(write_study(tmp_path / "study", [fake_try("nothing")])))
    text = render_terminal(study_document(result))
    assert max(map(len, text.splitlines())) <= 80
    assert "change" in text
    assert all(name in text for table in result.tables for name in table.columns)


@pytest.mark.real
def test_a_study_is_interrupted_resumed_and_leaves_nothing_behind(
    place: Path,
) -> None:
    run = place / "run"
    begun = subprocess.Popen(
        [sys.executable, "-m", "coldwarm", "run", "keys.yaml", "--out", "run"],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    traces = run / "traces.jsonl"
    deadline = time.monotonic() + 60
    while not (traces.exists() and traces.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    begun.send_signal(signal.SIGINT)
    _, err = begun.communicate(timeout=30)
    assert begun.returncode == INTERRUPTED, err
    assert "coldwarm run --resume run" in err
    assert not list((place / "caches").iterdir())
    kept = traces.read_text().splitlines()
    assert 1 <= len(kept) < len(CHANGES)

    done = coldwarm("run", "--resume", "run", cwd=place)
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in traces.read_text().splitlines()]
    assert tuple(line["change"] for line in lines) == CHANGES
    assert traces.read_text().splitlines()[: len(kept)] == kept, "nothing is tried twice"
    assert all(len(line) <= 80 for line in done.stdout.splitlines()[:-1])
    assert not list((place / "caches").iterdir())

    # What OpenVINO does is not ours to demand; that it was looked at is.
    cold, warm = lines[1]["starts"]
    assert cold["model_digests"] != warm["model_digests"]
    assert lines[1]["answers"]["then"] != lines[1]["answers"]["now"]
    assert warm["outputs"] in (lines[1]["answers"]["then"], lines[1]["answers"]["now"])
    assert "one runtime only" in lines[-1]["skipped"]
    assert not any("skipped" in line for line in lines[:-1]), "each can be tried here"
    assert all(start["status"] == "ok" for line in lines for start in line["starts"])
    assert "weights changed" in done.stdout
    assert "skipped" in done.stdout
