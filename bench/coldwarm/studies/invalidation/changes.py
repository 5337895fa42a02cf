"""The changes: what each does between the cold and the warm start, and what should come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coldwarm.experiment.study import PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Mapping

HIT, MISS, EITHER, REFUSE = "hit", "miss", "either", "refuse"


@dataclass(frozen=True)
class Change:
    """One change.

    Attributes:
        title: heading of its row.
        detail: what exactly is done.
        expected: ``hit``, ``miss``, ``either`` where only the answer matters, or ``refuse`` where
            the warm start may raise as well.
        why: why that is expected.
        keeps_loaded: whether the change comes after the load, so that the answer of the model as
            it was before is right.
    """

    title: str
    detail: str
    expected: str
    why: str
    keeps_loaded: bool = False


@dataclass(frozen=True)
class Values:
    """Two values of a property; the warm start gets the first that the cold one did not have.

    Attributes:
        values: in this order; None stands for a property that is not passed.
        expected: as in `Change`.
        why: as in `Change`.
    """

    values: tuple[Any, Any]
    expected: str
    why: str


SAME_MODEL = "the model is the same, bit by bit, and so is what is asked for"
OTHER_MODEL = "the blob holds another model than the files"
OTHER_RUN = "it says how the model is run, not what it computes"
OTHER_RESULT = "it may change what is computed: a hit is right only if its answer is"
LOADED_BEFORE = "what was loaded is the model as it was, whatever becomes of its files"
OTHER_FORMAT = "the model is the same, but the file may be laid out otherwise"
OTHER_BLOB = "either blob serves: only the answer matters"

PROPERTY_VALUES: dict[str, Values] = {
    **{
        name: Values(values, HIT, OTHER_RUN)
        for name, values in {
            "INFERENCE_NUM_THREADS": (1, 2),
            "NUM_STREAMS": (2, 1),
            "PERFORMANCE_HINT": ("THROUGHPUT", "LATENCY"),
            "ENABLE_CPU_PINNING": (False, True),
            "ENABLE_HYPER_THREADING": (False, True),
            "SCHEDULING_CORE_TYPE": ("PCORE_ONLY", "ANY_CORE"),
            "PERF_COUNT": (True, False),
            "WEIGHTS_PATH": ("${model_bin}", None),
        }.items()
    },
    **{
        name: Values(values, EITHER, OTHER_RESULT)
        for name, values in {
            "EXECUTION_MODE_HINT": ("ACCURACY", "PERFORMANCE"),
            "INFERENCE_PRECISION_HINT": ("bf16", "f32"),
            "KV_CACHE_PRECISION": ("f16", "u8"),
            "DYNAMIC_QUANTIZATION_GROUP_SIZE": (0, 32),
        }.items()
    },
    "ENABLE_WEIGHTLESS": Values((True, False), EITHER, OTHER_BLOB),
}


def _of_property(name: str) -> Change:
    values = PROPERTY_VALUES[name]
    first, second = values.values
    instead = "nothing" if second is None else second
    return Change(
        title=f"{name}={first}",
        detail=(
            f"The warm start passes {name}={first} to compile_model, the cold one does not "
            f"({instead} where the case has {first} itself)."
        ),
        expected=values.expected,
        why=values.why,
    )


CHANGES: dict[str, Change] = {
    "nothing": Change(
        "nothing", "Nothing is changed: the control of all other rows.", HIT, SAME_MODEL
    ),
    "xml_content": Change(
        "graph changed",
        "One operation in the .xml computes something else; size and time of change differ too.",
        MISS,
        OTHER_MODEL,
    ),
    "bin_content": Change(
        "weights changed",
        "Every constant in the .bin is put into reverse order; the .xml is left alone.",
        MISS,
        OTHER_MODEL,
    ),
    "quiet_content": Change(
        "graph changed quietly",
        "One operation in the .xml computes something else; size and time of change stay.",
        MISS,
        OTHER_MODEL,
    ),
    "xml_touched": Change(
        ".xml touched", "The .xml gets a later time of change, no other byte.", HIT, SAME_MODEL
    ),
    "bin_touched": Change(
        ".bin touched", "The .bin gets a later time of change, no other byte.", HIT, SAME_MODEL
    ),
    "size": Change(
        ".xml longer",
        "Empty lines are added to the .xml, which mean nothing; its time of change stays.",
        HIT,
        SAME_MODEL,
    ),
    "moved": Change(
        "model moved", "The model's files are moved to another directory.", HIT, SAME_MODEL
    ),
    "renamed": Change(
        "model renamed", "The model's files get other names in their directory.", HIT, SAME_MODEL
    ),
    "copied": Change(
        "copy of the model",
        "The warm start loads a copy in another directory; the original stays.",
        HIT,
        SAME_MODEL,
    ),
    "namesake": Change(
        "another model of its name",
        "The warm start loads another model, whose files have the same names in another directory.",
        MISS,
        OTHER_MODEL,
    ),
    "precision": Change(
        "other precision",
        "The files are replaced by the same model in f16 (or f32 where it was f16).",
        MISS,
        OTHER_MODEL,
    ),
    "api": Change(
        "other API",
        "The warm start uses the other API: path after read_model, read_model after path.",
        HIT,
        SAME_MODEL,
    ),
    "cache_mode": Change(
        "other cache mode",
        "The warm start asks for OPTIMIZE_SPEED after a blob of OPTIMIZE_SIZE, or the reverse.",
        EITHER,
        OTHER_BLOB,
    ),
    "encryption_on": Change(
        "encryption on",
        "The blob is written without callbacks; the warm start gives some.",
        MISS,
        "a start that wants encryption must not go on with a blob in clear",
    ),
    "encryption_off": Change(
        "encryption off",
        "The blob is written with callbacks; the warm start gives none.",
        MISS,
        "without the key an encrypted blob cannot be read, and should be left alone",
    ),
    "wrong_key": Change(
        "wrong key",
        "The blob is written with one AES key; the warm start has another.",
        MISS,
        "without the key an encrypted blob cannot be read",
    ),
    "runtime": Change(
        "other OpenVINO",
        "The warm start is made by the next runtime of the experiment.",
        EITHER,
        "a newer plugin may take a blob of an older one: a hit is right only if its answer is",
    ),
    "instruction_set": Change(
        "other instruction set",
        "The warm start may not use the processor's best instruction set (ONEDNN_MAX_CPU_ISA), as "
        "on an older processor that shares the cache directory.",
        EITHER,
        "kernels are chosen by it: a hit is right only if its answer is",
    ),
    "device_cache_dir": Change(
        "cache directory on the device",
        "The cold start sets CACHE_DIR on the Core, the warm one on the device.",
        HIT,
        "it is the same directory, and " + SAME_MODEL,
    ),
    "call_cache_dir": Change(
        "cache directory in the call",
        "The cold start sets CACHE_DIR on the Core, the warm one passes it to compile_model.",
        HIT,
        "it is the same directory, and " + SAME_MODEL,
    ),
    "truncated_after_load": Change(
        "weights cut after load",
        "The .bin is cut to nothing, in place, between load and first inference of the warm start.",
        HIT,
        LOADED_BEFORE,
        keeps_loaded=True,
    ),
    "replaced_after_load": Change(
        "weights replaced after load",
        "Other weights are written into the .bin, in place, between load and first inference of "
        "the warm start.",
        HIT,
        LOADED_BEFORE,
        keeps_loaded=True,
    ),
    "exported_blob": Change(
        "exported blob in the cache",
        "What export_model wrote is put into the place of the blob in the cache directory.",
        EITHER,
        OTHER_FORMAT,
    ),
    "imported_cache_blob": Change(
        "cache blob imported",
        "The blob of the cache directory is given to import_model.",
        REFUSE,
        OTHER_FORMAT,
    ),
    **{name: _of_property(name) for name in PROPERTIES},
}
"""Change to what is known of it, for each name in `coldwarm.experiment.study.INVALIDATION`."""


def other_value(name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties with another value of one of them."""
    values = PROPERTY_VALUES[name]
    first, second = values.values
    value = second if str(properties.get(name)) == str(first) else first
    changed = {**properties, name: value}
    return {key: each for key, each in changed.items() if each is not None}
