from __future__ import annotations

from pathlib import Path

import pytest

from coldwarm.errors import ConfigError
from coldwarm.experiment.text_file import MAX_BYTES, leading_comment, read


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def complaint(path: str) -> str:
    with pytest.raises(ConfigError) as raised:
        read(Path(path))
    return str(raised.value)


def test_reads_utf8_with_and_without_byte_order_mark() -> None:
    Path("a.yaml").write_text("näme: x\n", encoding="utf-8")
    Path("b.yaml").write_text("näme: x\n", encoding="utf-8-sig")
    assert read(Path("a.yaml")) == read(Path("b.yaml")) == "näme: x\n"


def test_a_missing_file() -> None:
    Path("nightly.yaml").touch()
    Path("nightly.txt").touch()
    assert complaint("nightyl.yaml") == (
        'nightyl.yaml: there is no such file, did you mean "nightly.yaml"?'
    )
    assert complaint("no/such/file.yaml") == "no/such/file.yaml: there is no such file."


def test_a_directory() -> None:
    Path("configs").mkdir()
    assert complaint("configs") == "configs: this is a directory: name an experiment file"


def test_a_file_that_may_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert complaint("x.yaml") == "x.yaml: the file cannot be read: Permission denied"


def test_a_file_that_is_no_experiment() -> None:
    Path("model.onnx").write_bytes(b"x" * (MAX_BYTES + 1))
    assert complaint("model.onnx") == (
        "model.onnx: this is no experiment file: it is larger than 1 MB"
    )


def test_text_that_is_not_utf8_has_a_place() -> None:
    Path("x.yaml").write_bytes("# ä\nname: fünf\n".encode() + b"a: \xe4\n")
    assert complaint("x.yaml").splitlines()[0] == (
        "x.yaml:3:4: this is not UTF-8 text: save the file as UTF-8"
    )


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("name: x\n", ""),
        ("", ""),
        ("# Why?\nname: x\n", "Why?"),
        ("#Why?\n#  Because\n# two.\nname: x # not this\n", "Why?\nBecause\ntwo."),
        ("\n\n# Why?\n\n# Not this.\nname: x\n", "Why?"),
        ("# yaml-language-server: $schema=schema.json\n#\n# Why?\nname: x\n", "Why?"),
        ("# yaml-language-server: $schema=schema.json\nname: x\n# Not this.\n", ""),
        ("# One.\n#\n# Two.\n", "One.\n\nTwo."),
    ],
)
def test_the_question_is_the_first_comment(text: str, question: str) -> None:
    assert leading_comment(text) == question
