"""What a team sees that names an experiment on pytest's command line."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from coldwarm.analysis.analysed_run import analyse
from coldwarm.export.timings import timings

if TYPE_CHECKING:
    from coldwarm.experiment.case import Case
    from conftest import FakeColdwarm  # type: ignore[import-not-found]

MISS = "resnet50 / CPU / read_model / OPTIMIZE_SIZE"
HIT = "resnet50 / CPU / path / OPTIMIZE_SIZE"


def all_hit(case: Case) -> str:
    del case
    return "hit"


def benchmarks(place: pytest.Pytester) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((place.path / "out.json").read_text())["benchmarks"]
    return found


def test_every_case_and_kind_is_collected_and_nothing_measured(
    place: pytest.Pytester, coldwarm: FakeColdwarm
) -> None:
    result = place.runpytest_inprocess("fake.yaml", "--collect-only", "-q")
    assert [line for line in result.outlines if line.startswith("fake.yaml::")] == [
        f"fake.yaml::{case}[{kind}]"
        for case in (MISS, HIT)
        for kind in ("uncached", "cold", "warm")
    ]
    assert coldwarm.calls == []


def test_a_silent_miss_fails_with_case_and_remedy(
    place: pytest.Pytester,
    coldwarm: FakeColdwarm,
) -> None:
    result = place.runpytest_inprocess("fake.yaml")
    result.assert_outcomes(passed=5, failed=1)
    sentence = (
        f"{MISS}: warm start: silent_miss: compiled again, no error: "
        "LOADED_FROM_CACHE is false beside a blob; a blob was rewritten. "
        'Remedy: pass WEIGHTS_PATH: "${model_bin}", use compile_model(path), or OPTIMIZE_SPEED'
    )
    assert result.outlines.count(sentence) == 1
    assert "Traceback" not in result.stdout.str()
    assert f"FAILED fake.yaml::{MISS}[warm] - Failed:" in result.stdout.str()


@pytest.mark.parametrize("end", ["wrong", "partial", "not_cached"])
def test_what_the_cache_did_not_serve_well_fails(
    place: pytest.Pytester, coldwarm: FakeColdwarm, end: str
) -> None:
    coldwarm.options["outcome"] = lambda case: end if case.api == "path" else "hit"
    result = place.runpytest_inprocess("fake.yaml")
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines([f"{HIT}: warm start: {end}: *"])


def test_failed_starts_fail_and_the_others_are_benchmarks(
    place: pytest.Pytester, coldwarm: FakeColdwarm
) -> None:
    coldwarm.code = 3
    coldwarm.options["outcome"] = lambda case: "crashed" if case.api == "path" else "hit"
    result = place.runpytest_inprocess("fake.yaml", "--benchmark-json=out.json")
    result.assert_outcomes(passed=4, failed=2)
    result.stdout.fnmatch_lines(["*2 of 2 cold starts failed: ended by signal 7 (SIGBUS)"])
    assert len(benchmarks(place)) == 4


def test_an_unsupported_case_skips_with_its_reason(
    place: pytest.Pytester, coldwarm: FakeColdwarm
) -> None:
    coldwarm.options["outcome"] = lambda case: "unsupported" if case.api == "path" else "hit"
    result = place.runpytest_inprocess("fake.yaml", "-rs")
    result.assert_outcomes(passed=3, skipped=3)
    result.stdout.fnmatch_lines(["SKIPPED * the device is not available on this host"])


def test_a_known_finding_is_an_expected_failure_with_its_note(
    place: pytest.Pytester, coldwarm: FakeColdwarm
) -> None:
    coldwarm.expect(
        pattern={"api": "read_model", "cache_mode": "OPTIMIZE_SIZE"},
        verdict="silent_miss",
        note="ticket 7",
    )
    result = place.runpytest_inprocess("fake.yaml", "-rx")
    result.assert_outcomes(passed=5, xfailed=1)
    result.stdout.fnmatch_lines([f"XFAIL fake.yaml::{MISS}[[]warm[]] - *known: ticket 7. *"])


def test_an_expectation_that_is_no_longer_true_is_a_warning(
    place: pytest.Pytester, coldwarm: FakeColdwarm
) -> None:
    coldwarm.options["outcome"] = all_hit
    coldwarm.expect(pattern={"api": "path"}, verdict="silent_miss", note="ticket 7")
    relaxed = "default::coldwarm.pytest_plugin.starts.ExpectationWarning"
    result = place.runpytest_inprocess("fake.yaml", "-W", relaxed)
    result.assert_outcomes(passed=6, warnings=1)
    result.stdout.fnmatch_lines(["*expected silent_miss (ticket 7), is now hit: *"])


def test_what_is_not_what_was_expected_fails_and_says_both(
    place: pytest.Pytester, coldwarm: FakeColdwarm
) -> None:
    coldwarm.expect(pattern={"api": "read_model"}, verdict="wrong")
    result = place.runpytest_inprocess("fake.yaml")
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines([f"{MISS}: *silent_miss*", "*expected wrong, is now silent_miss*"])


def test_a_case_that_the_run_lacks_fails(place: pytest.Pytester, coldwarm: FakeColdwarm) -> None:
    coldwarm.options["apis"] = ("path",)
    result = place.runpytest_inprocess("fake.yaml")
    result.assert_outcomes(passed=3, failed=3)
    result.stdout.fnmatch_lines([f"{MISS}: the run holds no warm start of this case"])


def test_the_file_holds_the_measured_load_times_to_the_last_digit(
    place: pytest.Pytester, coldwarm: FakeColdwarm
) -> None:
    coldwarm.options["outcome"] = all_hit
    result = place.runpytest_inprocess("fake.yaml", "--benchmark-json=out.json")
    result.assert_outcomes(passed=6)
    analysed = analyse(place.path / "results" / "fake-host" / "run-1")
    found = {each["name"]: each for each in benchmarks(place)}
    assert len(found) == 6
    for timing in timings(analysed):
        benchmark = found[timing.name]
        assert benchmark["stats"]["data"] == list(timing.load_s)
        assert benchmark["group"] == timing.summary.name
        assert benchmark["extra_info"] == timing.facts()
        assert benchmark["options"]["timer"] == "measured_load_time"
    for summary in analysed.cases:
        for kind, median in vars(summary.load_ms).items():
            seconds = found[f"{summary.name}[{kind}]"]["stats"]["median"]
            assert seconds * 1e3 == pytest.approx(median, rel=1e-14)


def test_all_tests_share_one_measurement(place: pytest.Pytester, coldwarm: FakeColdwarm) -> None:
    place.runpytest_inprocess("fake.yaml")
    assert len(coldwarm.calls) == 1
    assert coldwarm.calls[0][:2] == ["run", str(place.path / "fake.yaml")]
    assert "--only" not in coldwarm.calls[0]
    assert "--rounds" not in coldwarm.calls[0]


def test_only_what_was_chosen_is_measured(place: pytest.Pytester, coldwarm: FakeColdwarm) -> None:
    result = place.runpytest_inprocess("fake.yaml", "-k", "path and warm")
    result.assert_outcomes(passed=1, deselected=5)
    (call,) = coldwarm.calls
    assert [after for option, after in pairwise(call) if option == "--only"] == ["api=path"]


def test_a_test_can_be_chosen_by_its_id(place: pytest.Pytester, coldwarm: FakeColdwarm) -> None:
    result = place.runpytest_inprocess(f"fake.yaml::{HIT}[cold]")
    result.assert_outcomes(passed=1)
    assert len(coldwarm.calls) == 1


def test_rounds_and_the_place_of_results_are_options(
    place: pytest.Pytester, coldwarm: FakeColdwarm
) -> None:
    place.runpytest_inprocess("fake.yaml", "--coldwarm-rounds=2", "--coldwarm-results=kept")
    (call,) = coldwarm.calls
    assert call[call.index("--rounds") + 1] == "2"
    assert call[call.index("--results") + 1] == str(place.path / "kept")


def test_disabled_benchmarks_are_judged_after_one_round(
    place: pytest.Pytester, coldwarm: FakeColdwarm
) -> None:
    result = place.runpytest_inprocess("fake.yaml", "--benchmark-disable")
    result.assert_outcomes(passed=5, failed=1)
    (call,) = coldwarm.calls
    assert call[call.index("--rounds") + 1] == "1"


def test_benchmarks_can_be_skipped_or_chosen_as_such(
    place: pytest.Pytester, coldwarm: FakeColdwarm
) -> None:
    place.runpytest_inprocess("fake.yaml", "--benchmark-skip").assert_outcomes(skipped=6)
    assert coldwarm.calls == []
    place.makepyfile(test_other="def test_other(): pass")
    result = place.runpytest_inprocess("fake.yaml", "test_other.py", "--benchmark-only")
    result.assert_outcomes(passed=5, failed=1, skipped=1)


def test_an_experiment_is_collected_beside_its_own_directory(
    place: pytest.Pytester,
    coldwarm: FakeColdwarm,
) -> None:
    result = place.runpytest_inprocess("fake.yaml", ".")
    result.assert_outcomes(passed=5, failed=1)
    assert len(coldwarm.calls) == 1


def test_its_compare_fail_rules_work(place: pytest.Pytester, coldwarm: FakeColdwarm) -> None:
    coldwarm.options["outcome"] = all_hit
    place.runpytest_inprocess("fake.yaml", "--benchmark-save=base").assert_outcomes(passed=6)
    rules = ("--benchmark-compare", "--benchmark-compare-fail=median:20%")
    again = place.runpytest_inprocess("fake.yaml", *rules)
    assert again.ret == pytest.ExitCode.OK
    coldwarm.options["effect"] = lambda case, kind: 2.0 if kind == "warm" else 1.0  # noqa: ARG005
    slower = place.runpytest_inprocess("fake.yaml", *rules)
    assert slower.ret != pytest.ExitCode.OK
    assert "Performance has regressed" in slower.stderr.str() + slower.stdout.str()


def test_a_measurement_that_ends_early_fails_every_test_once(
    place: pytest.Pytester, coldwarm: FakeColdwarm
) -> None:
    coldwarm.code, coldwarm.said = 2, "there is no model here"
    result = place.runpytest_inprocess("fake.yaml")
    result.assert_outcomes(failed=6)
    assert len(coldwarm.calls) == 1
    result.stdout.fnmatch_lines(["coldwarm run ended with exit code 2:", "there is no model here"])


def test_a_mistake_in_the_experiment_is_shown_in_its_place(
    place: pytest.Pytester, coldwarm: FakeColdwarm
) -> None:
    file = place.path / "fake.yaml"
    file.write_text(file.read_text().replace("model:", "modle:"))
    result = place.runpytest_inprocess("fake.yaml")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(['fake.yaml:3:3: unknown axis "modle", did you mean "model"? *'])
    assert "Traceback" not in result.stdout.str()
    assert coldwarm.calls == []


def test_starts_are_not_measured_side_by_side(
    place: pytest.Pytester, coldwarm: FakeColdwarm
) -> None:
    place.makepyfile(worker="def pytest_configure(config): config.workerinput = {}")
    place.syspathinsert()
    result = place.runpytest_inprocess("fake.yaml", "-p", "worker")
    result.stdout.fnmatch_lines(["*starts are measured one at a time: run pytest without -n*"])
    assert coldwarm.calls == []


def test_a_study_is_refused_before_anything_is_measured(
    place: pytest.Pytester, coldwarm: FakeColdwarm
) -> None:
    study = "name: faults\nstudy: faults\nmatrix: {model: resnet50}\n"
    (place.path / "study.yaml").write_text(study)
    result = place.runpytest_inprocess("study.yaml")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["*study.yaml is a study (faults), *Measure it with: coldwarm run study.yaml"]
    )
    assert coldwarm.calls == []


def test_without_pytest_benchmark_it_says_how_to_get_it(place: pytest.Pytester) -> None:
    (place.path / "conftest.py").unlink()
    result = place.runpytest_inprocess("fake.yaml", "-p", "no:benchmark")
    result.stdout.fnmatch_lines(['*pip install ".[[]pytest[]]" in a clone*'])


@pytest.mark.parametrize("args", [(), (".",), ("--collect-only",)])
def test_an_experiment_that_is_not_named_is_left_alone(
    place: pytest.Pytester, coldwarm: FakeColdwarm, args: tuple[str, ...]
) -> None:
    result = place.runpytest_inprocess(*args)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert coldwarm.calls == []


def test_the_yaml_of_others_is_left_to_them(place: pytest.Pytester) -> None:
    (place.path / "theirs.yaml").write_text("stages:\n  - name: matrix:\n")
    result = place.runpytest_inprocess("theirs.yaml")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*not found: *theirs.yaml"])


def test_loading_the_plugin_costs_next_to_nothing() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import coldwarm.pytest_plugin;"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["coldwarm", "coldwarm.pytest_plugin"]
