"""The studies: what each can do to a cache between two starts, by name. Pure."""

from __future__ import annotations

from dataclasses import dataclass

PROPERTIES = (
    "INFERENCE_NUM_THREADS",
    "NUM_STREAMS",
    "PERFORMANCE_HINT",
    "ENABLE_CPU_PINNING",
    "ENABLE_HYPER_THREADING",
    "SCHEDULING_CORE_TYPE",
    "PERF_COUNT",
    "EXECUTION_MODE_HINT",
    "INFERENCE_PRECISION_HINT",
    "KV_CACHE_PRECISION",
    "DYNAMIC_QUANTIZATION_GROUP_SIZE",
    "ENABLE_WEIGHTLESS",
    "WEIGHTS_PATH",
)
"""Properties of compile_model, each a change of its own."""

INVALIDATION = (
    "nothing",
    "xml_content",
    "bin_content",
    "quiet_content",
    "xml_touched",
    "bin_touched",
    "size",
    "moved",
    "renamed",
    "copied",
    "namesake",
    "precision",
    "api",
    "cache_mode",
    "encryption_on",
    "encryption_off",
    "wrong_key",
    "runtime",
    "instruction_set",
    "device_cache_dir",
    "call_cache_dir",
    "truncated_after_load",
    "replaced_after_load",
    "exported_blob",
    "imported_cache_blob",
    *PROPERTIES,
)
"""What is changed between the cold and the warm start."""

FAULTS = (
    "nothing",
    "truncated",
    "empty",
    "garbage",
    "other_version",
    "flipped_header",
    "flipped_topology",
    "flipped_weights",
    "zeroed_weights",
    "other_model",
    "read_only_empty",
    "read_only",
    "read_only_damaged",
    "file_instead",
    "no_permission",
    "full_disk",
    "wrong_key",
    "no_key",
    "decrypt_raises",
    "encrypt_raises",
    "killed",
    "stampede",
    "staggered",
)
"""What goes wrong with the cache."""

STUDIES = {"invalidation": INVALIDATION, "faults": FAULTS}
"""Kind of study to the changes it knows."""

TRIES = {"invalidation": 1, "faults": 10}
"""How often each is tried unless the experiment says: a cache key is no matter of chance."""


@dataclass(frozen=True)
class Study:
    """A study instead of a measurement.

    Attributes:
        kind: one of `STUDIES`.
        changes: what is done between the starts, of what the kind knows.
        tries: how often each is tried with each case.
    """

    kind: str
    changes: tuple[str, ...]
    tries: int = 1
