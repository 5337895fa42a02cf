"""`coldwarm doctor` as a user meets it."""

from __future__ import annotations

import json

from click import UsageError
from click.testing import CliRunner, Result

from coldwarm.cli import cli


def doctor(*args: str) -> Result:
    return CliRunner().invoke(cli, ["doctor", *args], standalone_mode=False)


def test_says_what_makes_numbers_noisy_within_80_columns() -> None:
    result = doctor("--seconds", "0.2")
    assert result.exception is None
    assert "computation" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_json_holds_advice_and_what_was_seen() -> None:
    found = json.loads(doctor("--seconds", "0", "--format", "json").stdout)
    assert found["calibration"] is None
    assert {"bad", "warn", "ok"} >= {advice["severity"] for advice in found["advice"]}
    assert found["identity"]["label"]
    assert found["worst"]


def test_markdown_is_one_table() -> None:
    result = doctor("--seconds", "0", "--format", "markdown")
    assert result.exception is None
    table = [line for line in result.stdout.splitlines() if line.startswith("|")]
    assert table[:2] == ["|  | topic | finding |", "| --- | --- | --- |"]
    assert all(line.count(" | ") == 2 for line in table[2:])
    assert len(table) > 2


def test_a_negative_time_is_a_usage_error() -> None:
    assert isinstance(doctor("--seconds", "-1").exception, UsageError)
