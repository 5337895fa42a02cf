"""The environment of a worker: built from an allow-list, never inherited.

What a user's shell happens to hold (PYTHONPATH, CI, thread counts, proxies) must not reach a
start, or two runs of one experiment measure different things.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

STEERING: tuple[str, ...] = (
    # On some processors numpy's OpenBLAS crashes without them.
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
    # Which driver and which device: without them a device may not be found at all.
    "OCL_ICD_*",
    "ZE_AFFINITY_MASK",
    "ZE_ENABLE_ALT_DRIVERS",
    "ZE_ENABLE_PCI_ID_DEVICE_ORDER",
    "ZE_FLAT_DEVICE_HIERARCHY",
)
"""Those of `ALLOWED` by which the same start may be another one."""

ALLOWED: tuple[str, ...] = (
    # Who and where.
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LANGUAGE",
    "LC_*",
    "PYTHONUTF8",  # a parent in UTF-8 mode names files in UTF-8
    "TZ",
    "TMPDIR",
    "TEMP",
    "TMP",
    "XDG_*",
    # Without these nothing starts on Windows, or drivers do not find their files.
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "USERNAME",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PROGRAMFILES(X86)",
    "PROGRAMW6432",
    "NUMBER_OF_PROCESSORS",
    "PROCESSOR_*",
    *STEERING,
)
"""Names, or patterns of names, that a worker takes over from its parent."""


def passed(environ: Mapping[str, str], patterns: Sequence[str]) -> dict[str, str]:
    """Return the variables whose names match one of the patterns."""
    return {
        name: value
        for name, value in environ.items()
        if any(fnmatchcase(name, pattern) for pattern in patterns)
    }


def driver_caches(driver_root: Path) -> dict[str, Path]:
    """Return the variables that redirect drivers' own caches, and where each of them leads.

    On Windows the NPU driver has a fixed place for its cache and reads no variable.
    """
    return {
        "NEO_CACHE_DIR": driver_root / "neo",
        "cl_cache_dir": driver_root / "cl",
        "ZE_INTEL_NPU_CACHE_DIR": driver_root / "npu",
    }


def worker_environment(
    environ: Mapping[str, str],
    driver_root: Path | None = None,
    *,
    extra: Mapping[str, str] | None = None,
    runtime_env: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the whole environment of a worker.

    The later wins: what `ALLOWED` lets through, the redirected driver caches, `extra`,
    `runtime_env`. Redirected directories are created, because drivers do without a cache
    rather than create one.

    Args:
        environ: the parent's environment.
        driver_root: directory for the driver caches; None redirects nothing, which suits
            only processes that compile no model.
        extra: variables of the experiment (``worker: {env: ...}``).
        runtime_env: variables of the runtime, such as the PYTHONPATH of a self-built OpenVINO.
    """
    env = passed(environ, ALLOWED)
    if driver_root is not None:
        # Given explicitly, because old drivers keep no cache unless they are told to.
        env["NEO_CACHE_PERSISTENT"] = "1"
        for name, path in driver_caches(driver_root).items():
            path.mkdir(parents=True, exist_ok=True)
            env[name] = str(path)
    return {**env, **(extra or {}), **(runtime_env or {})}
