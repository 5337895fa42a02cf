"""Runs as coldwarm would store them, made up from a seed: for tests of everything after the store.

The plan is the real one (`coldwarm.measure.plan`). Times follow the noise of a shared machine:
neighbouring starts share the speed of their block, which wanders; each start scatters by 9 % (the
log-ratio of two neighbours by 13 %); 3 % of the starts take 1.3 to 3 times as long.

    samples = fake_run(seed=1, models=("resnet50",), rounds=12)
    frame = fake_frame(samples)
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coldwarm.experiment.case import Case, short_digest
from coldwarm.experiment.spec import Experiment, Sampling
from coldwarm.measure.plan import plan_round, uncached_axes
from coldwarm.run.sample import (
    LOAD_PHASES,
    OUT_OF_TIME,
    SCHEMA_VERSION,
    Blob,
    EncryptionRecord,
    Sample,
    StorageRecord,
)
from coldwarm.run.store import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd

    from coldwarm.analysis.analysed_run import AnalysedRun
    from coldwarm.measure.plan import Start
    from coldwarm.run.inference import ByPosition

MB = 1_000_000
MS = 1_000_000
RUN_ID = "fake-host/20261001T120000Z-fake"
VERSION = "2026.4.1-fake"

KNOWN_DEVICES = ("CPU", "AUTO", "AUTO:CPU", "MULTI:CPU", "HETERO:CPU", "BATCH:CPU")

OUTCOMES = (
    "hit",
    "silent_miss",
    "partial",
    "wrong",
    "not_cached",
    "unsupported",
    "failed",
    "crashed",
    "timeout",
)
"""What the warm starts of a case can come to; from "not_cached" on, its cold starts too."""


@dataclass(frozen=True)
class FakeModel:
    """A model's size and its phase times in ms on the made-up machine."""

    megabytes: float
    read_ms: float
    compile_ms: float
    import_ms: float
    export_ms: float
    infer_ms: float = 20.0


MODELS = {
    "resnet50": FakeModel(102, 26, 374, 139, 80),
    "mobilenet-v2": FakeModel(14, 24, 290, 62, 31, 6),
    "densenet121": FakeModel(32, 60, 590, 220, 100, 30),
    "bert-base": FakeModel(438, 45, 700, 210, 290, 60),
    "gpt2": FakeModel(498, 60, 1790, 170, 130, 40),
    "vgg19": FakeModel(575, 1400, 420, 230, 380, 90),
}
"""About what was seen with OpenVINO 2026.4.1 on two cores; other names get times of their own."""


def fake_model(name: str) -> FakeModel:
    """Return the made-up properties of a model, the same for the same name."""
    if name in MODELS:
        return MODELS[name]
    dice = random.Random(ascii(name))  # noqa: S311
    size = 10 ** dice.uniform(0.5, 2.7)
    compile_ms = 40 + 12 * size**0.7 * dice.uniform(0.6, 1.8)
    return FakeModel(size, 5 + size * 0.3, compile_ms, compile_ms * 0.35, compile_ms * 0.2)


def usual_outcome(case: Case) -> str:
    """Return what OpenVINO 2026.4 does: no such device, a silent miss, or a hit."""
    if case.device not in KNOWN_DEVICES:
        return "unsupported"
    size_mode = case.cache_mode == "OPTIMIZE_SIZE"
    if case.device.startswith("BATCH") and case.cache_mode != "default":
        return "unsupported"
    if size_mode and case.api == "read_model" and "WEIGHTS_PATH" not in case.properties:
        return "silent_miss"
    return "hit"


def no_effect(case: Case, kind: str) -> float:
    """Return 1: every start takes what its model takes."""
    del case, kind
    return 1.0


@dataclass(frozen=True)
class Noise:
    """How the machine scatters.

    Attributes:
        sd: of the logarithm of one start.
        drift: how far, as a factor, the speed of blocks wanders (1 is not at all).
        outliers: share of starts that take 1.3 to 3 times as long.
    """

    sd: float = 0.09
    drift: float = 1.4
    outliers: float = 0.03


