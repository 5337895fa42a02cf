from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest

from coldwarm.errors import ColdwarmError
from coldwarm.experiment.case import Case
from coldwarm.measure.explain import compare, explain
from coldwarm.measure.runner import Ending
from coldwarm.run.sample import Job

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.measure.explain import OutputDifference
    from coldwarm.measure.sampler import Sampler


def outputs(*values: float, name: str = "0/0/logits") -> dict[str, np.ndarray]:
    return {name: np.array(values, dtype=np.float32)}


def test_equal_bits_are_called_bit_identical() -> None:
    (difference,) = compare(outputs(1, np.nan), outputs(1, np.nan))
    assert difference.equal
    assert difference.sentence == "inference 1, output logits [2]: bit-identical"


def test_the_largest_differences_are_named() -> None:
    (difference,) = compare(outputs(1, 100, 0), outputs(1.5, 101, 0))
    assert difference.absolute == 1
    assert difference.relative == pytest.approx(0.5 / 1.5)
    assert difference.sentence == (
        "inference 1, output logits [3]: differs by up to 1 absolute, 0.333 relative"
    )


def test_zero_against_zero_of_the_other_sign_is_no_division_by_zero() -> None:
    (difference,) = compare(outputs(0.0), outputs(-0.0))
    assert not difference.equal
    assert (difference.absolute, difference.relative) == (0, 0)


@pytest.mark.parametrize(
    "other", [np.zeros(2, np.float32), np.zeros(1, np.float64), np.array([b"text"])]
)
def test_other_shapes_and_types_have_no_number(other: np.ndarray) -> None:
    (difference,) = compare(outputs(1), {"0/0/logits": other})
    assert difference.absolute is None
    assert difference.sentence.endswith("different shapes or types")


def test_every_inference_is_compared() -> None:
    left = {**outputs(1), **outputs(2, name="1/0/logits")}
    assert [each.inference for each in compare(left, left)] == [0, 1]


def test_an_imported_model_that_lost_its_names_is_compared_by_place() -> None:
    left = {**outputs(1, name="0/0/logits"), **outputs(2, name="0/1/boxes")}
    right = {**outputs(1, name="0/0/"), **outputs(4, name="0/1/")}
    assert [(each.output, each.absolute) for each in compare(left, right)] == [
        ("logits", 0),
        ("boxes", 2),
    ]


def test_outputs_of_one_name_or_none_are_told_apart() -> None:
    left = {**outputs(1, name="0/0/y"), **outputs(2, name="0/1/y"), **outputs(3, name="0/2/")}
    right = {**left, **outputs(5, name="0/1/y")}
    assert [(each.output, each.absolute) for each in compare(left, right)] == [
        ("y", 0),
        ("y", 3),
        ("3", 0),
    ]


def test_a_name_may_hold_slashes() -> None:
    (difference,) = compare(*[outputs(1, name="0/0/head/logits:0")] * 2)
    assert difference.output == "head/logits:0"


def test_what_only_one_side_answers_is_said() -> None:
    more = {**outputs(1), **outputs(2, name="0/1/boxes")}
    assert compare(more, outputs(1))[1].sentence == (
        "inference 1, output boxes [1]: only without the cache"
    )
    assert compare(outputs(1), more)[1].sentence.endswith("only with the cache")
    assert len(compare(outputs(1), outputs(1, name="1/0/logits"))) == 2


def test_values_that_are_no_numbers_are_counted_apart() -> None:
    nan, inf = np.nan, np.inf
    (difference,) = compare(outputs(nan, inf, nan, inf, 1), outputs(nan, inf, 1, -inf, 1.5))
    assert (difference.absolute, difference.not_finite) == (0.5, 2)
    assert difference.sentence.endswith("infinite or NaN on one side differ: 2")
    (difference,) = compare(outputs(nan), outputs(1))
    assert (difference.absolute, difference.not_finite) == (0, 1)


def answers_of(case: Case, caches: Path, **warm: Any) -> list[OutputDifference]:  # noqa: ANN401
    """Explain a case whose starts all answer alike and work, but for what is changed."""

    def job(case: Case, kind: str, chain: object, key: str) -> Job:
        del chain, key
        return Job(kind, case.api, "m.xml", "CPU")

    def run(job: Job, chain: object) -> Ending:
        del chain
        np.savez(str(job.outputs_file), **{"0/0/y": np.ones(2)})
        good = {"status": "ok", "result": {"loaded_from_cache": job.kind == "warm"}}
        return Ending(**{**good, **(warm if job.kind == "warm" else {})})

    return explain(cast("Sampler", SimpleNamespace(caches=caches, job=job, run=run)), case)


def test_the_two_starts_are_made_again(tmp_path: Path) -> None:
    (difference,) = answers_of(Case("m"), tmp_path)
    assert difference.equal


def test_a_start_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(ColdwarmError, match=r"warm start .* ended as crashed: signal 7"):
        answers_of(Case("m"), tmp_path, status="crashed", reason="signal 7")


def test_a_miss_is_not_called_bit_identical(tmp_path: Path) -> None:
    with pytest.raises(ColdwarmError, match="was not loaded from the cache"):
        answers_of(Case("m"), tmp_path, result={"loaded_from_cache": False})
    assert answers_of(Case("m", api="import"), tmp_path, result={"loaded_from_cache": False})
