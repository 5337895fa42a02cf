"""Each file in golden/ has mistakes; the text beside it is what the user reads about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from coldwarm.errors import ConfigError
from coldwarm.experiment import read_experiment

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(GOLDEN.glob("*.yaml"))


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_says_what_is_wrong_where_and_what_to_do(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(GOLDEN)
    precisions = ("resnet50:f32", "resnet50:f16", "resnet50:int8")
    known = ("resnet50", "mobilenet-v2", "bert-base", "gpt2", *precisions)
    with pytest.raises(ConfigError) as raised:
        read_experiment(Path(path.name), known_models=known)
    expected = path.with_suffix(".txt").read_text(encoding="utf-8")
    assert f"{raised.value}\n" == expected


def test_every_golden_text_has_its_file() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {path.stem for path in FILES}


def test_no_sentence_is_pydantics() -> None:
    for path in GOLDEN.glob("*.txt"):
        text = path.read_text(encoding="utf-8")
        assert "Input should" not in text
        assert "pydantic" not in text
        assert "Value error" not in text
