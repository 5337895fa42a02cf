from __future__ import annotations

import re

import pytest

from coldwarm.machine.label import checked_label, folder_of, label_of_hardware, label_of_host


@pytest.mark.parametrize(
    ("hostname", "label"),
    [
        ("runner-01.corp.example.com", "runner-01"),
        ("Anna's MacBook Pro.local", "anna-s-macbook-pro"),
        ("bücher_höhle", "b-cher-h-hle"),
        ("x" * 80, "x" * 40),
        ("../../etc", None),
        ("", None),
        ("localhost", None),
        ("3f2a1b4c5d6e", None),
        ("192.168.1.5", None),
    ],
)
def test_a_host_name_is_shortened_or_says_nothing(hostname: str, label: str | None) -> None:
    assert label_of_host(hostname) == label


def test_hardware_of_no_name_has_a_label_too() -> None:
    assert re.fullmatch(r"host-[0-9a-f]{6}", label_of_hardware(None, 2))
    assert label_of_hardware("Core i7", 2) != label_of_hardware("Core i7", 4)


@pytest.mark.parametrize(
    ("label", "folder"),
    [
        ("Lab box 1", "lab-box-1"),
        ("a/b\\c", "a-b-c"),
        ("../../etc/passwd", "etc-passwd"),
        (".hidden.", "hidden"),
        ("CON", "host-con"),
        ("x" * 80, "x" * 40),
    ],
)
def test_a_directory_is_named_after_a_label(label: str, folder: str) -> None:
    assert folder_of(checked_label(label)) == folder


def test_labels_of_other_letters_have_directories_of_their_own() -> None:
    folders = [folder_of(label) for label in ("бокс-1", "тест-1", "実験", "büro", "buro")]
    assert len(set(folders)) == 5
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]*", folder) for folder in folders)


def test_a_label_is_shown_as_given_without_what_cannot_be_seen() -> None:
    assert checked_label(" Бокс\n1\x1b[31m\u202e ") == "Бокс 1 [31m"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no letter or digit"),
        ("..", "no letter or digit"),
        ("\u200b/", "no letter or digit"),
        ("x" * 81, "81 characters are too many"),
    ],
)
def test_a_label_that_says_nothing_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        checked_label(text)
