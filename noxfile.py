"""What can be done with a clone: `nox -s bench`, `nox -s tests`, `nox -s lint` and more."""

from __future__ import annotations

from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.sessions = ["tests", "lint", "typecheck"]

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
    """Run an experiment (configs/quick.yaml unless another is named), then report it."""
    install(session, ".")
    args = session.posargs or []
    config = [] if args and not args[0].startswith("-") else ["configs/quick.yaml"]
    out = Path(session.create_tmp()) / "run-directory"
    out.unlink(missing_ok=True)
    try:
        session.run("coldwarm", "run", *config, *args, "--write-run-path", str(out))
    finally:
        # Also when some starts failed: what the others found is worth reading.
        if out.exists():
            session.run("coldwarm", "report", out.read_text(encoding="utf-8").strip())


@nox.session
def tests(session: nox.Session) -> None:
    """Run the whole test suite with coverage, workers included."""
    install(session, "-e", ".", *group("tests"))
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *session.posargs)
    session.run("coverage", "combine", silent=True)
    session.run("coverage", "report")


@nox.session
def minimums(session: nox.Session) -> None:
    """Run the test suite with the lowest dependencies that pyproject.toml allows."""
    install(session, "-e", ".", "--resolution=lowest-direct", *group("tests"))
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style (ruff) and the arrows between modules (import-linter)."""
    install(session, "-e", ".", *group("lint"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def typecheck(session: nox.Session) -> None:
    """Check types (mypy, strict)."""
    install(session, "-e", ".", *group("typecheck"))
    session.run("mypy")


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
def overhead(session: nox.Session) -> None:
    """Time coldwarm's own pure parts: reading, planning, framing, intervals (benchmark)."""
    install(session, "-e", ".", *group("tests"))
    session.run("pytest", "benchmarks/test_overhead.py", *session.posargs)
