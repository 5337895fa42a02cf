"""Text from other people's files, made safe to show: names of models, hosts, properties."""

from __future__ import annotations

import re

INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Control characters, what has no width or turns the direction of writing, halves of surrogates."""

OPENVINO_PLACE = re.compile(r"Exception from \S+:\d+:?$|Check '.*' failed at ")
"""A line of an OpenVINO exception that says where in its sources it was raised."""

PYTHON_PLACES = re.compile(r"^At:$", re.MULTILINE)
"""The line before the places of an exception of Python, in the words of pybind11."""


def visible(text: str) -> str:
    """Return text with a mark for everything in it that cannot be seen; lines and tabs stay."""
    return INVISIBLE.sub("\N{REPLACEMENT CHARACTER}", text)


def one_line(text: str) -> str:
    """Return text on one line and without control characters, which terminals would obey."""
    return printable(" ".join(text.split()))


def printable(line: str) -> str:
    """Return a line with a mark for every character of it that a terminal would obey."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)


def openvino_message(text: str) -> str:
    """Return what an OpenVINO exception says, once and on one line, without its places.

    OpenVINO puts the places in its sources before the message, and a message that passes through
    several of its layers may be there more than once. An exception of Python that passed through
    it is followed by its places.
    """
    lines = (line.strip() for line in PYTHON_PLACES.split(text)[0].splitlines())
    said = (line for line in lines if line and not OPENVINO_PLACE.match(line))
    return one_line(" ".join(dict.fromkeys(said)))
