"""`nox -s bench` without nox: which commands it gives."""

from __future__ import annotations

import importlib.util
import logging
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from fake_samples import fake_run
from fake_store import fake_header, write_run

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]


CODES = {"run": 3, "compare": 1}
"""What a failing command ends with."""


class CommandFailedError(Exception):
    """What nox raises when a command fails."""


class SessionError(Exception):
    """What nox raises when a session fails."""


class Session:
    """Records commands; a run leaves a stored run, other commands end as told."""

    venv_backend = "uv"

    def __init__(self, place: Path, *posargs: str) -> None:
        self.posargs = list(posargs)
        self.commands: list[tuple[str, ...]] = []
        self.failing: set[str] = set()
        self.exported = ""
        self.continued: Path | None = None
        self._place = place

    def install(self, *args: str, **options: Any) -> None:  # noqa: ANN401
        pass

    def create_tmp(self) -> str:
        return str(self._place)

    def error(self, text: str) -> NoReturn:
        raise SessionError(text)

    def run(self, *command: str) -> None:
        self.commands.append(command)
        if command[1] == "run":
            place = self._place / "results" / "head"
            head = self.continued or stored(place, created_at="2026-10-09")
            Path(command[-1]).write_text(f"{head}\n")
        if command[1] == "export":
            Path(command[-1]).write_text(self.exported)
        if command[1] in self.failing:
            msg = f"Returned code {CODES[command[1]]}"
            raise CommandFailedError(msg)

    @property
    def names(self) -> list[str]:
        return [command[1] for command in self.commands]


def stored(path: Path, name: str = "fake", **changes: Any) -> Path:  # noqa: ANN401
    experiment = {**fake_header()["experiment"], "name": name}
    return write_run(path, fake_run(rounds=1), experiment=experiment, **changes)


