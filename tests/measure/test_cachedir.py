from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from coldwarm.errors import StoreError
from coldwarm.measure.cachedir import PREFIX, cache_root, chain_dir, inventory

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
        if path.name.startswith(PREFIX):
            raise OSError(errno.ENOSPC, "No space left on device")
        make(path, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(StoreError, match="No space left on device"):
        cache_root(tmp_path).__enter__()
    assert list(tmp_path.iterdir()) == []
