"""The runs of one host over time, and what is usual for them."""

from coldwarm.history.runs import (
    History,
    PastRun,
    before,
    choose_host,
    read_history,
    usual_times,
)

__all__ = ["History", "PastRun", "before", "choose_host", "read_history", "usual_times"]
