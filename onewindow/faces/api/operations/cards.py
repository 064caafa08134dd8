"""Cards of supervision: lists, one card, what is done to it, cards issued by hand (contract section 3)."""

from __future__ import annotations

from typing import Any

from onewindow.faces.api import card_shapes as shapes
from onewindow.faces.api.operation import CURSOR, LIMIT, WRITES, Answer, Call, Operation, Parameter
from onewindow.supervision import services
from onewindow.supervision.queries import cards
from onewindow.supervision.rules.answering import READERS, STATE_LABELS, WATCHERS, Inquire
from onewindow.supervision.rules.profile import LEVELS
from onewindow.supervision.rules.shipped import RULES
from onewindow.supervision.services.answering import CardIn


def _list(call: Call) -> Answer:
    asked = call.query()
    asked["is_overdue"] = asked.pop("overdue", False)
    found = cards.listing(call.actor, **asked)
    return Answer({"results": [_line(row) for row in found["results"]], "next": found["next"]})


def _one(call: Call) -> Answer:
    return Answer(_whole(cards.one(call.actor, call.path["card_no"], now=call.now)))


def _act(call: Call) -> Answer:
    after = services.act(call.actor, call.path["card_no"], call.path["action"], call.json(), now=call.now)
    return Answer(_whole(cards.whole(call.actor, after, now=call.now)))


def _issue(call: Call) -> Answer:
    made = services.issue_by_hand(call.actor, call.json(), now=call.now)
    return Answer(_whole(cards.whole(call.actor, made, now=call.now)), status=201)


_INSIDE = ("why", "params", "rule_name", "person_name")


def _line(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _INSIDE}


def _whole(row: dict[str, Any]) -> dict[str, Any]:
    actions = [{name: one[name] for name in ("name", "allowed", "reason")} for one in row["actions"]]
    told = {name: value for name, value in row.items() if name not in ("why", "params")}
    return told | {"actions": actions}


OPERATIONS = (
    Operation(
        method="GET",
        path="/supervision/cards",
        run=_list,
        permission=READERS,
        summary="预警卡：监察员和中心看全部，部门看本部门的",
        answer=shapes.CardPage,
        parameters=(
            Parameter("level", values=LEVELS),
            Parameter("state", values=tuple(STATE_LABELS)),
            Parameter("organ", about="部门名称或代码"),
            Parameter("rule", values=tuple(RULES.by_number)),
            Parameter("case_no"),
            Parameter("person", about="用户名"),
            Parameter("overdue", "boolean", about="逾期未说明的"),
            LIMIT,
            CURSOR,
        ),
        errors=(401, 403, 422),
    ),
    Operation(
        method="POST",
        path="/supervision/cards",
        run=_issue,
        permission=WATCHERS,
        summary="监察员手工发卡（规则 8）；同一发现只发一张",
        body=CardIn,
        answer=shapes.CardOut,
        status=201,
        errors=(400, 401, 403, 404, 413, 415, 422),
    ),
    Operation(
        method="GET",
        path="/supervision/cards/{card_no}",
        run=_one,
        permission=READERS,
        summary="一张卡：证据、双方的说法、督办函、经过、可做的操作",
        answer=shapes.CardOut,
        errors=(401, 403, 404),
    ),
    Operation(
        method="POST",
        path="/supervision/cards/{card_no}/actions/{action}",
        run=_act,
        permission=READERS,
        summary="说明 explain、维持 uphold、撤销 withdraw、申诉 appeal、督办 inquire、答复督办 answer",
        body=Inquire,
        answer=shapes.CardOut,
        errors=WRITES,
    ),
)
