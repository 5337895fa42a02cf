"""Runtimes: the OpenVINO of each start, installed, of another version, or built by the user.

Environments of other versions are made once, kept among what coldwarm can make again, and shared
by all runs.
"""

from __future__ import annotations

from coldwarm.runtimes.axis_value import INSTALLED
from coldwarm.runtimes.kept_environments import Listed, Pruned, list_environments, prune
from coldwarm.runtimes.provide import in_use, provide
from coldwarm.runtimes.runtime import Runtime, RuntimeUnavailableError

__all__ = [
    "INSTALLED",
    "Listed",
    "Pruned",
    "Runtime",
    "RuntimeUnavailableError",
    "in_use",
    "list_environments",
    "provide",
    "prune",
]
