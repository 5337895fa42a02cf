"""Take one sample: prepare the files, run the worker, gather the evidence."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldwarm import models
from coldwarm.machine import devices
from coldwarm.machine.environment import worker_environment
from coldwarm.measure import plan, storage
from coldwarm.measure.cachedir import chain_dir
from coldwarm.measure.diagnosis import Broken, diagnose, smallest_job
from coldwarm.measure.plaintext_probe import count_clear_windows
from coldwarm.measure.put_back import put_back
from coldwarm.measure.runner import Ending, run_worker
from coldwarm.run.sample import LOAD_PHASES, EncryptionRecord, Job, Sample, StorageRecord
from coldwarm.runtimes import INSTALLED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from coldwarm.experiment import Experiment
    from coldwarm.experiment.case import Case
    from coldwarm.measure.cachedir import ChainDir
    from coldwarm.measure.plan import Start
    from coldwarm.measure.unsupported import Unsupported
    from coldwarm.models import ModelFiles
    from coldwarm.run.sample import Blob
    from coldwarm.runtimes import Runtime

WORKER = Path(__file__).parents[1] / "worker" / "start.py"

LARGER_SHAPE = "larger_shape"
"""The step in which a worker asks a model at a larger shape, after everything is counted."""

MEASURED = (
    "phases_ns",
    "harness_ns",
    "first_inference_total_ns",
    "loaded_from_cache",
    "proof",
    "export_import",
    "execution_devices",
    "runtime_requirements",
    "compatibility_check",
    "peak_rss_bytes",
    "rss_anon_bytes",
    "rss_file_bytes",
    "memory_method",
    "cpu_ns",
    "page_faults",
    "disk_read_bytes",
    "inputs_digest",
    "larger_refused",
    "openvino_version",
    "bytecode",
    "telemetry",
)
"""What a worker's report and a sample call by the same name."""


