"""Compare base and head: what got slower, larger or worse, beyond what noise explains."""

from coldwarm.compare.comparing import compare_along, compare_runs
from coldwarm.compare.matching import ComparisonError
from coldwarm.compare.result import CaseResult, Comparison, MetricChange, MetricResult

__all__ = [
    "CaseResult",
    "Comparison",
    "ComparisonError",
    "MetricChange",
    "MetricResult",
    "compare_along",
    "compare_runs",
]