QUIET = Noise(sd=0.0, drift=1.0, outliers=0.0)
"""A machine without noise: every start of a kind takes exactly the same."""


def fake_run(
    seed: int = 1,
    *,
    models: Sequence[str] = ("resnet50",),
    devices: Sequence[str] = ("CPU",),
    apis: Sequence[str] = ("read_model", "path"),
    cache_modes: Sequence[str] = ("default", "OPTIMIZE_SIZE"),
    encryptions: Sequence[str] = ("none",),
    runtimes: Sequence[str] = ("installed",),
    properties: Sequence[Mapping[str, Any]] = ({},),
    storages: Sequence[str] = ("hot",),
    rounds: int = 12,
    warm_starts: int = 1,
    along: str | None = None,
    outcome: Callable[[Case], str] = usual_outcome,
    effect: Callable[[Case, str], float] = no_effect,
    failure_rate: float = 0.0,
    noise: Noise = Noise(),
    times: Mapping[str, FakeModel] | None = None,
    run_id: str = RUN_ID,
) -> list[Sample]:
    """Return the samples of a complete run, in the order in which they were measured.

    Args:
        seed: of the order, the noise and the failures.
        models: values of the axis, and so on for the seven other axes.
        rounds: how many.
        warm_starts: warm starts per cold one.
        along: the axis whose values share blocks.
        outcome: what the warm starts of a case come to, one of `OUTCOMES`.
        effect: factor on the load phases of a start of this case and kind.
        failure_rate: share of starts that fail by chance, in turn in each way there is.
        noise: of the machine.
        times: models in place of those of `MODELS`.
        run_id: name of the run.
    """
    cases = tuple(
        Case(model, device, api, cache_mode, encryption, runtime, dict(props), storage)
        for model, device, api, cache_mode, encryption, runtime, props, storage in product(
            models, devices, apis, cache_modes, encryptions, runtimes, properties, storages
        )
    )
    sampling = Sampling(min_rounds=rounds, max_rounds=rounds, warm_starts=warm_starts, seed=seed)
    experiment = Experiment(
        "fake", Path("fake.yaml"), cases, sampling=sampling, compare_along=along
    )
    dice = random.Random(ascii((seed, run_id)))  # noqa: S311
    machine = _Machine(dice, noise, failure_rate)
    known = {**MODELS, **(times or {})}
    samples = []
    for number in range(rounds):
        for unit in plan_round(experiment, number):
            for start in unit.starts:
                model = known.get(start.case.model) or fake_model(start.case.model)
                samples.append(machine.take(start, run_id, model, outcome, effect))
    return samples


def not_as_wanted(samples: Sequence[Sample], note: str | None = None) -> list[Sample]:
    """Return the samples with a storage state that was not reached; `note` tells why."""
    return [
        replace(sample, storage=replace(sample.storage or StorageRecord(), proven=False, note=note))
        for sample in samples
    ]


def dropped_from(samples: Sequence[Sample], model: str, number: int = 0) -> list[Sample]:
    """Return the samples as a time budget leaves them that has no room for a model.

    Args:
        samples: of a run.
        model: of the cases that are dropped.
        number: the first round without them.
    """
    kept = []
    for sample in samples:
        is_gone = sample.case["model"] == model and sample.round >= number
        if not is_gone:
            kept.append(sample)
        elif sample.round == number and sample.case_id is not None:
            place = {each: getattr(sample, each) for each in _PLACE}
            kept.append(Sample(**place, status="dropped", reason=OUT_OF_TIME))
    return kept


_PLACE = (
    *("run_id", "case_id", "baseline_id", "case", "kind", "round", "position", "block", "chain"),
    "started_at",
)


