from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from fake_samples import dropped_from, fake_analysed, fake_run
from fake_sides import stored_run
from fake_store import fake_header
from junitparser import Error, Failure, Skipped
from junitparser.xunit2 import JUnitXml

from coldwarm.compare import compare_runs
from coldwarm.export import export
from coldwarm.export.junit import write_comparison
from coldwarm.run.sample import FAILURES

if TYPE_CHECKING:
    from junitparser.xunit2 import TestCase as JUnitCase

    from coldwarm.experiment.case import Case
    from coldwarm.run.sample import Sample
    from coldwarm.run.store import Run


def parsed(samples: list[Sample], **header: object) -> JUnitXml:
    stream = io.BytesIO()
    export(fake_analysed(samples, fake_header(**header)), "junit", stream)
    return JUnitXml.fromstring(stream.getvalue())


def counts(xml: JUnitXml) -> tuple[int, int, int, int]:
    (suite,) = xml
    said = suite.tests, suite.failures, suite.errors, suite.skipped
    suite.update_statistics()
    assert said == (suite.tests, suite.failures, suite.errors, suite.skipped)
    assert said[:3] == (xml.tests, xml.failures, xml.errors)
    return said


def cases(xml: JUnitXml) -> dict[str, JUnitCase]:
    return {case.name: case for suite in xml for case in suite}


def expecting(**entry: object) -> dict[str, Any]:
    experiment = {**fake_header()["experiment"], "expect": [{"note": "", "until": None, **entry}]}
    return {"experiment": experiment}


def test_a_run_is_one_test_per_case_and_kind() -> None:
    xml = parsed(fake_run(rounds=2, devices=("CPU", "GPU")))
    assert counts(xml) == (24, 1, 0, 12)
    found = cases(xml)
    (failure,) = found["resnet50 / CPU / read_model / OPTIMIZE_SIZE[warm]"].result
    assert isinstance(failure, Failure)
    assert failure.type == "silent_miss"
    assert "Remedy: pass WEIGHTS_PATH" in failure.message
    (skipped,) = found["resnet50 / GPU / path[cold]"].result
    assert isinstance(skipped, Skipped)
    assert "the device is not available" in skipped.message


def test_what_there_was_no_time_for_is_skipped_in_runs_and_comparisons() -> None:
    samples = fake_run(rounds=6, models=("resnet50", "gpt2"), cache_modes=("default",))
    xml = parsed(dropped_from(samples, "gpt2"))
    assert counts(xml) == (12, 0, 0, 6)
    for kind in ("uncached", "cold", "warm"):
        (skipped,) = cases(xml)[f"gpt2 / CPU / path[{kind}]"].result
        assert isinstance(skipped, Skipped)
        assert skipped.type == "dropped"
        assert "the time budget had no room for it" in skipped.message
    # What was measured before it was dropped stays a passed test.
    assert counts(parsed(dropped_from(samples, "gpt2", 3))) == (12, 0, 0, 0)
    head = fake_run(2, rounds=6, models=("resnet50", "gpt2"), cache_modes=("default",))
    stream = io.BytesIO()
    write_comparison(
        compare_runs(stored_run(samples), stored_run(dropped_from(head, "gpt2"))), stream
    )
    compared = JUnitXml.fromstring(stream.getvalue())
    assert counts(compared) == (4, 0, 0, 2)
    (skipped,) = cases(compared)["gpt2 / CPU / path"].result
    assert "dropped in the head" in skipped.message


def test_failed_starts_are_errors() -> None:
    def outcome(case: Case) -> str:
        return "crashed" if case.api == "path" else "hit"

    xml = parsed(fake_run(rounds=2, cache_modes=("default",), outcome=outcome))
    assert counts(xml) == (6, 0, 2, 0)
    (error,) = cases(xml)["resnet50 / CPU / path[cold]"].result
    assert isinstance(error, Error)
    assert "SIGBUS" in error.message


def test_a_known_finding_is_skipped_with_its_note() -> None:
    known = expecting(pattern={"api": "read_model"}, verdict="silent_miss", note="ticket 7")
    xml = parsed(fake_run(rounds=2), **known)
    assert counts(xml) == (12, 0, 0, 1)
    (skipped,) = cases(xml)["resnet50 / CPU / read_model / OPTIMIZE_SIZE[warm]"].result
    assert skipped.message.startswith("known: ticket 7")
    printed = cases(xml)["resnet50 / CPU / read_model[warm]"].system_out
    assert "expected silent_miss (ticket 7), is now hit" in printed


def test_times_and_facts_are_kept_to_the_last_digit() -> None:
    samples = fake_run(rounds=7, apis=("path",), cache_modes=("default",))
    warm = cases(parsed(samples))["resnet50 / CPU / path[warm]"]
    median = sorted(each.load_ns for each in samples if each.kind == "warm" and each.load_ns)[3]
    properties = {each.get("name"): each.get("value") for each in warm._elem.iter("property")}
    assert float(properties["load_ms"]) == median / 1e6
    assert warm.time == pytest.approx(median / 1e9, abs=1e-12)
    assert properties["verdict"] == "hit"
    assert properties["api"] == "path"


