"""Reading experiments from text, in a directory that holds nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coldwarm.errors import ConfigError
from coldwarm.experiment import read_experiment

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from coldwarm.experiment import Experiment

NAMES = ("resnet50", "mobilenet-v2", "bert-base", "gpt2")
PRECISIONS = ("f32", "f16", "int8")
KNOWN_MODELS = (*NAMES, *(f"{name}:{precision}" for name in NAMES for precision in PRECISIONS))


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Experiment]:
    """Return a function that reads the experiment in a text."""
    monkeypatch.chdir(tmp_path)

    def read_text(text: str, **options: Any) -> Experiment:  # noqa: ANN401
        path = Path("experiment.yaml")
        path.write_text(text, encoding="utf-8")
        return read_experiment(path, known_models=KNOWN_MODELS, **options)

    return read_text


@pytest.fixture
def complaint(read: Callable[..., Experiment]) -> Callable[..., str]:
    """Return a function that reads a text with mistakes and returns what is said of them."""

    def complaint_about(text: str, **options: Any) -> str:  # noqa: ANN401
        with pytest.raises(ConfigError) as raised:
            read(text, **options)
        return str(raised.value)

    return complaint_about
