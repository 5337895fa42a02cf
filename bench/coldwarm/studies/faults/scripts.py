"""Programs that show a surprise of this study alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coldwarm.studies.study import Judgement, Script
    from coldwarm.trace import Trace


def reproduce(trace: Trace, judgement: Judgement) -> Script | None:
    """Return a program that shows the surprise of a try, or None where there is none."""
    del trace, judgement
    return None