@pytest.mark.parametrize("text", ["\0\x1b[31m\x08", "]]>", "<a&b>", "日本語 🙂", '"'])
def test_whatever_a_dying_process_said_is_valid_xml(text: str) -> None:
    samples = [
        replace(each, status="failed", reason=f"said {text}!")
        for each in fake_run(rounds=1, models=("<&\x1b>",), apis=("path",))
    ]
    xml = parsed(samples)
    (error,) = cases(xml)["<&\ufffd> / CPU / path[cold]"].result
    assert error.message.endswith("!")


def outcome_of_head(case: Case) -> str:
    """Give one of four cases to each way in which a case can end."""
    if case.device == "GPU":
        return "unsupported"
    if case.api == "read_model":
        return "silent_miss" if case.cache_mode == "default" else "failed"
    return "hit"


def side(**changes: Any) -> Run:  # noqa: ANN401
    devices = ("CPU", "GPU")
    plan: dict[str, Any] = {"rounds": 2, "devices": devices, "cache_modes": ("default",)}
    return stored_run(fake_run(**{**plan, **changes}))


def compared(head: Run, base: Run | None = None) -> JUnitXml:
    stream = io.BytesIO()
    write_comparison(compare_runs(base or side(), head), stream)
    return JUnitXml.fromstring(stream.getvalue())


def test_a_comparison_with_a_regression_a_failure_and_an_unsupported_case() -> None:
    def base_outcome(case: Case) -> str:
        return "unsupported" if case.device == "GPU" else "hit"

    options: dict[str, Any] = {
        "apis": ("read_model", "path"),
        "cache_modes": ("default", "OPTIMIZE_SPEED"),
    }
    xml = compared(
        side(outcome=outcome_of_head, seed=2, **options),
        side(outcome=base_outcome, **options),
    )
    assert counts(xml) == (8, 1, 1, 4)
    found = cases(xml)
    (failure,) = found["resnet50 / CPU / read_model"].result
    assert isinstance(failure, Failure)
    assert failure.type == "regression"
    assert "verdict hit, now silent_miss" in failure.message
    (error,) = found["resnet50 / CPU / read_model / OPTIMIZE_SPEED"].result
    assert isinstance(error, Error)
    (skipped,) = found["resnet50 / GPU / path"].result
    assert isinstance(skipped, Skipped)
    assert found["resnet50 / CPU / path"].result == []


def test_a_case_of_which_some_starts_failed_is_an_error() -> None:
    head = side(seed=2, devices=("CPU",), apis=("path",), rounds=12, failure_rate=0.1)
    failed = sum(record["status"] in FAILURES for record in head.records)
    xml = compared(head, side(devices=("CPU",), apis=("path",), rounds=12))
    assert 0 < failed < 12
    assert counts(xml) == (1, 0, 1, 0)
    (error,) = cases(xml)["resnet50 / CPU / path"].result
    assert error.message == f"resnet50 / CPU / path: {failed} starts of the head failed"


def test_a_case_that_fails_as_expected_is_skipped_with_its_note() -> None:
    entry = {"pattern": {}, "verdict": "failed", "note": "ticket 7", "until": None}
    head = side(outcome=lambda _: "crashed")
    head.header["experiment"]["expect"] = [entry]
    for case in cases(compared(head)).values():
        (skipped,) = case.result
        assert isinstance(skipped, Skipped)
        assert skipped.message.endswith("(known: ticket 7)")


def test_only_what_both_sides_lack_is_unsupported_on_both() -> None:
    def missing(case: Case) -> str:
        return "unsupported" if case.device == "GPU" else "hit"

    def missed(case: Case) -> str:
        return "silent_miss" if case.device == "GPU" else "hit"

    for base, message in (
        (missing, "unsupported on both sides"),
        (missed, "resnet50 / GPU / path: verdict silent_miss, now unsupported: the device "),
    ):
        found = cases(compared(side(outcome=missing, seed=2), side(outcome=base)))
        (skipped,) = found["resnet50 / GPU / path"].result
        assert isinstance(skipped, Skipped)
        assert skipped.message.startswith(message)


def test_the_headline_of_a_comparison_is_printed() -> None:
    (suite,) = compared(side(seed=2))
    assert suite.system_out.startswith("No regression found in 4 cases")


def test_cases_of_one_side_are_skipped() -> None:
    found = cases(compared(side(models=("resnet50", "gpt2")), side(models=("resnet50", "vgg19"))))
    assert found["gpt2 / CPU / path"].result[0].message == "only in the head"
    assert found["vgg19 / CPU / path"].result[0].message == "only in the base"
