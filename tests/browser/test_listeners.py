"""Fifty listeners of the wall against the real server: all hear it, others are answered, memory and work stay small."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from tests.browser.instance import Instance

LISTENERS, TIMES = 50, 4
MOST_GROWN_MB = 40
MOST_CPU_MS = 25  # an answer, with what the server does beside it
_TICK_MS = 1_000 / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    """A process and all that it started."""
    children = [
        int(one)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for one in (task / "children").read_text().split()
    ]
    return [pid, *(found for child in children for found in _family(child))]


def _used(pids: list[int]) -> tuple[float, float]:
    """Megabytes now, milliseconds of a core so far."""
    pages, ticks = 0, 0
    for pid in pids:
        pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return pages * os.sysconf("SC_PAGESIZE") / 1e6, ticks * _TICK_MS


def _listen(client: httpx.Client, cookie: dict[str, str]) -> list[tuple[int, str]]:
    """One listener, who comes back as often as browsers do and says what was seen last."""
    heard, seen = [], ""
    for _ in range(TIMES):
        answer = client.get("/supervision/live/wall", headers=cookie | {"Last-Event-ID": seen})
        heard.append((answer.status_code, answer.text))
        seen = next((line[4:] for line in answer.text.splitlines() if line.startswith("id: ")), seen)
    return heard


def test_fifty_listeners_cost_little_and_hold_nobody_up(instance: Instance) -> None:
    cookie = {"Cookie": f"onewindow={instance._token('supervisor1')}"}
    pids = _family(instance.pid)
    limits = httpx.Limits(max_connections=LISTENERS + 4)
    with httpx.Client(base_url=instance.address, limits=limits, timeout=60) as client:
        assert client.get("/supervision/live/wall", headers=cookie).status_code == 200
        before_mb, before_ms = _used(pids)
        with ThreadPoolExecutor(LISTENERS + 1) as pool:
            listening = [pool.submit(_listen, client, cookie) for _ in range(LISTENERS)]
            others = pool.submit(lambda: [client.get("/readyz").status_code for _ in range(20)])
            heard = [one.result() for one in listening]
            assert others.result() == [200] * 20
        after_mb, after_ms = _used(pids)
    assert all(status == 200 for one in heard for status, _ in one)
    assert all("event: parts" in one[0][1] for one in heard), "everybody gets the whole picture first"
    again = [text for one in heard for _, text in one[1:]]
    assert all(text.startswith("retry: ") for text in again)
    assert sum("event: parts" in text for text in again) <= len(again) / 2, "and then what changed"
    assert after_mb - before_mb < MOST_GROWN_MB
    assert (after_ms - before_ms) / (LISTENERS * TIMES) < MOST_CPU_MS
