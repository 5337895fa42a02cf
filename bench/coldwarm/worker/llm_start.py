"""One start of an application that generates text: an openvino-genai LLMPipeline, a first token.

The pipeline hides the compiled models, so LOADED_FROM_CACHE cannot be asked. What stands in for
it: a blob that was loaded is mapped into the memory of this process, one that was compiled and
written again has a new stamp.
"""

from __future__ import annotations

import os

PROMPT = "Why is the sky blue?"
ANSWER_TOKENS = 32
TOKENIZER = "openvino_tokenizer.xml"
MAPS = "/proc/self/maps"


class UnavailableError(Exception):
    """The runtime lacks openvino-genai; the text names the remedy."""


def import_genai():
    """Import openvino-genai, with its tokenizers.

    Raises:
        UnavailableError: when the runtime has none that fits its openvino.
    """
    try:
        import openvino_genai
    except ImportError as err:
        msg = (
            f"an LLM needs openvino-genai, of the same version as openvino, in the runtime's "
            f"environment: pip install openvino-genai ({err})"
        )
        raise UnavailableError(msg) from err
    return openvino_genai


def start(job: dict, clock, config: dict, note_held, first_result):
    """Load the pipeline, generate one token, then an answer.

    Args:
        job: the job; its model is the main file in a directory of an LLM.
        clock: times the phases.
        config: properties of the pipeline.
        note_held: records what is in memory at a moment.
        first_result: records what is counted until the first token.

    Returns:
        the tokens of the prompt, those of both answers, and whether the blob that was there was
        loaded.
    """
    genai = import_genai()
    with clock.harness("inputs"):
        import numpy as np

        folder, cache = os.path.dirname(job["model"]), job["cache_dir"]
        if not os.path.exists(os.path.join(folder, TOKENIZER)):
            msg = f"this is no LLM as openvino-genai reads it: {folder} has no {TOKENIZER}"
            raise FileNotFoundError(msg)
        before = _stamps(cache)
    if cache is not None:
        config["CACHE_DIR"] = cache
    with clock.phase("compile_model"):
        pipeline = genai.LLMPipeline(folder, job["device"], **config)
    with clock.harness():
        note_held("load")
        greedy = genai.GenerationConfig(do_sample=False, ignore_eos=True, max_new_tokens=1)
    with clock.phase("first_inference"):
        prompt = pipeline.get_tokenizer().encode(PROMPT)
        first = pipeline.generate(prompt, greedy)
    first_result()
    greedy.max_new_tokens = ANSWER_TOKENS
    whole = pipeline.generate(prompt, greedy)
    answers = [np.array(each.tokens[0], np.int64) for each in (first, whole)]
    loaded = None if cache is None else _was_loaded(cache, before)
    return prompt.input_ids, answers, loaded


def _was_loaded(cache: str, before: dict) -> bool | None:
    """Return whether the blob that was there was loaded; None where neither can be shown."""
    try:
        with open(MAPS, encoding="utf-8", errors="surrogateescape") as file:
            if any(f"{os.path.realpath(cache)}{os.sep}" in line for line in file):
                return True
    except OSError:
        pass
    return False if _stamps(cache) != before else None


def _stamps(cache: str | None) -> dict:
    """Return file to what changes when it is written anew."""
    stamps = {}
    for folder, _, names in os.walk(cache) if cache is not None else ():
        for name in names:
            path = os.path.join(folder, name)
            status = os.stat(path)
            stamps[path] = (status.st_size, status.st_mtime_ns, status.st_ino)
    return stamps
