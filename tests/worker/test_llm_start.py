"""Starts that generate text, with a stand-in for openvino-genai: what the worker makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Starter

pytestmark = pytest.mark.real

GENAI = """
import mmap, os, types
import numpy, openvino

KEPT = []

class GenerationConfig:
    def __init__(self, **given):
        self.__dict__.update(given)

class Tokenizer:
    def encode(self, text):
        tokens = numpy.frombuffer(text.encode(), numpy.uint8).astype(numpy.int64)
        return types.SimpleNamespace(input_ids=openvino.Tensor(tokens.reshape(1, -1)))

class LLMPipeline:
    def __init__(self, folder, device, CACHE_DIR=None, hits="yes", CACHE_MODE=None):
        assert os.path.isdir(folder), folder
        if hits == "rejected":
            raise RuntimeError("no such property")
        blob = CACHE_DIR and os.path.join(CACHE_DIR, "a.blob")
        if not blob:
            return
        if os.path.exists(blob) and hits == "yes":
            with open(blob, "rb") as file:
                KEPT.append(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        elif not os.path.exists(blob) or hits == "never":
            with open(blob, "wb") as file:
                file.write(b"a blob" * 1000)

    def get_tokenizer(self):
        return Tokenizer()

    def generate(self, prompt, config):
        assert not config.do_sample and config.ignore_eos
        return types.SimpleNamespace(tokens=[list(range(config.max_new_tokens))])
"""


@pytest.fixture
def llm(starter: Starter, tmp_path: Path) -> Starter:
    modules = tmp_path / "modules"
    modules.mkdir()
    (modules / "openvino_genai.py").write_text(GENAI)
    starter.env["PYTHONPATH"] = str(modules)
    (tmp_path / "llm").mkdir()
    for name in ("openvino_model.xml", "openvino_tokenizer.xml"):
        (tmp_path / "llm" / name).touch()
    return starter


def start(llm: Starter, kind: str, **config: str) -> dict[str, Any]:
    model = str(llm.directory / "llm" / "openvino_model.xml")
    return llm.result(kind, "llm", model=model, config=config)


def test_a_start_is_timed_to_its_first_token(llm: Starter) -> None:
    result = start(llm, "uncached")
    phases = {"interpreter", "import", "compile_model", "first_inference"}
    assert set(result["phases_ns"]) == phases
    assert result["first_inference_total_ns"] >= sum(result["phases_ns"].values())
    assert {"load", "first_inference"} <= set(result["rss_anon_bytes"])
    assert [each["names"] for each in result["outputs"]] == [["token_ids"], ["token_ids"]]
    assert result["loaded_from_cache"] is None


def test_a_mapped_blob_proves_a_hit(llm: Starter) -> None:
    cold, warm = start(llm, "cold"), start(llm, "warm")
    assert (cold["loaded_from_cache"], warm["loaded_from_cache"]) == (False, True)
    uncached = start(llm, "uncached")
    assert cold["outputs"] == warm["outputs"] == uncached["outputs"]
    assert cold["inputs_digest"] == warm["inputs_digest"] == uncached["inputs_digest"]


def test_a_blob_that_is_written_anew_was_not_loaded(llm: Starter) -> None:
    start(llm, "cold", hits="never")
    assert start(llm, "warm", hits="never")["loaded_from_cache"] is False


def test_a_blob_that_was_neither_mapped_nor_written_proves_nothing(llm: Starter) -> None:
    start(llm, "cold", hits="unknown")
    assert start(llm, "warm", hits="unknown")["loaded_from_cache"] is None


def test_what_the_pipeline_rejects_is_an_error_of_its_load(llm: Starter) -> None:
    model = str(llm.directory / "llm" / "openvino_model.xml")
    error = llm.error("uncached", "llm", model=model, config={"hits": "rejected"})
    assert (error["phase"], error["message"]) == ("compile_model", "no such property")


def test_another_model_is_no_llm(llm: Starter) -> None:
    error = llm.error("uncached", "llm")
    assert "this is no LLM as openvino-genai reads it" in error["message"]
    assert not error["unavailable"]


def test_a_runtime_without_openvino_genai_names_the_remedy(llm: Starter) -> None:
    (llm.directory / "modules" / "openvino_genai.py").write_text("raise ImportError('none')")
    error = llm.error("uncached", "llm")
    assert error["unavailable"]
    assert "pip install openvino-genai" in error["message"]
