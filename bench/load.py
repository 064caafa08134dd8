"""The load: wrk on 32 connections from the same machine, its figures read from its report."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import msgspec

CONNECTIONS = 32
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


class Figures(msgspec.Struct):
    """Requests a second and latencies in milliseconds; ``bad``: answers that were not 2xx."""

    rate: float
    p50_ms: float
    p99_ms: float
    bad: int


def _script(folder: Path, name: str, lines: list[str]) -> Path:
    path = folder / f"{name}.lua"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _lua(text: str) -> str:
    return f"[====[{text}]====]"


def same(folder: Path, name: str, *, method: str, token: str | None, body: Any = None) -> Path:
    """A script that sends one request again and again."""
    lines = [f'wrk.method = "{method}"', 'wrk.headers["Content-Type"] = "application/json"']
    if token:
        lines.append(f'wrk.headers["Authorization"] = "Bearer {token}"')
    if body is not None:
        lines.append(f"wrk.body = {_lua(json.dumps(body, ensure_ascii=False))}")
    return _script(folder, name, lines)


def each(
    folder: Path, name: str, *, method: str, token: str | None, paths: list[str], body: Any = None
) -> Path:
    """A script that goes through ``paths`` once, then starts over."""
    (folder / f"{name}.txt").write_text("\n".join(paths) + "\n", encoding="utf-8")
    lines = [
        'local headers = { ["Content-Type"] = "application/json" }',
        f'headers["Authorization"] = "Bearer {token}"' if token else "",
        f"local body = {_lua(json.dumps(body, ensure_ascii=False))}"
        if body is not None
        else "local body = nil",
        "local paths = {}",
        f'for line in io.lines("{folder / f"{name}.txt"}") do paths[#paths + 1] = line end',
        "local at = 0",
        "request = function()",
        "  at = at % #paths + 1",
        f'  return wrk.format("{method}", paths[at], headers, body)',
        "end",
    ]
    return _script(folder, name, lines)


def run(url: str, script: Path | None, seconds: int) -> Figures:
    """Load ``url`` for some seconds."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("the benchmark needs wrk (Debian package wrk)")
    command = [wrk, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "--timeout", "10s"]
    if script is not None:
        command += ["-s", str(script)]
    done = subprocess.run([*command, url], capture_output=True, text=True, check=True)
    return _read(done.stdout)


def _read(report: str) -> Figures:
    rate = re.search(r"Requests/sec:\s+([\d.]+)", report)
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", report)
    if rate is None:
        raise SystemExit(f"wrk said nothing:\n{report}")
    return Figures(
        float(rate.group(1)),
        _latency(report, "50%"),
        _latency(report, "99%"),
        int(bad.group(1)) if bad else 0,
    )


def _latency(report: str, name: str) -> float:
    found = re.search(rf"\s{name}\s+([\d.]+)(us|ms|s|m)\b", report)
    return float(found.group(1)) * _UNITS[found.group(2)] if found else 0.0
