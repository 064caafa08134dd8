"""A log-in that was ended acts for nobody within five seconds, in every web process and on every host."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import pytest

from tests.browser import instance as instances
from tests.browser.instance import Instance

MOST_SECONDS = 5.0


def _token(instance: Instance) -> str:
    told = {"username": "clerk1", "password": instance.password}
    answer = httpx.post(f"{instance.address}/api/v1/tokens", json=told, timeout=30)
    token: str = answer.json()["token"]
    return token


def _acts(address: str, token: str) -> bool:
    head = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{address}/api/v1/inbox", headers=head, timeout=10).status_code == 200


@pytest.mark.parametrize("is_other_host", [False, True])
def test_revocation_reaches_another_process(instance: Instance, tmp_path: Path, is_other_host: bool) -> None:
    """Beside the first: a process of the same host (shared counters), and one of another host (looks anew)."""
    changes: dict[str, str] = {}
    if is_other_host:
        for shared in ("keys", "files", "static"):
            there = Path(instance.environment["ONEWINDOW_DATA_DIR"]) / shared
            if there.exists():
                (tmp_path / shared).symlink_to(there)
        changes = {"ONEWINDOW_DATA_DIR": str(tmp_path), "ONEWINDOW_SEVERAL_HOSTS": "1"}
    with instances.beside(instance, **changes) as other:
        token, kept = _token(instance), _token(instance)
        for address in (instance.address, other):
            assert _acts(address, token) and _acts(address, kept), "both know both, from memory by now"
        head = {"Authorization": f"Bearer {token}"}
        assert (
            httpx.delete(f"{instance.address}/api/v1/tokens/current", headers=head, timeout=10).status_code
            == 204
        )
        ended = time.monotonic()
        assert not _acts(instance.address, token)
        while _acts(other, token):
            assert time.monotonic() - ended < MOST_SECONDS, "the other process still lets it act"
            time.sleep(0.05)
        assert _acts(other, kept), "nobody else's log-in ended"
