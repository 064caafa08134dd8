"""Items, guides and checklists, public."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from onewindow.base import clock
from onewindow.cases.services.checking import read
from onewindow.catalog import queries as catalog
from onewindow.faces.api import shapes
from onewindow.faces.api.operation import CURSOR, LIMIT, PUBLIC, Answer, Call, Operation, Parameter
from onewindow.kernel.errors import N_, FieldError, Invalid


class ChecklistIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    answers: Annotated[dict[str, Any], Meta(max_length=200)] = {}


def _list(call: Call) -> Answer:
    asked = call.query()
    if "since" in asked:
        return _changes(asked)
    rows, following = catalog.search(
        asked.pop("q", ""),
        limit=asked.pop("limit", 20),
        cursor=asked.pop("cursor", None),
        **asked,
    )
    return Answer({"results": rows, "next": following})


def _changes(asked: dict[str, Any]) -> Answer:
    """What changed about items after a number of this feed or an instant; ``next`` is the next ``since``."""
    others = [name for name in asked if name not in ("since", "limit")]
    if others:
        message = N_("since 只能与 limit 同用。")
        raise Invalid("invalid-filter", message, fields=[FieldError(others[0], "invalid", message)])
    since = asked["since"]
    after = int(since) if since.isascii() and since.isdigit() and len(since) < 19 else _instant(since)
    found = catalog.feed(after, limit=asked.get("limit", 20))
    return Answer(found | {"next": str(found["next"])})


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that nobody escaped
    except ValueError:
        message = N_("since 应当是以前得到的序号，或者带时区的时间。")
        raise Invalid("invalid-filter", message, fields=[FieldError("since", "invalid", message)]) from None
    return found if found.tzinfo is not None else found.replace(tzinfo=clock.SHANGHAI)


def _guide(call: Call) -> Answer:
    return Answer(raw=catalog.guide_json(call.path["task_code"], call.query().get("version")))


def _checklist(call: Call) -> Answer:
    return Answer(catalog.checklist(call.path["task_code"], read(call.json(), ChecklistIn).answers))


OPERATIONS = (
    Operation(
        method="GET",
        path="/items",
        run=_list,
        permission=PUBLIC,
        summary="查事项：名称、拼音、俗话、错字都可以",
        answer=(shapes.ItemPage, shapes.ItemChanges),
        parameters=(
            Parameter("q"),
            Parameter("region"),
            Parameter("organ", about="名称或代码"),
            Parameter("type"),
            Parameter("audience", values=("person", "organisation")),
            Parameter("theme"),
            Parameter("kind", values=("instant", "commitment")),
            Parameter("online", "boolean"),
            Parameter("since", about="只看此后的变化：以前得到的 next，或者带时区的时间"),
            LIMIT,
            CURSOR,
        ),
        errors=(422,),
        is_tagged=True,
    ),
    Operation(
        method="GET",
        path="/items/{task_code}",
        run=_guide,
        permission=PUBLIC,
        summary="办事指南",
        answer=shapes.Guide,
        parameters=(Parameter("version", "integer", least=1),),
        errors=(404, 422),
        is_tagged=True,
    ),
    Operation(
        method="POST",
        path="/items/{task_code}/checklist",
        run=_checklist,
        permission=PUBLIC,
        summary="按情形列出材料",
        body=ChecklistIn,
        answer=shapes.ChecklistOut,
        errors=(400, 404, 422),
    ),
)
