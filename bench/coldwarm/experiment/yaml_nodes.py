"""YAML, read into plain data while every key and value keeps its position in the file.

Scalars stay text, because YAML 1.1 would turn ``on`` into true and ``2025.10`` into a number;
the schema knows what each value should be. Aliases, anchors and tags are refused: an experiment
is short, and what stands in the file is what is measured.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from coldwarm.experiment.problems import Problem, quote, split_lines

if TYPE_CHECKING:
    from coldwarm.experiment.problems import Loc

KEY = "[key]"
"""Last part of a `Loc` that means a key itself, not its value (pydantic's convention)."""

MAX_DEPTH = 20

_NULLS = ("", "~", "null", "Null", "NULL")


class Plain(str):
    """A scalar without quotes, for the few places where that decides its type."""

    __slots__ = ()


class _AliasNode(yaml.ScalarNode):
    """Stands where an alias stood; it is reported, not followed."""


class _Composer(yaml.SafeLoader):
    """Composes nodes, noting anchors and tags and leaving aliases alone."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.problems: list[Problem] = []
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:  # noqa: ANN401
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            self.get_event()  # type: ignore[no-untyped-call]
            return _AliasNode("", "", event.start_mark, event.end_mark)  # type: ignore[arg-type]
        if event.anchor is not None:
            self._refuse(event, f"the anchor &{event.anchor} is not allowed: write values out")
            event.anchor = None
        if event.tag is not None:
            self._refuse(event, "tags such as !!str are not allowed: put text in quotes instead")
            event.tag = None
        if self._depth > MAX_DEPTH:
            problem = f"nested more than {MAX_DEPTH} deep"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _refuse(self, event: Any, message: str) -> None:  # noqa: ANN401
        mark = event.start_mark
        self.problems.append(Problem(mark.line, mark.column, 1, message))


@dataclass(frozen=True)
class YamlDocument:
    """A file's content and where everything stands.

    Attributes:
        data: mappings, lists and text; None for an empty file or one that is not YAML.
        problems: what is wrong already.
        root: the composed node.
    """

    data: Any
    problems: tuple[Problem, ...]
    root: yaml.Node | None

    def problem(self, loc: Loc, message: str) -> Problem:
        """Return a problem with the value (or, after `KEY`, the key) at `loc`."""
        _, node = _find(self.root, loc)
        return _at(node, message, loc) if node else Problem(0, 0, 1, message, loc)

    def key_of(self, loc: Loc) -> str:
        """Return the key under which the value at `loc` stands."""
        key, _ = _find(self.root, loc)
        return key


def read_yaml(text: str) -> YamlDocument:
    """Read one document. What is wrong with it is in the document's problems, never raised."""
    try:
        composer = _Composer(text)
        root = composer.get_single_node()
    except yaml.MarkedYAMLError as err:
        return YamlDocument(None, (_syntax_problem(text, err),), None)
    except yaml.reader.ReaderError as err:
        return YamlDocument(None, (_character_problem(text, err),), None)
    except (ValueError, OverflowError):
        # The scanner turns escapes such as "\UFFFFFFFF" into characters without looking.
        mark = composer.get_mark()
        message = "not valid YAML: an escape or number in this line is out of range"
        return YamlDocument(None, (Problem(mark.line, mark.column, 1, message),), None)
    problems = list(composer.problems)
    data = _to_data(root, (), problems) if root is not None else None
    return YamlDocument(data, tuple(problems), root)


def _to_data(node: yaml.Node, loc: Loc, problems: list[Problem]) -> Any:  # noqa: ANN401
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, loc, problems)
    if isinstance(node, yaml.SequenceNode):
        return [_to_data(item, (*loc, i), problems) for i, item in enumerate(node.value)]
    if isinstance(node, _AliasNode):
        problems.append(
            _at(node, "aliases (*) are not allowed: write the value out", loc, voids=True)
        )
        return None
    is_plain = isinstance(node, yaml.ScalarNode) and node.style is None
    if is_plain and node.value in _NULLS:
        message = "there is no value here: give one, or remove the key or list item"
        problems.append(_at(node, message, loc, voids=True))
        return None
    if complaint := _bad_character(node.value):
        problems.append(_at(node, complaint, loc, voids=True))
        return None
    return Plain(node.value) if is_plain else str(node.value)


def _mapping(node: yaml.MappingNode, loc: Loc, problems: list[Problem]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    first: dict[str, int] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or isinstance(key, _AliasNode):
            problems.append(_at(key, "a key must be plain text", loc))
            continue
        if complaint := _bad_character(key.value):
            problems.append(_at(key, complaint, loc))
            continue
        inner = (*loc, key.value)
        if key.value in data:
            message = f"duplicate key {quote(key.value)}, first given in line {first[key.value]}"
            problems.append(_at(key, message, inner))
        first.setdefault(key.value, key.start_mark.line + 1)
        data[key.value] = _to_data(value, inner, problems)
    return data


def _bad_character(text: str) -> str:
    """Return a complaint about what neither a path nor a terminal can take."""
    for char in text:
        if unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t":
            return f"this text holds the control character U+{ord(char):04X}: remove it"
    return ""


def _find(root: yaml.Node | None, loc: Loc) -> tuple[str, yaml.Node | None]:
    """Return the nearest key above the value at `loc`, and the deepest node on the way there.

    A list that was made of a single value has positions that the file does not have.
    """
    key, node, key_node = "", root, root
    for part in loc:
        if part == KEY:
            return key, key_node
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
        elif isinstance(node, yaml.MappingNode) and isinstance(part, str):
            # The last of several duplicates is the one whose value is judged.
            pairs = [pair for pair in node.value if pair[0].value == part]
            if not pairs:
                break
            key_node, node = pairs[-1]
            key = part
    return key, node


def _at(node: yaml.Node, message: str, loc: Loc, *, voids: bool = False) -> Problem:
    start, end = node.start_mark, node.end_mark
    one_line = isinstance(node, yaml.ScalarNode) and start.line == end.line
    length = end.column - start.column if one_line else 1
    return Problem(start.line, start.column, length, message, loc, voids=voids)


def _syntax_problem(text: str, err: yaml.MarkedYAMLError) -> Problem:
    mark: Any = err.problem_mark or err.context_mark
    what = err.problem or err.context or "it cannot be read"
    if err.context_mark and ("<stream end>" in what or "unexpected end of stream" in what):
        mark, what = err.context_mark, "what begins here is never closed"
    elif what.startswith("but found another document"):
        what = "an experiment file is one document, without a second ---"
    elif "'\\t'" in what:
        what += " (indent with spaces, not tabs)"
    elif "cannot start any token" in what:
        what += " (put the value in quotes)"
    elif err.context and err.context_mark and err.context_mark.line != mark.line:
        what += f" ({err.context} that begins in line {err.context_mark.line + 1})"
    if "${" in split_lines(text)[mark.line]:
        what += ' (placeholders need quotes: "${model_bin}")'
    return Problem(mark.line, mark.column, 1, f"not valid YAML: {what}")


def _character_problem(text: str, err: yaml.reader.ReaderError) -> Problem:
    before = split_lines(text[: err.position])
    message = f"the character U+{err.character:04X} is not allowed in YAML: remove it"
    return Problem(len(before) - 1, len(before[-1]), 1, message)
