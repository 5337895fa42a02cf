"""A comparison as plain data."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from coldwarm.analysis.metrics import Metric

if TYPE_CHECKING:
    from coldwarm.compare.result import Comparison, Result


def to_json(comparison: Comparison, *, require_decision: bool = False) -> dict[str, Any]:
    """Return a comparison as a JSON object; null stands for what is not known or not finite."""
    return {
        "exit_code": comparison.exit_code(require_decision=require_decision),
        "regression": bool(comparison.regressed),
        "undecided": comparison.undecided,
        **_plain({**vars(comparison), "cases": ()}),
        "cases": [
            {**_plain(vars(case)), "results": [_result(each) for each in case.results]}
            for case in comparison.cases
        ],
    }


def _result(result: Result) -> dict[str, Any]:
    return {
        **_plain(vars(result)),
        "unit": result.metric.unit,
        "decides": result.decides,
        "regression": result.is_regression,
    }


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Metric):
        return value.name
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if hasattr(value, "__dataclass_fields__"):
        return _plain(vars(value))
    return value if not isinstance(value, float) or math.isfinite(value) else None
