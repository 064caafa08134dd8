"""The command tree. Each module here plugs in its commands through `register(commands)`.

    def register(commands):
        parser = commands.add_parser("sweep", help="run what time makes due, once, now")
        parser.set_defaults(run=_sweep, needs="database")

    def _sweep(options) -> int | None:
        from onewindow.cases import services   # Django is ready when `run` is called
        ...

`needs` says what must stand before `run(options)` is called:

    "nothing"    neither Django nor database
    "django"     Django is set up, no database
    "database"   Django with the platform's bounded role and long time limits; the embedded database is
                 started for the while when it does not run (default)
    "owner"      the same with the role that owns the tables

A command returns its exit status, None for 0. Errors known to a person (a `Refusal`, `Failure`, a bad file,
a database that is away) become one line on standard error and status 1; everything else is a bug.
"""

import argparse
import contextlib
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from typing import Any

from onewindow.kernel.errors import Refusal
from onewindow.site import embedded, environment


class Failure(Exception):
    """A command cannot do what was asked; the message is the one line that the person sees."""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Lists every command of every group, one line each."""

    def _format_action(self, action: argparse.Action) -> str:
        if not isinstance(action, argparse._SubParsersAction):
            return super()._format_action(action)
        return "".join(f"  {name:<24}{line}\n" for name, line in _leaves(action, ""))


def _leaves(action: Any, prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for choice in action._choices_actions:
        inside = action.choices[choice.dest].get_default("group")
        name = prefix + choice.dest
        found += _leaves(inside, name + " ") if inside else [(name, choice.help or "")]
    return found


class Parser(argparse.ArgumentParser):
    """An argument parser whose help lists subcommands plainly and whose errors are one line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", _Help)
        if "help" in kwargs:
            kwargs.setdefault("description", kwargs["help"])
        kwargs.pop("help", None)
        super().__init__(*args, **kwargs)

    def error(self, message: str) -> Any:
        self.exit(2, f"{self.prog}: {message}\n")


def group(commands: Any, name: str, help: str) -> Any:
    """A command with subcommands of its own (`items import`): returns what they are added to.

    Two modules may add to one group: the second call returns what the first one made.
    """
    found = commands.choices.get(name)
    if found is not None:
        return found.get_default("group")
    parser = commands.add_parser(name, help=help, description=help)
    inside = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    parser.set_defaults(group=inside)
    return inside


def build() -> argparse.ArgumentParser:
    """The whole tree, from every module of this package."""
    parser = Parser(prog="onewindow", description="OneWindow (一窗): the administrator's command")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        importlib.import_module(f"{__name__}.{module.name}").register(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = build().parse_args(arguments)
    try:
        with _standing(getattr(options, "needs", "database")):
            return options.run(options) or 0
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Refusal as refusal:
        return _complain(_refusal_line(refusal))
    except (Failure, embedded.EmbeddedError) as error:
        return _complain(str(error))
    except OSError as error:
        return _complain(f"{error.strerror}: {error.filename}" if error.filename else str(error))
    except Exception as error:
        line = _known(error)
        if line is None:
            raise
        return _complain(line)


@contextlib.contextmanager
def _standing(needs: str) -> Any:
    """What the command stands on, for as long as it runs."""
    with contextlib.ExitStack() as stack:
        if needs in ("database", "owner"):
            os.environ["ONEWINDOW_DATABASE_ROLE"] = "owner" if needs == "owner" else "job"
            if not environment.text("ONEWINDOW_DATABASE_URL"):
                stack.enter_context(embedded.session(environment.data_dir()))
        if needs != "nothing":
            _set_up_django()
            stack.callback(_close_connections)
        yield


def _set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onewindow.site.settings")
    import django

    django.setup()


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def _known(error: Exception) -> str | None:
    """One line for an error that is not a bug; None for one that is."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import InterfaceError, OperationalError, ProgrammingError
    from psycopg.errors import UndefinedColumn, UndefinedTable

    if isinstance(error, ImproperlyConfigured):
        return f"configuration: {error}"
    if isinstance(error, (OperationalError, InterfaceError)):
        return f"database: {str(error).strip().splitlines()[0] if str(error).strip() else 'away'}"
    if isinstance(error, ProgrammingError) and isinstance(error.__cause__, (UndefinedTable, UndefinedColumn)):
        return "database: it has not the shape that this version needs; run `onewindow migrate` first"
    if isinstance(error, UnicodeDecodeError):
        return f"the file is not text in UTF-8 (byte {error.start})"
    return None


def _refusal_line(refusal: Refusal) -> str:
    parts = [refusal.text, *(f"{field.field}: {field.text}" for field in refusal.fields)]
    return " ".join("; ".join(parts).split()) + (f" ({refusal.basis})" if refusal.basis else "")


def _complain(line: str) -> int:
    print(f"onewindow: {line}", file=sys.stderr)
    return 1
