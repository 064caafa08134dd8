"""The two doors: each has the life events of its own, in the order of life, and is filled up when few exist."""

from __future__ import annotations

import pytest

from onewindow.catalog.editorial import themes
from onewindow.catalog.editorial.kept import KeptTheme
from onewindow.catalog.overview import MOST_EVENTS, _events

PERSON, FIRM = (
    {one.themes[0]: one.label for one in themes.SHIPPED if one.audience == audience}
    for audience in ("person", "organisation")
)


def shown(audience: str, known: tuple[str, ...], stand: tuple[KeptTheme, ...] = themes.SHIPPED) -> list[str]:
    return [one.label for one in _events(audience, known, frozenset({"CODE"}), stand)]


def test_no_event_stands_on_both_doors() -> None:
    assert not PERSON.keys() & FIRM.keys()
    assert len(PERSON) == len(FIRM) == MOST_EVENTS
    assert len({one.key for one in themes.SHIPPED}) == 2 * MOST_EVENTS
    assert {one.icon for one in themes.SHIPPED} <= themes.ICONS.keys()


@pytest.mark.parametrize(
    "audience, known, labels",
    [
        ("person", ("退休", "生小孩", "纳税"), ["生小孩", "退休养老"]),
        ("organisation", ("纳税", "设立变更", "生小孩"), ["开办和变更", "纳税"]),
        ("person", ("民族宗教（其他）", "退休"), ["退休养老", "民族宗教"]),
        ("person", (), []),
    ],
)
def test_only_what_has_items_in_the_order_of_life(
    audience: str, known: tuple[str, ...], labels: list[str]
) -> None:
    assert shown(audience, known) == labels


def test_a_door_is_filled_up_to_twelve_and_not_beyond() -> None:
    known = tuple(f"主题{number}" for number in range(30)) + tuple(PERSON)
    assert shown("person", known) == list(PERSON.values())
    assert len(shown("organisation", known)) == MOST_EVENTS


def test_what_editors_add_may_make_a_door_longer() -> None:
    own = KeptTheme("pets", "person", 5, "宠物", "", "", (), ("CODE",), True)
    assert shown("person", tuple(PERSON), (own, *themes.SHIPPED)) == ["宠物", *PERSON.values()]
    absent = KeptTheme("pets", "person", 5, "宠物", "", "", (), ("GONE",), True)
    assert shown("person", (), (absent, *themes.SHIPPED)) == []


def test_every_icon_is_drawn() -> None:
    from django.contrib.staticfiles import finders

    path = finders.find("ui/themes.svg")
    assert isinstance(path, str)
    with open(path, encoding="utf-8") as lines:
        drawn = lines.read()
    assert all(f'id="{name}"' in drawn for name in themes.ICONS if name)
