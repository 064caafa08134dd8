"""The command tree: every command has its line, known errors are one line and a status."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from onewindow.kernel.errors import FieldError, Invalid
from onewindow.site import cli
from tests import database

ROOT = Path(__file__).resolve().parents[2]


def _leaves(parser: object, names: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], object]]:
    found = []
    for action in parser._actions:  # type: ignore[attr-defined]
        for name, inside in (
            (getattr(action, "choices", None) or {}).items() if hasattr(action, "_name_parser_map") else ()
        ):
            group = inside.get_default("group")
            found += _leaves(inside, (*names, name)) if group else [((*names, name), inside)]
    return found


def test_every_command_stands_in_the_help_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    parser = cli.build()
    text = parser.format_help()
    commands = _leaves(parser)
    assert len(commands) >= 5
    for names, _ in commands:
        lines = [line for line in text.splitlines() if line.startswith(f"  {' '.join(names)} ")]
        assert len(lines) == 1, names
        assert len(lines[0].split(None, len(names))) > len(names), f"{names} has no description"


def test_every_command_can_run() -> None:
    for names, parser in _leaves(cli.build()):
        assert callable(parser.get_default("run")), names  # type: ignore[attr-defined]


def _run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "onewindow", *arguments],
        cwd=ROOT,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "variables", "says"),
    [
        (["no-such-command"], {}, "invalid choice"),
        (["migrate"], {"ONEWINDOW_DATABASE_URL": "mysql://x"}, "must begin with postgresql://"),
        (["migrate"], {"ONEWINDOW_DATABASE_URL": "postgresql://u:p@127.0.0.1:1/x"}, "database:"),
        (["up"], {"ONEWINDOW_PORT": "eighty"}, "ONEWINDOW_PORT must be a whole number"),
        (["collect-static"], {"ONEWINDOW_SANDBOX": "yes"}, "ONEWINDOW_SANDBOX must be 0 or 1"),
    ],
)
def test_known_errors_are_one_line(arguments: list[str], variables: dict[str, str], says: str) -> None:
    done = _run(*arguments, **variables)
    assert done.returncode != 0
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert ":p@" not in done.stderr


@pytest.mark.parametrize("command", ["ledger head", "ledger verify", "user list"])
def test_a_database_that_was_never_migrated_is_told_in_one_line(command: str) -> None:
    url = database.url(owner=True, name="postgres")
    done = _run(*command.split(), ONEWINDOW_DATABASE_URL=url, ONEWINDOW_APP_DATABASE_URL=url)
    assert done.returncode == 1
    assert "onewindow migrate" in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_a_refused_field_is_told_with_its_places_filled() -> None:
    short = FieldError("password", "too-short", "密码至少 %(shortest)s 个字符", {"shortest": 10})
    assert (
        cli._refusal_line(Invalid("invalid", "不行", fields=[short])) == "不行; password: 密码至少 10 个字符"
    )
