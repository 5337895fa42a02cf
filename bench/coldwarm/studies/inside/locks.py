"""Ciphers of the faults study, for encryption callbacks: toys whose output is plain text.

Text, because OpenVINO 2025.0 and older take nothing else. What they wrote is recognised by `SEAL`.
"""

from __future__ import annotations

from typing import NoReturn

SEAL = b"coldwarm-locked:"
KEY, OTHER_KEY = 0x5A, 0xC3


def _crossed(data: bytes, key: int) -> bytes:
    return bytes(byte ^ key for byte in data)


def lock(data: bytes) -> bytes:
    """Encrypt."""
    return SEAL + _crossed(data, KEY).hex().encode()


def unlock(data: bytes) -> bytes:
    """Decrypt with the right key."""
    return _crossed(bytes.fromhex(data[len(SEAL) :].decode()), KEY)


def lock_with_other(data: bytes) -> bytes:
    """Encrypt with the other key."""
    return SEAL + _crossed(data, OTHER_KEY).hex().encode()


def unlock_with_other(data: bytes) -> bytes:
    """Decrypt with the wrong key, which this cipher cannot tell: garbage comes out."""
    return _crossed(bytes.fromhex(data[len(SEAL) :].decode()), OTHER_KEY)


def refuse(data: bytes) -> NoReturn:
    """Raise, as a key server does that cannot be reached."""
    msg = f"no key for {len(data)} bytes"
    raise PermissionError(msg)
