"""Names of cookies: behind TLS each says by its name that nobody else has set it; by plain http they stay plain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests import world


@pytest.fixture(scope="module")
def _city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with world.standing(django_db_blocker):
        yield


@pytest.mark.parametrize("is_https", [True, False])
def test_every_cookie(_city: None, db: None, settings: Any, is_https: bool) -> None:
    settings.ONEWINDOW_HTTPS = is_https
    client = Client()
    told = {"username": "citizen1", "password": world.PASSWORD}
    assert client.post("/login", told, secure=is_https).status_code == 302
    assert client.get("/my", secure=is_https).status_code == 200, "what was set is understood"
    client.get("/display?theme=dark&elder=1", secure=is_https)
    client.get("/language?to=en", secure=is_https)
    names = {name.removeprefix("__Host-").removeprefix("__Secure-") for name in client.cookies}
    assert {"onewindow", "theme", "elder", "language"} <= names
    for name, kept in client.cookies.items():
        if name in ("csrf", "csrftoken"):  # named when the settings are read
            continue
        assert kept["httponly"] and kept["samesite"] == "Lax" and not kept["domain"], name
        assert bool(kept["secure"]) == is_https
        prefix = ("__Host-" if kept["path"] == "/" else "__Secure-") if is_https else ""
        assert name.startswith(prefix) and name.startswith("__") == is_https, name
    page = client.get("/my", secure=is_https).content.decode()
    assert 'data-theme="dark"' in page


def test_logging_out_takes_it_away(_city: None, db: None, settings: Any) -> None:
    settings.ONEWINDOW_HTTPS = True
    client = Client()
    client.post("/login", {"username": "citizen1", "password": world.PASSWORD}, secure=True)
    assert client.post("/logout", secure=True).status_code == 302
    assert client.cookies["__Host-onewindow"].value == ""
    assert client.get("/my", secure=True).status_code == 302
