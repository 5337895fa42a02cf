"""The faults: what is done in each, and what a cache should make of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DAMAGED, PLACE, LOCKED, KILLED, STAMPEDE, NOTHING, OTHER = (
    "damaged",
    "place",
    "locked",
    "killed",
    "stampede",
    "nothing",
    "other",
)
"""Families: what a try of such a fault consists of."""


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        family: how it is tried.
        title: the heading of its row.
        text: what exactly is done.
        due: what should come of it, in words.
        fine: outcomes beside ``recovered`` and ``hit`` that are as they should be.
        starts: how many starts one try takes.
    """

    family: str
    title: str
    text: str
    due: str
    fine: frozenset[str] = frozenset()
    starts: int = 2

    @property
    def writes_cache(self) -> bool:
        """Return whether only OpenVINO's own cache can meet it, not a file of the application."""
        return self.family not in (DAMAGED, OTHER, NOTHING)


RECOVERS = "The next start should compile again, and write a good blob."
UNCACHED = "The start should work without a cache."
ANSWERS = frozenset({"uncached"})

BURSTS = 3
"""Crowds per try: what goes wrong in one start of a hundred is not seen in four."""

STAMPEDE_STARTS, STAGGERED_STARTS = 4, 6
STAGGER_NS = (30_000_000, 70_000_000)
"""As many starts, and as far apart, as the rates in the documentation were found with."""


def _damaged(title: str, text: str) -> Fault:
    return Fault(DAMAGED, title, text, RECOVERS)


def _place(title: str, text: str, *, due: str = UNCACHED) -> Fault:
    return Fault(PLACE, title, text, due, ANSWERS, starts=1)


FAULTS: Mapping[str, Fault] = {
    "nothing": Fault(
        NOTHING, "nothing", "Nothing is done to the blob.", "It should hit.", starts=1
    ),
    "truncated": _damaged("truncated blob", "The blob is cut at a byte chosen by chance."),
    "empty": _damaged("empty blob", "The blob is cut to no bytes."),
    "garbage": _damaged("garbage", "Every byte of the blob is replaced by a chance one."),
    "other_version": _damaged(
        "blob of another version", "The header of the blob names another OpenVINO version."
    ),
    "flipped_header": _damaged(
        "flipped byte, header", "All bits of one byte of the header are inverted."
    ),
    "flipped_topology": _damaged(
        "flipped byte, topology", "All bits of one byte of the graph are inverted."
    ),
    "flipped_weights": _damaged(
        "flipped byte, weights", "All bits of one byte of the weights are inverted."
    ),
    "zeroed_weights": _damaged(
        "64 KB of zeros, weights", "A run of 64 KB of the weights is replaced by zeros."
    ),
    "other_model": Fault(
        OTHER,
        "another model's blob",
        "The blob of the same network with other weights lies under this model's name.",
        RECOVERS,
    ),
    "read_only_empty": _place(
        "read-only directory, empty", "The cache directory is empty and has mode 0500."
    ),
    "read_only": _place(
        "read-only directory, good blob",
        "The cache directory holds a good blob and has mode 0500.",
        due="It should hit.",
    ),
    "read_only_damaged": _place(
        "read-only directory, bad blob",
        "The cache directory holds a truncated blob and has mode 0500, so that the blob can "
        "neither be loaded nor deleted.",
    ),
    "file_instead": _place(
        "a file, not a directory", "A file lies where the cache directory should be."
    ),
    "no_permission": _place(
        "directory without permission", "The cache directory is empty and has mode 0000."
    ),
    "full_disk": _place(
        "full disk", "The cache directory lies on a file system with room for a third of the blob."
    ),
    "wrong_key": Fault(
        LOCKED,
        "wrong key",
        "The blob was encrypted with one key and is decrypted with another; the cipher cannot "
        "tell, so garbage comes out.",
        RECOVERS,
    ),
    "no_key": Fault(
        LOCKED,
        "encrypted blob, no key",
        "The blob was encrypted, and the next start gives no callbacks.",
        "The start should compile again, and leave nothing in clear where an encrypted blob was.",
        ANSWERS,
    ),
    "decrypt_raises": Fault(
        LOCKED,
        "decrypt callback raises",
        "The decrypt callback raises an exception.",
        "The start should compile again, or the exception should reach the application.",
        frozenset({"uncached", "error"}),
    ),
    "encrypt_raises": Fault(
        LOCKED,
        "encrypt callback raises",
        "The encrypt callback raises an exception.",
        "The start should work without a cache, or the exception should reach the application.",
        frozenset({"uncached", "error"}),
    ),
    "killed": Fault(
        KILLED,
        "SIGKILL while writing",
        "A start is killed as soon as its blob has a certain size, chosen by chance.",
        RECOVERS,
        starts=3,
    ),
    "stampede": Fault(
        STAMPEDE,
        f"{STAMPEDE_STARTS} starts at once",
        f"{STAMPEDE_STARTS} starts begin in the same instant with one empty cache directory.",
        "Each should answer, and the next start should hit.",
        ANSWERS,
        BURSTS * (STAMPEDE_STARTS + 1),
    ),
    "staggered": Fault(
        STAMPEDE,
        f"{STAGGERED_STARTS} starts, staggered",
        f"{STAGGERED_STARTS} starts begin {STAGGER_NS[0] // 10**6} to {STAGGER_NS[1] // 10**6} ms "
        "after each other with one empty cache directory, so that some read while others write.",
        "Each should answer, and the next start should hit.",
        ANSWERS,
        BURSTS * (STAGGERED_STARTS + 1),
    ),
}
