"""From the name of a study to the study."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from coldwarm.errors import StoreError
from coldwarm.experiment.study import STUDIES

if TYPE_CHECKING:
    from coldwarm.studies.study import Study


def study_of(kind: str) -> Study:
    """Return the study of a kind.

    Raises:
        StoreError: when there is none: a newer coldwarm wrote the run.
    """
    if kind not in STUDIES:
        msg = f"this coldwarm knows no study {kind}: update coldwarm"
        raise StoreError(msg)
    found: Study = importlib.import_module(f"coldwarm.studies.{kind}").STUDY
    return found
