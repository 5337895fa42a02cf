"""Job and Sample: the records that cross processes and reach the disk.

A sample stores evidence; verdicts are derived when it is read. Durations are integer nanoseconds,
sizes are bytes. ``None`` or an absent key means not measured; zero means measured zero.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any

from coldwarm.run.inference import Answer  # noqa: TC001 (pydantic reads the types of records)
from coldwarm.run.proof import Proof, is_loaded

SCHEMA_VERSION = 2
"""Of stored lines and headers. In those of version 1 the ids of cases digest every axis, defaults
included; they get today's ids when they are read."""

KINDS = ("uncached", "cold", "warm")
STATUSES = ("ok", "failed", "crashed", "oom", "timeout", "unsupported", "dropped")
FAILURES = ("failed", "crashed", "oom", "timeout")
"""Statuses that end a run with exit code 3."""

OUT_OF_TIME = "time budget"
"""Reason of a start that was `dropped` because the time budget had no room for its case."""

PHASES = (
    "interpreter",
    "import",
    "setup",
    "create_core",
    "read_model",
    "compile_model",
    "export_model",
    "import_model",
    "create_infer_request",
    "first_inference",
)
"""Timed steps inside a start, in the order in which they can happen."""

LOAD_PHASES = ("read_model", "compile_model", "export_model", "import_model")
"""Phases whose sum is the load time, what the doc's charts draw."""


