"""Items, guides and checklists, public."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from onewindow.cases.services.checking import read
from onewindow.catalog import queries as catalog
from onewindow.faces.api import shapes
from onewindow.faces.api.operation import CURSOR, LIMIT, PUBLIC, Answer, Call, Operation, Parameter


class ChecklistIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    answers: Annotated[dict[str, Any], Meta(max_length=200)] = {}


def _list(call: Call) -> Answer:
    asked = call.query()
    rows, following = catalog.search(
        asked.pop("q", ""),
        limit=asked.pop("limit", 20),
        cursor=asked.pop("cursor", None),
        **asked,
    )
    return Answer({"results": rows, "next": following})


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
        answer=shapes.ItemPage,
        parameters=(
            Parameter("q"),
            Parameter("region"),
            Parameter("organ", about="名称或代码"),
            Parameter("type"),
            Parameter("audience", values=("person", "organisation")),
            Parameter("theme"),
            Parameter("kind", values=("instant", "commitment")),
            Parameter("online", "boolean"),
            LIMIT,
            CURSOR,
        ),
        errors=(422,),
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
