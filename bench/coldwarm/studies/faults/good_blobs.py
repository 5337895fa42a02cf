"""Good blobs, made once per case and run, and copied for each try."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldwarm.measure.cachedir import ChainDir
from coldwarm.studies.faults.fault_attempt import KEY, ColdFailedError
from coldwarm.studies.study import NotTriedError

if TYPE_CHECKING:
    from pathlib import Path

    from coldwarm.experiment.case import Case
    from coldwarm.measure.sampler import Sampler
    from coldwarm.models import ModelFiles
    from coldwarm.run.sample import Sample
    from coldwarm.studies.attempt_runner import Bench
    from coldwarm.studies.study import Trial


@dataclass(frozen=True)
class Good:
    """What a cold start left.

    Attributes:
        folder: its cache directory.
        blob: name of the blob, of the largest where there are several.
    """

    folder: Path
    blob: str

    def copy_to(self, cache: Path) -> Path:
        """Copy everything into an empty cache directory; return the blob's path there."""
        shutil.copytree(self.folder, cache, dirs_exist_ok=True)
        return cache / self.blob

    def read(self) -> bytes:
        """Return the bytes of the blob."""
        return (self.folder / self.blob).read_bytes()


class Stock:
    """Keeps good blobs below the caches of a run, where they are removed with all others.

    A cold start takes as long as everything else in a try. The key of a cache hangs on the model,
    not on the directory: a copy hits as the original does, which the change ``nothing`` shows.
    """

    def __init__(self) -> None:
        self._kept: dict[Path, Good] = {}
        self._failed: dict[Path, Sample] = {}

    def good(
        self,
        bench: Bench,
        trial: Trial,
        case: Case,
        *,
        name: str = "",
        files: ModelFiles | None = None,
        sampler: Sampler | None = None,
    ) -> Good:
        """Return what a cold start of the case leaves, made when it is first asked for.

        Args:
            bench: makes the start.
            trial: the try that needs it.
            case: what is started.
            name: tells blobs of one case apart.
            files: the model's files where they are not the experiment's own.
            sampler: instead of the bench's own.

        Raises:
            ColdFailedError: when the cold start fails; it is made once all the same.
            NotTriedError: when it leaves no blob.
        """
        path = bench.sampler.caches / f"stock-{case.case_id}{name}"
        if path in self._failed:
            raise ColdFailedError(self._failed[path])
        if path not in self._kept:
            chain = ChainDir(path, path / "cache", path / "driver")
            for folder in (path, chain.cache, chain.driver):
                folder.mkdir()
            sample = bench.take(trial, case, "cold", chain, files=files, key=KEY, sampler=sampler)
            if not sample.is_ok:
                shutil.rmtree(path)
                self._failed[path] = sample
                raise ColdFailedError(sample)
            blobs = chain.blobs()
            if not blobs:
                shutil.rmtree(path)
                msg = "the cold start left no blob"
                raise NotTriedError(msg)
            largest = max(blobs, key=lambda blob: blob.bytes)
            self._kept[path] = Good(chain.cache, largest.name)
        return self._kept[path]
