"""Answers of models that are asked for more than one plain output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from case_models import build_models

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Starter

pytestmark = pytest.mark.real

CASES = ("two_results", "empty_answer", "text_through", "no_texts", "names_of_outputs")

Ask = "Callable[..., list[dict[str, Any]]]"


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
