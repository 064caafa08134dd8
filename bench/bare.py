"""The bare server: a plain WSGI callable with the same token check, the same statements and msgspec, nothing else.

Reads ``bench-bare.json`` of the data directory: token digests and the statements of one work with their values;
a place whose value is ``{"new": "text"|"id"|"target"}`` gets another one for each request.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from psycopg_pool import ConnectionPool

_config = msgspec.json.decode((Path(os.environ["ONEWINDOW_DATA_DIR"]) / "bench-bare.json").read_bytes())
_pool = ConnectionPool(
    _config["url"],
    min_size=2,
    max_size=8,
    kwargs={"autocommit": True, "prepare_threshold": 3, "cursor_factory": psycopg.RawCursor},
    open=True,
)
_tokens = set(_config["tokens"])
_lock = threading.Lock()


def _place() -> int:
    """Which worker this is, from 0: each row may be taken by one of them, once."""
    folder = Path(os.environ["ONEWINDOW_DATA_DIR"])
    for place in itertools.count():
        try:
            (folder / f"bench-bare-worker-{place}").touch(exist_ok=False)
        except FileExistsError:
            continue
        return place
    raise AssertionError("counting does not end")


_targets = itertools.count(_config["first_target"] + _place(), 2)
_numbers = itertools.count(os.getpid() * 10_000_000_000)


def _values(given: list[Any], number: int) -> list[Any]:
    found = []
    for value in given:
        if isinstance(value, dict) and "new" in value:
            found.append(_new(value["new"], number))
        elif isinstance(value, dict) and "bytes" in value:
            found.append(base64.b64decode(value["bytes"]))
        else:
            found.append(value)
    return found


def _new(kind: str, number: int) -> Any:
    if kind == "target":
        return next(_targets)
    return number if kind == "id" else f"bare-{number}"


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Whatever is asked for: the one work of the configuration."""
    token = environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer ")
    if hashlib.sha256(token.encode()).hexdigest() not in _tokens:
        start("401 Unauthorized", [("Content-Type", "application/json")])
        return [b"{}"]
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length:
        msgspec.json.decode(environ["wsgi.input"].read(length))
    with _lock:
        number = next(_numbers)
    rows: list[Any] = []
    with _pool.connection() as connection:
        for text, given in _config["statements"]:
            cursor = connection.execute(text, _values(given, number))
            rows = cursor.fetchall() if cursor.description else []
    start("200 OK", [("Content-Type", "application/json")])
    return [msgspec.json.encode({"rows": len(rows)})]
