"""Answers of models that are asked for more than one plain output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from case_models import build_models

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Starter

pytestmark = pytest.mark.real

CASES = (
    *("two_results", "empty_answer", "text_through", "no_texts", "names_of_outputs", "branch"),
    *("branch_other", "fixed_inside", "bounded", "rows_add_up", "indices", "target_shape"),
)


@pytest.fixture(scope="session")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return build_models(tmp_path_factory.mktemp("cases"), *CASES)


@pytest.fixture
def ask(starter: Starter, cases: dict[str, Path]) -> Callable[..., dict[str, Any]]:
    """Give a function that starts a model and returns its first answer."""

    def first_answer(name: str, **job: Any) -> dict[str, Any]:  # noqa: ANN401
        result = starter.result(model=str(cases[name]), **job)
        answer: dict[str, Any] = result["outputs"][0]
        return answer

    return first_answer


def test_two_results_of_one_node_are_two_answers(ask: Callable[..., dict[str, Any]]) -> None:
    answer = ask("two_results")
    assert len(answer["digests"]) == 2
    assert answer["digests"][0] == answer["digests"][1]
    assert "empty" not in answer


def test_an_answer_without_elements_is_called_empty(ask: Callable[..., dict[str, Any]]) -> None:
    assert ask("empty_answer")["empty"] == [0]


def test_texts_are_read_without_undefined_bytes(ask: Callable[..., dict[str, Any]]) -> None:
    answers = [ask("text_through") for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["empty"] == [0]
    none = ask("no_texts", inputs={"text": {"shape": [0]}})
    assert none["empty"] == [0]
    assert none["digests"] != ask("no_texts")["digests"], "another shape"


def test_outputs_without_a_name_with_several_and_of_no_number_are_answers(
    ask: Callable[..., dict[str, Any]],
) -> None:
    answer = ask("names_of_outputs")
    assert answer == ask("names_of_outputs")
    assert answer["names"][1:] == ["a", "scalar", "nan"]
    assert len(set(answer["digests"])) == 4


def larger(starter: Starter, file: Path, kind: str = "uncached", **job: Any) -> dict[str, Any]:  # noqa: ANN401
    return starter.result(kind, model=str(file), larger=True, **job)


def shapes_of(result: dict[str, Any]) -> list[tuple[Any, bool]]:
    return [(each["shapes"], each.get("larger", False)) for each in result["outputs"]]


@pytest.mark.parametrize(
    ("name", "inputs", "expected"),
    [
        ("branch", {}, [([[1, 16]], False), ([[8, 16]], True)]),
        ("branch", {"x": {"shape": [2, 16]}}, [([[2, 16]], False), ([[8, 16]], True)]),
        ("branch", {"x": {"shape": [8, 16]}}, [([[8, 16]], False)]),
        ("bounded", {}, [([[1, 10, 1, 2]], False), ([[3, 10, 8, 2]], True)]),
        ("two_results", {}, [([[2, 4]], False)]),
    ],
)
def test_a_dynamic_model_is_asked_at_a_larger_shape_too(
    starter: Starter,
    cases: dict[str, Path],
    name: str,
    inputs: dict[str, Any],
    expected: list[Any],
) -> None:
    result = larger(starter, cases[name], inputs=inputs)
    assert shapes_of(result) == expected
    assert "larger_refused" not in result


def test_states_are_reset_before_the_larger_shape(starter: Starter, cases: dict[str, Path]) -> None:
    outputs = larger(starter, cases["rows_add_up"])["outputs"]
    assert [each.get("larger", False) for each in outputs] == [False, False, True, True]
    alone = starter.result(model=str(cases["rows_add_up"]), inputs={"x": {"shape": [8, 4]}})
    assert [each["digests"] for each in outputs[2:]] == [
        each["digests"] for each in alone["outputs"]
    ]


def test_a_model_that_refuses_a_larger_shape_is_asked_at_its_smallest(
    starter: Starter, cases: dict[str, Path]
) -> None:
    result = larger(starter, cases["fixed_inside"])
    assert shapes_of(result) == [([[1, 16]], False)]
    assert "reshape" in result["larger_refused"].lower()


def test_a_blob_that_differs_for_many_rows_only_answers_otherwise_there(
    starter: Starter, cases: dict[str, Path]
) -> None:
    def start(name: str, kind: str) -> dict[str, Any]:
        return starter.result(kind, "read_model", model=str(cases[name]), larger=True)

    start("branch_other", "cold")
    (other,) = starter.chain.cache.iterdir()
    content = other.read_bytes()
    other.unlink()
    right = start("branch", "cold")["outputs"]
    (blob,) = starter.chain.cache.iterdir()
    blob.chmod(0o600)
    blob.write_bytes(content)
    warm = start("branch", "warm")
    assert warm["loaded_from_cache"] is True
    assert warm["outputs"][0]["digests"] == right[0]["digests"]
    assert warm["outputs"][1]["digests"] != right[1]["digests"]


def test_given_values_are_what_the_model_gets(
    starter: Starter, cases: dict[str, Path], tmp_path: Path
) -> None:
    np.savez(tmp_path / "v.npz", index=np.array([1, 3], np.float64))
    file = {"file": str(tmp_path / "v.npz"), "key": "index", "sha256": ""}

    def ask(values: Any, name: str = "index", model: str = "indices") -> dict[str, Any]:  # noqa: ANN401
        return starter.result(model=str(cases[model]), inputs={name: {"values": values}})

    listed, filed, other = ask([1, 3]), ask(file), ask([2, 3])
    assert listed["outputs"] == filed["outputs"]
    assert listed["inputs_digest"] == filed["inputs_digest"] != other["inputs_digest"]
    assert listed["outputs"] != other["outputs"]
    assert listed["zero_inputs"] == []
    assert ask([2, 4], "target", "target_shape")["outputs"][0]["shapes"] == [[8], [2]]
    assert ask([["nan"] * 2 + [1.5] * 14], "x", "branch")["zero_inputs"] == []
    assert "empty" not in ask(["a", "\u00e4"], "text", "text_through")["outputs"][0]


def test_values_that_an_input_does_not_take_are_an_error_of_its_inputs(
    starter: Starter, cases: dict[str, Path]
) -> None:
    for values in ([1.5, 2], ["nan", 1]):
        model = str(cases["indices"])
        error = starter.error(model=model, inputs={"index": {"values": values}})
        assert error["phase"] == "inputs"
        assert "input index is i64: its values must be whole numbers" in error["message"]


def test_integers_of_which_nothing_is_known_are_named(
    starter: Starter, cases: dict[str, Path]
) -> None:
    assert starter.result(model=str(cases["indices"]))["zero_inputs"] == ["index"]
    assert starter.result(model=str(cases["text_through"]))["zero_inputs"] == []
    failed = starter.start(model=str(cases["target_shape"]))
    assert (failed.status, failed.result["zero_inputs"]) == ("failed", ["target"])
