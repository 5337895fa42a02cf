"""What can be done with a clone: `nox -s bench`, `nox -s tests`, `nox -s lint` and more."""

from __future__ import annotations

import argparse
import csv
import json
from pathlib import Path
from typing import Any, NoReturn

import nox
from nox.command import CommandFailed
from nox.logger import logger

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["tests", "lint", "typecheck"]

PARALLEL = ("-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder")
"""No test asserts a time, so they may disturb each other; a file's fixtures stay together, and
the files keep their order, the longest first."""

WRONG_USAGE, UNFORESEEN = 2, 70
"""Exit codes of coldwarm."""

PYPROJECT = nox.project.load_toml("pyproject.toml")


def install(session: nox.Session, *args: str) -> None:
    """Install with bytecode compiled, so that no start is slowed down by compiling it."""
    compile_flag = "--compile-bytecode" if session.venv_backend == "uv" else "--compile"
    session.install(compile_flag, *args, env={"UV_PYTHON_DOWNLOADS": "never"})


def group(name: str) -> list[str]:
    """Return the requirements of one dependency group."""
    return nox.project.dependency_groups(PYPROJECT, name)


@nox.session
def bench(session: nox.Session) -> None:
    """Run an experiment (configs/quick.yaml unless another is named), then report it.

    `--against RUN_OR_DIR` fails when it got worse than a stored run, or than the newest run of the
    same experiment below a directory. `--base RUNTIME` ("openvino==2025.4.1", a wheel, an
    environment, an interpreter) starts that OpenVINO in turns with the installed one, and fails
    when the installed one is worse. `--threshold PERCENT` says what counts.

    The exit code is that of the last coldwarm command that failed: 1 is a regression.
    """
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--base")
    parser.add_argument("--threshold")
    gate, args = parser.parse_known_args(session.posargs)
    if gate.against and gate.base:
        refuse("--against compares with a stored run, --base within the new one: name one")
    # Looked for before measuring: the new run may be stored in the same directory.
    stored = stored_runs(gate.against) if gate.against else []
    if gate.against and not stored:
        refuse(f"--against {gate.against}: there is no complete run")
    install(session, ".")
    config = [] if names_experiment(args) else ["configs/quick.yaml"]
    base = ["--base-runtime", gate.base] if gate.base else []
    out = Path(session.create_tmp()) / "run-directory"
    out.unlink(missing_ok=True)
    try:
        coldwarm(session, "run", *config, *args, *base, "--write-run-path", str(out))
    finally:
        # Also when some starts failed: what the others found is worth reading.
        if out.exists():
            head = Path(out.read_text(encoding="utf-8").strip())
            try:
                if gate.base:
                    compare(session, [str(head), "--along", "runtime"], gate.threshold)
                elif gate.against:
                    runs = [str(stored_base(stored, head)), str(head)]
                    compare(session, runs, gate.threshold)
            finally:
                coldwarm(session, "report", str(head))


def coldwarm(session: nox.Session, *args: str) -> None:
    """Run coldwarm, and end with its exit code when it fails; nox alone would end with 1."""
    try:
        session.run("coldwarm", *args)
    except CommandFailed as err:
        # Older nox says the code in its message only.
        code = str(err).rpartition(" ")[2]
        raise SystemExit(int(code) if code.isdigit() else UNFORESEEN) from err


def refuse(text: str) -> NoReturn:
    """End as coldwarm does when it is used wrongly."""
    logger.error(text)
    raise SystemExit(WRONG_USAGE)


def names_experiment(args: list[str]) -> bool:
    """Return whether arguments of `coldwarm run` say what is measured: a file, or a run begun."""
    return any(
        Path(arg).suffix in (".yaml", ".yml") or arg.partition("=")[0] == "--resume" for arg in args
    )


def stored_runs(path: Path) -> list[Path]:
    """Return the complete run at `path`, or those below it, the newest first."""
    headers = {file.parent.resolve(): header_in(file) for file in path.rglob("run.json")}
    complete = [
        run
        for run, header in headers.items()
        if (header.get("ended") or {}).get("how") == "complete"
    ]
    return sorted(complete, key=lambda run: headers[run]["created_at"], reverse=True)


def header_in(file: Path) -> dict[str, Any]:
    """Return what a run.json says, nothing when it is damaged."""
    try:
        header = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return header if isinstance(header, dict) else {}


def stored_base(stored: list[Path], head: Path) -> Path:
    """Return the newest stored run of the experiment of `head`, but not `head` itself."""
    others = (run for run in stored if run != head.resolve())
    base = next((run for run in others if experiment_of(run) == experiment_of(head)), None)
    if base is None:
        refuse(f"--against: there is no complete run of {experiment_of(head)}")
    return base


