"""Others follow the catalogue: ETags that spare a transfer, a feed of what changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from onewindow.base import clock
from onewindow.catalog import queries as catalog
from onewindow.catalog import services
from onewindow.kernel.actor import SYSTEM
from tests import world

Open = Callable[..., world.Api]
PATHS = ["/items", f"/items/{world.SEWAGE}", "/lists", "/lists/instant", "/items?since=0"]


@pytest.mark.parametrize("path", PATHS)
def test_who_holds_the_answer_gets_no_second_copy(api: Open, path: str) -> None:
    first = api().get(path)
    tag = first.response.headers["ETag"]
    again = api().get(path, If_None_Match=f'"other", W/{tag}')
    assert (first.status, again.status, again.content) == (200, 304, b"")
    assert again.response.headers["ETag"] == tag
    assert api().get(path, If_None_Match='"other"').status == 200


def test_a_new_version_has_a_new_tag_and_stands_in_the_feed(api: Open) -> None:
    path = f"/items/{world.SEWAGE}"
    tag = api().get(path).response.headers["ETag"]
    last = api().get("/items?since=0&limit=100").json
    assert last["results"] and last["next"] == str(last["results"][-1]["seq"])
    assert api().get(f"/items?since={last['next']}").json["results"] == []
    item = catalog.current(world.SEWAGE)
    services.publish(item, actor=SYSTEM, now=clock.now(), reason="再发布")
    assert api().get(path, If_None_Match=tag).status == 200
    news = api().get(f"/items?since={last['next']}").json["results"]
    assert [(row["task_code"], row["version"], row["what"]) for row in news] == [
        (world.SEWAGE, item.version + 1, "published")
    ]


def test_the_feed_also_takes_an_instant(api: Open) -> None:
    before = clock.now().isoformat()
    item = catalog.current(world.SEWAGE)
    clock.move_to(clock.now().replace(hour=15))
    services.publish(item, actor=SYSTEM, now=clock.now(), reason="再发布")
    rows = api().get(f"/items?since={before}").json["results"]
    assert [row["task_code"] for row in rows] == [world.SEWAGE]


@pytest.mark.parametrize("query", ["since=yesterday", "since=-4", "since=1&q=x", "since=1&cursor=aXRlbXM6MA"])
def test_a_question_that_makes_no_sense_is_told_so(api: Open, query: str) -> None:
    answer = api().get(f"/items?{query}")
    assert answer.status == 422 and answer.json["errors"]
