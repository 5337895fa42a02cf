"""How long a report takes: tables of 100,000 samples against pandas alone, and 60 cases in full.

    nox -s report_speed [-- SAMPLES]

The tables (reading, judging, summaries, advice, CSV and Markdown) may take three times what
`pandas.read_json(lines=True)` takes to read the same file; the ratio is the median of interleaved
rounds, because a shared machine changes speed. 60 cases are timed as a user meets them: the
command, without charts and whole. Ends with exit code 1 where a limit is exceeded.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "helpers"))

from fake_samples import fake_run
from fake_store import write_run

from coldwarm.report import csv
from coldwarm.report.evidence import gather
from coldwarm.report.summary_document import summary_document
from coldwarm.text.markdown import render_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldwarm.run.sample import Sample

SAMPLES = 100_000
ROUNDS = 3

MOST_RATIO = 3.0
MOST_TABLES_S = 3.0
MOST_REPORT_S = 60.0
MOST_PAGE_BYTES = 3_000_000

MODELS = ("resnet50", "mobilenet-v2", "densenet121", "bert-base", "gpt2")


def full_run(rounds: int) -> list[Sample]:
    """Return the samples of 60 cases."""
    return fake_run(
        models=MODELS,
        apis=("read_model", "path", "import"),
        cache_modes=("OPTIMIZE_SPEED", "OPTIMIZE_SIZE"),
        encryptions=("none", "aes-256-gcm"),
        rounds=rounds,
    )


def tables(run: Path, out: Path) -> None:
    """Write the tables of a run."""
    evidence = gather([run])
    csv.write(evidence, out / "summary.csv")
    (out / "summary.md").write_text(render_markdown(summary_document(evidence)), encoding="utf-8")


def report_command(run: Path, out: Path, *, charts: bool) -> None:
    """Write a report as a user does: interpreter and imports included."""
    command = [sys.executable, "-m", "coldwarm", "report", run, "--out", out]
    subprocess.run(
        [*command, *([] if charts else ["--no-charts"])], check=True, stdout=subprocess.DEVNULL
    )


def seconds(work: Callable[[], object]) -> float:
    """Return how long something takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def many_samples(number: int) -> list[Sample]:
    """Return so many samples: a run of the usual size, its rounds repeated under new numbers."""
    rounds = 25
    run = full_run(rounds)
    return [
        replace(
            run[index % len(run)], round=run[index % len(run)].round + rounds * (index // len(run))
        )
        for index in range(number)
    ]


def main() -> int:
    """Print what was measured; return the exit code."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else SAMPLES
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        large = write_run(out / "large", many_samples(number))
        ratios = []
        for _ in range(ROUNDS):
            read = seconds(lambda: pd.read_json(large / "samples.jsonl", lines=True))
            ours = seconds(lambda: tables(large, out))
            ratios.append(ours / read)
            print(f"{number:,} samples: pandas {read:.1f} s, tables {ours:.1f} s")
        ratio = statistics.median(ratios)
        usual = write_run(out / "usual", full_run(25))
        few = statistics.median(
            seconds(lambda: report_command(usual, out / "tables", charts=False))
            for _ in range(ROUNDS)
        )
        page = out / "report"
        whole = seconds(lambda: report_command(usual, page, charts=True))
        size = (page / "index.html").stat().st_size
    results = [
        (f"ratio to pandas {ratio:.2f}", ratio, MOST_RATIO),
        (f"60 cases x 25 rounds: coldwarm report --no-charts {few:.1f} s", few, MOST_TABLES_S),
        (f"60 cases x 25 rounds: whole report {whole:.1f} s", whole, MOST_REPORT_S),
        (f"page {size / 1e6:.2f} MB", size, MOST_PAGE_BYTES),
    ]
    for text, value, most in results:
        print(f"{text} (at most {most:,.0f}): {'ok' if value <= most else 'TOO MUCH'}")
    return int(any(value > most for _, value, most in results))


if __name__ == "__main__":
    sys.exit(main())
