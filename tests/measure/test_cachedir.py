from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from coldwarm.errors import StoreError
from coldwarm.measure import cachedir
from coldwarm.measure.cachedir import cache_root, chain_dir, inventory, remove_tree, sweep

HOLD = """
import sys
from pathlib import Path
from coldwarm.measure.cachedir import cache_root
with cache_root(Path(sys.argv[1])) as own:
    (own / "blob").write_text("x")
    print(own, flush=True)
    sys.stdin.read()
"""


def start_holder(root: Path) -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def close(process: subprocess.Popen[str]) -> None:
    with process:
        pass


# Inventory.


def test_an_inventory_knows_every_file_below_a_directory(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "b.blob").write_bytes(b"12345")
    (tmp_path / "deep" / "er" / "a.cl_cache").write_bytes(b"")
    blobs = inventory(tmp_path)
    assert [(blob.name, blob.bytes, blob.digest) for blob in blobs] == [
        ("b.blob", 5, None),
        ("deep/er/a.cl_cache", 0, None),
    ]
    status = (tmp_path / "b.blob").stat()
    assert (blobs[0].mtime_ns, blobs[0].inode) == (status.st_mtime_ns, status.st_ino)


def test_an_inventory_notices_a_rewritten_blob_of_the_same_size(tmp_path: Path) -> None:
    blob = tmp_path / "a.blob"
    blob.write_bytes(b"old")
    before = inventory(tmp_path)
    assert inventory(tmp_path) == before
    os.utime(blob, ns=(0, before[0].mtime_ns + 1))
    assert inventory(tmp_path) != before


def test_digests_are_taken_where_they_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"content")
    (blob,) = inventory(tmp_path, digest=True)
    assert blob.digest == hashlib.sha256(b"content").hexdigest()


def test_an_inventory_of_nothing_is_empty(tmp_path: Path) -> None:
    assert inventory(tmp_path / "none") == ()
    assert inventory(tmp_path) == ()


def test_what_is_no_regular_file_is_no_blob(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    assert inventory(tmp_path, digest=True) == ()


def test_an_unreadable_blob_is_listed_without_its_digest(unprivileged: Path) -> None:
    (unprivileged / "a").write_bytes(b"123")
    (unprivileged / "a").chmod(0)
    (blob,) = inventory(unprivileged, digest=True)
    assert (blob.bytes, blob.digest) == (3, None)


# Directories.


def test_a_chain_begins_with_empty_directories_of_its_own(tmp_path: Path) -> None:
    with chain_dir(tmp_path) as first, chain_dir(tmp_path) as second:
        assert first.path != second.path
        assert first.blobs() == first.driver_blobs() == ()
        (first.cache / "a.blob").write_bytes(b"1")
        (first.driver / "neo").mkdir()
        (first.driver / "neo" / "b").write_bytes(b"22")
        assert [blob.name for blob in first.blobs()] == ["a.blob"]
        assert [blob.name for blob in first.driver_blobs()] == ["neo/b"]
        assert second.blobs() == ()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError])
def test_directories_go_whatever_happens(tmp_path: Path, error: type[BaseException]) -> None:
    root = tmp_path / "deep" / "root"

    def go_wrong() -> None:
        with cache_root(root) as own, chain_dir(own) as chain:
            (chain.cache / "a.blob").write_bytes(b"1")
            (chain.cache / "a.blob").chmod(0o440)
            raise error

    with pytest.raises(error):
        go_wrong()
    assert list(root.iterdir()) == []


def test_a_root_that_cannot_be_written_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot keep caches in .*file.*: Not a directory. Set"):
        cache_root(tmp_path / "file" / "root").__enter__()
    with pytest.raises(StoreError, match=r"No such file or directory\. Set COLDWARM_CACHE_DIR, or"):
        chain_dir(tmp_path / "gone").__enter__()


def test_a_root_without_room_is_explained_and_left_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Path.mkdir

    def refuse(path: Path, *args: object, **options: object) -> None:
        if path.name.startswith(cachedir.PREFIX):
            raise OSError(errno.ENOSPC, "No space left on device")
        make(path, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreError, match="No space left on device"):
        cache_root(tmp_path).__enter__()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o000, 0o400, 0o500])
def test_a_tree_is_removed_whatever_its_modes(unprivileged: Path, mode: int) -> None:
    tree = unprivileged / "tree"
    (tree / "a" / "b").mkdir(parents=True)
    (tree / "a" / "b" / "blob").touch(0o440)
    for directory in (tree / "a" / "b", tree / "a", tree):
        directory.chmod(mode)
    remove_tree(tree)
    assert not tree.exists()


def test_nothing_outside_a_tree_is_touched(unprivileged: Path) -> None:
    outside = unprivileged / "outside"
    outside.mkdir(mode=0o700)
    (outside / "file").touch(0o600)
    tree = unprivileged / "tree"
    tree.mkdir()
    (tree / "directory").symlink_to(outside)
    (tree / "file").symlink_to(outside / "file")
    outside.chmod(0o500)
    (outside / "file").chmod(0o400)
    tree.chmod(0o500)
    remove_tree(tree)
    assert not tree.exists()
    assert outside.stat().st_mode & 0o777 == 0o500
    assert (outside / "file").stat().st_mode & 0o777 == 0o400
    outside.chmod(0o700)


def test_removing_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    remove_tree(tmp_path / "none")


# Sweeping.


def test_a_sweep_removes_what_the_dead_left_and_nothing_of_the_living(tmp_path: Path) -> None:
    dead, dead_dir = start_holder(tmp_path)
    living, living_dir = start_holder(tmp_path)
    os.kill(dead.pid, signal.SIGKILL)
    dead.wait()
    (tmp_path / "coldwarm-notes").mkdir()
    try:
        assert (dead_dir / "blob").exists()
        sweep(tmp_path)
        assert not dead_dir.exists()
        assert (living_dir / "blob").read_text() == "x"
        left = {path.name for path in tmp_path.iterdir()}
        assert left == {"coldwarm-notes", living_dir.name, f"{living_dir.name}.lock"}
    finally:
        close(living)
        close(dead)
    assert living.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["coldwarm-notes"]


def test_a_new_run_sweeps_first(tmp_path: Path) -> None:
    dead, dead_dir = start_holder(tmp_path)
    os.kill(dead.pid, signal.SIGKILL)
    close(dead)
    with cache_root(tmp_path):
        assert not dead_dir.exists()


def test_a_lock_swept_away_before_it_was_held_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock_once = cachedir._lock
    unlinked = []

    def lose(file: object, *, wait: bool) -> None:
        if not unlinked:
            unlinked.append((tmp_path / "a.lock").unlink())
        lock_once(file, wait=wait)  # type: ignore[arg-type]

    monkeypatch.setattr(cachedir, "_lock", lose)
    with cachedir._hold(tmp_path / "a.lock") as held:
        assert os.fstat(held.fileno()).st_ino == (tmp_path / "a.lock").stat().st_ino


def test_where_there_are_no_locks_nothing_is_swept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "fcntl", None)
    with cache_root(tmp_path) as own:
        sweep(tmp_path)
        assert own.exists()
    assert list(tmp_path.iterdir()) == []


OPEN_AND_CLOSE = """
import sys
from pathlib import Path
from coldwarm.measure.cachedir import cache_root
for _ in range(100):
    with cache_root(Path(sys.argv[1])) as own:
        (own / "blob").touch()
        assert (own / "blob").exists()
"""


def test_processes_that_sweep_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    command = [sys.executable, "-c", OPEN_AND_CLOSE, str(tmp_path)]
    processes = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
    assert list(tmp_path.iterdir()) == []
