from __future__ import annotations

import base64
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

KEY = "0f" * 32


@pytest.fixture
def encryption(load: Callable[[str], ModuleType]) -> ModuleType:
    return load("encryption")


@pytest.fixture
def codecs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], str]:
    """Give a function that writes a user's module and returns where it is."""
    monkeypatch.setattr(sys, "path", [*sys.path])

    def write(name: str, text: str) -> str:
        (tmp_path / name).write_text(text)
        return str(tmp_path)

    return write


@pytest.mark.parametrize("codec", ["identity", "base64", "aes-256-gcm"])
def test_what_was_encrypted_is_decrypted(encryption: ModuleType, codec: str) -> None:
    encrypt, decrypt = encryption.Callbacks(codec, KEY).pair
    secret = encrypt(b"topology \x00\xff")
    assert decrypt(secret) == b"topology \x00\xff"
    assert (secret == b"topology \x00\xff") == (codec == "identity")


def test_calls_bytes_and_time_are_counted(encryption: ModuleType) -> None:
    callbacks = encryption.Callbacks("base64")
    encrypt, decrypt = callbacks.pair
    decrypt(encrypt(b"123456"))
    encrypt(b"123")
    record = callbacks.record
    assert (record["encrypt_calls"], record["decrypt_calls"]) == (2, 1)
    assert record["bytes_in"] == 6 + 8 + 3
    assert record["bytes_out"] == 8 + 6 + 4
    assert record["encrypted_bytes"] == 8 + 4
    assert record["ns"] > 0
    assert record["error"] is None


def test_every_nonce_is_new(encryption: ModuleType) -> None:
    encrypt, _ = encryption.Callbacks("aes-256-gcm", KEY).pair
    first, second = encrypt(b"same"), encrypt(b"same")
    assert first[:12] != second[:12]
    assert first != second


def test_a_wrong_key_raises_and_is_noted(encryption: ModuleType) -> None:
    secret = encryption.Callbacks("aes-256-gcm", KEY).pair[0](b"topology")
    other = encryption.Callbacks("aes-256-gcm", "f0" * 32)
    with pytest.raises(Exception):  # noqa: B017, PT011 - the library's own
        other.pair[1](secret)
    assert other.record["error"].startswith("InvalidTag")
    assert other.record["decrypt_calls"] == 1
    assert other.record["bytes_out"] == 0
    assert other.record["ns"] > 0


def test_a_damaged_blob_is_noticed(encryption: ModuleType) -> None:
    encrypt, decrypt = encryption.Callbacks("aes-256-gcm", KEY).pair
    secret = bytearray(encrypt(b"topology"))
    secret[-1] ^= 1
    with pytest.raises(Exception):  # noqa: B017, PT011
        decrypt(bytes(secret))


def test_without_its_library_a_cipher_is_unavailable_with_the_remedy(
    encryption: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers.aead", None)
    with pytest.raises(encryption.UnavailableError, match="install it"):
        encryption.Callbacks("aes-256-gcm", KEY)


def test_text_of_older_versions_comes_as_bytes(encryption: ModuleType) -> None:
    encrypt, decrypt = encryption.Callbacks("base64").pair
    assert encrypt("topology") == base64.b64encode(b"topology")
    assert decrypt("dG9wb2xvZ3k=") == b"topology"


REVERSE = """
def enc(data): return data[::-1]
def dec(data): return data[::-1]
"""


@pytest.mark.parametrize(
    ("file", "module"),
    [("mine.py", "mine"), ("memory.py", "memory"), ("tensors.py", "tensors"), ("re.py", "re")],
)
def test_a_users_codec_may_have_any_name(
    encryption: ModuleType, codecs: Callable[[str, str], str], file: str, module: str
) -> None:
    directory = codecs(file, REVERSE)
    before = sys.modules.get(module)
    encrypt, decrypt = encryption.Callbacks(f"{module}:enc,dec", codec_path=directory).pair
    assert encrypt(b"abc") == b"cba"
    assert decrypt(b"cba") == b"abc"
    assert sys.modules.get(module) is before


def test_a_users_codec_may_be_in_a_package_or_import_its_neighbours(
    encryption: ModuleType, codecs: Callable[[str, str], str], tmp_path: Path
) -> None:
    (tmp_path / "keys").mkdir()
    codecs("keys/own_codec.py", "from coldwarm_neighbour import enc, dec")
    directory = codecs("coldwarm_neighbour.py", REVERSE)
    encrypt, _ = encryption.Callbacks("keys.own_codec:enc,dec", codec_path=directory).pair
    assert encrypt(b"abc") == b"cba"


def test_a_users_codec_may_be_installed(encryption: ModuleType, tmp_path: Path) -> None:
    spec = "base64:b64encode,b64decode"
    assert encryption.Callbacks(spec, codec_path=str(tmp_path)).pair[0](b"1") == b"MQ=="
    assert encryption.Callbacks(spec).pair[0](b"1") == b"MQ=="


def test_a_users_codec_that_is_not_there_raises(
    encryption: ModuleType, codecs: Callable[[str, str], str]
) -> None:
    directory = codecs("mine.py", REVERSE)
    with pytest.raises(ModuleNotFoundError):
        encryption.Callbacks("not_mine:enc,dec", codec_path=directory)
    with pytest.raises(AttributeError, match="hide"):
        encryption.Callbacks("mine:hide,dec", codec_path=directory)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("raise ValueError('no key')", "ValueError: no key"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("return None", "TypeError: the codec returned NoneType, not bytes"),
        ("return 5", "TypeError: the codec returned int, not bytes"),
        ("return 'text'", "TypeError: the codec returned str, not bytes"),
    ],
)
def test_what_a_codec_does_wrong_is_noted(
    encryption: ModuleType, codecs: Callable[[str, str], str], body: str, error: str
) -> None:
    directory = codecs("mine.py", f"def enc(data): {body}\ndec = enc")
    callbacks = encryption.Callbacks("mine:enc,dec", codec_path=directory)
    with pytest.raises((ValueError, SystemExit, TypeError)):
        callbacks.pair[0](b"data")
    assert callbacks.record["error"] == error
    assert callbacks.record["encrypt_calls"] == 1