def compare(session: nox.Session, what: list[str], threshold: str | None) -> None:
    """Fail if the head got worse; GitHub's summary page, where there is one, is told so too."""
    coldwarm(session, "compare", *what, *(["--threshold", threshold] if threshold else []))


def experiment_of(run: Path) -> str:
    """Return the name of the experiment that a run was made from."""
    name: str = header_in(run / "run.json")["experiment"]["name"]
    return name


@nox.session
def tests(session: nox.Session) -> None:
    """Run the whole test suite with coverage, workers included."""
    install(session, "-e", ".", *group("tests"))
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *PARALLEL, *session.posargs)
    session.run("coverage", "combine", silent=True)
    session.run("coverage", "report")


@nox.session
def minimums(session: nox.Session) -> None:
    """Run the test suite with the lowest dependencies that pyproject.toml allows."""
    install(session, "-e", ".", "--resolution=lowest-direct", *group("tests"))
    session.run("pytest", *PARALLEL, *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style (ruff), the arrows between modules (import-linter) and CI files (schemas)."""
    install(session, "-e", ".", *group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")
    check = ("check-jsonschema", "--builtin-schema")
    github = (".github/workflows/bench.yml", "docs/ci/github.yml")
    session.run(*check, "vendor.github-workflows", *github)
    session.run(*check, "vendor.gitlab-ci", "docs/ci/gitlab-ci.yml")


@nox.session
def typecheck(session: nox.Session) -> None:
    """Check types (mypy, strict)."""
    install(session, "-e", ".", *group("typecheck"))
    session.run("mypy")


SUITES = {
    "real": ("configs/real.yaml",),
    # The other attention of the pipeline misses its cache, as the experiment says.
    "llm": ("configs/llm.yaml", "--only", "properties={ATTENTION_BACKEND: SDPA}"),
}
"""Suite of models to what is measured of it."""


@nox.session
def models(session: nox.Session) -> None:
    """Fetch the real models (260 MB), and fail unless every warm start of one round is a hit.

    `llm` as the first argument takes the language model instead; the others are those of
    `coldwarm run`.
    """
    suite, *args = session.posargs or ["real"]
    if suite not in SUITES:
        suite, args = "real", session.posargs
    install(session, ".[llm]" if suite == "llm" else ".")
    session.run("coldwarm", "models", "fetch", "--suite", suite)
    tmp = Path(session.create_tmp())
    out, starts = tmp / "run-directory", tmp / "starts.csv"
    options = ("--rounds", "1", *args, "--write-run-path", str(out))
    session.run("coldwarm", "run", *SUITES[suite], *options)
    run = out.read_text(encoding="utf-8").strip()
    session.run("coldwarm", "export", run, "-o", str(starts))
    with starts.open(encoding="utf-8", newline="") as file:
        warm = [row for row in csv.DictReader(file) if row["kind"] == "warm"]
    missed = [f"{row['name']}: {row['verdict']}" for row in warm if row["verdict"] != "hit"]
    if missed or not warm:
        session.error("\n".join(missed) or "no warm start was measured")


@nox.session
def fidelity(session: nox.Session) -> None:
    """Compare coldwarm's load times with those of a start that measures itself (benchmark)."""
    install(session, ".")
    session.run("python", "benchmarks/fidelity.py", *session.posargs)


@nox.session
def power(session: nox.Session) -> None:
    """Print what the gates find and how often they cry wolf, by simulation (benchmark)."""
    install(session, ".")
    session.run("python", "benchmarks/power.py", *session.posargs)


@nox.session
def report_speed(session: nox.Session) -> None:
    """Time reports: tables against pandas alone, and 60 cases as a user meets them (benchmark)."""
    install(session, ".")
    session.run("python", "benchmarks/report_speed.py", *session.posargs)


@nox.session
def overhead(session: nox.Session) -> None:
    """Time coldwarm's own pure parts: reading, planning, framing, intervals (benchmark)."""
    install(session, "-e", ".", *group("tests"))
    session.run("pytest", "benchmarks/test_overhead.py", *session.posargs)


@nox.session
def reproductions(session: nox.Session) -> None:
    """Run every program for bug reports in an environment with openvino and numpy only."""
    install(session, ".", "uv")
    alone = Path(session.create_tmp()) / "alone"
    session.run("uv", "venv", "--clear", str(alone))
    python = str(alone / "bin" / "python")
    session.run("uv", "pip", "install", "--python", python, "openvino==2026.4.1", "numpy")
    session.run("python", "benchmarks/reproductions.py", python, *session.posargs)


@nox.session
def gallery(session: nox.Session) -> None:
    """Draw the pictures of docs/gallery.md from the run under results/reference/."""
    install(session, ".")
    session.run("python", "docs/draw_gallery.py")