def fake_references(samples: Iterable[Sample]) -> list[dict[str, Any]]:
    """Return the stored references that go with the samples: two equal answers per baseline."""
    found = {
        (sample.baseline_id, short_digest(sample.model_digests)): {
            "baseline_id": sample.baseline_id,
            "model_digests": sample.model_digests,
            "answers": [right_answer(sample.case["model"])] * 2,
        }
        for sample in samples
    }
    return list(found.values())


def right_answer(model: str) -> list[ByPosition]:
    """Return the digests of what the model answers."""
    return [{"digests": [short_digest(["answer", model])], "names": ["output"]}]


def fake_stored(samples: Sequence[Sample]) -> Run:
    """Return the samples as `coldwarm.run.store.read_run` returns them, references included."""
    return Run(
        path=Path("results") / samples[0].run_id,
        header={"schema": SCHEMA_VERSION, "run_id": samples[0].run_id},
        records=[sample.to_json() for sample in samples],
        references=fake_references(samples),
    )


def fake_frame(samples: Sequence[Sample]) -> pd.DataFrame:
    """Return the samples as a frame with their verdicts."""
    from coldwarm.analysis.verdict import judged_frame  # noqa: PLC0415 - pandas is not for every test

    return judged_frame([fake_stored(samples)])


def fake_analysed(
    samples: Sequence[Sample], header: Mapping[str, Any] | None = None
) -> AnalysedRun:
    """Return the samples as an analysed run; `header` is what run.json says besides its name."""
    from coldwarm.analysis.analysed_run import analyse  # noqa: PLC0415 - as above

    stored = fake_stored(samples)
    return analyse(replace(stored, header={**(header or {}), **stored.header}))


def samples_frame(samples: Iterable[Sample]) -> pd.DataFrame:
    """Return the samples as a frame of evidence alone."""
    from coldwarm.analysis.frame import frame_from_records  # noqa: PLC0415 - as above

    return frame_from_records(sample.to_json() for sample in samples)


