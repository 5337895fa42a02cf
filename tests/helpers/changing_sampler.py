"""A sampler that changes something between a cold start and its warm ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coldwarm.measure.sampler import Sampler

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldwarm.measure.cachedir import ChainDir
    from coldwarm.measure.plan import Start
    from coldwarm.run.sample import Sample

    Change = Callable[[Start, ChainDir], None]


@dataclass(frozen=True)
class ChangingSampler(Sampler):
    """Takes samples; `change` is called after each cold start, whose evidence is gathered then."""

    change: Change = lambda *_: None

    def take(self, start: Start, chain: ChainDir, *args: Any, **options: Any) -> Sample:  # noqa: ANN401
        sample = super().take(start, chain, *args, **options)
        if start.kind == "cold":
            self.change(start, chain)
        return sample
