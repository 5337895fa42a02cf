"""The source of functions as a program contains it: what runs there is what runs here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.studies.invalidation import edits, pair
from coldwarm.studies.program_source import sources
from coldwarm.studies.reproduction import WORKER

if TYPE_CHECKING:
    from pathlib import Path

EDITS = (*pair._EDITS.values(), *pair._AFTER_LOAD.values())
CACHE_EDITS = (edits.exported_blob, edits.imported_cache_blob)


def defined(*functions: object) -> tuple[str, dict[str, object]]:
    """Return the program that some functions make, and what it defines when it runs."""
    imports, text = sources(*functions)  # type: ignore[arg-type]
    program = "\n".join(("from __future__ import annotations", *sorted(imports), text))
    names: dict[str, object] = {}
    exec(compile(program, "program", "exec"), names)  # noqa: S102
    return program, names


def test_every_edit_runs_without_this_package(tmp_path: Path) -> None:
    for edit in EDITS:
        program, names = defined(edit)
        assert "coldwarm" not in program
        assert "noqa" not in program
        results = []
        for function, folder in ((edit, "here"), (names[edit.__name__], "there")):
            model = tmp_path / edit.__name__ / folder / "model" / "m.xml"
            model.parent.mkdir(parents=True)
            model.write_text(
                '<layer type="ReLU"/>\n    <data element_type="u8" shape="2" offset="0" size="2"/>'
            )
            model.with_suffix(".bin").write_bytes(b"ab")
            function(model.parent, model)  # type: ignore[operator]
            top = model.parents[1]
            results.append(
                {
                    file.relative_to(top).as_posix(): file.read_bytes()
                    for file in top.rglob("*")
                    if file.is_file()
                }
            )
        assert results[0] == results[1], edit.__name__


def test_edits_of_a_cache_run_without_this_package(tmp_path: Path) -> None:
    for edit in CACHE_EDITS:
        _, names = defined(edit)
        (tmp_path / "1.blob").write_bytes(b"own")
        (tmp_path / "exported.blob").write_bytes(b"exported")
        assert names[edit.__name__](tmp_path)["bytes"] in (3, 8)  # type: ignore[operator]


def test_what_two_functions_share_is_defined_once() -> None:
    program, _ = defined(edits.xml_content, edits.bin_content, edits.namesake)
    assert program.count("def weights_of(") == program.count("def xml_content(") == 1


def test_a_worker_is_read_by_its_file(tmp_path: Path) -> None:
    _, names = defined((WORKER / "after_load.py", "overwrite"))
    file, content = tmp_path / "a", tmp_path / "b"
    file.write_bytes(b"abc")
    content.write_bytes(b"other")
    names["overwrite"](str(file), str(content))  # type: ignore[operator]
    assert file.read_bytes() == b"other"
    names["overwrite"](str(file))  # type: ignore[operator]
    assert file.read_bytes() == b""


def test_the_exported_file_is_that_of_the_worker() -> None:
    assert f'EXPORTED_BLOB = "{edits.EXPORTED}"' in (WORKER / "start.py").read_text()
