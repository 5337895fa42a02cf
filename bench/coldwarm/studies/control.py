"""The control of a study: the change that changes nothing, which the others are compared with."""

from __future__ import annotations

CONTROL = "nothing"

SHOULD_HIT = "should have hit, and missed"
NEVER_HITS = "never hits, not even when nothing is changed"
