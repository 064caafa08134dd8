"""The two doors: each has the life events of its own, in the order of life, and is filled up when few exist."""

import pytest

from onewindow.catalog.overview import LIFE_EVENTS, MOST_EVENTS, life_events

PERSON, FIRM = LIFE_EVENTS["person"], LIFE_EVENTS["organisation"]


def test_no_event_stands_on_both_doors() -> None:
    assert not PERSON.keys() & FIRM.keys()
    assert len(PERSON) == len(FIRM) == MOST_EVENTS


@pytest.mark.parametrize(
    "audience, known, shown",
    [
        ("person", ("退休", "生小孩", "纳税"), ["生小孩", "退休"]),
        ("organisation", ("纳税", "设立变更", "生小孩"), ["设立变更", "纳税"]),
        ("person", ("民族宗教", "退休"), ["退休", "民族宗教"]),
        ("person", (), []),
    ],
)
def test_only_what_has_items_in_the_order_of_life(
    audience: str, known: tuple[str, ...], shown: list[str]
) -> None:
    assert list(life_events(audience, known)) == shown


def test_a_door_is_not_longer_than_twelve() -> None:
    known = tuple(f"主题{number}" for number in range(30)) + tuple(PERSON)
    assert list(life_events("person", known)) == list(PERSON)
    assert len(life_events("organisation", known)) == MOST_EVENTS
