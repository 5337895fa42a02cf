"""``--base-runtime VALUE``: every case with another OpenVINO too, as the base of a comparison."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coldwarm.errors import ConfigError
from coldwarm.experiment.paths import Surroundings, check_runtime

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from coldwarm.experiment.case import Case


def located_runtime(text: str, folder: Path) -> str:
    """Return the runtime that a user means who stands in `folder`: paths become absolute.

    Raises:
        ConfigError: when it is no runtime.
    """
    here = Surroundings(folder, (), origin="the current directory")
    try:
        check_runtime(text, here)
    except ValueError as err:
        msg = f"--base-runtime {text}: {err}"
        raise ConfigError(msg) from err
    path = here.path(text)
    return str(path) if path.exists() and text != "installed" else text


def with_base(cases: Sequence[Case], runtime: str) -> tuple[Case, ...]:
    """Return the cases and, before them, the same with another runtime.

    Raises:
        ConfigError: when there is nothing to compare it with.
    """
    heads = [case for case in cases if case.runtime != runtime]
    if not heads:
        msg = (
            f"--base-runtime {runtime}: every case is started with it already. Name another "
            "OpenVINO, or add one to the axis runtime"
        )
        raise ConfigError(msg)
    bases = {case.case_id: case for case in (replace(each, runtime=runtime) for each in cases)}
    return (*bases.values(), *heads)
