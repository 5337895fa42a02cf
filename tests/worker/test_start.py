from __future__ import annotations

import json
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from coldwarm.run.sample import Blob
    from conftest import Starter

pytestmark = pytest.mark.real

MB = 2**20
KEY = "5a" * 32

AROUND = {"interpreter", "import", "create_core", "create_infer_request", "first_inference"}
LOAD_PHASES = {
    ("uncached", "path"): {"compile_model"},
    ("cold", "path"): {"compile_model"},
    ("warm", "path"): {"compile_model"},
    ("uncached", "read_model"): {"read_model", "compile_model"},
    ("cold", "read_model"): {"read_model", "compile_model"},
    ("warm", "read_model"): {"read_model", "compile_model"},
    ("cold", "import"): {"read_model", "compile_model", "export_model"},
    ("warm", "import"): {"import_model"},
}


@dataclass
class Seen:
    """One start: what it reported, and the cache before and after it."""

    result: dict[str, Any]
    before: tuple[Blob, ...]
    after: tuple[Blob, ...]


@pytest.fixture(scope="module")
def starts(new_starter: Callable[[], Starter]) -> dict[tuple[str, str], Seen]:
    """Make one start of each kind with each API."""
    found = {}
    for api in ("path", "read_model", "import"):
        starter = new_starter()
        for kind in ("uncached", "cold", "warm"):
            if (kind, api) in LOAD_PHASES:
                before = starter.chain.blobs(digest=True)
                result = starter.result(kind, api)
                found[kind, api] = Seen(result, before, starter.chain.blobs(digest=True))
    return found


each_start = pytest.mark.parametrize(("kind", "api"), LOAD_PHASES.keys())


@each_start
def test_a_start_has_the_phases_of_its_kind_and_api(
    starts: dict[tuple[str, str], Seen], kind: str, api: str
) -> None:
    phases = starts[kind, api].result["phases_ns"]
    assert phases.keys() == AROUND | LOAD_PHASES[kind, api]
    assert all(ns > 0 for ns in phases.values())


def test_phases_and_harness_account_for_the_time_to_first_inference(
    starts: dict[tuple[str, str], Seen],
) -> None:
    results = [seen.result for seen in starts.values()]
    accounted = [
        (sum(result["phases_ns"].values()) + result["harness_ns"])
        / result["first_inference_total_ns"]
        for result in results
    ]
    assert statistics.median(accounted) == pytest.approx(1, abs=0.02)
    assert max(accounted) <= 1, "nothing is counted twice"


def test_the_harness_takes_a_small_part_of_a_start(starts: dict[tuple[str, str], Seen]) -> None:
    results = [seen.result for seen in starts.values()]
    shares = [result["harness_ns"] / result["first_inference_total_ns"] for result in results]
    assert statistics.median(shares) < 0.15


@pytest.mark.parametrize("api", ["path", "read_model", "import"])
def test_a_cold_start_leaves_a_blob_and_a_warm_one_touches_nothing(
    starts: dict[tuple[str, str], Seen], api: str
) -> None:
    cold, warm = starts["cold", api], starts["warm", api]
    assert cold.before == ()
    assert len(cold.after) == 1
    assert cold.after[0].bytes > 10 * MB
    assert warm.before == warm.after == cold.after
    assert (cold.after[0].name == "exported.blob") == (api == "import")


@each_start
def test_loaded_from_cache_is_told_as_the_runtime_tells_it(
    starts: dict[tuple[str, str], Seen], kind: str, api: str
) -> None:
    result = starts[kind, api].result
    assert result["loaded_from_cache"] is (kind == "warm" and api != "import")
    assert result["export_import"] is True


def test_cached_and_uncached_starts_answer_the_same(
    starts: dict[tuple[str, str], Seen],
) -> None:
    (answer,) = {json.dumps(seen.result["outputs"]) for seen in starts.values()}
    assert len(json.loads(answer)[0]["digests"]) == 1
    (inputs,) = {seen.result["inputs_digest"] for seen in starts.values()}
    assert len(inputs) == 32


