"""Have models ready on this machine, by name: build what is built in, fetch what is real."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.models.builder import build
from coldwarm.models.catalog import Variant, find_variant
from coldwarm.models.fetcher import fetch
from coldwarm.models.shelf import BUILT, state_of
from coldwarm.models.zoo import RealModel, find_real, real_models

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def provide(names: Iterable[str], suites: Iterable[str], tell: Callable[[str], None]) -> None:
    """Build or fetch models that are not there yet.

    Args:
        names: of models; all are looked up before anything is done.
        suites: of `SUITES`.
        tell: is told, in sentences, what is done.

    Raises:
        ModelError: when a name is unknown or a model cannot be had.
    """
    found: list[RealModel | Variant] = [find_real(name) or find_variant(name) for name in names]
    reals = [model for model in found if isinstance(model, RealModel)]
    reals += [model for model in real_models() if model.suite in suites]
    for variant in found:
        if isinstance(variant, Variant) and state_of(variant) != BUILT:
            build(variant, tell)
    fetch(reals, tell)
