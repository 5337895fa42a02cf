from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from coldwarm.errors import ColdwarmError
from coldwarm.machine import devices
from coldwarm.runtimes import (
    RuntimeUnavailableError,
    environments,
    in_use,
    installer,
    interpreter,
    list_environments,
    prune,
)
from coldwarm.runtimes.axis_value import Package
from coldwarm.runtimes.installer import InstallError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fake_wheels import Index, Shelf

    from coldwarm.runtimes import Runtime


@pytest.fixture(params=["uv", "pip"])
def _any_installer(request: pytest.FixtureRequest) -> None:
    if request.param == "pip":
        request.getfixturevalue("without_uv")


def environment_of(runtime: Runtime) -> Path:
    assert runtime.environment is not None
    return runtime.environment


@pytest.mark.usefixtures("_any_installer")
def test_a_requirement_becomes_an_environment_that_works_and_is_found_again(
    index: Index, shelf: Shelf
) -> None:
    index.add_openvino("2025.4.1")
    index.add_openvino("2026.4.1")
    runtime = shelf.provide("openvino==2025.4.1")
    assert runtime.version == "2025.4.1-a-build"
    assert runtime.devices.available_devices == ("CPU",)
    assert runtime.packages == {
        "openvino": "2025.4.1",
        "numpy": "2.0.0",
        "cryptography": "43.0.0",
    }
    assert Path(runtime.python).is_relative_to(shelf.folder.parent / "cache" / "runtimes")
    assert shelf.made == 1
    numpy = next(environment_of(runtime).rglob("site-packages/numpy"))  # nobody has imported it
    assert list(numpy.rglob("*.pyc")), "a first start would have to compile"
    index.vanish()
    assert shelf.provide("openvino == 2025.4.1").python == runtime.python
    assert shelf.made == 1


def test_a_wheel_is_known_by_its_content(index: Index, shelf: Shelf) -> None:
    wheel = shelf.folder / "openvino-2027.0.0-py3-none-any.whl"
    index.add_openvino("2027.0.0").rename(wheel)
    first = shelf.provide(wheel.name)
    assert first.version == "2027.0.0-a-build"
    assert shelf.provide(wheel.name).python == first.python
    index.add("openvino", "2027.0.0", 'raise ImportError("rebuilt")').rename(wheel)
    with pytest.raises(RuntimeUnavailableError, match="rebuilt"):
        shelf.provide(wheel.name)
    assert shelf.made == 2


def test_an_unknown_version_is_refused_with_a_sentence(index: Index, shelf: Shelf) -> None:
    index.add_openvino("2025.4.1")
    with pytest.raises(RuntimeUnavailableError) as refused:
        shelf.provide("openvino==2099.1")
    text = str(refused.value)
    assert text.startswith("the runtime openvino==2099.1 cannot be installed: ")
    assert text.endswith("Check the version, and whether the package index can be reached")
    assert "cryptography" not in text
    assert shelf.names == []


def test_an_open_requirement_follows_the_index(index: Index, shelf: Shelf) -> None:
    index.add_openvino("2025.4.1")
    old = shelf.provide("openvino>=2025")
    assert old.version == "2025.4.1-a-build"
    index.add_openvino("2026.4.1")
    assert shelf.provide("openvino>=2025").version == "2026.4.1-a-build"
    assert shelf.provide("openvino>=2025", seen=old.packages) == old
    assert shelf.made == 2
    index.vanish()
    assert shelf.provide("openvino>=2025").version == "2026.4.1-a-build"
    assert shelf.told[-1].endswith("Using what it was the last time")


def test_one_content_is_one_environment_whatever_asked_for_it(index: Index, shelf: Shelf) -> None:
    index.add_openvino("2025.4.1")
    first = shelf.provide("openvino<2026")
    assert shelf.provide("openvino>=2025").environment == first.environment
    assert shelf.provide("openvino==2025.4.1").environment == first.environment
    assert shelf.made == 1
    (listed,) = list_environments()
    assert listed.stamp is not None
    assert list(listed.stamp.asked) == ["openvino<2026", "openvino>=2025", "openvino==2025.4.1"]
    index.vanish()
    assert shelf.provide("openvino>=2025").environment == first.environment


