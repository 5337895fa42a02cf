"""What happens to a file between load and first inference, where a study asks for it."""

from __future__ import annotations


def overwrite(file: str, content: str | None = None) -> None:
    """Cut a file to nothing, in place, and write into it what another holds, where one is named.

    Args:
        file: path of the file; whoever has it mapped sees the change.
        content: path of a file with the new content.
    """
    with open(file, "wb") as target:
        if content is not None:
            with open(content, "rb") as source:
                target.write(source.read())
