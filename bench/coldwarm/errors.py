"""The exceptions whose text reaches a user. Everything else is a bug and shows a traceback."""

from __future__ import annotations


class ColdwarmError(Exception):
    """Something the user can put right; the text says what is wrong and what to do.

    Attributes:
        exit_code: what the command line ends with.
    """

    exit_code = 2


class ConfigError(ColdwarmError):
    """One or more mistakes in an experiment file, already formatted with their positions."""


class ModelError(ColdwarmError):
    """A model that is unknown, missing, damaged or cannot be built."""


class StoreError(ColdwarmError):
    """A run that cannot be read, written or continued."""


class StartsFailedError(ColdwarmError):
    """The run is complete, but some of its starts failed."""

    exit_code = 3