@dataclass(frozen=True)
class Sampler:
    """Takes samples of one experiment.

    Attributes:
        experiment: what is measured.
        model_files: model name to its files.
        run_id: name of the run.
        caches: directory below which cache directories are made.
        missing: device to the reason why this host does not have it.
        command: how a worker of the installed runtime is started.
        runtimes: value of the runtime axis to the runtime, of those that are not installed.
        job_fields: fields of `Job` that a study sets otherwise than an experiment does.
    """

    experiment: Experiment
    model_files: Mapping[str, ModelFiles]
    run_id: str
    caches: Path
    missing: Mapping[str, str] = field(default_factory=dict)
    command: Sequence[str] = field(default=(sys.executable, str(WORKER)))
    runtimes: Mapping[str, Runtime] = field(default_factory=dict)
    job_fields: Mapping[str, Any] = field(default_factory=dict)

    def take(
        self, start: Start, chain: ChainDir, key: str | None = None, *, larger: bool = False
    ) -> Sample:
        """Make one start in the chain's directory and return its sample.

        Args:
            start: which one.
            chain: its directories.
            key: hexadecimal key for ciphers that need one.
            larger: whether the model is asked at a larger shape too.
        """
        files = self.model_files[start.case.model]
        uncached = start.kind == "uncached"
        digests = models.digests(files)
        proof = start.case.api == "import"
        before = chain.blobs(digest=proof)
        state = self._prepare_storage(start.case, files, chain)
        job = replace(self.job(start.case, start.kind, chain, key), larger=larger)
        started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        ending = self.run(job, chain)
        after = chain.blobs(digest=proof)
        status, reason, remedy = ending.status, ending.reason, None
        found = self._diagnosis(job, ending) if status in ("failed", "crashed") else None
        if isinstance(found, Broken):
            status, reason = "failed", found.reason
        elif found:
            status, reason, remedy = "unsupported", found.reason, found.remedy
        return Sample(
            **self._place(start, started_at),
            status=status,
            reason=reason,
            remedy=remedy,
            ended_in=ending.ended_in,
            load_ns=_load_ns(ending),
            model_digests=digests,
            model_bytes=files.bytes,
            foreign_files=models.foreign_files(job.config, files) or None,
            blobs_before=None if uncached else before,
            blobs_after=None if uncached else after,
            driver_blobs_after=chain.driver_blobs(),
            encryption=self._encryption(start, ending, files, chain, after),
            storage=state,
            outputs=tuple(ending.result.get("outputs", ())),
            zero_inputs=tuple(ending.result.get("zero_inputs", ())),
            stderr_tail=ending.stderr_tail,
            **{name: ending.result[name] for name in MEASURED if name in ending.result},
        )

    def untaken(self, start: Start, status: str, reason: str) -> Sample:
        """Return the record of a planned start that was not made."""
        started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
        return Sample(**self._place(start, started_at), status=status, reason=reason)

    def job(self, case: Case, kind: str, chain: ChainDir, key: str | None = None) -> Job:
        """Return what the worker of such a start is told."""
        files = self.model_files[case.model]
        uncached = kind == "uncached"
        with_mode = not uncached and case.cache_mode != "default"
        job = Job(
            kind=kind,
            api=case.api,
            model=str(files.path),
            device=case.device,
            runtime=case.runtime,
            config=models.fill_placeholders(case.properties, files),
            cache_dir=None if uncached else str(chain.cache),
            cache_mode=case.cache_mode if with_mode else None,
            encryption="none" if uncached else case.encryption,
            key=key,
            codec_path=str(self.experiment.source.resolve().parent),
            inputs={name: dict(v) for name, v in self._inputs(case).items()},
            seed=self.experiment.sampling.seed,
            telemetry=self.experiment.worker.telemetry,
        )
        return replace(job, **self.job_fields)

    def run(self, job: Job, chain: ChainDir) -> Ending:
        """Run one job in a process of its own; a file that it changes is put back afterwards.

        A start that ends while it is asked at a larger shape has given all that is measured.
        """
        with put_back(*([job.after_load["file"]] if job.after_load else ())):
            ending = run_worker(
                self._command(job.runtime),
                job.to_json(),
                env=self.environment(chain.driver, job.runtime),
                timeout_s=self.experiment.sampling.timeout_s,
                cwd=chain.path,
            )
        if ending.ended_in != LARGER_SHAPE or "outputs" not in ending.result:
            return ending
        # Out of time or memory, it was not asked; ended by a signal, it refused.
        refused = {"larger_refused": ending.reason} if ending.status == "crashed" else {}
        return Ending("ok", None, {**ending.result, **refused}, ending.stderr_tail)

    def attempt(self, job: Job) -> Ending:
        """Run a job once in fresh directories, for what can be learned from how it ends."""
        with chain_dir(self.caches) as chain:
            cache = None if job.cache_dir is None else str(chain.cache)
            if job.kind == "warm" and job.cache_dir is not None:
                self.run(replace(job, kind="cold", cache_dir=cache), chain)
            return self.run(replace(job, cache_dir=cache), chain)

    def environment(self, driver: Path, runtime: str = INSTALLED) -> dict[str, str]:
        """Return the whole environment of a worker, driver caches led below `driver`."""
        env = {} if runtime == INSTALLED else self.runtimes[runtime].env
        extra = self.experiment.worker.env
        return worker_environment(os.environ, driver, extra=extra, runtime_env=env)

    def _command(self, runtime: str) -> Sequence[str]:
        if runtime == INSTALLED:
            return self.command
        return (self.runtimes[runtime].python, *self.command[1:])

    def _diagnosis(self, job: Job, ending: Ending) -> Broken | Unsupported | None:
        return diagnose(
            job,
            ending,
            self.attempt,
            missing=self._why_missing(job),
            compiles=self._compiles,
        )

    def _compiles(self, job: Job) -> bool:
        """Return whether anything compiles on the job's device; asked once, and only if needed."""
        key = job.runtime, job.device
        if key not in self._known_to_compile:
            self._known_to_compile[key] = self.attempt(smallest_job(job)).status == "ok"
        return self._known_to_compile[key]

    @cached_property
    def _known_to_compile(self) -> dict[tuple[str, str], bool]:
        return {}

    def _why_missing(self, job: Job) -> str | None:
        if job.runtime == INSTALLED:
            return self.missing.get(job.device)
        return devices.why_missing(self.runtimes[job.runtime].devices, job.device)

    def _inputs(self, case: Case) -> Mapping[str, Mapping[str, Any]]:
        given: Mapping[str, Mapping[str, Any]] = self.experiment.inputs.get(case.model, {})
        return given or self.model_files[case.model].inputs

    def _place(self, start: Start, started_at: str) -> dict[str, Any]:
        uncached = start.kind == "uncached"
        return {
            "run_id": self.run_id,
            "case_id": None if uncached else start.case.case_id,
            "baseline_id": start.case.baseline_id,
            "case": plan.uncached_axes(start.case) if uncached else start.case.axes(),
            "kind": start.kind,
            "round": start.round,
            "position": start.position,
            "block": start.block,
            "chain": start.chain,
            "started_at": started_at,
        }

    def _prepare_storage(
        self, case: Case, files: ModelFiles, chain: ChainDir
    ) -> StorageRecord | None:
        blobs = [chain.cache / blob.name for blob in chain.blobs()]
        runtime = self._runtime_files(case.runtime) if case.storage == "boot" else ()
        return storage.prepare(case.storage, [*files.files, *blobs], runtime)

    def _runtime_files(self, runtime: str) -> tuple[Path, ...]:
        if runtime not in self._known_runtime_files:
            env = self.environment(self.caches, runtime)
            files = storage.runtime_files(self._command(runtime)[0], env)
            self._known_runtime_files[runtime] = files
        return self._known_runtime_files[runtime]

    @cached_property
    def _known_runtime_files(self) -> dict[str, tuple[Path, ...]]:
        return {}

    def _encryption(
        self,
        start: Start,
        ending: Ending,
        files: ModelFiles,
        chain: ChainDir,
        blobs: Sequence[Blob],
    ) -> EncryptionRecord | None:
        seen = ending.result.get("encryption")
        if seen is None:
            return None
        record = EncryptionRecord(**seen)
        size = sum(blob.bytes for blob in blobs)
        if start.kind != "cold" or not size:
            return record
        record = replace(record, encrypted_share=record.encrypted_bytes / size)
        if start.round:
            return record
        # Once per case is enough for an illustration, and searching a large blob takes a while.
        clear, windows = count_clear_windows(
            files.weights,
            [chain.cache / blob.name for blob in blobs],
            self.experiment.sampling.seed,
        )
        return replace(record, clear_windows=clear, windows=windows)


def _load_ns(ending: Ending) -> int | None:
    if "first_inference_total_ns" not in ending.result:
        return None
    phases: dict[str, int] = ending.result["phases_ns"]
    return sum(phases[phase] for phase in LOAD_PHASES if phase in phases)
