"""summary.md: the whole of it, what the page says too, and names that Markdown would act on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_samples import QUIET, fake_run
from fake_store import fake_header, write_run

from coldwarm.report import page
from coldwarm.report.evidence import gather
from coldwarm.report.summary_document import summary_document
from coldwarm.text.markdown import render_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coldwarm.experiment.case import Case
    from coldwarm.report.evidence import Evidence


def as_markdown(evidence: Sequence[Evidence]) -> str:
    return render_markdown(summary_document(evidence))


def test_answer_table_findings_and_origin(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", fake_run(rounds=6, noise=QUIET))

    text = as_markdown(gather([run]))

    assert text.startswith("# 20261001T120000Z-fake on fake-host\n\n## resnet50 on CPU\n")
    assert "**Use the cache with compile_model(path): loading goes from 400 ms to 139 ms," in text
    row = next(line for line in text.splitlines() if line.startswith("| resnet50 | path | default"))
    assert [cell.strip() for cell in row.strip("|").split("|")] == [
        *("resnet50", "path", "default", "hit", "400", "480", "139"),
        *("2.88 (2.88 to 2.88)", "80 (80 to 80)", "0.3 (0.3 to 0.3)", "388 (uncached 649)"),
        *("101 (model 102)", "243 (cold 335)"),
    ]
    assert "- **silent_miss** resnet50 / CPU / read_model / OPTIMIZE_SIZE: compiled again" in text
    assert "- to reproduce: coldwarm run /home/user/configs/fake.yaml --seed 1\n" in text
    assert "- schema of the samples: 2\n" in text


@pytest.mark.parametrize(("precision", "said"), [(None, False), (0.05, True)])
def test_cases_that_did_not_settle_are_listed(
    tmp_path: Path, precision: float | None, *, said: bool
) -> None:
    experiment = fake_header()["experiment"]
    sampling = {**experiment["sampling"], "precision": precision}
    run = write_run(
        tmp_path / "run", fake_run(rounds=1), experiment={**experiment, "sampling": sampling}
    )
    evidence = gather([run])

    listed = "resnet50 / CPU / path: 1 round with a proven hit, it takes 12 at least"
    assert ("## Not settled\n" in as_markdown(evidence)) is said
    assert (f"- {listed}\n" in as_markdown(evidence)) is said
    assert ('id="unsettled-title"' in page.render(evidence)) is said
    assert (f"<li>{listed}</li>" in page.render(evidence)) is said


def test_several_runs_are_compared_first(tmp_path: Path) -> None:
    options = {"rounds": 12, "noise": QUIET, "apis": ("path",)}
    identity = {**fake_header()["identity"], "label": "other|host"}
    runs = [
        write_run(tmp_path / "a", fake_run(1, **options)),
        write_run(
            tmp_path / "b",
            fake_run(2, outcome=missed_in_size_mode, **{**options, "models": ("resnet50", "gpt2")}),
            identity=identity,
        ),
    ]

    text = as_markdown(gather(runs)).partition("\n# ")[0]

    assert text.startswith(
        "# 2 runs side by side\n\n## Machines\n\n|  | fake-host | other\\|host |"
    )
    assert "| host (differs) | fake-host | other\\|host |" in text
    assert (
        "| resnet50 / CPU / path | hit, 2.88 (2.88 to 2.88) | hit, 2.88 (2.88 to 2.88); against "
        "the first 1.00 (1.00 to 1.00): the same |"
    ) in text
    assert "Verdicts differ in 1 of 2 cases.\n\n- resnet50 / CPU / path / OPTIMIZE_SIZE\n" in text
    assert "  - other\\|host: **silent_miss**: compiled again" in text
    assert "- Only in other\\|host: gpt2 / CPU / path\n" in text


def missed_in_size_mode(case: Case) -> str:
    return "silent_miss" if case.cache_mode == "OPTIMIZE_SIZE" else "hit"


def test_a_table_keeps_its_columns_whatever_a_model_is_called(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", fake_run(models=("a|b\n| c |",), rounds=1))

    lines = as_markdown(gather([run])).partition("## Cases")[2].splitlines()
    table = [line.replace(r"\|", "") for line in lines if line.startswith("|")]

    assert len({line.count("|") for line in table}) == 1


def test_nothing_is_said_of_all_cases_where_every_axis_varies(tmp_path: Path) -> None:
    one = fake_run(apis=("path",), cache_modes=("default",), rounds=1)
    other = fake_run(
        models=("gpt2",),
        devices=("AUTO",),
        apis=("import",),
        cache_modes=("OPTIMIZE_SIZE",),
        encryptions=("base64",),
        runtimes=("openvino==2025.4.1",),
        properties=({"NUM_STREAMS": 1},),
        storages=("boot",),
        rounds=1,
    )

    evidence = gather([write_run(tmp_path / "run", [*one, *other])])

    assert "All cases:" not in as_markdown(evidence)
    assert "All cases:" not in page.render(evidence)
