from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from fake_samples import VERSION, dropped_from, fake_run, usual_outcome
from fake_sides import stored_run
from fake_store import fake_header

from coldwarm.compare import ComparisonError, compare_runs
from coldwarm.compare.comparison_document import comparison_document
from coldwarm.compare.github import comment
from coldwarm.history.runs import summarise_run
from coldwarm.text.terminal import render_terminal

if TYPE_CHECKING:
    from coldwarm.experiment.case import Case
    from coldwarm.run.sample import Blob, Sample
    from coldwarm.run.store import Run


def samples_of(seed: int = 1, **changes: object) -> list[Sample]:
    options: dict[str, Any] = {"cache_modes": ("default",), "rounds": 25}
    return fake_run(seed, **{**options, **changes})


def run_of(seed: int = 1, header: dict[str, Any] | None = None, **changes: object) -> Run:
    return stored_run(samples_of(seed, **changes), **(header or {}))


def identity(**changes: object) -> dict[str, Any]:
    return {"identity": {**fake_header()["identity"], **changes}}


@pytest.mark.parametrize("seed", range(3))
def test_two_runs_of_the_same_thing_are_not_flagged(seed: int) -> None:
    found = compare_runs(run_of(seed), run_of(seed + 100))
    assert found.exit_code() == 0
    assert not found.warnings


def test_a_lower_speedup_is_found_where_it_is() -> None:
    def effect(case: Case, kind: str) -> float:
        return 1.6 if (case.api, kind) == ("path", "warm") else 1.0

    found = compare_runs(run_of(1), run_of(2, effect=effect))
    assert [case.name for case in found.regressed] == ["resnet50 / CPU / path"]
    assert found.exit_code() == 1


def test_faster_uncached_starts_are_no_regression() -> None:
    def effect(case: Case, kind: str) -> float:
        del case
        return 0.55 if kind == "uncached" else 1.0

    found = compare_runs(run_of(1), run_of(2, effect=effect))
    assert {case.result("speedup").verdict for case in found.cases} == {"slower"}
    assert found.exit_code() == 0


def test_an_openvino_that_imports_more_slowly_excuses_no_slower_warm_starts() -> None:
    def effect(case: Case, kind: str) -> float:
        del case
        return 1.6 if kind == "warm" else 1.0

    head = [
        replace(
            each,
            openvino_version="2027.0.0-1-new",
            phases_ns={**each.phases_ns, "import": 3 * each.phases_ns["import"]},
        )
        for each in samples_of(2, effect=effect)
    ]
    found = compare_runs(run_of(1), stored_run(head))
    assert len(found.regressed) == len(found.cases) == 2
    assert found.exit_code() == 1


def test_a_machine_that_was_slower_all_along_is_no_regression_and_is_said() -> None:
    slow = [
        replace(
            each,
            load_ns=2 * each.load_ns,
            phases_ns={phase: 2 * ns for phase, ns in each.phases_ns.items()},
        )
        for each in samples_of(2)
    ]
    found = compare_runs(run_of(1), stored_run(slow))
    assert found.exit_code() == 0
    assert any("% slower during the head" in each for each in found.warnings)


def test_a_case_that_stops_hitting_is_a_regression_after_one_round() -> None:
    def outcome(case: Case) -> str:
        return "silent_miss" if case.api == "path" else usual_outcome(case)

    found = compare_runs(run_of(1, rounds=1), run_of(2, rounds=1, outcome=outcome))
    assert [case.name for case in found.regressed] == ["resnet50 / CPU / path"]
    assert found.exit_code() == 1


def test_a_larger_blob_is_a_regression() -> None:
    def larger(blobs: tuple[Blob, ...] | None) -> tuple[Blob, ...] | None:
        return blobs and tuple(replace(blob, bytes=2 * blob.bytes) for blob in blobs)

    large = [
        replace(each, blobs_before=larger(each.blobs_before), blobs_after=larger(each.blobs_after))
        for each in samples_of(1)
    ]
    found = compare_runs(run_of(1), stored_run(large))
    assert {each.result("blob").verdict for each in found.cases} == {"worse"}
    assert found.exit_code() == 1


def test_cases_of_one_side_only_are_listed() -> None:
    found = compare_runs(
        run_of(1, rounds=2, models=("resnet50", "gpt2"), apis=("path",)),
        run_of(2, rounds=2, models=("resnet50", "vgg19"), apis=("path",)),
    )
    assert found.only_base == ("gpt2 / CPU / path",)
    assert found.only_head == ("vgg19 / CPU / path",)
    assert found.exit_code(require_decision=True) == 4


@pytest.mark.parametrize(
    ("base_round", "head_round", "where"),
    [
        (None, 0, "in the head"),
        (0, None, "in the base"),
        (0, 0, "in the base and in the head"),
        (None, 2, "in the head"),
    ],
)
def test_a_case_that_was_dropped_for_lack_of_time_is_named_and_decides_nothing(
    base_round: int | None, head_round: int | None, where: str
) -> None:
    sides = []
    for seed, number in ((1, base_round), (2, head_round)):
        samples = samples_of(seed, models=("resnet50", "gpt2"), apis=("path",))
        sides.append(
            stored_run(samples if number is None else dropped_from(samples, "gpt2", number))
        )
    found = compare_runs(*sides)
    assert found.dropped == (f"gpt2 / CPU / path: dropped {where}, its time budget had no room",)
    assert (found.only_base, found.only_head, found.failed_starts) == ((), (), 0)
    measured = 1 if 0 in (base_round, head_round) else 2
    assert [case.name for case in found.cases][:1] == ["resnet50 / CPU / path"]
    assert len(found.cases) == measured
    assert found.exit_code() == 0
    assert found.exit_code(require_decision=True) == 4
    for text in (render_terminal(comparison_document(found)), comment(found)):
        told = " ".join(text.split())
        assert "1 dropped for lack of time" in told
        assert f"dropped {where}" in told


