from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from fake_samples import QUIET, fake_run
from fake_sides import stored_run
from fake_store import fake_header

from coldwarm.compare import compare_runs
from coldwarm.compare.comparison_document import comparison_document
from coldwarm.text.terminal import render_terminal

if TYPE_CHECKING:
    from coldwarm.compare import Comparison
    from coldwarm.run.sample import Sample
    from coldwarm.run.store import Run


def slower(case: object, kind: str) -> float:
    del case
    return 1.4 if kind == "warm" else 1.0


def run_of(seed: int, conditions: dict[str, Any] | None = None, **options: Any) -> Run:  # noqa: ANN401
    wanted = {"apis": ("path",), "cache_modes": ("default",), "rounds": 12, "noise": QUIET}
    return stored_run(fake_run(seed, **{**wanted, **options}), conditions=conditions or {})


def other(run: Run, **changes: Any) -> Run:  # noqa: ANN401
    """Return a run with some entries of each sample changed."""
    return replace(run, records=[{**record, **changes} for record in run.records])


def compared(base: dict[str, Any], head: dict[str, Any], **options: Any) -> Comparison:  # noqa: ANN401
    return compare_runs(run_of(1, base), run_of(2, head, **options))


def told(comparison: Comparison) -> str:
    return " ".join(render_terminal(comparison_document(comparison)).split())


@pytest.mark.parametrize(
    ("base", "head", "line"),
    [
        ({"telemetry": False}, {"telemetry": True}, "telemetry: off → on"),
        ({"worker_env": {}}, {"worker_env": {"X": "1"}}, "worker env X: not set → 1"),
        ({"cpu_limit_cores": "none"}, {"cpu_limit_cores": 0.5}, "limit in cores: none → 0.5"),
        ({"usable_cores": 2}, {"usable_cores": 1}, "usable hardware threads: 2 → 1"),
        ({"cache_file_system": "ext4"}, {"cache_file_system": "9p"}, "caches: ext4 → 9p"),
    ],
)
def test_a_slowdown_under_other_conditions_is_not_decided_and_named(
    base: dict[str, Any], head: dict[str, Any], line: str
) -> None:
    found = compared(base, head, effect=slower)
    assert (found.exit_code(), found.exit_code(require_decision=True)) == (0, 4)
    assert f"differs: {'processor ' if 'cores:' in line else ''}" in told(found)
    assert line in told(found)
    assert "which may explain it" in told(found)
    assert "Measure base and head under the same conditions" in told(found)


@pytest.mark.parametrize(
    ("base", "head"),
    [
        ({"telemetry": True}, {"telemetry": True}),
        ({"cache_directory": "/a"}, {"cache_directory": "/b"}),
        ({"coldwarm": "0.1"}, {"coldwarm": "0.2"}),
        ({"libraries": {"installed": "a"}}, {"libraries": {"installed": "b"}}),
        ({"packages": {"installed": ["a 1"]}}, {"packages": {"installed": ["a 2"]}}),
    ],
)
def test_what_is_compared_on_purpose_or_changes_no_time_excuses_none(
    base: dict[str, Any], head: dict[str, Any]
) -> None:
    found = compared(base, head, effect=slower)
    assert found.exit_code() == 1
    assert len(found.differences) == (base != head)


def test_a_case_that_misses_is_a_regression_under_any_conditions() -> None:
    found = compared(
        {"telemetry": False, "worker_env": {}},
        {"telemetry": True, "worker_env": {"X": "1"}},
        outcome=lambda case: "silent_miss",  # noqa: ARG005
    )
    assert found.exit_code() == 1


def test_a_case_that_does_not_compile_any_more_may_be_the_environments_doing() -> None:
    def unsupported(case: object) -> str:
        del case
        return "unsupported"

    named = compared({"worker_env": {}}, {"worker_env": {"ISA": "X"}}, outcome=unsupported)
    assert named.exit_code() == 0
    assert "worker env ISA (not set → X) differs, which may explain it" in told(named)
    assert compared({}, {}, outcome=unsupported).exit_code() == 1


@pytest.mark.parametrize(("asked", "code"), [("i1", 1), ("i2", 0)])
def test_other_answers_are_a_regression_to_the_same_inputs_only(asked: str, code: int) -> None:
    base, head = other(run_of(1), inputs_digest="i1"), other(run_of(2), inputs_digest=asked)
    answers = [[{"output": "other"}]] * 2
    references = [{**each, "answers": answers} for each in head.references]
    head = replace(other(head, outputs=answers[0]), references=references)
    found = compare_runs(base, head)
    assert found.exit_code() == code
    assert ("answers not comparable (other inputs)" in told(found)) == (code == 0)
    assert ("differs: inputs of resnet50: i1 → i2" in told(found)) == (code == 0)


def test_older_runs_are_known_by_seed_and_inputs() -> None:
    def older(seed: int) -> Run:
        header = fake_header()["experiment"]
        sampling = {**header["sampling"], "seed": seed}
        samples: list[Sample] = [
            replace(each, outputs=({"output": f"to {seed}"},))
            for each in fake_run(seed, rounds=2, cache_modes=("default",))
        ]
        run = stored_run(samples, experiment={**header, "sampling": sampling})
        answers = [[{"output": f"to {seed}"}]] * 2
        return replace(run, references=[{**each, "answers": answers} for each in run.references])

    found = compare_runs(older(1), older(2))
    assert found.exit_code() == 0
    assert "differs: seed: 1 → 2" in told(found)
