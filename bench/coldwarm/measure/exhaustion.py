"""Did the machine run out of something, or was it not allowed to? Then nothing is unsupported."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LACKS = (
    *(errno.ENOMEM, errno.EAGAIN),  # memory, threads
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO),  # disk
    *(errno.EACCES, errno.EPERM, errno.EROFS),  # permissions
    *(errno.EMFILE, errno.ENFILE),  # open files
)
"""Errors of the system that tell of the machine's state, never of what is asked of it."""

TYPES = ("MemoryError", "PermissionError")
"""Exceptions of Python that say the same."""

WORDS = (
    *(os.strerror(number) for number in LACKS),
    "bad_alloc",  # C++, when memory runs out
    "failed to map segment",  # the loader of libraries, likewise (dlopen(3))
)
"""OpenVINO passes the C library's words on, wrapped in exceptions of its own."""


def ran_out(error: Mapping[str, Any]) -> bool:
    """Return whether what a worker raised tells of an exhausted or forbidding machine.

    Args:
        error: ``type`` and ``message`` of the exception.
    """
    message = str(error["message"]).casefold()
    return error["type"] in TYPES or any(word.casefold() in message for word in WORDS)
