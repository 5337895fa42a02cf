from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from coldwarm.errors import ConfigError
from coldwarm.experiment import Experiment, read_experiment

if TYPE_CHECKING:
    from pathlib import Path


def read(folder: Path, given: str) -> Experiment:
    for name in ("m.xml", "m.bin"):
        (folder / name).touch()
    file = folder / "e.yaml"
    model = f"{{name: m, path: m.xml, inputs: {{x: {given}}}}}"
    file.write_text(f"name: e\nmatrix:\n  model:\n    - {model}\n", encoding="utf-8")
    return read_experiment(file, known_models=())


def given_to(experiment: Experiment) -> dict[str, Any]:
    return dict(experiment.inputs["m"]["x"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{values: [1, 3]}", {"shape": [2], "values": [1, 3]}),
        ("{values: [[1, 2.5]]}", {"shape": [1, 2], "values": [[1, 2.5]]}),
        ("{values: 16000}", {"shape": [], "values": 16000}),
        ("{values: []}", {"shape": [0], "values": []}),
        ("{values: [.nan, -.inf, 1.0]}", {"shape": [3], "values": ["nan", "-inf", 1.0]}),
        ('{values: ["1", "b"], dtype: string}', {"values": ["1", "b"], "dtype": "string"}),
        ("{values: [true, false]}", {"values": [True, False]}),
        ("{values: [1, 3], shape: [2], dtype: i64}", {"shape": [2], "dtype": "i64"}),
    ],
)
def test_listed_values_bring_their_shape(tmp_path: Path, given: str, expected: Any) -> None:  # noqa: ANN401
    found = given_to(read(tmp_path, given))
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("{values: [[1, 2], [3]]}", "the list is ragged"),
        ("{values: [1, [2]]}", "the list is ragged"),
        ("{values: [1, 3], shape: [3]}", "the values have the shape [2], not [3]"),
        ("{values: [1, .nan], dtype: i64}", "the values are float, which i64 does not hold"),
        ("{values: [1.5], dtype: i32}", "the values are float, which i32 does not hold"),
        ("{values: [300], dtype: u8}", "300 is out of range: u8 holds 0 to 255"),
        ("{values: [-129], dtype: i8}", "-129 is out of range: i8 holds -128 to 127"),
        ('{values: [1, "b"]}', "several kinds (integer, text)"),
        ("{values: {a: 1}}", "a value is a number, true, false or a text in quotes"),
        ("{values: hello}", "values are a list, one number, or the path"),
        ("{values: no.npy}", 'there is no file "no.npy"'),
        ("{values: two.npz}", '"two.npz" has no array "x"; it has a, b'),
        ("{values: bad.npy}", '"bad.npy" cannot be read as an array'),
        ("{values: objects.npy}", '"objects.npy" cannot be read as an array'),
        ("{values: complex.npy}", '"complex.npy" holds complex128'),
        ("{values: floats.npy, dtype: i64}", "the values are float, which i64 does not hold"),
        ("{values: floats.npy, shape: [7]}", "the values have the shape [2], not [7]"),
        (f"{{values: {[0] * 10_001}}}", "10001 values are too many for a list"),
    ],
)
def test_values_that_are_none_are_refused_at_their_place(
    tmp_path: Path, given: str, says: str
) -> None:
    np.savez(tmp_path / "two.npz", a=np.zeros(2), b=np.zeros(2))
    np.save(tmp_path / "floats.npy", np.array([1.5, 2]))
    np.save(tmp_path / "complex.npy", np.array([1j]))
    np.save(tmp_path / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    (tmp_path / "bad.npy").write_bytes(b"no array")
    with pytest.raises(ConfigError) as err:
        read(tmp_path, given)
    assert says in str(err.value)
    assert str(err.value).startswith(f"{tmp_path / 'e.yaml'}:4:")


def test_a_file_counts_by_what_it_holds(tmp_path: Path) -> None:
    np.save(tmp_path / "one.npy", np.array([1, 3]))
    np.savez(tmp_path / "two.npz", x=np.array([1, 3]), y=np.array([5]))
    one = read(tmp_path, "{values: one.npy}")
    found = given_to(one)
    assert found["shape"] == [2]
    assert found["values"]["file"] == str(tmp_path / "one.npy")
    assert given_to(read(tmp_path, "{values: two.npz}"))["values"]["key"] == "x"
    assert read(tmp_path, "{values: two.npz}").digest == one.digest
    np.save(tmp_path / "one.npy", np.array([1, 4]))
    assert read(tmp_path, "{values: one.npy}").digest != one.digest
