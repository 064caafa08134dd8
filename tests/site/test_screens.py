"""The list of pictures for the documents: names once, known sizes and people, addresses that exist."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
from django.urls import resolve

from onewindow.site.demo import cast
from tests import database


@pytest.fixture(scope="module")
def screens() -> ModuleType:
    spec = importlib.util.spec_from_file_location("screens", database.ROOT / "tools" / "screens.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_picture_can_be_taken(screens: ModuleType) -> None:
    names = [shot.name for shot in screens.SHOTS]
    assert len(names) == len(set(names)) > 40
    people = set(cast.usernames())
    for shot in screens.SHOTS:
        assert shot.size in screens.SIZES, shot.name
        assert not shot.username or shot.username in people, shot.name
        resolve(shot.path.partition("?")[0])
