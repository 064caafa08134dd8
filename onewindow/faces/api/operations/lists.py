"""The lists that write themselves, public."""

from __future__ import annotations

from typing import Any

from onewindow.catalog import listed
from onewindow.catalog.listings import LISTINGS
from onewindow.faces.api import shapes
from onewindow.faces.api.operation import CURSOR, LIMIT, PUBLIC, Answer, Call, Operation, Parameter


def _index(call: Call) -> Answer:
    counts = listed.counts()
    rows = [
        {"slug": slug, "title": found.title, "about": found.about, "items": counts[slug]}
        for slug, found in LISTINGS.items()
    ]
    return Answer({"results": rows, "next": None})


def _list(call: Call) -> Answer:
    asked = call.query()
    found = listed.listing(call.path["slug"])
    rows, following = listed.page(
        found.slug,
        organ=asked.get("organ", ""),
        cursor=asked.get("cursor"),
        limit=asked.get("limit", 20),
    )
    told: dict[str, Any] = {
        "title": found.title,
        "columns": found.columns,
        "results": rows,
        "next": following,
    }
    return Answer(told)


OPERATIONS = (
    Operation(
        method="GET",
        path="/lists",
        run=_index,
        permission=PUBLIC,
        summary="公开清单的目录",
        answer=shapes.ListingPage,
        is_tagged=True,
    ),
    Operation(
        method="GET",
        path="/lists/{slug}",
        run=_list,
        permission=PUBLIC,
        summary="一份清单",
        answer=shapes.Listing,
        parameters=(Parameter("organ", about="名称或代码"), LIMIT, CURSOR),
        errors=(404, 422),
        is_tagged=True,
    ),
)
