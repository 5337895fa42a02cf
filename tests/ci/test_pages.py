"""The YAML that users copy is the YAML that was checked."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGES = {"ci-github.md": "ci/github.yml", "ci-gitlab.md": "ci/gitlab-ci.yml"}
WORKFLOWS = (".github/workflows/bench.yml", "docs/ci/github.yml")


def scripts() -> list[Any]:
    found: list[Any] = []
    for file in WORKFLOWS:
        content = yaml.safe_load((ROOT / file).read_text())
        steps = [step for job in content["jobs"].values() for step in job["steps"]]
        found += [pytest.param(step["run"], id=file) for step in steps if "run" in step]
    job = yaml.safe_load((ROOT / "docs/ci/gitlab-ci.yml").read_text())["model-cache"]
    found += [pytest.param(line, id="gitlab") for line in job["script"] + job["after_script"]]
    return found


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