def test_runs_without_a_common_case_decide_nothing() -> None:
    found = compare_runs(run_of(1, rounds=2), run_of(2, rounds=2, models=("gpt2",)))
    assert found.cases == ()
    assert (found.exit_code(), found.exit_code(require_decision=True)) == (0, 4)


def test_an_empty_run_is_refused_on_either_side() -> None:
    full = run_of(1, rounds=1)
    empty = replace(full, records=[])
    for sides in ((full, empty), (empty, full)):
        with pytest.raises(ComparisonError, match="nothing to compare"):
            compare_runs(*sides)


def test_a_run_of_damaged_lines_says_so_briefly() -> None:
    full, torn = run_of(1, rounds=1), run_of(2, rounds=1)
    torn.damage.extend(f"samples.jsonl:{line}: not a record" for line in range(20))
    found = compare_runs(full, torn).warnings
    assert "the head: 17 more lines like that" in found
    assert len(found) < 6
    with pytest.raises(ComparisonError, match=r"samples\.jsonl:0: not a record"):
        compare_runs(full, replace(torn, records=[]))


def test_hits_without_times_on_both_sides_are_no_decision() -> None:
    timeless = [
        stored_run([replace(each, load_ns=None) for each in samples_of(seed)]) for seed in (1, 2)
    ]
    found = compare_runs(*timeless)
    assert (found.exit_code(), found.exit_code(require_decision=True)) == (0, 4)
    assert found.cases[0].result("speedup").reason == "not measured in base and head"


def test_a_run_is_not_compared_with_itself_whatever_it_is_called() -> None:
    samples = samples_of(1, rounds=2)
    renamed = stored_run([replace(each, run_id="other") for each in samples], run_id="other")
    for head in (stored_run(samples), renamed):
        with pytest.raises(ComparisonError, match="are the same run, so nothing can differ"):
            compare_runs(stored_run(samples), head)
    for sides in ((samples, samples[:4]), (samples[:4], samples)):
        with pytest.raises(ComparisonError, match="all 4 starts of one are in the other"):
            compare_runs(*map(stored_run, sides))


def test_runs_of_one_name_are_two_runs() -> None:
    base, head = (stored_run(samples_of(seed, rounds=2), run_id="main") for seed in (1, 2))
    assert compare_runs(base, head).exit_code() == 0


def test_other_model_files_are_said_and_their_bits_do_not_decide() -> None:
    changed = [
        replace(
            each,
            model_digests={name: f"{digest}2" for name, digest in each.model_digests.items()},
            outputs=tuple({"output": "other"} for _ in each.outputs),
        )
        for each in samples_of(1, rounds=2)
    ]
    head = stored_run(changed)
    for reference in head.references:
        reference["answers"] = [[{"output": "other"}]] * 2
    found = compare_runs(run_of(1, rounds=2), head)
    assert any("The files of resnet50 differ" in each for each in found.warnings)
    assert {each.result("answer").verdict for each in found.cases} == {"shown"}
    assert found.exit_code() == 0


def test_on_other_hosts_only_ratios_decide_and_it_is_said() -> None:
    found = compare_runs(run_of(1), run_of(2, header=identity(cpu_model="Big")))
    assert "Different hosts (processor Fake CPU 3000 @ 2.10GHz and Big)" in found.warnings[0]
    case = found.cases[0]
    assert case.result("blob").verdict == "shown"
    assert case.result("speedup").decides


@pytest.mark.parametrize("other", [{"cpu_model": "Big"}, {"machine": "m2", "boot": "b2"}])
def test_only_on_one_machine_a_history_lets_absolute_times_decide(other: dict[str, str]) -> None:
    base, head = run_of(1, rounds=6), run_of(2, rounds=6, header=identity(**other))
    past = tuple(summarise_run(run_of(seed, rounds=2)) for seed in range(10))
    found = compare_runs(base, head, history=past)
    assert found.deciding == ("speedup",)
    assert {case.result("warm_load").verdict for case in found.cases} == {"shown"}
    renamed = run_of(2, rounds=6, header=identity(label="moved"))
    assert "warm_load" in compare_runs(base, renamed, history=past).deciding


def test_on_one_kind_of_machine_bytes_decide_too() -> None:
    found = compare_runs(run_of(1), run_of(2, header=identity(machine="m2", boot="b2")))
    assert found.warnings[0].startswith("Two machines of the same kind (fake-host: ")
    assert found.cases[0].result("blob").decides


def test_a_new_kernel_is_said_and_changes_nothing() -> None:
    found = compare_runs(run_of(1), run_of(2, header=identity(kernel="6.2.0")))
    assert found.warnings == ("The host changed between the runs: kernel 6.1.0 and 6.2.0",)


def test_sides_say_who_they_are() -> None:
    found = compare_runs(run_of(1, rounds=2), run_of(2, rounds=2))
    assert (found.head.host, found.head.commit) == ("fake-host", "abcdef123456")
    assert found.head.versions == (VERSION,)
    assert found.head.speed_index_ms == pytest.approx(222, rel=0.2)


def test_a_gate_on_too_few_rounds_says_that_it_sees_no_times() -> None:
    found = compare_runs(run_of(1, rounds=2), run_of(2, rounds=2))
    assert "2 and 2 rounds per case are too few for 2 tests" in found.sight
