"""What the documentation shows is what the tool takes."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from coldwarm.charts import heatmap
from coldwarm.charts.loadtimes import load_times
from coldwarm.cli import COMMANDS
from coldwarm.experiment import read_experiment
from coldwarm.models import all_models, known_models
from coldwarm.report.evidence import gather
from coldwarm.report.pictures import OF_A_GROUP, OF_A_RUN, OF_LOAD_TIMES

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


LINK = re.compile(r"\]\((?!https?:)([^)#]+)[^)]*\)")
YAML_BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def yaml_blocks() -> list[tuple[str, str]]:
    return [
        (f"{page.name}-{number}", block)
        for page in PAGES
        for number, block in enumerate(YAML_BLOCK.findall(page.read_text(encoding="utf-8")))
        if re.search(r"^matrix:", block, re.MULTILINE)
    ]


@pytest.mark.parametrize(("where", "text"), yaml_blocks())
def test_every_experiment_shown_is_valid(where: str, text: str, tmp_path: Path) -> None:
    for model in re.findall(r"path: ([\w.]+)", text):
        (tmp_path / model).touch()
        (tmp_path / model).with_suffix(".bin").touch()
    for values in re.findall(r"values: ([\w.]+\.npz)", text):
        np.savez(tmp_path / values, np.zeros(512, np.float32))
    file = tmp_path / f"{where}.yaml"
    file.write_text(text, encoding="utf-8")
    assert read_experiment(file, known_models=known_models()).cases


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_command_shown_exists() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        shown = set(re.findall(r"\bcoldwarm ([a-z]+) (?:configs/|RUN|results/|BASE|--)", text))
        assert shown <= COMMANDS.keys(), page.name


def test_every_real_model_is_documented_with_package_and_licence() -> None:
    page = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    text = page.partition("## Measured")[0]
    rows = {line.split("`")[1]: line for line in text.splitlines() if line.startswith("| `")}
    for model in all_models():
        if model.is_built_in:
            continue
        row = rows[model.name]
        assert f"| {model.licence} |" in row
        assert model.packages[0].partition("==")[2] in row
        assert f"| {model.bytes / 1e6:.1f} |" in row
        assert model.source in row


def test_the_gallery_says_what_the_charts_say_of_its_run() -> None:
    (header,) = (ROOT / "results" / "reference").rglob("run.json")
    (evidence,) = gather([header.parent])
    page = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
    one = evidence.frame[evidence.frame["model"] == "resnet50"]
    cases = [case for case in evidence.summaries if case.axes["model"] == "resnet50"]
    (times,) = (each for each in load_times(evidence.frame) if each.group["model"] == "resnet50")
    charts = [
        heatmap.draw(evidence.summaries),
        *(module.draw(evidence.frame, evidence.summaries) for module in OF_A_RUN),
        *(module.draw(times) for module in OF_LOAD_TIMES),
        *(module.draw(one, cases) for module in OF_A_GROUP),
    ]
    said = [chart.alt if chart else "nothing drawn" for chart in charts]
    assert [text for text in said if f"![{text}](" not in page] == []
