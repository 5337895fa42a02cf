"""Conditions: whatever may change a time or an answer and is no axis.

A run has them in the entry ``conditions`` of its header. What it lacks, because it is older or its
system does not tell, is unknown, and nothing unknown differs.
"""

from coldwarm.conditions.declared import Conditions
from coldwarm.conditions.difference import Difference, differences
from coldwarm.conditions.now import conditions_now
from coldwarm.conditions.shown import variable
from coldwarm.conditions.stored import conditions_of

__all__ = ["Conditions", "Difference", "conditions_now", "conditions_of", "differences", "variable"]