@each_start
def test_a_start_tells_what_it_cost(
    starts: dict[tuple[str, str], Seen], kind: str, api: str
) -> None:
    result = starts[kind, api].result
    assert result["openvino_version"][:4].isdecimal()
    assert result["bytecode"] in {True, False}
    assert result["telemetry"] is False
    assert result["cpu_ns"] > 0
    assert result["page_faults"]["minor"] > 0
    assert result["disk_read_bytes"] is None or result["disk_read_bytes"] >= 0
    assert "encryption" not in result
    assert result["execution_devices"] == ["CPU"]
    requirements = result["runtime_requirements"]
    assert requirements is None or "isa=" in requirements
    assert result["compatibility_check"] in {"not readable", "NOT_APPLICABLE", "SUPPORTED"}
    if result["memory_method"] != "vmhwm-reset":
        pytest.skip(f"memory was read by {result['memory_method']}")
    peaks = result["peak_rss_bytes"]
    assert peaks.keys() == result["phases_ns"].keys()
    assert peaks["interpreter"] < peaks["import"] < max(peaks.values())
    for moment in ("load", "first_inference"):
        held = result["rss_anon_bytes"][moment] + result["rss_file_bytes"][moment]
        assert peaks["import"] / 2 < held <= 1.05 * max(peaks.values())


# Encryption.