def test_without_an_index_it_is_what_it_was_the_last_time(index: Index, shelf: Shelf) -> None:
    new = index.add_openvino("2026.4.1")
    shelf.provide("openvino==2026.4.1")
    kept = new.rename(shelf.folder / new.name)
    index.add_openvino("2025.4.1")
    assert shelf.provide("openvino>=2025").version == "2025.4.1-a-build"
    kept.rename(new)
    assert shelf.provide("openvino>=2025").version == "2026.4.1-a-build"
    index.vanish()
    assert shelf.provide("openvino>=2025").version == "2026.4.1-a-build"
    assert shelf.made == 2


def test_a_wheel_is_one_environment_wherever_it_lies(index: Index, shelf: Shelf) -> None:
    wheel = index.add_openvino("2027.0.0").rename(
        shelf.folder / "openvino-2027.0.0-py3-none-any.whl"
    )
    first = shelf.provide(wheel.name)
    elsewhere = shelf.folder / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(wheel, elsewhere)
    for stamp in environment_of(first).glob("coldwarm.json"):
        stamp.write_text(stamp.read_text().replace("sha256:", "sha512:"))  # another asked for it
    assert shelf.provide(f"elsewhere/{wheel.name}").environment == first.environment
    assert shelf.made == 1


def test_without_a_wheel_of_cryptography_it_is_left_out(index: Index, shelf: Shelf) -> None:
    index.add_openvino("2025.4.1")
    (index.path / "cryptography-43.0.0-py3-none-any.whl").unlink()
    assert "cryptography" not in shelf.provide("openvino==2025.4.1").packages


@pytest.mark.usefixtures("index")
def test_another_python_serves_where_there_is_no_wheel_for_this_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Picky:
        def resolve(self, python: str, requirements: Sequence[str]) -> tuple[str, ...]:
            if python != "python3.10":
                msg = f"no wheel for {python}"
                raise InstallError(msg)
            return tuple(requirements)

    monkeypatch.setattr(interpreter, "candidates", lambda: iter(["python3.14", "python3.10"]))
    package = Package("openvino==1", "openvino==1", is_pinned=True)
    python, pins = environments._resolve(Picky(), package)  # type: ignore[arg-type]
    assert python == "python3.10"
    assert pins == ("openvino==1", "numpy", *environments.WELCOME)
    monkeypatch.setattr(interpreter, "candidates", lambda: iter(["python3.14", "python3.13"]))
    with pytest.raises(InstallError, match=r"no wheel for python3\.14"):
        environments._resolve(Picky(), package)  # type: ignore[arg-type]


