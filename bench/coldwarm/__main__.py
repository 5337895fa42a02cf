"""`coldwarm` and `python -m coldwarm`: the way in and out of the program, whatever happens.

Exit code 1 means a regression. Python ends with it after any exception, hence 70 here. Nothing but
the standard library is imported before that is ensured.
"""

from __future__ import annotations

import os
import sys
import traceback

from coldwarm import streams

INTERRUPTED = 130
"""Exit code after Ctrl-C, by the convention of shells: 128 + SIGINT."""

UNFORESEEN = 70
"""Exit code after an error that nobody foresaw: EX_SOFTWARE of sysexits.h."""


def main() -> None:
    """Run the command line and end the process with its exit code."""
    _use_utf8()
    sys.exit(_exit_code())


def _exit_code() -> int:
    try:
        streams.guard()
        from coldwarm import cli  # noqa: PLC0415 - what it imports may be missing or damaged

        code = cli.main()
        streams.flush()
    except streams.OutputError as err:
        code = err.exit_code
        if code != streams.READER_GONE:
            streams.say(str(err))
    except KeyboardInterrupt:
        code = INTERRUPTED
    except SystemExit as err:
        code = _unforeseen(err) if err.code else 0
    except BaseException as err:  # noqa: BLE001 - that is the point
        code = _unforeseen(err)
    streams.give_up()
    return code


def _unforeseen(err: BaseException) -> int:
    what = "".join(traceback.format_exception_only(err)).strip()
    if isinstance(err, ImportError):
        sentence = f"coldwarm cannot be used: {what}. Install it again, with what it needs"
    else:
        sentence = (
            f"coldwarm failed in a way that nobody foresaw: {what}\n"
            "This is a bug of coldwarm: please report it with the traceback above"
        )
    streams.say(f"{''.join(traceback.format_exception(err))}\n{sentence}")
    return UNFORESEEN


def _use_utf8() -> None:
    """Begin again in Python's UTF-8 mode, where file names are read in another encoding.

    There, a model that an experiment names in UTF-8 would not be found. What is printed keeps the
    encoding of the terminal.
    """
    if sys.getfilesystemencoding().lower() == "utf-8" or not sys.executable:
        return
    stream = sys.stdout or sys.stderr
    if stream is not None:
        os.environ.setdefault("PYTHONIOENCODING", f"{stream.encoding}:backslashreplace")
    os.environ["PYTHONUTF8"] = "1"
    os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606


if __name__ == "__main__":
    main()
