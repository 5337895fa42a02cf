"""Does the cache work on a device? Found out by trying, with one cold and one warm start."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coldwarm.analysis.analysed_run import analyse
from coldwarm.experiment.case import Case
from coldwarm.experiment.spec import Experiment, Sampling
from coldwarm.measure import run_experiment
from coldwarm.measure.cachedir import refuse_unwritable
from coldwarm.models import user_cache_dir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.measure.host import Host
    from coldwarm.run.sample import Sample

MODEL = "mobilenet-v2"
"""Small, and every device can run it."""

EXPERIMENT_TEXT = "# Made by `coldwarm devices`: one cold and one warm start on each device.\n"


@dataclass(frozen=True)
class Silent:
    """Progress that nobody sees, but for what is about to start."""

    tell: Callable[[str], None]

    def begin(self, description: str) -> None:
        """Say what is about to start."""
        self.tell(description)

    def taken(self, sample: Sample) -> None:
        """Say nothing."""

    def skipped(self, starts: int) -> None:
        """Say nothing."""


def try_devices(
    devices: Iterable[str], host: Host, tell: Callable[[str], None]
) -> dict[str, CaseSummary]:
    """Return what the cache did on each device.

    Args:
        devices: device strings, virtual ones included.
        host: this host.
        tell: is told what is under way.

    Raises:
        ColdwarmError: when nothing can be kept, or the model cannot be built.
    """
    cases = tuple(Case(MODEL, device=device) for device in devices)
    caches = user_cache_dir()
    refuse_unwritable(caches)
    caches.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="devices-", dir=caches) as directory:
        source = Path(directory, "devices.yaml")
        source.write_text(EXPERIMENT_TEXT, encoding="utf-8")
        experiment = Experiment("devices", source, cases, Sampling(min_rounds=1, max_rounds=1))
        files = run_experiment.resolve_models(experiment, tell)
        path = run_experiment.new_run(
            experiment, files, host, results=Path(directory), out=None, overrides={}
        )
        run_experiment.measure(path, experiment, files, host, Silent(tell))
        tried = analyse(path).cases
    return {case.axes["device"]: case for case in tried}
