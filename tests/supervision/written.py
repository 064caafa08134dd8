"""Small event logs written by hand for tests."""

from __future__ import annotations

import gzip
from pathlib import Path

Event = tuple[str, str] | tuple[str, str, str]


def event(activity: str, at: str, more: str = "") -> str:
    return (
        f'<event><string key="concept:name" value="{activity}"/>'
        f'<date key="time:timestamp" value="{at}"/>{more}</event>'
    )


def trace(name: str, *events: str, more: str = "") -> str:
    return f'<trace><string key="concept:name" value="{name}"/>{more}{"".join(events)}</trace>\n'


def log(*traces: str, head: str = "") -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}\n<log xes.version="1.0">\n{"".join(traces)}</log>\n'.encode()


def put(folder: Path, content: bytes, name: str = "log.xes") -> Path:
    path = folder / name
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    return path


def table(*rows: str, heads: str = "case_id,activity,timestamp") -> bytes:
    return ("\r\n".join([heads, *rows]) + "\r\n").encode()