@pytest.mark.parametrize("codec", ["identity", "base64", "aes-256-gcm"])
def test_callbacks_are_counted(starter: Starter, codec: str) -> None:
    cold = starter.result("cold", encryption=codec, key=KEY)
    warm = starter.result("warm", encryption=codec, key=KEY)
    assert {"setup"} == cold["phases_ns"].keys() - AROUND - {"compile_model"}
    assert warm["loaded_from_cache"] is True
    wrote, read = cold["encryption"], warm["encryption"]
    assert (wrote["encrypt_calls"], wrote["decrypt_calls"]) == (1, 0)
    assert (read["encrypt_calls"], read["decrypt_calls"]) == (0, 1)
    assert wrote["bytes_in"] == read["bytes_out"] > 0
    assert wrote["bytes_out"] == read["bytes_in"]
    longer = {
        "identity": 0,
        "base64": -(-wrote["bytes_in"] // 3) * 4 - wrote["bytes_in"],
        "aes-256-gcm": 12 + 16,
    }
    assert wrote["bytes_out"] - wrote["bytes_in"] == longer[codec]
    assert wrote["ns"] > 0
    assert wrote["error"] is None


def test_a_wrong_key_is_noted_though_openvino_keeps_silent(starter: Starter) -> None:
    starter.result("cold", encryption="aes-256-gcm", key=KEY)
    warm = starter.result("warm", encryption="aes-256-gcm", key="a5" * 32)
    assert warm["loaded_from_cache"] is False
    assert warm["encryption"]["error"].startswith("InvalidTag")


HUNGRY = """
import mmap
block = mmap.mmap(-1, 200 * 2**20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
for page in range(0, len(block), mmap.PAGESIZE):
    block[page] = 1
block.close()

def enc(data): return data[::-1]
def dec(data): return data[::-1]
def fail(data): raise ValueError("no key today")
def leave(data): raise SystemExit(3)
"""


def test_a_users_codec_is_imported_in_a_phase_of_its_own(starter: Starter) -> None:
    (starter.directory / "hungry.py").write_text(HUNGRY)
    cold = starter.result("cold", encryption="hungry:enc,dec", codec_path=str(starter.directory))
    assert cold["encryption"]["encrypt_calls"] == 1
    if cold["memory_method"] == "vmhwm-reset":
        peaks = cold["peak_rss_bytes"]
        assert peaks["setup"] - peaks["import"] == pytest.approx(200 * MB, rel=0.05)
        assert peaks["create_core"] < peaks["setup"] - 150 * MB


@pytest.mark.parametrize(
    ("name", "raised"), [("fail", "ValueError: no key today"), ("leave", "SystemExit: 3")]
)
def test_a_codec_that_raises_is_noted(starter: Starter, name: str, raised: str) -> None:
    (starter.directory / "broken.py").write_text(HUNGRY[HUNGRY.index("def enc") :])
    ending = starter.start(
        "cold", encryption=f"broken:{name},dec", codec_path=str(starter.directory)
    )
    assert ending.status == "failed"
    assert ending.result["error"]["phase"] == "compile_model"
    assert ending.result["encryption"]["error"] == raised


def test_a_codec_that_cannot_be_imported_is_an_error_of_the_setup(starter: Starter) -> None:
    error = starter.error("cold", encryption="nowhere:enc,dec", codec_path=str(starter.directory))
    assert (error["phase"], error["type"]) == ("setup", "ModuleNotFoundError")
    assert error["unavailable"] is False


def test_a_runtime_without_cryptography_says_so_before_anything_is_compiled(
    starter: Starter,
) -> None:
    package = starter.directory / "packages" / "cryptography"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ImportError('no cryptography here')")
    starter.env["PYTHONPATH"] = str(package.parent)
    error = starter.error("cold", encryption="aes-256-gcm", key=KEY)
    assert error["unavailable"] is True
    assert error["phase"] == "setup"
    assert "install it" in error["message"]


# A start that does not reach its end.

CODEC = "def enc(data): return bytes(data)\ndef dec(data): return bytes(data)\n"


@pytest.mark.parametrize(
    ("codec", "status", "ended_in", "last"),
    [
        ("import time; time.sleep(600)\n", "timeout", "setup", "import"),
        ("import os\ndef dec(data): os.kill(os.getpid(), 9)\n", "crashed", "compile_model", None),
        ("import atexit, os\natexit.register(os.abort)\n", "crashed", "exit", "first_inference"),
    ],
    ids=["hangs at import", "dies in decrypt", "aborts at exit"],
)
def test_a_start_that_is_cut_off_tells_where_and_what_was_measured_until_then(
    starter: Starter, codec: str, status: str, ended_in: str, last: str | None
) -> None:
    place = {"encryption": "odd:enc,dec", "codec_path": str(starter.directory)}
    module = starter.directory / "odd.py"
    module.write_text(CODEC)
    if last is None:
        starter.result("cold", **place)
    module.write_text(CODEC + codec)
    starter.timeout_s = 3 if status == "timeout" else 120
    ending = starter.start("cold" if last else "warm", **place)
    assert (ending.status, ending.ended_in) == (status, ended_in)
    assert list(ending.result["phases_ns"])[-1] == (last or "create_core")
    assert ending.result["openvino_version"]
    assert ending.result["rss_anon_bytes"].keys() == (
        {"load", "first_inference"} if ended_in == "exit" else set()
    )


# Errors.


def test_a_model_that_is_not_there_is_an_error_of_the_phase_that_reads_it(
    starter: Starter,
) -> None:
    missing = str(starter.directory / "none.xml")
    assert starter.error(api="read_model", model=missing)["phase"] == "read_model"
    error = starter.error(api="path", model=missing)
    assert (error["phase"], error["type"]) == ("compile_model", "RuntimeError")
    assert "none.xml" in error["message"]


def test_a_rejected_property_is_an_error_of_the_compile(starter: Starter) -> None:
    ending = starter.start(config={"NO_SUCH_PROPERTY": "1"})
    assert ending.status == "failed"
    assert ending.result["error"]["phase"] == "compile_model"
    assert "NO_SUCH_PROPERTY" in ending.result["error"]["message"]
    assert "Traceback" in ending.stderr_tail
    assert ending.result["phases_ns"].keys() == AROUND - {
        "create_infer_request",
        "first_inference",
    } | {"compile_model"}


@pytest.mark.parametrize("place", ["device", "call"])
def test_the_cache_directory_is_the_same_wherever_it_is_set(starter: Starter, place: str) -> None:
    starter.result("cold")
    assert starter.result("warm", cache_dir_on=place)["loaded_from_cache"] is True


def test_a_file_is_changed_after_the_load_and_in_no_phase(starter: Starter) -> None:
    file, content = starter.directory / "file", starter.directory / "content"
    file.write_bytes(b"before")
    content.write_bytes(b"after")
    usual = starter.result()
    told = starter.result(after_load={"file": str(file), "content": str(content)})
    assert file.read_bytes() == b"after"
    assert told["phases_ns"].keys() == usual["phases_ns"].keys()
    assert told["outputs"] == usual["outputs"]


def test_an_import_without_its_file_is_an_error_of_the_import(starter: Starter) -> None:
    assert starter.error("warm", "import")["phase"] == "import_model"


def test_an_error_text_that_utf_8_cannot_hold_arrives_all_the_same(starter: Starter) -> None:
    (starter.directory / "odd.py").write_text("raise ValueError('no \\udcff.bin')")
    error = starter.error("cold", encryption="odd:enc,dec", codec_path=str(starter.directory))
    assert error["message"] == "no ?.bin"


# Quiet.


@pytest.mark.parametrize("telemetry", [False, True])
def test_telemetry_is_imported_only_on_demand(starter: Starter, *, telemetry: bool) -> None:
    package = starter.directory / "packages" / "openvino_telemetry"
    package.mkdir(parents=True)
    imported = starter.directory / "telemetry was imported"
    (package / "__init__.py").write_text(f"open({str(imported)!r}, 'w').close()\n{TELEMETRY}")
    starter.env["PYTHONPATH"] = str(package.parent)
    (starter.directory / "spy.py").write_text(SPY)
    result = starter.result(
        "cold",
        telemetry=telemetry,
        encryption="spy:enc,dec",
        codec_path=str(starter.directory),
    )
    assert result["telemetry"] is telemetry
    assert imported.exists() is telemetry
    seen = json.loads((starter.directory / "seen.json").read_text())
    if not telemetry:
        assert seen == {"threads": ["MainThread"], "children": 0, "telemetry": False}
    else:
        assert seen["telemetry"] is True


TELEMETRY = """
class Telemetry:
    def __init__(self, *args, **options): pass
    def __getattr__(self, name): return lambda *args, **options: None
"""

SPY = """
import json, pathlib, sys, threading
tasks = pathlib.Path("/proc/self/task").glob("*/children")
json.dump(
    {
        "threads": [thread.name for thread in threading.enumerate()],
        "children": sum(len(each.read_text().split()) for each in tasks),
        "telemetry": bool(sys.modules.get("openvino_telemetry")),
    },
    open("seen.json", "w"),
)
def enc(data): return data
def dec(data): return data
"""


def test_what_is_printed_to_standard_output_does_no_harm(starter: Starter) -> None:
    (starter.directory / "loud.py").write_text(
        "import os\nprint('from Python')\nos.write(1, b'from C\\n')\n"
        "def enc(data): os.write(1, b'and again\\n'); return data\ndec = enc"
    )
    ending = starter.start("cold", encryption="loud:enc,dec", codec_path=str(starter.directory))
    assert ending.status == "ok"
    for words in ("from Python", "from C", "and again"):
        assert words in ending.stderr_tail


LOOK = """
import pathlib, sys
told = pathlib.Path("/proc/self/cmdline").read_bytes()
told += pathlib.Path("/proc/self/environ").read_bytes()
assert b"5a" * 31 not in told
assert not [name for name in sys.modules if name.partition(".")[0] == "coldwarm"]
def enc(data): return data
dec = enc
"""


def test_a_worker_shows_no_key_and_imports_nothing_of_coldwarm(
    starter: Starter, tmp_path: Path
) -> None:
    (starter.directory / "look.py").write_text(LOOK)
    ending = starter.start(
        "cold", encryption="look:enc,dec", key=KEY, codec_path=str(starter.directory)
    )
    assert ending.status == "ok", ending.reason
    assert KEY not in ending.stderr_tail
    assert KEY not in json.dumps(ending.result)
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files
    assert not any(KEY.encode() in file.read_bytes() for file in files)
