"""The YAML that users copy is the YAML that was checked."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGES = {"ci-github.md": "ci/github.yml", "ci-gitlab.md": "ci/gitlab-ci.yml"}
WORKFLOWS = (".github/workflows/bench.yml", "docs/ci/github.yml")


FAKE_PYTHON = """\
#!/bin/bash -e
# python -m venv DIR: an environment with a coldwarm in it that ends as $ENDS says of its side.
mkdir -p "$3/bin"
ln -sf "$(type -P true)" "$3/bin/pip"
cat > "$3/bin/coldwarm" <<'END'
#!/bin/bash
side=${0%/bin/coldwarm}
echo "${side##*/} $*" >> coldwarm.log
[ "$1" = run ] || exit 0
mkdir -p "$4"
touch "$4/run.json"
[ "${2%/*}" != "${ENDS%=*}" ] || exit "${ENDS#*=}"
END
chmod +x "$3/bin/coldwarm"
"""

MEASURED = ["base run base/cache.yaml --out runs/base", "head run ./cache.yaml --out runs/head"]
COMPARED = "head compare runs/base runs/head --threshold 25%"


def scripts() -> list[Any]:
    found: list[Any] = []
    for file in WORKFLOWS:
        content = yaml.safe_load((ROOT / file).read_text())
        steps = [step for job in content["jobs"].values() for step in job["steps"]]
        found += [pytest.param(step["run"], id=file) for step in steps if "run" in step]
    job = yaml.safe_load((ROOT / "docs/ci/gitlab-ci.yml").read_text())["model-cache"]
    found += [pytest.param(line, id="gitlab") for line in job["script"] + job["after_script"]]
    return found


def github(_: Path) -> str:
    """Return what a job of GitHub does, the condition of a step as bash has it."""
    content = yaml.safe_load((ROOT / "docs/ci/github.yml").read_text())
    measure, compare = content["jobs"]["model-cache"]["steps"][2:4]
    assert compare["if"] == "hashFiles('runs/base/run.json') != ''"
    return f"{measure['run']}\nif [ -e runs/base/run.json ]; then {compare['run']}; fi"


def gitlab(place: Path) -> str:
    """Return what a job of GitLab does, with another directory for /tmp."""
    job = yaml.safe_load((ROOT / "docs/ci/gitlab-ci.yml").read_text())["model-cache"]
    return "\n".join(job["script"]).replace("/tmp/", f"{place}/tmp/")  # noqa: S108


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give a repository of which two commits have an experiment and the first has none."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text(FAKE_PYTHON)
    (tmp_path / "bin" / "python").chmod(0o755)
    (tmp_path / "summary.md").touch()
    git = ("git", "-c", "user.name=A", "-c", "user.email=a@example.org")
    repo = tmp_path / "repo"
    subprocess.run([*git, "init", "-q", repo], check=True)
    for text in ("requirements.txt", "cache.yaml", "code"):
        (repo / text).touch()
        subprocess.run([*git, "add", text], cwd=repo, check=True)
        subprocess.run([*git, "commit", "-qm", text], cwd=repo, check=True)
    return tmp_path


def job(place: Path, script: str, base: str = "HEAD~1", ends: str = "=") -> tuple[int, list[str]]:
    """Run a job; return its exit code and what was asked of coldwarm."""
    repo = place / "repo"
    env = {
        "PATH": f"{place / 'bin'}:{os.environ['PATH']}",
        "RUNNER_TEMP": str(place / "temp"),
        "GITHUB_STEP_SUMMARY": str(place / "summary.md"),
        "BASE": base,
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "ENDS": ends,
    }
    (repo / "coldwarm.log").unlink(missing_ok=True)
    code = subprocess.run(["bash", "-e", "-c", script], cwd=repo, env=env, check=False).returncode
    log = repo / "coldwarm.log"
    return code, log.read_text().splitlines() if log.exists() else []


@pytest.fixture(params=[github, gitlab])
def script(request: pytest.FixtureRequest, place: Path) -> str:
    text: str = request.param(place)
    return text


def test_both_sides_are_measured_and_compared_again_and_again(script: str, place: Path) -> None:
    for _ in range(2):
        assert job(place, script) == (0, [*MEASURED, COMPARED])
        # What a runner does before it uses a directory again.
        subprocess.run(["git", "clean", "-qffdx"], cwd=place / "repo", check=True)


def test_starts_of_the_base_may_fail_and_those_of_the_head_may_not(
    script: str, place: Path
) -> None:
    assert job(place, script, ends="base=3") == (0, [*MEASURED, COMPARED])
    subprocess.run(["git", "clean", "-qffdx"], cwd=place / "repo", check=True)
    assert job(place, script, ends=".=3") == (3, MEASURED)


def test_another_failure_of_the_base_ends_the_job(script: str, place: Path) -> None:
    code, asked = job(place, script, ends="base=2")
    assert code != 0
    assert asked == MEASURED[:1]


def test_the_change_that_brings_the_experiment_is_not_compared(
    script: str, place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert job(place, script, base="HEAD~2") == (0, MEASURED[1:])
    told = (place / "summary.md").read_text() + capfd.readouterr().out
    assert "The base has no cache.yaml: nothing is compared.\n" in told


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_the_file_word_for_word(page: str) -> None:
    file = (ROOT / "docs" / PAGES[page]).read_text()
    assert f"```yaml\n{file}```" in (ROOT / "docs" / page).read_text()


@pytest.mark.parametrize("script", scripts())
def test_scripts_are_valid_bash(script: str) -> None:
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_no_expression_of_github_stands_inside_a_script() -> None:
    # A branch name in it would be run as a command.
    assert not [each for each in scripts() if "${{" in each.values[0]]