def test_an_interrupted_build_leaves_nothing(
    index: Index, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add_openvino("2025.4.1")

    def interrupt(*args: object) -> None:
        assert shelf.names != []
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(installer.Uv, "install", interrupt)
        with pytest.raises(KeyboardInterrupt):
            shelf.provide("openvino==2025.4.1")
    assert shelf.names == []
    assert shelf.provide("openvino==2025.4.1").version == "2025.4.1-a-build"


def test_what_a_killed_build_left_is_made_anew(index: Index, shelf: Shelf) -> None:
    index.add_openvino("2025.4.1")
    environment = environment_of(shelf.provide("openvino==2025.4.1"))
    (environment / "coldwarm.json").unlink()
    next(environment.rglob("openvino/__init__.py")).write_text("half wri")
    assert [listed.state for listed in list_environments()] == ["incomplete"]
    again = shelf.provide("openvino==2025.4.1")
    assert again.environment == environment
    assert again.version == "2025.4.1-a-build"
    assert [listed.state for listed in list_environments()] == ["complete"]


@pytest.mark.parametrize("lost", ["bin/python*", "lib/python*/site-packages/openvino/*.py"])
def test_a_damaged_environment_is_made_again(index: Index, shelf: Shelf, lost: str) -> None:
    index.add_openvino("2025.4.1")
    environment = environment_of(shelf.provide("openvino==2025.4.1"))
    for file in environment.glob(lost):
        file.unlink()
    assert shelf.provide("openvino==2025.4.1").version == "2025.4.1-a-build"
    assert shelf.told[-2].endswith("; making it again")


def test_an_environment_that_does_not_answer_in_time_is_kept(
    index: Index, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add_openvino("2025.4.1")
    environment = environment_of(shelf.provide("openvino==2025.4.1"))

    def too_busy(*_: object) -> None:
        msg = "was asked for OpenVINO's devices and did not answer in time"
        raise ColdwarmError(msg)

    with monkeypatch.context() as patched:
        patched.setattr(devices, "query_devices", too_busy)
        with pytest.raises(RuntimeUnavailableError, match="did not answer in time"):
            shelf.provide("openvino==2025.4.1")
    assert environment_of(shelf.provide("openvino==2025.4.1")) == environment
    assert shelf.made == 1


def test_a_package_that_never_works_is_not_made_twice(index: Index, shelf: Shelf) -> None:
    index.add("openvino", "2025.4.1", 'raise ImportError("no libopenvino.so")')
    with pytest.raises(RuntimeUnavailableError, match=r"cannot be used: .*libopenvino"):
        shelf.provide("openvino==2025.4.1")
    assert shelf.made == 1
    assert shelf.names == []


@pytest.mark.usefixtures("index", "shelf")
def test_a_cache_that_cannot_be_written_is_a_sentence(
    shelf: Shelf, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.add_openvino("2025.4.1")
    (tmp_path / "file").touch()
    monkeypatch.setenv("COLDWARM_CACHE_DIR", str(tmp_path / "file"))
    with pytest.raises(RuntimeUnavailableError, match="Set COLDWARM_CACHE_DIR to a directory"):
        shelf.provide("openvino==2025.4.1")


def test_two_processes_at_once_make_one_environment(index: Index, shelf: Shelf) -> None:
    index.add_openvino("2025.4.1")
    code = textwrap.dedent("""
        from pathlib import Path
        from coldwarm.machine.devices import DeviceReport
        from coldwarm.runtimes import provide
        value = "openvino==2025.4.1"
        found = provide([value], Path(), DeviceReport(""), print)
        print(found[value].version)
    """)
    command = [sys.executable, "-c", code]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert all(text.endswith("2025.4.1-a-build\n") for text in said)
    assert sum(text.count("making the environment") for text in said) == 1
    assert len(shelf.names) == 1


def test_what_a_run_uses_is_not_pruned(index: Index, shelf: Shelf) -> None:
    index.add_openvino("2025.4.1")
    runtime = shelf.provide("openvino==2025.4.1")
    with in_use([runtime]):
        assert [listed.state for listed in list_environments()] == ["in use"]
        assert [(each.removed, each.reason) for each in prune()] == [(False, "a run is using it")]
        with in_use([runtime]):
            pass
    freed = prune()
    assert [each.removed for each in freed] == [True]
    assert freed[0].bytes > 0
    assert shelf.names == []
    with (
        pytest.raises(RuntimeUnavailableError, match="pruned meanwhile: run again"),
        in_use([runtime]),
    ):
        pass


def test_prune_keeps_what_was_used_lately_and_what_is_not_named(index: Index, shelf: Shelf) -> None:
    day = 24 * 3600
    index.add_openvino("2025.4.1")
    index.add_openvino("2026.4.1")
    old = environment_of(shelf.provide("openvino==2025.4.1"))
    new = environment_of(shelf.provide("openvino==2026.4.1"))
    abandoned = old.parent / "abandoned"
    abandoned.mkdir()
    stamp = old / "coldwarm.json"
    then = stamp.stat().st_mtime - 10 * day
    os.utime(stamp, (then, then))
    assert prune([new.name], unused_days=9) == []
    assert {each.name for each in prune(unused_days=9)} == {old.name, "abandoned"}
    assert [listed.name for listed in list_environments()] == [new.name]
