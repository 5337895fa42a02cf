"""The code to paste for a pipeline that generates text."""

from __future__ import annotations

import ast
import json

import pytest

from coldwarm.advice.snippet import snippet

AXES = {
    "model": "smollm2-135m",
    "device": "CPU",
    "api": "llm",
    "cache_mode": "default",
    "encryption": "none",
    "runtime": "installed",
    "properties": "{}",
    "storage": "hot",
}


def test_it_starts_a_pipeline_with_a_cache() -> None:
    source = snippet({**AXES, "properties": json.dumps({"ATTENTION_BACKEND": "SDPA"})})
    assert "from openvino_genai import LLMPipeline\n" in source
    assert 'LLMPipeline(MODEL, DEVICE, CACHE_DIR="model_cache", **CONFIG)' in source
    assert '"ATTENTION_BACKEND": "SDPA"' in source


def test_without_a_cache_there_is_no_directory() -> None:
    assert "LLMPipeline(MODEL, DEVICE)\n" in snippet(AXES, cached=False)


@pytest.mark.parametrize("encryption", ["none", "identity", "base64", "aes-256-gcm"])
def test_it_is_valid_python(encryption: str) -> None:
    source = snippet({**AXES, "encryption": encryption, "cache_mode": "OPTIMIZE_SIZE"})
    ast.parse(source)
    assert "OPTIMIZE_SIZE" in source
