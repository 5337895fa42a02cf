"""Ciphers of the faults study, for encryption callbacks: toys whose output is plain text.

Text, because OpenVINO 2025.0 and older take nothing else. What they wrote is recognised by `SEAL`.
"""

from __future__ import annotations

SEAL = b"coldwarm-locked:"
KEY, OTHER_KEY = 0x5A, 0xC3


def _crossed(data, key):
    return bytes(byte ^ key for byte in data)


def lock(data):
    """Encrypt."""
    return SEAL + _crossed(data, KEY).hex().encode()


def unlock(data):
    """Decrypt with the right key."""
    return _crossed(bytes.fromhex(data[len(SEAL) :].decode()), KEY)


def lock_with_other(data):
    """Encrypt with the other key."""
    return SEAL + _crossed(data, OTHER_KEY).hex().encode()


def unlock_with_other(data):
    """Decrypt with the wrong key, which this cipher cannot tell: garbage comes out."""
    return _crossed(bytes.fromhex(data[len(SEAL) :].decode()), OTHER_KEY)


def refuse(data):
    """Raise, as a key server does that cannot be reached."""
    msg = f"no key for {len(data)} bytes"
    raise PermissionError(msg)
