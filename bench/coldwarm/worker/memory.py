"""What this process has in memory: the peak of a phase, and what it holds at a moment.

On Linux the peak is VmHWM of /proc/self/status, reset before each phase by writing 5 to
/proc/self/clear_refs (see "man 5 proc"). It is not ru_maxrss: a child inherits its parent's.
Elsewhere psutil stands in where the runtime has it; it knows no peak on most systems, so the
method is recorded with the numbers.
"""

from __future__ import annotations

STATUS = "/proc/self/status"
ROLLUP = "/proc/self/smaps_rollup"
CLEAR_REFS = "/proc/self/clear_refs"
IO = "/proc/self/io"


class ProcMemory:
    """Reads /proc; `method` says whether peaks were reset between phases.

    Without the right to reset them they are kept all the same, as ``vmhwm``: the peak since the
    process began is never below that of the phase, and it is that of the load wherever loading
    takes the most. What psutil tells, the memory at the end of a phase, misses every peak inside
    it.
    """

    def __init__(self) -> None:
        self.method = "vmhwm-reset"

    def reset(self) -> None:
        """Begin a new peak; without the right to, peaks are those since the process began."""
        if self.method == "vmhwm-reset":
            try:
                with open(CLEAR_REFS, "w") as file:
                    file.write("5")
            except OSError:
                self.method = "vmhwm"

    def peak_bytes(self) -> int | None:
        """Return the peak resident memory since the last reset."""
        return _bytes_of(STATUS).get("VmHWM")

    def held_bytes(self, *, exact: bool = False) -> tuple[int | None, int | None]:
        """Return what is resident now: anonymous, and file-backed (shared memory included).

        The kernel's counters may lag by some MB where there are many processors. To be exact it
        walks all pages, which takes 24 ms for 900 MB: only where nothing is timed.
        """
        if exact:
            rollup = _bytes_of(ROLLUP)
            if "Rss" in rollup and "Anonymous" in rollup:
                return rollup["Anonymous"], rollup["Rss"] - rollup["Anonymous"]
        status = _bytes_of(STATUS)
        anon = status.get("RssAnon")
        if anon is None:
            return None, None
        return anon, status.get("RssFile", 0) + status.get("RssShmem", 0)


class PsutilMemory:
    """Stands in where there is no /proc. Without a peak from the system, the present value."""

    def __init__(self) -> None:
        import psutil

        self._process = psutil.Process()
        has_peak = hasattr(self._process.memory_info(), "peak_wset")
        self.method = "psutil-peak" if has_peak else "psutil-rss"

    def reset(self) -> None:
        """Do nothing: no system but Linux lets a process reset its peak."""

    def peak_bytes(self) -> int | None:
        """Return the peak since the process began, or the present resident memory."""
        info = self._process.memory_info()
        return getattr(info, "peak_wset", info.rss)

    def held_bytes(self, *, exact: bool = False) -> tuple[int | None, int | None]:
        """Return anonymous memory where the system tells it (as USS), and the rest of the RSS."""
        del exact  # it always is
        try:
            full = self._process.memory_full_info()
        except Exception:
            return None, None
        anon = getattr(full, "uss", None)
        return (None, None) if anon is None else (anon, max(0, full.rss - anon))


class NoMemory:
    """Neither /proc nor a psutil that tells: nothing is measured, and the method says so."""

    method = "none"

    def reset(self) -> None:
        """Do nothing."""

    def peak_bytes(self) -> int | None:
        """Return None: not measured."""
        return None

    def held_bytes(self, *, exact: bool = False) -> tuple[int | None, int | None]:
        """Return None twice: not measured."""
        del exact
        return None, None


def open_memory() -> ProcMemory | PsutilMemory | NoMemory:
    """Return the best way of reading memory that this system has."""
    if "VmHWM" in _bytes_of(STATUS):
        return ProcMemory()
    try:
        return PsutilMemory()
    except Exception:  # it is not there, or needs the /proc that is missing
        return NoMemory()


def disk_read_bytes() -> int | None:
    """Return how many bytes this process made the system fetch from storage, or None."""
    try:
        with open(IO) as file:
            return next(int(line.split()[1]) for line in file if line.startswith("read_bytes:"))
    except (OSError, StopIteration):
        return None


def page_faults() -> dict[str, int]:
    """Return the page faults of this process so far, or nothing where they are not told."""
    try:
        import resource
    except ImportError:
        return {}
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {"minor": usage.ru_minflt, "major": usage.ru_majflt}


def _bytes_of(path: str) -> dict[str, int]:
    try:
        with open(path) as file:
            lines = file.read().splitlines()
    except OSError:
        return {}
    pairs = (line.split(":", 1) for line in lines if line.endswith(" kB"))
    return {key: int(value.split()[0]) * 1024 for key, value in pairs}
