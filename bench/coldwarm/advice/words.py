"""Settings and findings in the words that advice uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldwarm.text.numbers import counted, percent

if TYPE_CHECKING:
    from coldwarm.analysis.cases import CaseSummary

API_CALLS = {
    "path": "compile_model(path)",
    "read_model": "read_model + compile_model",
    "import": "export_model + import_model",
    "llm": "LLMPipeline(path)",
}


ENCODINGS = ("identity", "base64")
"""Codecs that anybody can undo: what passes through them is not encrypted."""


def setting(case: CaseSummary) -> str:
    """Return what a user sets to get this case: the call, then whatever is not the default."""
    axes = case.axes
    parts = [API_CALLS.get(axes["api"], axes["api"])]
    if axes["cache_mode"] != "default":
        parts.append(axes["cache_mode"])
    if axes["properties"] != "{}":
        parts.append(axes["properties"])
    if axes["encryption"] != "none":
        parts.append(f"encryption {axes['encryption']}")
    return ", ".join(parts)


def coverage(case: CaseSummary) -> str:
    """Return how much of a blob the encryption covers, and what of the rest."""
    share = min(case.encrypted_share or 0.0, 1.0)
    hidden = case.axes["encryption"] not in ENCODINGS
    verb = "is encrypted" if hidden else "goes through the callbacks"
    text = f"{percent(share)} of the blob {verb}"
    if case.clear_windows and case.windows:
        return (
            f"{text}; weights are unencrypted ({case.clear_windows:.0f} of {case.windows:.0f} "
            "pieces of them are in it unchanged)"
        )
    return text if share == 1 else f"{text}; the rest is unencrypted"


def storage_doubt(case: CaseSummary) -> str:
    """Return what could not be proven of the storage of a case; empty if all of it was."""
    if not case.storage_unproven:
        return ""
    note = f" ({case.storage_note})" if case.storage_note else ""
    return (
        f"that the files were {case.axes['storage']} could not be proven in "
        f"{counted(case.storage_unproven, 'start')}{note}"
    )


def sentence(text: str) -> str:
    """Return text with a capital letter and a full stop, empty if it is empty."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""
