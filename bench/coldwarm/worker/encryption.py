"""The encryption callbacks of a start, and what went through them.

OpenVINO calls `encrypt` when it writes a blob and `decrypt` when it reads one. Newer versions hand
over bytes. Older ones (2025.0 and before) hand over text and take back nothing that is not text: a
blob whose encrypted part is not valid UTF-8 is written and never read. Codecs here always see
bytes; on such a version ciphertext is wrapped in base64, as every application would have to.
"""

from __future__ import annotations

import base64
import importlib.util
import os
import sys
import time

NONCE_BYTES = 12
"""Nonce length of AES-GCM (NIST SP 800-38D, 5.2.1.1)."""

USER_MODULE = "user_codec"


class UnavailableError(Exception):
    """The runtime lacks what the codec needs; the text names the remedy."""


def _identity(data: bytes) -> bytes:
    return data


def _aes_256_gcm(key: bytes):
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as err:
        msg = "aes-256-gcm needs the package cryptography in the runtime's environment: install it"
        raise UnavailableError(msg) from err
    cipher = AESGCM(key)

    def encrypt(data: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + cipher.encrypt(nonce, data, None)

    def decrypt(data: bytes) -> bytes:
        return cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], None)

    return encrypt, decrypt


def _in_base64(encrypt, decrypt):
    """Return the same codec for versions that take text only."""
    return (
        lambda data: base64.b64encode(encrypt(data)),
        lambda data: decrypt(base64.b64decode(data)),
    )


def _user_codec(spec: str, codec_path: str | None):
    module_name, _, names = spec.partition(":")
    encrypt_name, _, decrypt_name = names.partition(",")
    module = _import(module_name, codec_path)
    return getattr(module, encrypt_name), getattr(module, decrypt_name)


def _import(name: str, directory: str | None):
    """Import a user's module, which may bear the name of one of ours."""
    if directory:
        sys.path.append(directory)
        file = os.path.join(directory, *name.split(".")) + ".py"
        if os.path.isfile(file):
            spec = importlib.util.spec_from_file_location(USER_MODULE, file)
            module = importlib.util.module_from_spec(spec)
            sys.modules[USER_MODULE] = module
            spec.loader.exec_module(module)
            return module
    return importlib.import_module(name)


def _bytes(result) -> bytes:
    if not isinstance(result, bytes):
        msg = f"the codec returned {type(result).__name__}, not bytes"
        raise TypeError(msg)
    return result


class Callbacks:
    """Wraps a codec and counts calls, bytes and time. Lists as OpenVINO wants them."""

    def __init__(self, spec: str, key: str | None = None, codec_path: str | None = None) -> None:
        if spec == "identity":
            codec = (_identity, _identity)
        elif spec == "base64":
            codec = (base64.b64encode, base64.b64decode)
        elif spec == "aes-256-gcm":
            codec = _aes_256_gcm(bytes.fromhex(key))
        else:
            codec = _user_codec(spec, codec_path)
        self.record = {
            "encrypt_calls": 0,
            "decrypt_calls": 0,
            "bytes_in": 0,
            "bytes_out": 0,
            "encrypted_bytes": 0,
            "ns": 0,
            "error": None,
        }
        as_text = _in_base64(*codec) if spec == "aes-256-gcm" else codec
        self.pair = [
            self._counted("encrypt_calls", codec[0], as_text[0]),
            self._counted("decrypt_calls", codec[1], as_text[1]),
        ]

    def _counted(self, calls: str, function, function_for_text):
        def callback(data):
            begin = time.perf_counter_ns()
            record = self.record
            record[calls] += 1
            is_text = isinstance(data, str)
            raw = data.encode() if is_text else bytes(data)
            record["bytes_in"] += len(raw)
            try:
                result = _bytes(function_for_text(raw) if is_text else function(raw))
            except BaseException as err:
                record["error"] = f"{type(err).__name__}: {err}"
                raise
            finally:
                record["ns"] += time.perf_counter_ns() - begin
            record["bytes_out"] += len(result)
            if calls == "encrypt_calls":
                record["encrypted_bytes"] += len(result)
            return result

        return callback
