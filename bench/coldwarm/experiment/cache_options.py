"""Properties and variables that bring a cache of their own, in whatever form they are written.

They would reach the starts without a cache too: the baseline would be loaded from it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coldwarm.experiment.problems import Loc

PRIVATE = "every chain of starts gets a private directory, cache_root says where"
CHOSEN = "which blob a start loads is what is measured"
EXPORTED = "use api: import"

RESERVED: Mapping[str, str] = {
    "CACHE_DIR": PRIVATE,
    "CACHE_PATH": PRIVATE,
    "NPUW_CACHE_DIR": PRIVATE,
    "CACHE_BLOB_ID": CHOSEN,
    "CACHED_MODEL_BUFFER": CHOSEN,
    "COMPILED_BLOB": EXPORTED,
    "BLOB_PATH": EXPORTED,
    "EXPORT_BLOB": EXPORTED,
    "CACHE_ENCRYPTION_CALLBACKS": "use the axis encryption",
    "CACHE_MODE": "use the axis cache_mode",
}
"""Properties that an experiment sets otherwise, and how."""

RESERVED_VARIABLE_PATTERN = r"[Cc][Aa][Cc][Hh][Ee]_([Dd][Ii][Rr]|[Pp][Aa][Tt][Hh])$"
"""The end of a variable that tells a driver where to keep its cache: NEO_CACHE_DIR, cl_cache_dir,
ZE_INTEL_NPU_CACHE_DIR, SYCL_CACHE_DIR, CUDA_CACHE_PATH."""

# OpenVINO reads a nested mapping from text too: {CPU:{CACHE_DIR:/x}}.
_KEY_IN_TEXT = re.compile(r"""(?:^|[{,;\s"'])([A-Za-z_]+)["']?\s*[:=]""")


def reserved_in(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:  # noqa: ANN401
    """Yield the place of every reserved property in a value, and why it is refused.

    Nested mappings and lists are gone through, as DEVICE_PROPERTIES has them, and text that may
    be a mapping. Names count in any case: some plugins ignore one that they do not know.
    """
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _refused(str(key).strip(), (*loc, key))
            yield from reserved_in(item, (*loc, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from reserved_in(item, (*loc, index))
    elif isinstance(value, str):
        for match in _KEY_IN_TEXT.finditer(value):
            yield from _refused(match[1], loc)


def _refused(name: str, loc: Loc) -> Iterator[tuple[Loc, str]]:
    instead = RESERVED.get(name.upper())
    if instead:
        yield loc, f"{name} is not set among the properties: {instead}"


def check_variable(name: str) -> str:
    """Return the name of a variable that leads no driver's cache elsewhere.

    Raises:
        ValueError: with a sentence for the user.
    """
    if re.search(RESERVED_VARIABLE_PATTERN, name):
        msg = f"{name} is not set here: the drivers' caches are private to each chain of starts too"
        raise ValueError(msg)
    return name