@pytest.fixture
def noxfile(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    nox = ModuleType("nox")
    nox.session = lambda function: function  # type: ignore[attr-defined]
    nox.options = SimpleNamespace()  # type: ignore[attr-defined]
    nox.project = SimpleNamespace(load_toml=lambda name: {})  # type: ignore[attr-defined] # noqa: ARG005
    command = SimpleNamespace(CommandFailed=CommandFailedError)
    monkeypatch.setitem(sys.modules, "nox", nox)
    monkeypatch.setitem(sys.modules, "nox.command", command)
    monkeypatch.setitem(sys.modules, "nox.logger", SimpleNamespace(logger=logging.getLogger("nox")))
    spec = importlib.util.spec_from_file_location("noxfile", ROOT / "noxfile.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def bench(noxfile: ModuleType) -> Callable[[Session], None]:
    function: Callable[[Session], None] = noxfile.bench
    return function


def test_it_runs_the_quick_experiment_and_reports_it_last(
    bench: Callable[[Session], None], tmp_path: Path
) -> None:
    session = Session(tmp_path)
    bench(session)
    assert session.commands[0][:3] == ("coldwarm", "run", "configs/quick.yaml")
    assert session.names == ["run", "report"]


@pytest.mark.parametrize(
    "args",
    [
        ("--rounds", "2", "configs/docs.yaml"),
        ("--quiet", "own.yml"),
        ("--resume", "results/run"),
        ("--resume=results/run",),
    ],
)
def test_what_is_named_is_run_alone(
    bench: Callable[[Session], None], tmp_path: Path, args: tuple[str, ...]
) -> None:
    session = Session(tmp_path, *args)
    bench(session)
    assert session.commands[0][2:-2] == args


def test_options_alone_are_those_of_the_quick_experiment(
    bench: Callable[[Session], None], tmp_path: Path
) -> None:
    session = Session(tmp_path, "--rounds", "2")
    bench(session)
    assert session.commands[0][2:-2] == ("configs/quick.yaml", "--rounds", "2")


def test_damaged_runs_are_no_base(bench: Callable[[Session], None], tmp_path: Path) -> None:
    runs = tmp_path / "base"
    wanted = stored(runs / "whole", created_at="2026-10-01")
    for name, text in (("torn", '{"run_id'), ("begun", '{"run_id": "x"}'), ("odd", "[]")):
        (runs / name).mkdir()
        (runs / name / "run.json").write_text(text)
    session = Session(tmp_path, "--against", str(runs))
    bench(session)
    assert session.commands[1][2] == str(wanted)


def test_a_stored_run_is_the_base(bench: Callable[[Session], None], tmp_path: Path) -> None:
    base = stored(tmp_path / "base")
    session = Session(tmp_path, "own.yaml", "--rounds", "3", "--against", str(base))
    bench(session)
    assert session.commands[0][2:5] == ("own.yaml", "--rounds", "3")
    head = str(tmp_path / "results" / "head")
    assert session.commands[1:] == [
        ("coldwarm", "compare", str(base), head),
        ("coldwarm", "report", head),
    ]


def test_the_newest_complete_run_of_the_experiment_is_taken(
    bench: Callable[[Session], None], tmp_path: Path
) -> None:
    runs = tmp_path / "results"
    stored(runs / "old", created_at="2026-10-01")
    wanted = stored(runs / "host" / "new", created_at="2026-10-02")
    stored(runs / "other", name="other", created_at="2026-10-03")
    stored(runs / "torn", created_at="2026-10-04", ended=None)
    session = Session(tmp_path, "--against", str(runs), "--threshold", "25%")
    bench(session)
    head = str(runs / "head")
    assert session.commands[1][1:] == ("compare", str(wanted), head, "--threshold", "25%")


def test_a_run_that_is_continued_is_not_its_own_base(
    bench: Callable[[Session], None], tmp_path: Path
) -> None:
    runs = tmp_path / "results"
    wanted = stored(runs / "old", created_at="2026-10-01")
    head = runs / "head"
    stored(head, created_at="2026-10-09")
    session = Session(tmp_path, "--resume", str(head), "--against", str(runs))
    session.continued = head
    bench(session)
    assert session.commands[1][1:] == ("compare", str(wanted), str(head))


def test_without_a_stored_run_nothing_is_measured(
    bench: Callable[[Session], None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    session = Session(tmp_path, "--against", str(tmp_path / "nowhere"))
    with pytest.raises(SystemExit, match="2"):
        bench(session)
    assert "there is no complete run" in caplog.text
    assert session.commands == []


def test_runs_of_other_experiments_are_no_base_and_the_report_is_written(
    bench: Callable[[Session], None], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stored(tmp_path / "results" / "other", name="other")
    session = Session(tmp_path, "--against", str(tmp_path / "results"))
    with pytest.raises(SystemExit, match="2"):
        bench(session)
    assert "no complete run of fake" in caplog.text
    assert session.names == ["run", "report"]


@pytest.mark.parametrize(
    ("failing", "code"), [({"run"}, 3), ({"compare"}, 1), ({"run", "compare"}, 1)]
)
def test_the_session_ends_with_the_exit_code_of_what_failed_after_the_report(
    bench: Callable[[Session], None], tmp_path: Path, failing: set[str], code: int
) -> None:
    session = Session(tmp_path, "--against", str(stored(tmp_path / "base")))
    session.failing = failing
    with pytest.raises(SystemExit) as ended:
        bench(session)
    assert ended.value.code == code
    assert session.names == ["run", "compare", "report"]


def test_another_openvino_is_measured_in_the_same_run_and_is_the_base(
    bench: Callable[[Session], None], tmp_path: Path
) -> None:
    session = Session(
        tmp_path, "own.yaml", "--base", "openvino==2025.4.1", "--rounds", "12", "--threshold", "8%"
    )
    session.failing = {"compare"}
    with pytest.raises(SystemExit, match="1"):
        bench(session)
    head = str(tmp_path / "results" / "head")
    assert session.commands[0][2:7] == (
        *("own.yaml", "--rounds", "12"),
        *("--base-runtime", "openvino==2025.4.1"),
    )
    assert session.commands[1:] == [
        ("coldwarm", "compare", head, "--along", "runtime", "--threshold", "8%"),
        ("coldwarm", "report", head),
    ]


def test_there_is_one_base(bench: Callable[[Session], None], tmp_path: Path) -> None:
    session = Session(tmp_path, "--base", "x", "--against", str(stored(tmp_path / "base")))
    with pytest.raises(SystemExit, match="2"):
        bench(session)
    assert session.commands == []


EXPORTED = "name,kind,verdict\nmagika,cold,\nmagika,warm,hit\n"


@pytest.mark.parametrize(
    ("posargs", "experiment", "options"),
    [
        ((), "configs/real.yaml", ()),
        (("--only", "model=magika"), "configs/real.yaml", ("--only", "model=magika")),
        (("llm", "--quiet"), "configs/llm.yaml", ("--quiet",)),
    ],
)
def test_models_are_fetched_and_must_hit(
    noxfile: ModuleType,
    tmp_path: Path,
    posargs: tuple[str, ...],
    experiment: str,
    options: tuple[str, ...],
) -> None:
    session = Session(tmp_path, *posargs)
    session.exported = EXPORTED
    noxfile.models(session)
    assert session.names == ["models", "run", "export"]
    run = session.commands[1]
    assert run[2] == experiment
    assert run[run.index("--rounds") : -2] == ("--rounds", "1", *options)


@pytest.mark.parametrize(
    ("exported", "said"),
    [
        (EXPORTED + "nsnet2,warm,silent_miss\n", "nsnet2: silent_miss"),
        (EXPORTED + "nsnet2,warm,\n", "nsnet2: "),
        ("name,kind,verdict\nmagika,uncached,\n", "no warm start"),
    ],
)
def test_a_model_that_does_not_hit_fails_the_session(
    noxfile: ModuleType, tmp_path: Path, exported: str, said: str
) -> None:
    session = Session(tmp_path)
    session.exported = exported
    with pytest.raises(SessionError, match=said):
        noxfile.models(session)
