"""Compare base and head: what got slower, larger or worse, and what cannot be told from noise."""

from coldwarm.compare.along import compare_along
from coldwarm.compare.matching import ComparisonError
from coldwarm.compare.result import CaseResult, Change, Comparison, Result
from coldwarm.compare.runs import compare_runs

__all__ = [
    "CaseResult",
    "Change",
    "Comparison",
    "ComparisonError",
    "Result",
    "compare_along",
    "compare_runs",
]
