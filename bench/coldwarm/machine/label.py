"""The label of a host: what people call it, and the directory that is named after it."""

from __future__ import annotations

import re

from coldwarm.experiment.case import short_digest
from coldwarm.text.escaping import INVISIBLE

PLACEHOLDER_NAMES = frozenset(("localhost", "none", "unknown", "computer", "host"))
DEVICE_NAMES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)")
"""Names that no directory can have on Windows."""

CONTAINER_ID = re.compile(r"[0-9a-f]{12}|[0-9a-f]{64}")
"""What container engines use as host name; another one at every start."""

FOLDER_LENGTH = 40
LABEL_LENGTH = 80
DIGEST_LENGTH = 6


def label_of_host(hostname: str) -> str | None:
    """Return the first label of a host name, None where it says nothing or changes.

    The domain is left out: it says where somebody works.
    """
    label = _slug(hostname.strip().partition(".")[0])
    says_nothing = not label or label in PLACEHOLDER_NAMES or label.isdigit()
    return None if says_nothing or CONTAINER_ID.fullmatch(label) else label


def label_of_hardware(cpu_model: str | None, *more: object) -> str:
    """Return a label made of the processor's name and a digest of everything that is given."""
    return f"{_slug(cpu_model or 'host')}-{short_digest([cpu_model, *more])[:DIGEST_LENGTH]}"


def checked_label(text: str) -> str:
    """Return a label that a user gave, on one line and without what cannot be seen.

    Raises:
        ValueError: when it has no letter or digit, or is too long.
    """
    label = " ".join(INVISIBLE.sub(" ", text).split())
    if not any(character.isalnum() for character in label):
        msg = f"{text!r} has no letter or digit"
        raise ValueError(msg)
    if len(label) > LABEL_LENGTH:
        msg = f"{len(label)} characters are too many: at most {LABEL_LENGTH}"
        raise ValueError(msg)
    return label


def folder_of(label: str) -> str:
    """Return a directory name for a label, safe on every file system.

    Letters that are not ASCII are lost in it: a digest tells such labels apart.
    """
    folder = _slug(label)
    if not label.isascii():
        folder = f"{folder or 'host'}-{short_digest(label)[:DIGEST_LENGTH]}"
    return f"host-{folder}" if DEVICE_NAMES.fullmatch(folder) else folder or "host"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:FOLDER_LENGTH].rstrip("-")
