"""The small city with one item that keeps all rules, and its editors behind a browser without scripts."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from onewindow.base import clock, generations, tokens
from onewindow.base.models import Account
from onewindow.catalog import queries, services
from onewindow.kernel.actor import SYSTEM
from onewindow.org import queries as org
from onewindow.ui import session
from tests import world
from tests.catalog.items import sound

CODE = "511A0148700000-511602000000-000-11511301008778255F-1-00"


class Desk:
    """Somebody at the editor: opens pages, fills in forms, presses buttons."""

    def __init__(self, username: str) -> None:
        self.client = Client()
        account = Account.objects.get(username=username)
        self.client.cookies[session.COOKIE] = tokens.issue(
            account, purpose="page", now=clock.real_now()
        ).token

    def open(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.content.decode()[:2000])
        return answer.content.decode()

    def press(self, path: str, status: int = 302, **fields: Any) -> Any:
        """A post of ``fields``; the version of the form is that of the page unless it is given."""
        if "version" not in fields and (found := re.search(r'name="version" value="(\d+)"', self.open(path))):
            fields["version"] = found[1]
        return self.send(path, fields, status)

    def send(self, path: str, fields: dict[str, Any], status: int = 302) -> Any:
        answer = self.client.post(path, fields)
        assert answer.status_code == status, (answer.status_code, said(answer.content.decode()))
        return answer


def said(page: str) -> str:
    """The words of a page without its tags."""
    body = page.split("<main", 1)[-1]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def put_sound_item() -> None:
    """Publish ``CODE`` for the housing office."""
    housing = org.find_organ(name=world.HOUSING)
    assert housing is not None
    services.publish(
        sound(CODE, organ_id=housing.id, organ_name=world.HOUSING), actor=SYSTEM, now=world.OPENED
    )


@pytest.fixture(scope="package")
def _city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with world.standing(django_db_blocker):
        yield


@pytest.fixture
def desk(_city: None, db: None) -> Iterator[Callable[[str], Desk]]:
    """``desk("catalog1")``; the sound item ``CODE`` of the housing office is in force."""
    clock.move_to(world.START)
    queries.flush()
    put_sound_item()
    yield Desk
    queries.flush()
    generations.put("clock", 0)
