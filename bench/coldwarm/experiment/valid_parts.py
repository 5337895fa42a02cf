"""What is right about an experiment file that has mistakes elsewhere."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from coldwarm.experiment.case import AXES
from coldwarm.experiment.case_entries import ExpectedFinding, IncludedCase, Matrix, Rule
from coldwarm.experiment.checks import ALL_DEVICES
from coldwarm.experiment.strict import Strict
from coldwarm.experiment.yaml_nodes import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from coldwarm.experiment.paths import LocatedModel, Surroundings
    from coldwarm.experiment.problems import Loc

S = TypeVar("S", bound=Strict)

_AXIS_LOCS = {(axis,) for axis in AXES}


class SoundParts:
    """The axes and entries of a file in which nothing is wrong.

    Args:
        data: of the whole file, a mapping.
        faults: where something is wrong.
        here: what the file refers to.
    """

    def __init__(self, data: Mapping[str, Any], faults: set[Loc], here: Surroundings) -> None:
        self._data = data
        self._faults = faults
        self._here = here

    @property
    def lacks_matrix(self) -> bool:
        """Return whether there is no matrix, nor a misspelt key that may have meant it."""
        misspelt = any(loc[1:] == (KEY,) for loc in self._faults)
        return "matrix" not in self._data and not misspelt

    @cached_property
    def matrix(self) -> Matrix:
        """Return the matrix of the sound values; an axis that has none has its default."""
        values = {axis: list(kept.values()) for axis, kept in self._sound_values.items()}
        return Matrix.model_validate(values, context=self._here)

    @cached_property
    def uncertain(self) -> frozenset[str]:
        """Return the axes of which not every value is known."""
        unknown = {axis for axis in AXES if not self.is_sound("matrix", axis)}
        if any(loc[:1] == ("matrix",) and loc[1:2] not in _AXIS_LOCS for loc in self._faults):
            # Some key of the matrix is wrong: it may have meant any axis that is not there.
            unknown |= set(AXES) - set(self._sound_values)
        if ALL_DEVICES in self.matrix.values("device"):
            unknown.add("device")
        return frozenset(unknown)

    def axes(self) -> dict[str, tuple[Any, ...]]:
        """Return every axis of the matrix with its values; a stand-in where no model is right."""
        axes = self.matrix.axes()
        lacks_model = not axes["model"] and "model" in self.uncertain
        return {**axes, "model": ("",)} if lacks_model else axes

    def certain(self, pattern: Mapping[str, Any]) -> dict[str, Any]:
        """Return the part of a pattern that can be judged."""
        return {axis: value for axis, value in pattern.items() if axis not in self.uncertain}

    @cached_property
    def include(self) -> dict[int, IncludedCase]:
        """Return the sound entries by their place in the list."""
        return self._entries("include", IncludedCase)

    @cached_property
    def exclude(self) -> dict[int, Rule]:
        """Return the sound entries by their place in the list."""
        return self._entries("exclude", Rule)

    @cached_property
    def expect(self) -> dict[int, ExpectedFinding]:
        """Return the sound entries by their place in the list."""
        return self._entries("expect", ExpectedFinding)

    def models(self) -> Iterator[tuple[Loc, LocatedModel]]:
        """Yield every model and where it stands."""
        yield from self.values("model")
        for index, entry in self.include.items():
            yield ("include", index, "model"), entry.model

    def values(self, axis: str) -> Iterator[tuple[Loc, Any]]:
        """Yield every value that the matrix gives for an axis and where it stands."""
        # An axis without places has its default.
        places = self._sound_values.get(axis, ())
        for index, value in zip(places, self.matrix.values(axis), strict=False):
            yield ("matrix", axis, index), value

    def is_sound(self, *start: str | int) -> bool:
        """Return whether nothing is wrong at or below a place."""
        return all(loc[: len(start)] != start for loc in self._faults)

    @cached_property
    def _sound_values(self) -> dict[str, dict[int, Any]]:
        given = self._data.get("matrix")
        sound = {}
        for axis, values in given.items() if isinstance(given, dict) else ():
            if self._faults & {("matrix", axis), ("matrix", axis, KEY)}:
                continue
            listed = enumerate(values if isinstance(values, list) else [values])
            kept = {i: value for i, value in listed if self.is_sound("matrix", axis, i)}
            if kept:
                sound[axis] = kept
        return sound

    def _entries(self, section: str, kind: type[S]) -> dict[int, S]:
        given = self._data.get(section)
        return {
            index: kind.model_validate(entry, context=self._here)
            for index, entry in enumerate(given if isinstance(given, list) else ())
            if self.is_sound(section, index)
        }
