"""What two sides of a comparison are compared on, and what decides."""

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
    """

    name: str
    label: str
    subject: str
    unit: str
    larger: str = "slower"
    smaller: str = "faster"
    higher_is_better: bool = False


WARM_LOAD = Metric("warm_load", "warm load time", "warm start", "ms")
COLD_LOAD = Metric("cold_load", "cold load time", "cold start", "ms")
UNCACHED_LOAD = Metric("uncached_load", "uncached load time", "uncached start", "ms")
WARM_FIRST_INFERENCE = Metric(
    "warm_first_inference", "warm 1st inference", "time to first inference, warm,", "ms"
)
COLD_FIRST_INFERENCE = Metric(
    "cold_first_inference", "cold 1st inference", "time to first inference, cold,", "ms"
)
SPEEDUP = Metric("speedup", "speedup", "speedup", "x", "higher", "lower", higher_is_better=True)
COLD_TAX = Metric("cold_tax", "cold tax", "cold tax", "ms", "more", "less")
WARM_PEAK = Metric(
    "warm_peak", "peak memory, warm", "peak memory of a warm start", "bytes", "more", "less"
)
COLD_PEAK = Metric(
    "cold_peak", "peak memory, cold", "peak memory of a cold start", "bytes", "more", "less"
)
BLOB = Metric("blob", "blob size", "blob", "bytes", "larger", "smaller")
ENCRYPTED_SHARE = Metric(
    "encrypted_share",
    "encrypted share",
    "encrypted share of the blob",
    "share",
    "higher",
    "lower",
    higher_is_better=True,
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
"""Every metric by its name, in the order in which tables show them."""

DECIDABLE = tuple(metric.name for metric in TIMES if metric is not UNCACHED_LOAD)
"""Times that may decide. An uncached start knows nothing of the cache: it is only shown."""

DECIDING = (WARM_LOAD.name,)
"""Times that decide unless others are asked for. Each one more makes the family larger and the
gate blinder: with two instead of one, +12 % in one of 4 cases with 30 pairs is found in 81 %
instead of 88 % of all comparisons."""