@dataclass(frozen=True)
class Job:
    """What one worker is told, as JSON on its standard input.

    Attributes:
        kind: one of `KINDS`.
        api: ``read_model``, ``path`` or ``import``.
        model: absolute path of the model.
        device: OpenVINO device string.
        runtime: whose interpreter runs the worker; the worker itself does not look.
        config: properties for compile_model, placeholders filled in, without cache options.
        cache_dir: the chain's private directory, or None for an uncached start.
        cache_dir_on: what gets it: the ``core``, its ``device``, or the ``call`` that compiles.
        cache_mode: value of CACHE_MODE, or None to pass none.
        encryption: ``none``, a built-in codec or ``module:encrypt,decrypt``.
        key: hexadecimal key of the chain for ciphers that need one; never stored.
        codec_path: directory in which a user's codec module is looked for.
        inputs: input name to ``{"shape": [...], "dtype": "f32"}`` where the user gives them.
        seed: of the seeded inputs.
        after_load: what is done to a file between load and first inference, in no phase:
            ``{"file": overwritten, "content": by what this file holds}``, cut to nothing without
            content. None to do nothing.
        larger: ask again, uncounted, at a larger shape where dimensions are dynamic.
        telemetry: leave OpenVINO's telemetry on.
        outputs_file: where to write the outputs themselves, for `coldwarm explain`.
        spawned_ns: the parent's clock (`time.perf_counter_ns`) just before the process began.
        partial_fd: descriptor of a file for what is known while the start goes on, or None.
    """

    kind: str
    api: str
    model: str
    device: str
    runtime: str = "installed"
    config: dict[str, Any] = field(default_factory=dict)
    cache_dir: str | None = None
    cache_dir_on: str = "core"
    cache_mode: str | None = None
    encryption: str = "none"
    key: str | None = field(default=None, repr=False)
    codec_path: str | None = None
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict)
    seed: int = 1
    after_load: dict[str, str] | None = None
    larger: bool = False
    telemetry: bool = False
    outputs_file: str | None = None
    spawned_ns: int = 0
    partial_fd: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the job as the JSON object a worker reads."""
        return asdict(self)


@dataclass(frozen=True)
class Blob:
    """One file of a cache directory, as `stat` saw it.

    Attributes:
        name: path relative to the cache directory.
        bytes: size.
        mtime_ns: time of the last change.
        inode: of the file; a rewritten blob may keep it.
        digest: of the content, taken where nothing else proves what was loaded (API ``import``).
    """

    name: str
    bytes: int
    mtime_ns: int
    inode: int
    digest: str | None = None


@dataclass(frozen=True)
class EncryptionRecord:
    """What went through the encryption callbacks of one start.

    Attributes:
        encrypt_calls: calls of the encrypt callback.
        decrypt_calls: calls of the decrypt callback.
        bytes_in: bytes handed to the callbacks.
        bytes_out: bytes they returned.
        encrypted_bytes: what of `bytes_out` the encrypt callback returned.
        ns: time inside them.
        encrypted_share: encrypted bytes in the blob / size of the blob, 0 to 1.
        clear_windows: of `windows` random 64-byte windows of the model's weights, how many
            stand verbatim in the blob.
        windows: how many windows were looked for.
        error: what the callbacks raised, if they did.
    """

    encrypt_calls: int = 0
    decrypt_calls: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    encrypted_bytes: int = 0
    ns: int = 0
    encrypted_share: float | None = None
    clear_windows: int | None = None
    windows: int | None = None
    error: str | None = None


@dataclass(frozen=True)
class StorageRecord:
    """In what state the files were when the start began.

    Attributes:
        resident_bytes: bytes of model and blobs found in the page cache (by mincore).
        total_bytes: bytes of model and blobs.
        runtime_resident_bytes: the same for the runtime's own files (storage ``boot``).
        runtime_total_bytes: size of the runtime's own files.
        proven: whether the state that was asked for was reached; None where it cannot be told.
        note: what could not be proven, in words.
    """

    resident_bytes: int | None = None
    total_bytes: int | None = None
    runtime_resident_bytes: int | None = None
    runtime_total_bytes: int | None = None
    proven: bool | None = None
    note: str | None = None


@dataclass(frozen=True)
class Sample:
    """The stored record of one start.

    Attributes:
        schema: version of this layout.
        run_id: name of the run.
        case_id: the case; None for an uncached start, which belongs to a baseline.
        baseline_id: the baseline this start is, or is compared with.
        case: the axes; an uncached sample has no cache mode and no encryption.
        kind: one of `KINDS`.
        round: from 0.
        position: place in the round, from 0.
        block: which block of the round.
        chain: which warm start of its chain, from 0; 0 for cold and uncached.
        sitting: which uninterrupted stretch of the run, from 0; others hold no neighbours.
        started_at: UTC, ISO 8601.
        status: one of `STATUSES`.
        reason: why the status is not ``ok``.
        remedy: what works instead, where a trial showed it.
        ended_in: of a start that ended badly, in what: one of `PHASES`, or ``inputs``,
            ``outputs``, ``exit`` (after it had reported).
        phases_ns: phase to duration.
        harness_ns: time between phases that is the harness's own, until the first result.
        load_ns: sum of `LOAD_PHASES`, of a start that came as far as its first result.
        first_inference_total_ns: process start to first result.
        loaded_from_cache: LOADED_FROM_CACHE as the compiled model reports it.
        proof: whether the start was loaded, and what says so; read with `proof_of`.
        export_import: whether the device lists EXPORT_IMPORT.
        execution_devices: EXECUTION_DEVICES of the compiled model: what AUTO chose.
        runtime_requirements: RUNTIME_REQUIREMENTS of the compiled model, where it has them:
            version and instruction set, as ``meta=…;ov=…;isa=…``.
        compatibility_check: COMPATIBILITY_CHECK of these requirements, ``not readable`` where the
            device or its Python binding does not tell.
        model_digests: model file name to digest, as the files were when the start began.
        model_bytes: size of the model's files.
        foreign_files: property to the file that it names, which is not the model's.
        blobs_before: inventory of the cache directory before the start.
        blobs_after: the same after it.
        driver_blobs_after: inventory of the redirected driver caches.
        peak_rss_bytes: phase to peak resident memory.
        rss_anon_bytes: moment (``load``, ``first_inference``) to anonymous memory.
        rss_file_bytes: the same for file-backed memory.
        memory_method: how memory was read.
        cpu_ns: processor time of all threads until the first result.
        page_faults: ``minor`` and ``major`` to counts.
        disk_read_bytes: bytes fetched from storage until the first result.
        encryption: what the callbacks saw, where there were any.
        storage: the state of the page cache before the start.
        inputs_digest: of type, shape and bits of everything that went into the first inference.
        outputs: what each inference answered, see `coldwarm.run.inference`.
        larger_refused: why it did not answer at a larger shape, where it refused.
        zero_inputs: integer inputs that were 0, as no values were given.
        openvino_version: as the runtime reports it.
        bytecode: whether the runtime's Python files came compiled.
        telemetry: whether OpenVINO's telemetry was on.
        stderr_tail: the end of what the process printed.
    """

    run_id: str
    baseline_id: str
    case: dict[str, Any]
    kind: str
    round: int
    position: int
    block: int
    started_at: str
    status: str
    case_id: str | None = None
    chain: int = 0
    sitting: int = 0
    reason: str | None = None
    remedy: str | None = None
    ended_in: str | None = None
    phases_ns: dict[str, int] = field(default_factory=dict)
    harness_ns: int | None = None
    load_ns: int | None = None
    first_inference_total_ns: int | None = None
    loaded_from_cache: bool | None = None
    proof: Proof | None = None
    export_import: bool | None = None
    execution_devices: list[str] | None = None
    runtime_requirements: str | None = None
    compatibility_check: str | None = None
    model_digests: dict[str, str] = field(default_factory=dict)
    model_bytes: int | None = None
    foreign_files: dict[str, str] | None = None
    blobs_before: tuple[Blob, ...] | None = None
    blobs_after: tuple[Blob, ...] | None = None
    driver_blobs_after: tuple[Blob, ...] | None = None
    peak_rss_bytes: dict[str, int] = field(default_factory=dict)
    rss_anon_bytes: dict[str, int] = field(default_factory=dict)
    rss_file_bytes: dict[str, int] = field(default_factory=dict)
    memory_method: str | None = None
    cpu_ns: int | None = None
    page_faults: dict[str, int] = field(default_factory=dict)
    disk_read_bytes: int | None = None
    encryption: EncryptionRecord | None = None
    storage: StorageRecord | None = None
    inputs_digest: str | None = None
    outputs: Answer = ()
    larger_refused: str | None = None
    zero_inputs: tuple[str, ...] = ()
    openvino_version: str | None = None
    bytecode: bool | None = None
    telemetry: bool = False
    stderr_tail: str = ""
    schema: int = SCHEMA_VERSION

    @property
    def is_ok(self) -> bool:
        """Return whether the start came as far as its first result and ended well."""
        return self.status == "ok"

    @property
    def is_out_of_time(self) -> bool:
        """Return whether the start was not made because the time budget had no room for it."""
        return self.status == "dropped" and self.reason == OUT_OF_TIME

    @property
    def is_loaded(self) -> bool:
        """Return whether the start worked and something proves that it was loaded."""
        return self.is_ok and is_loaded(vars(self))

    def to_json(self) -> dict[str, Any]:
        """Return the sample as one JSON object, leaving out what was not measured."""
        return {key: value for key, value in asdict(self).items() if value is not None}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Sample:
        """Rebuild a sample from its JSON object; unknown keys are ignored.

        Raises:
            KeyError, TypeError: when `data` is not a sample.
        """
        values = _known(cls, data)
        for key in ("blobs_before", "blobs_after", "driver_blobs_after"):
            if values.get(key) is not None:
                values[key] = tuple(Blob(**_known(Blob, blob)) for blob in values[key])
        if values.get("encryption") is not None:
            values["encryption"] = EncryptionRecord(
                **_known(EncryptionRecord, values["encryption"])
            )
        if values.get("storage") is not None:
            values["storage"] = StorageRecord(**_known(StorageRecord, values["storage"]))
        for key in ("outputs", "zero_inputs"):
            values[key] = tuple(values.get(key, ()))
        return cls(**values)


def _known(cls: type, data: dict[str, Any]) -> dict[str, Any]:
    names = {f.name for f in fields(cls)}
    return {key: value for key, value in data.items() if key in names}
