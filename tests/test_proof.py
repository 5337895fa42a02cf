"""Real starts of a real graph: what coldwarm must find out about OpenVINO's cache, and prove.

The assertions are about coldwarm: it must report what this OpenVINO does.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import numpy as np
import psutil
import pytest
from changing_sampler import ChangingSampler
from click.testing import CliRunner

from coldwarm import models
from coldwarm.analysis.summarise import summarise
from coldwarm.analysis.verdict import judged_frame
from coldwarm.cli import cli
from coldwarm.cli.tables import findings
from coldwarm.experiment.case import Case
from coldwarm.experiment.spec import Experiment, Sampling
from coldwarm.machine import devices
from coldwarm.measure.cachedir import cache_root
from coldwarm.measure.session import Session
from coldwarm.run import store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from changing_sampler import Change

    from coldwarm.analysis.cases import CaseSummary
    from coldwarm.machine.devices import DeviceReport
    from coldwarm.measure.cachedir import ChainDir
    from coldwarm.measure.plan import Start
    from coldwarm.run.sample import Sample

pytestmark = pytest.mark.real

SIZE, SPEED = "OPTIMIZE_SIZE", "OPTIMIZE_SPEED"


class Quiet:
    def begin(self, description: str) -> None: ...
    def taken(self, sample: Sample) -> None: ...
    def skipped(self, starts: int) -> None: ...
    def tell(self, sentence: str) -> None: ...


@dataclass
class Bench:
    """Runs cases on a copy of a built-in model that tests may change."""

    directory: Path
    model: str = "copy.xml"

    @property
    def xml(self) -> Path:
        return self.directory / self.model

    def measure(
        self,
        *cases: Case,
        rounds: int = 1,
        warm_starts: int = 1,
        change: Change = lambda *_: None,
        root: Path | None = None,
    ) -> list[Sample]:
        run = self.directory / f"run-{len(list(self.directory.iterdir()))}"
        paths = {self.model: self.xml}
        sampling = Sampling(rounds, rounds, warm_starts=warm_starts)
        source = self.directory / "experiment.yaml"
        experiment = Experiment("proof", source, cases, sampling, model_paths=paths)
        files = {case.model: models.resolve(case.model, paths) for case in cases}
        store.create_run(run, {"run_id": run.name})
        with store.open_run(run) as writer, cache_root(root or self.directory / "c") as caches:
            missing = missing_of(case.device for case in cases)
            sampler = ChangingSampler(experiment, files, run.name, caches, missing, change=change)
            Session(sampler, writer, store.read_run(run), Quiet()).run()
        self.run = run
        return store.read_run(run).samples()

    def summaries(self) -> list[CaseSummary]:
        return summarise(judged_frame([store.read_run(self.run)]))

    def verdict(self, case: Case, **options: object) -> CaseSummary:
        self.measure(case, **options)  # type: ignore[arg-type]
        return self.summaries()[0]


@cache
def report_here() -> DeviceReport:
    return devices.query_devices(sys.executable)


def missing_of(names: Iterable[str]) -> dict[str, str]:
    """Return device to why this host does not have it, as a run asks for it."""
    reasons = {name: devices.why_missing(report_here(), name) for name in names}
    return {name: reason for name, reason in reasons.items() if reason}


def copy_model(directory: Path, name: str = "mobilenet-v2") -> Bench:
    original = models.resolve(name, {}).path
    for suffix in (".xml", ".bin"):
        shutil.copy(original.with_suffix(suffix), directory / f"copy{suffix}")
    return Bench(directory)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return copy_model(tmp_path)


def case(**axes: Any) -> Case:  # noqa: ANN401 - values of any axis
    return Case("copy.xml", **axes)


REMEDY = {"WEIGHTS_PATH": "${model_bin}"}
NPU_ON_CPU = {"NPU_USE_NPUW": "YES", "NPUW_DEVICES": "CPU", "NPU_PLATFORM": "4000"}
DROPPING = ("AUTO", "HETERO:CPU", "MULTI:CPU")
CIPHERS = ("identity", "base64", "aes-256-gcm")

CASES = {
    "silent miss": case(api="read_model", cache_mode=SIZE),
    "remedy": case(api="read_model", cache_mode=SIZE, properties=REMEDY),
    **{api: case(api=api) for api in ("read_model", "path", "import")},
    "import, no weights": case(api="import", cache_mode=SIZE),
    **{cipher: case(cache_mode=SPEED, encryption=cipher) for cipher in CIPHERS},
    **{device: case(device=device, encryption="base64") for device in DROPPING},
    "BATCH:CPU": case(device="BATCH:CPU"),
    "BATCH:CPU, cache mode": case(device="BATCH:CPU", cache_mode=SPEED),
    "NPU": case(device="NPU", properties=NPU_ON_CPU),
    "GPU.7": case(device="GPU.7"),
    "rejected": case(properties={"NUM_STREAMS": 1, "NO_SUCH_PROPERTY": 1}),
}


@dataclass(frozen=True)
class Found:
    """What one round of `CASES` said."""

    summaries: dict[str, CaseSummary]
    samples: list[Sample]

    def __getitem__(self, name: str) -> CaseSummary:
        return self.summaries[CASES[name].case_id]

    def starts(self, name: str) -> dict[str, Sample]:
        own = [s for s in self.samples if s.case_id == CASES[name].case_id]
        uncached = [
            s
            for s in self.samples
            if s.kind == "uncached" and s.baseline_id == CASES[name].baseline_id
        ]
        return {sample.kind: sample for sample in [*uncached, *own]}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    bench = copy_model(tmp_path_factory.mktemp("found"))
    samples = bench.measure(*CASES.values())
    return Found({summary.case_id: summary for summary in bench.summaries()}, samples)


def test_read_model_with_optimize_size_is_a_silent_miss_with_its_remedy(found: Found) -> None:
    assert found["silent miss"].verdict == "silent_miss"
    assert "WEIGHTS_PATH" in found["silent miss"].remedy
    assert found["silent miss"].load_ms.warm is None


def test_the_remedy_works(found: Found) -> None:
    assert found["remedy"].verdict == "hit"


@pytest.mark.parametrize("api", ["read_model", "path", "import"])
def test_each_api_hits_and_shows_its_own_phases(found: Found, api: str) -> None:
    assert found[api].verdict == "hit"
    phases = {kind: set(sample.phases_ns) for kind, sample in found.starts(api).items()}
    assert ("read_model" in phases["uncached"]) == (api != "path")
    assert ("read_model" in phases["warm"]) == (api == "read_model")
    assert ("export_model" in phases["cold"]) == (api == "import")
    assert ("import_model" in phases["warm"]) == (api == "import")
    assert ("compile_model" in phases["warm"]) == (api != "import")


def test_a_warm_start_by_path_needs_less_memory_than_an_uncached_one(found: Found) -> None:
    starts = found.starts("path")
    peaks = {kind: max(sample.peak_rss_bytes.values()) for kind, sample in starts.items()}
    assert peaks["warm"] < peaks["uncached"]


def test_phases_and_harness_account_for_the_time_to_first_inference(found: Found) -> None:
    shares = [
        (sum(sample.phases_ns.values()) + (sample.harness_ns or 0))
        / sample.first_inference_total_ns
        for sample in found.samples
        if sample.first_inference_total_ns
    ]
    assert len(shares) > len(CASES)
    assert min(shares) > 0.98
    assert max(shares) <= 1


@pytest.mark.parametrize("device", [*DROPPING, "BATCH:CPU"])
def test_virtual_devices_work_as_values_of_the_matrix(found: Found, device: str) -> None:
    assert found[device].verdict == "hit"


@pytest.mark.parametrize("device", DROPPING)
def test_a_device_that_drops_the_callbacks_is_found_out(found: Found, device: str) -> None:
    assert found[device].callbacks_ignored
    assert found[device].encrypted_share == 0


def test_the_npu_wrapper_on_the_cpu_is_a_device_with_many_blobs(found: Found) -> None:
    assert found["NPU"].verdict == "hit"
    assert found["NPU"].blob_files is not None
    assert found["NPU"].blob_files > 1


def test_a_device_that_is_not_there_is_unsupported(found: Found) -> None:
    assert found["GPU.7"].verdict == "unsupported"
    assert "GPU" in found["GPU.7"].reason


def test_a_rejected_property_is_named(found: Found) -> None:
    assert found["rejected"].verdict == "unsupported"
    assert "NO_SUCH_PROPERTY=1" in found["rejected"].reason
    assert "NUM_STREAMS" not in found["rejected"].reason


def test_a_rejected_cache_mode_is_named(found: Found) -> None:
    assert found["BATCH:CPU, cache mode"].verdict == "unsupported"
    assert "CACHE_MODE" in found["BATCH:CPU, cache mode"].reason


def test_an_import_without_its_weights_has_a_remedy(found: Found) -> None:
    assert found["import, no weights"].verdict == "unsupported"
    assert "is not told where they are" in found["import, no weights"].reason
    assert "WEIGHTS_PATH" in found["import, no weights"].remedy


@pytest.mark.parametrize("cipher", CIPHERS)
def test_encryption_reports_what_it_covers(found: Found, cipher: str) -> None:
    starts = found.starts(cipher)
    cold, warm = starts["cold"].encryption, starts["warm"].encryption
    assert cold is not None
    assert warm is not None
    assert (cold.encrypt_calls, warm.decrypt_calls) == (1, 1)
    assert cold.bytes_out == warm.bytes_in
    assert cold.bytes_in == warm.bytes_out
    assert (cold.encrypted_bytes, warm.encrypted_bytes) == (cold.bytes_out, 0)
    summary = found[cipher]
    assert summary.verdict == "hit"
    assert summary.encrypted_share is not None
    assert 0 < summary.encrypted_share < 0.5
    assert summary.clear_windows is not None
    assert summary.clear_windows > 0


def test_of_resnet50_the_cipher_covers_next_to_nothing(tmp_path: Path) -> None:
    bench = copy_model(tmp_path, "resnet50")
    found = bench.verdict(case(encryption="aes-256-gcm"))
    assert found.verdict == "hit"
    assert found.encrypted_share is not None
    assert 0 < found.encrypted_share < 0.01
    (sentence,) = findings([found])
    assert "weights are unencrypted" in sentence


def test_the_key_is_in_no_file_command_line_or_environment(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "5eed" * 16
    # Only the session asks for keys; process trees have random marks of their own.
    monkeypatch.setattr("coldwarm.measure.session.secrets", Mock(token_hex=lambda _: key))
    forms = (key.encode(), bytes.fromhex(key))
    seen: set[int] = set()

    def shown(directory: Path) -> list[Path]:
        """Return what a process shows of itself and holds a form of the key."""
        files = [directory / name for name in ("cmdline", "environ")]
        return [file for file in files if any(form in read(file) for form in forms)]

    def read(file: Path) -> bytes:
        try:
            return file.read_bytes()
        except OSError:  # it has just ended, or is not ours
            return b""

    leaks: list[Path] = []
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.005):
            for child in psutil.Process().children(recursive=True):
                seen.add(child.pid)
                leaks.extend(shown(Path("/proc", str(child.pid))))

    def search(start: Start, chain: ChainDir) -> None:
        leaks.extend(holding(chain.path))

    def holding(directory: Path) -> list[Path]:
        files = [path for path in directory.rglob("*") if path.is_file()]
        return [path for path in files if any(form in path.read_bytes() for form in forms)]

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        found = bench.verdict(case(encryption="aes-256-gcm", cache_mode=SPEED), change=search)
    finally:
        ended.set()
        watcher.join()
    assert found.verdict == "hit"
    assert len(seen) >= 3
    assert leaks + holding(bench.run) == []


def test_a_replaced_bin_is_stale_by_path(bench: Bench) -> None:
    def halve_weights(start: Start, chain: ChainDir) -> None:
        weights = np.fromfile(bench.xml.with_suffix(".bin"), np.float32)
        # The file also holds whole numbers, shapes and axes, which as floats are next to nothing.
        weights[np.abs(weights) > 1e-30] *= 0.5
        weights.tofile(bench.xml.with_suffix(".bin"))

    found = bench.verdict(case(cache_mode=SPEED), change=halve_weights)
    assert found.verdict == "stale"
    assert "empty the cache" in found.remedy


def test_a_blob_damaged_in_its_weights_is_wrong_and_a_regression(bench: Bench) -> None:
    def damage(start: Start, chain: ChainDir) -> None:
        (blob,) = (chain.cache / each.name for each in chain.blobs())
        blob.chmod(0o640)
        with blob.open("r+b") as file:
            file.seek(blob.stat().st_size // 2)
            file.write(bytes(65536))

    sound = bench.measure(case(cache_mode=SPEED))
    base = bench.run
    found = bench.verdict(case(cache_mode=SPEED), change=damage)
    assert found.verdict == "wrong"
    asked = {sample.inputs_digest for sample in [*sound, *store.read_run(bench.run).samples()]}
    assert len(asked) == 1
    command = ["compare", str(base), str(bench.run)]
    told = CliRunner().invoke(cli, command, standalone_mode=False)
    assert told.stdout.startswith("REGRESSION: 1 of 1 case got worse")
    assert told.return_value == 1


def test_one_lost_blob_of_two_is_partial(bench: Bench) -> None:
    def lose_the_last_written(start: Start, chain: ChainDir) -> None:
        blobs = sorted(chain.blobs(), key=lambda blob: blob.mtime_ns)
        assert len(blobs) == 2
        (chain.cache / blobs[-1].name).unlink()

    found = bench.verdict(case(device="BATCH:CPU(4)"), change=lose_the_last_written)
    assert found.verdict == "partial"
    assert found.load_ms.warm is None


def test_evicted_and_hot_starts_read_what_they_say(bench: Bench) -> None:
    hot, evicted = case(), case(storage="evicted")
    samples = [s for s in bench.measure(hot, evicted) if s.kind == "warm"]
    by_storage = {sample.case["storage"]: sample for sample in samples}
    assert by_storage["hot"].disk_read_bytes == 0
    record = by_storage["evicted"].storage
    assert record is not None
    if not record.proven:
        pytest.skip(f"this file system keeps its pages: {record.note}")
    assert record.resident_bytes == 0
    blob = sum(each.bytes for each in by_storage["evicted"].blobs_before or ())
    assert by_storage["evicted"].disk_read_bytes == pytest.approx(blob, rel=0.3)


@contextmanager
def small_file_system(directory: Path) -> Iterator[None]:
    directory.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(directory)]
    if os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("mounting a small file system needs root")
    try:
        yield
    finally:
        subprocess.run(["umount", str(directory)], check=True)


def test_a_cold_start_on_a_full_disk_is_not_cached(bench: Bench) -> None:
    small = bench.directory / "small"
    with small_file_system(small):
        samples = bench.measure(case(cache_mode=SPEED), root=small)
    (found,) = bench.summaries()
    (cold,) = (sample for sample in samples if sample.kind == "cold")
    if cold.blobs_after:  # OpenVINO 2025.4 leaves what fitted, which no start loads
        assert found.verdict == "silent_miss"
    else:
        assert found.verdict == "not_cached"
        assert "room" in found.remedy
