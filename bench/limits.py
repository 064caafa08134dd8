"""The raw limit: pgbench, prepared, 32 connections, the statements that the product sends and nothing else."""

from __future__ import annotations

import base64
import re
import subprocess
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bench.captured import Statement
from onewindow.site import embedded

CLIENTS = 32
CONNECT_SECONDS = 5  # pgbench counts them in its time, not in its rate; a busy machine needs them
_PLACE = re.compile(r"\$(\d+)")


def script(statements: list[Statement], fresh: dict[Any, str], first: int) -> str:
    """A pgbench script. ``fresh``: value → "id" or "text" for what must be new in each transaction, "target" for
    the id of a stored row that no other transaction takes: they are counted from ``first``.
    """
    lines = [
        "\\set number random(100000000000, 9000000000000000)",
        "\\set step :step + 1",
        f"\\set target {first} + :client_id + {CLIENTS} * :step",
    ]
    for text, values in statements:
        literal = [_literal(value, places(text, fresh)) for value in values]
        lines.append(_flat(_PLACE.sub(lambda place, got=literal: got[int(place.group(1)) - 1], text)) + ";")
    return "\n".join(lines) + "\n"


def places(text: str, fresh: dict[Any, str]) -> dict[Any, str]:
    """What must be new in this statement: a read finds the one row that it found, a write takes another."""
    return fresh if "INSERT" in text else {}


def _flat(text: str) -> str:
    return " ".join(text.split())


def _literal(value: Any, fresh: dict[Any, str]) -> str:
    kind = fresh.get(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
    if kind in ("id", "target"):
        return ":number" if kind == "id" else ":target"
    if kind == "text":
        return "('p' || :number)"
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return f"'\\x{bytes(value).hex()}'"
    if isinstance(value, list):
        return "ARRAY[" + ", ".join(_literal(one, fresh) for one in value) + "]"
    text = value.isoformat() if isinstance(value, date | datetime) else str(value)
    # pgbench would read a colon before a letter as a variable of its own.
    return "(" + " || chr(58) || ".join(_quoted(piece) for piece in text.split(":")) + ")"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def rate(data_dir: Path, url: str, text: str, seconds: int) -> float:
    """Transactions a second."""
    path = data_dir / "bench-limit.sql"
    path.write_text(text, encoding="utf-8")
    program, environment = embedded.program(data_dir, "pgbench")
    done = subprocess.run(
        [
            program,
            "-n",
            "-M",
            "prepared",
            "-c",
            str(CLIENTS),
            "-j",
            "1",
            "-D",
            "step=-1",
            "-T",
            str(seconds + CONNECT_SECONDS),
            "-f",
            str(path),
            url,
        ],
        capture_output=True,
        text=True,
        env=environment,
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if done.returncode != 0 or found is None:
        raise SystemExit(f"pgbench failed:\n{done.stdout}\n{done.stderr}")
    return float(found.group(1))


def packed(value: Any, fresh: dict[Any, str]) -> Any:
    """A value as the bare server reads it from its configuration."""
    if isinstance(value, str | int) and not isinstance(value, bool) and value in fresh:
        return {"new": fresh[value]}
    if isinstance(value, bytes | bytearray | memoryview):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
