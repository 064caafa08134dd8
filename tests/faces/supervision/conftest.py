"""The small city with one case past its promise, seen through a browser without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from onewindow.base import clock, generations, tokens
from onewindow.base.models import Account
from onewindow.ui import session
from tests import world


@pytest.fixture(scope="package")
def _city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with world.standing(django_db_blocker):
        yield


@pytest.fixture
def browser(_city: None, db: None) -> Iterator[Callable[[str], Client]]:
    """``browser("supervisor1")`` is signed in; a case of the housing bureau is over its promise."""
    clock.move_to(world.START)
    world.Api.tokens.clear()
    world.Api("clerk1").act(world.Api("clerk1").create(world.SEWAGE), "accept")
    world.move("2026-09-18T09:00")

    def sign_in(username: str) -> Client:
        client = Client()
        token = tokens.issue(Account.objects.get(username=username), purpose="page", now=clock.real_now())
        client.cookies[session.COOKIE] = token.token
        return client

    yield sign_in
    generations.put("clock", 0)
