"""When nobody could apply under an item version: the catalogue's history as the rules ask for it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from datetime import datetime

from onewindow.base import generations
from onewindow.catalog import queries as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.supervision.rules.history import Closed

_KEPT = 4096
_known: OrderedDict[int, tuple[Hashable, tuple[Closed, ...]]] = OrderedDict()


def of(item: ItemDefinition) -> tuple[Closed, ...]:
    """The times in which this version was not open; no statement while the item has not changed."""
    generation = generations.version_of_item(item.task_code)
    found = _known.get(item.version_id)
    if found is None or found[0] != generation:
        events = catalog.events_of(item.task_code)
        found = _known[item.version_id] = (generation, tuple(_closed(item.version, events)))
        while len(_known) > _KEPT:
            _known.popitem(last=False)
    return found[1]


def _closed(version: int, events: list[tuple[str, int, datetime]]) -> Iterator[Closed]:
    """``events``: what happened to the item, the version then newest, when; oldest first."""
    published = {number: at for what, number, at in events if what == "published"}
    if version in published:
        yield Closed("unpublished", None, published[version])
    later = [at for number, at in published.items() if number > version]
    if later:
        yield Closed("replaced", min(later), None)
    since: datetime | None = None
    for what, _, at in events:
        if what == "suspended":
            since = at
        elif since is not None:
            yield Closed("suspended", since, at)
            since = None
        if what == "cancelled":
            yield Closed("cancelled", at, None)
    if since is not None:
        yield Closed("suspended", since, None)
