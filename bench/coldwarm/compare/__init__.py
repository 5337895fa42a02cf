"""Compare base and head: what got slower, larger or worse, and what cannot be told from noise."""

from coldwarm.compare.between_runs import compare_runs
from coldwarm.compare.matching import ComparisonError
from coldwarm.compare.result import CaseResult, Change, Comparison, Result
from coldwarm.compare.within_run import compare_along

__all__ = [
    "CaseResult",
    "Change",
    "Comparison",
    "ComparisonError",
    "Result",
    "compare_along",
    "compare_runs",
]
