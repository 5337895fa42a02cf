from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fake_samples import QUIET, FakeModel, fake_frame, fake_run, fake_stored, not_as_wanted

from coldwarm.analysis.summarise import summarise
from coldwarm.cli.tables import explanations, findings, print_summary
from coldwarm.report.case_table import case_table
from coldwarm.report.evidence import derive
from coldwarm.text.document import Document
from coldwarm.text.terminal import render_terminal


def test_storage_that_was_not_reached_is_a_finding() -> None:
    samples = fake_run(apis=["path"], cache_modes=["default"], storages=["boot"], rounds=2)
    note = "8 of 310 MB of the runtime stayed in memory"
    (case,) = summarise(fake_frame(not_as_wanted(samples, note)))

    assert findings([case]) == [
        f"{case.name}: that the files were boot could not be proven in 4 starts ({note})"
    ]
    assert findings(summarise(fake_frame(samples))) == []


@pytest.mark.parametrize(("failing", "tail"), [(1, "; its times are those of the others"), (2, "")])
def test_times_are_those_of_the_others_only_where_there_are_others(failing: int, tail: str) -> None:
    samples = fake_run(apis=["path"], cache_modes=["default"], rounds=2)
    broken = [
        replace(sample, status="failed")
        if sample.kind == "warm" and sample.round < failing
        else sample
        for sample in samples
    ]
    (case,) = summarise(fake_frame(broken))
    assert f"{case.name}: warm: {failing} of 2 failed{tail}" in findings([case])


def test_answers_that_differ_can_be_explained() -> None:
    wrong = fake_run(apis=["path"], cache_modes=["default"], outcome=lambda _: "wrong", rounds=1)
    (case,) = summarise(fake_frame(wrong))
    assert explanations(Path("my runs/1"), [case]) == [
        f"coldwarm explain 'my runs/1' {case.case_id}"
    ]
    hit = fake_run(apis=["path"], cache_modes=["default"], rounds=1)
    assert explanations(Path("runs/1"), summarise(fake_frame(hit))) == []


def printed(width: int, **options: object) -> list[str]:
    run = fake_stored(fake_run(**{"models": ["resnet50"], **options}))  # type: ignore[arg-type]
    document = Document(tuple(case_table(derive(run).summaries)))
    return render_terminal(document, width).splitlines()


def test_what_all_cases_share_is_told_once_and_each_case_is_set_apart() -> None:
    lines = printed(80, rounds=6, noise=QUIET)

    assert lines[0] == "All cases: device CPU, encryption none, runtime installed, storage hot."
    assert not any("CPU" in line for line in lines[1:])
    start = lines.index("resnet50 / path: hit 6")
    assert lines[start - 1] == lines[start + 2] == ""
    assert lines[start + 1].split() == [
        *("400", "480", "139", "2.88", "(2.88", "to", "2.88)", "80", "0.3"),
        *("101", "102", "335", "243"),
    ]


def test_headings_read_alone() -> None:
    headings = [
        *("uncached ms", "cold ms", "warm ms", "speedup 95 % interval", "cold tax ms"),
        *("break- even starts", "cache MB", "model MB", "peak cold MB", "peak warm MB"),
    ]
    shown = " ".join(printed(80, rounds=6)[2:5])
    assert sorted(shown.split()) == sorted(" ".join(headings).split())


@pytest.mark.parametrize(
    ("rounds", "basis"),
    [(1, None), (2, "range of 2 rounds"), (4, "range of 4 rounds"), (5, "93.75 %"), (6, None)],
)
def test_an_interval_that_is_not_one_of_95_percent_says_so(rounds: int, basis: str | None) -> None:
    lines = printed(120, rounds=rounds, apis=["path"], cache_modes=["default"])

    (numbers,) = lines[lines.index(f"resnet50 / path: hit {rounds}") + 1 :]
    assert (" to " in numbers) == (rounds > 1)
    assert ("," in numbers) == bool(basis)
    assert f", {basis})" in numbers or not basis


@pytest.mark.parametrize("width", [80, 120])
def test_nothing_is_cut_off_or_too_wide(width: int) -> None:
    name = "/models/" + "a-long-name-" * 12 + "/openvino_model.xml"
    slow = FakeModel(40_000, 800, 42_000, 9_100, 3_300)
    options = {"models": [name, "resnet50"], "times": {name: slow}, "rounds": 4}
    lines = printed(width, **options)

    assert max(map(len, lines)) <= width
    assert "".join(lines).count(name) == 4
    assert not any("\u2026" in line for line in lines)


def test_a_case_of_which_nothing_was_measured_has_no_numbers() -> None:
    lines = printed(80, devices=["GPU"], apis=["path"], cache_modes=["default"], rounds=1)

    assert lines[-1] == "resnet50 / path: unsupported 2"


def test_the_terminal_ends_with_the_answer(capsys: pytest.CaptureFixture[str]) -> None:
    print_summary(fake_stored(fake_run(rounds=6, noise=QUIET)))

    shown = capsys.readouterr().out
    table, answer = shown.split("\nUse the model cache: ")
    assert "silent_miss: resnet50 / CPU / read_model / OPTIMIZE_SIZE" in table
    assert answer.startswith("resnet50 loads 2.9 times as fast.\n\nThe setting to use: ")
    assert max(map(len, shown.splitlines())) <= 80
