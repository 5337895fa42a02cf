"""The runs of one host over time, and what is usual for them."""

from coldwarm.history.groups import choose_group, group_hosts, runs_below
from coldwarm.history.runs import History, PastRun, before, read_history, usual_times

__all__ = [
    "History",
    "PastRun",
    "before",
    "choose_group",
    "group_hosts",
    "read_history",
    "runs_below",
    "usual_times",
]