@dataclass
class _Machine:
    """Takes starts one after another, as a machine whose speed wanders."""

    dice: random.Random
    noise: Noise
    failure_rate: float
    now: datetime = datetime(2026, 10, 1, 12, tzinfo=UTC)
    _place: tuple[int, int] = (-1, -1)
    _speed: float = 1.0
    _failures: int = 0
    _blobs: tuple[Blob, ...] = field(default=())

    def take(
        self,
        start: Start,
        run_id: str,
        model: FakeModel,
        outcome: Callable[[Case], str],
        effect: Callable[[Case, str], float],
    ) -> Sample:
        self._wander(start)
        sample = self._blank(start, run_id, model)
        end = "hit" if start.kind == "uncached" else outcome(start.case)
        if start.kind == "uncached" and outcome(start.case) == "unsupported":
            end = "unsupported"
        if end not in ("unsupported", "failed") and self.dice.random() < self.failure_rate:
            self._failures += 1
            end = ("failed", "crashed", "timeout", "oom")[self._failures % 4]
        if start.kind == "cold":
            self._blobs = ()
        if end in _ENDS:
            self.now += timedelta(seconds=1)
            status, reason, tail = _ENDS[end]
            return replace(sample, status=status, reason=reason, stderr_tail=tail)
        return self._measured(sample, start, model, end, effect(start.case, start.kind))

    def _wander(self, start: Start) -> None:
        place = (start.round, start.block)
        if place != self._place:
            self._place = place
            swing = math.log(self.noise.drift) / 2
            self._speed = math.exp(self.dice.uniform(-swing, swing))

    def _scatter(self) -> float:
        factor = self._speed * math.exp(self.dice.gauss(0, self.noise.sd))
        if self.dice.random() < self.noise.outliers:
            factor *= self.dice.uniform(1.3, 3.0)
        return factor

    def _blank(self, start: Start, run_id: str, model: FakeModel) -> Sample:
        uncached = start.kind == "uncached"
        case = start.case
        return Sample(
            run_id=run_id,
            baseline_id=case.baseline_id,
            case_id=None if uncached else case.case_id,
            case=uncached_axes(case) if uncached else case.axes(),
            kind=start.kind,
            round=start.round,
            position=start.position,
            block=start.block,
            chain=start.chain,
            started_at=self.now.isoformat(timespec="milliseconds"),
            status="ok",
            model_digests={
                f"{Path(case.model).name}.xml": short_digest(["graph", case.model]),
                f"{Path(case.model).name}.bin": short_digest(["weights", case.model]),
            },
            model_bytes=round(model.megabytes * MB),
            openvino_version=VERSION if case.runtime == "installed" else f"{case.runtime}-fake",
            bytecode=True,
            telemetry=False,
            memory_method="vmhwm-reset",
        )

    def _measured(
        self, sample: Sample, start: Start, model: FakeModel, end: str, effect: float
    ) -> Sample:
        case, kind = start.case, start.kind
        loaded = kind == "warm" and end in ("hit", "partial", "wrong")
        exports = kind != "uncached" and not loaded and end != "not_cached"
        phases_ms = _phases_ms(case, kind, model, loaded=loaded, exports=exports)
        if case.storage != "hot" and start.kind == "warm":
            slower = 1.6 if case.storage == "evicted" else 2.2
            phases_ms |= {p: ms * slower for p, ms in phases_ms.items() if p in LOAD_PHASES}
        factor = self._scatter()
        phases = {
            phase: round(ms * MS * factor * (effect if phase in LOAD_PHASES else 1.0))
            for phase, ms in phases_ms.items()
        }
        harness_ns = round(1.5 * MS * factor)
        total = sum(phases.values()) + harness_ns
        before = self._blobs
        if exports:
            self._blobs = (self._new_blob(case, model),)
        elif end == "partial" and kind == "warm":
            self._blobs = (replace(before[0], mtime_ns=before[0].mtime_ns + 1),)
        after = self._blobs
        self.now += timedelta(microseconds=total // 1000 + 120_000)
        answer = right_answer(case.model)
        if end == "wrong" and kind == "warm":
            answer = [{"digests": [short_digest(["wrong", case.model])], "names": ["output"]}]
        cold_disk = case.storage != "hot"
        return replace(
            sample,
            phases_ns=phases,
            harness_ns=harness_ns,
            load_ns=sum(ns for phase, ns in phases.items() if phase in LOAD_PHASES),
            first_inference_total_ns=total,
            loaded_from_cache=loaded and case.api != "import",
            export_import=not case.device.startswith("AUTO"),
            blobs_before=None if kind == "uncached" else before,
            blobs_after=None if kind == "uncached" else after,
            cpu_ns=round(total * 1.3),
            page_faults={"minor": 60_000 + round(500 * model.megabytes), "major": 0},
            disk_read_bytes=round(model.megabytes * MB) if cold_disk else 0,
            encryption=_encryption(case, kind, after, loaded=loaded, wrote=exports),
            storage=_storage(case, round(model.megabytes * MB) + sum(b.bytes for b in after)),
            outputs=tuple(answer),
            **_memory(self.dice, case, model, phases, loaded=loaded),
        )

    def _new_blob(self, case: Case, model: FakeModel) -> Blob:
        share = 0.55 if case.cache_mode == "OPTIMIZE_SIZE" else 0.99
        return Blob(
            name=f"{case.case_id}.blob",
            bytes=round(model.megabytes * MB * share) + 172_000,
            mtime_ns=round(self.now.timestamp() * 1e9),
            inode=self.dice.randrange(10**6),
        )


_ENDS = {
    "unsupported": ("unsupported", "the device is not available on this host", ""),
    "failed": ("failed", "RuntimeError: Exception from src/inference: no", "Traceback ...\n"),
    "crashed": ("crashed", "ended by signal 7 (SIGBUS)", "Bus error\n"),
    "timeout": ("timeout", "still running after 120 s", ""),
    "oom": ("oom", "ended by signal 9 (SIGKILL), the system had run out of memory", ""),
}


def _phases_ms(
    case: Case, kind: str, model: FakeModel, *, loaded: bool, exports: bool
) -> dict[str, float]:
    phases = {"interpreter": 21.0, "import": 201.0}
    if kind != "uncached" and case.encryption != "none":
        phases["setup"] = 9.0
    phases["create_core"] = 4.0
    extra = _encryption_ms(case, model) if kind != "uncached" else 0.0
    if case.api == "import" and kind == "warm":
        phases["import_model"] = model.import_ms * 0.9 + extra
    elif case.api == "import" and kind == "cold":
        phases["read_model"] = model.read_ms
        phases["compile_model"] = model.compile_ms
        phases["export_model"] = model.export_ms + extra
    else:
        read = model.read_ms if case.api == "read_model" else 0.0
        inside = 0.0 if read else (model.read_ms if not loaded else 0.0)
        work = model.import_ms if loaded else model.compile_ms + (exports and model.export_ms)
        if read:
            phases["read_model"] = read
        phases["compile_model"] = work + inside + extra
    phases["create_infer_request"] = 1.2
    phases["first_inference"] = model.infer_ms
    return phases


def _encryption_ms(case: Case, model: FakeModel) -> float:
    cost = {"none": 0.0, "identity": 0.5, "base64": 2.0, "aes-256-gcm": 1.0}
    return cost.get(case.encryption, 1.0) * (1 + model.megabytes / 500)


def _encryption(
    case: Case, kind: str, blobs: tuple[Blob, ...], *, loaded: bool, wrote: bool
) -> EncryptionRecord | None:
    if kind == "uncached" or case.encryption == "none":
        return None
    if case.device.startswith(("AUTO", "MULTI", "HETERO")):
        return EncryptionRecord(encrypted_share=0.0, clear_windows=200, windows=200)
    size = sum(blob.bytes for blob in blobs)
    topology = 172_000
    out = round(topology * (4 / 3 if case.encryption == "base64" else 1))
    return EncryptionRecord(
        encrypt_calls=int(wrote),
        decrypt_calls=int(loaded),
        bytes_in=topology,
        bytes_out=out,
        ns=round(_encryption_ms(case, fake_model(case.model)) * MS),
        encrypted_share=out / size if wrote and size else None,
        clear_windows=200 if wrote else None,
        windows=200 if wrote else None,
    )


def _storage(case: Case, total: int) -> StorageRecord:
    resident = total if case.storage == "hot" else 0
    return StorageRecord(resident_bytes=resident, total_bytes=total, proven=True)


def _memory(
    dice: random.Random,
    case: Case,
    model: FakeModel,
    phases: Mapping[str, int],
    *,
    loaded: bool,
) -> dict[str, Any]:
    weights = round(model.megabytes * MB)
    both = loaded and case.api == "read_model"
    load = 90 * MB + weights * (1.5 if loaded and not both else 2.4) + dice.randrange(MB)
    base = {"interpreter": 12 * MB, "import": 80 * MB, "setup": 81 * MB, "create_core": 84 * MB}
    peaks = {phase: round(base.get(phase, load)) for phase in phases}
    if "read_model" in peaks:
        peaks["read_model"] = round(90 * MB + weights * 0.2)
    anon = {"load": round(60 * MB + weights * 0.55), "first_inference": round(70 * MB + weights)}
    files = {
        "load": round(load - anon["load"]),
        "first_inference": round(20 * MB + weights * (0.9 if loaded else 0.3)),
    }
    held_at_end = anon["first_inference"] + files["first_inference"]
    peaks["first_inference"] = round(max(held_at_end, load) + dice.randrange(MB))
    return {"peak_rss_bytes": peaks, "rss_anon_bytes": anon, "rss_file_bytes": files}
