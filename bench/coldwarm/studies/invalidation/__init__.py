"""What invalidates the cache: change one thing between the cold and the warm start."""

from __future__ import annotations

from coldwarm.studies.invalidation.invalidation import Invalidation

STUDY = Invalidation()

__all__ = ["STUDY", "Invalidation"]
