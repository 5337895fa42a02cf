from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coldwarm.errors import ModelError
from coldwarm.models import all_models, making, provide
from coldwarm.models.catalog import SUITES

if TYPE_CHECKING:
    from toy_model import Toy


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(
        making, "fetch", lambda models, _: names.extend(model.name for model in models)
    )
    return names


@pytest.mark.parametrize("suite", SUITES)
def test_a_suite_is_every_model_of_it_in_every_format(fetched: list[str], suite: str) -> None:
    provide((), (suite,), str)
    assert fetched == [model.name for model in all_models() if model.suite == suite]


def test_names_with_and_without_format(fetched: list[str]) -> None:
    provide(("magika", "basic-pitch@tflite", "basic-pitch"), (), str)
    assert fetched == ["magika", "basic-pitch@tflite", "basic-pitch@onnx"]


def test_one_unknown_name_and_nothing_is_fetched(fetched: list[str]) -> None:
    with pytest.raises(ModelError, match='there is no model "magica"'):
        provide(("magika", "magica"), (), str)
    assert fetched == []


def test_a_built_in_model_is_built_once(
    toy: Toy, fetched: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "find_model", lambda _: toy.model)
    provide(("toy",), (), str)
    provide(("toy",), (), str)
    assert toy.builds == 1
    assert fetched == []
