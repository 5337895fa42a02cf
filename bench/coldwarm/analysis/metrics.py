"""The quantities of a case: where each is measured, what it is called, and what decides.

Everything that pairs, compares or shows a quantity reads its record here.
"""

from __future__ import annotations

from dataclasses import dataclass

MB = 1e6


@dataclass(frozen=True)
class Metric:
    """One quantity of a case.

    Attributes:
        name: its key in JSON and on the command line.
        label: its name in a table, at most 18 characters.
        subject: its name in a sentence.
        unit: ``ms``, ``x`` (a ratio), ``bytes``, ``share`` or ``word``.
        larger: what a larger value is called.
        smaller: what a smaller value is called.
        higher_is_better: whether a larger value is the better one.
        column: column of the frame that holds it start by start; empty for what is derived.
        kind: kind of start in which it is measured; empty for what is derived.
    """

    name: str
    label: str
    subject: str
    unit: str
    larger: str = "slower"
    smaller: str = "faster"
    higher_is_better: bool = False
    column: str = ""
    kind: str = ""


WARM_LOAD = Metric("warm_load", "warm load time", "warm start", "ms", column="load_ms", kind="warm")
COLD_LOAD = Metric("cold_load", "cold load time", "cold start", "ms", column="load_ms", kind="cold")
UNCACHED_LOAD = Metric(
    "uncached_load", "uncached load time", "uncached start", "ms", column="load_ms", kind="uncached"
)
WARM_FIRST_INFERENCE = Metric(
    "warm_first_inference",
    "warm 1st inference",
    "time to first inference, warm,",
    "ms",
    column="first_inference_ms",
    kind="warm",
)
COLD_FIRST_INFERENCE = Metric(
    "cold_first_inference",
    "cold 1st inference",
    "time to first inference, cold,",
    "ms",
    column="first_inference_ms",
    kind="cold",
)
UNCACHED_FIRST_INFERENCE = Metric(
    "uncached_first_inference",
    "uncached 1st inf.",
    "time to first inference, uncached,",
    "ms",
    column="first_inference_ms",
    kind="uncached",
)
COLD_COMPILE = Metric(
    "cold_compile",
    "cold compile",
    "compile_model of a cold start",
    "ms",
    column="compile_model_ms",
    kind="cold",
)
UNCACHED_COMPILE = Metric(
    "uncached_compile",
    "uncached compile",
    "compile_model of an uncached start",
    "ms",
    column="compile_model_ms",
    kind="uncached",
)
SPEEDUP = Metric("speedup", "speedup", "speedup", "x", "higher", "lower", higher_is_better=True)
COLD_TAX = Metric("cold_tax", "cold tax", "cold tax", "ms", "more", "less")
WARM_PEAK = Metric(
    "warm_peak",
    "peak memory, warm",
    "peak memory of a warm start",
    "bytes",
    "more",
    "less",
    column="peak_load_bytes",
    kind="warm",
)
COLD_PEAK = Metric(
    "cold_peak",
    "peak memory, cold",
    "peak memory of a cold start",
    "bytes",
    "more",
    "less",
    column="peak_load_bytes",
    kind="cold",
)
BLOB = Metric(
    "blob", "blob size", "blob", "bytes", "larger", "smaller", column="blob_bytes", kind="cold"
)
ENCRYPTED_SHARE = Metric(
    "encrypted_share",
    "encrypted share",
    "encrypted share of the blob",
    "share",
    "higher",
    "lower",
    higher_is_better=True,
    column="encrypted_share",
    kind="cold",
)
VERDICT = Metric("verdict", "verdict", "verdict", "word")
ANSWER = Metric("answer", "answer", "answer", "word")

TIMES = (
    WARM_LOAD,
    COLD_LOAD,
    UNCACHED_LOAD,
    WARM_FIRST_INFERENCE,
    COLD_FIRST_INFERENCE,
)
"""Absolute times: comparable between neighbours, or with the history of a host."""

METRICS = {
    metric.name: metric
    for metric in (
        *TIMES,
        SPEEDUP,
        COLD_TAX,
        WARM_PEAK,
        COLD_PEAK,
        BLOB,
        ENCRYPTED_SHARE,
        VERDICT,
        ANSWER,
    )
}
"""Every metric that is compared, by its name, in the order in which tables show them."""

MEASURED = tuple(
    metric
    for metric in (
        *METRICS.values(),
        UNCACHED_FIRST_INFERENCE,
        COLD_COMPILE,
        UNCACHED_COMPILE,
    )
    if metric.column
)
"""What the starts of a round measured: each is a column of the rounds of a run."""

DECIDABLE = tuple(metric.name for metric in TIMES if metric is not UNCACHED_LOAD)
"""Times that may decide. An uncached start knows nothing of the cache: it is only shown."""

DECIDING = (WARM_LOAD.name,)
"""Times that decide unless others are asked for. Each one more makes the family larger and the
gate blinder: with two instead of one, +12 % in one of 4 cases with 30 pairs is found in 81 %
instead of 88 % of all comparisons."""
