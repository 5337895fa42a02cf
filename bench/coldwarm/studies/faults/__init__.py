"""What breaks the cache: damage it, deny it, crowd it, and start again."""

from __future__ import annotations

from coldwarm.studies.faults.faults import Faults

STUDY = Faults()

__all__ = ["STUDY", "Faults"]
