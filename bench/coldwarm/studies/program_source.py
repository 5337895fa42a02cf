"""The source of functions with all that it needs, for a program that stands alone."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "coldwarm"
COMMENT_FOR_TOOLS = re.compile(r"[ \t]+# (?:noqa|type: ignore)[^\n]*")


Wanted = Callable[..., object] | tuple[Path, str]
"""A function, or file and name of one that nobody imports."""


def sources(*wanted: Wanted) -> tuple[set[str], str]:
    """Return the imports and definitions that some functions need, their own among them.

    What a function uses of its own module, or imports from another one of this package by its
    name, is defined too; what it imports from elsewhere is imported.

    Args:
        wanted: the functions.
    """
    imports: set[str] = set()
    definitions: dict[tuple[Path, str], str] = {}
    for each in wanted:
        file, name = each if isinstance(each, tuple) else _place_of(each.__module__, each.__name__)
        _add(file, name, imports, definitions)
    return imports, "\n\n\n".join(definitions.values())


def _add(
    file: Path, name: str, imports: set[str], definitions: dict[tuple[Path, str], str]
) -> None:
    if (file, name) in definitions:
        return
    text, defined, imported = _read(file)
    node = defined[name]
    for used in _names(node):
        if used in defined and used != name:
            _add(file, used, imports, definitions)
        elif used in imported:
            module, statement = imported[used]
            if module.partition(".")[0] == PACKAGE:
                _add(*_place_of(module, used), imports, definitions)
            else:
                imports.add(statement)
    decorators = getattr(node, "decorator_list", [])
    begin = min(each.lineno for each in (node, *decorators)) - 1
    lines = text.splitlines()[begin : node.end_lineno]
    definitions[file, name] = COMMENT_FOR_TOOLS.sub("", "\n".join(lines))


def _names(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            yield each.id


def _place_of(module: str, name: str) -> tuple[Path, str]:
    return Path(str(importlib.import_module(module).__file__)), name


@cache
def _read(file: Path) -> tuple[str, dict[str, ast.stmt], dict[str, tuple[str, str]]]:
    """Return text, definitions by name, and by name the module and statement of each import."""
    text = file.read_text(encoding="utf-8")
    defined: dict[str, ast.stmt] = {}
    imported: dict[str, tuple[str, str]] = {}
    for node in ast.parse(text).body:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                defined[name] = node
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                defined[name] = node
            case ast.ImportFrom(module=str(module), names=names):
                for each in names:
                    imported[each.name] = module, f"from {module} import {each.name}"
            case ast.Import(names=names):
                for each in names:
                    imported[each.name.partition(".")[0]] = each.name, f"import {each.name}"
    return text, defined, imported
