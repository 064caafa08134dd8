"""Ratings, the tickets of bad ones, and efficiency complaints."""

from __future__ import annotations

from onewindow.faces.api import review_shapes as shapes
from onewindow.faces.api.operation import (
    ANYONE,
    CURSOR,
    LIMIT,
    PUBLIC,
    WRITES,
    Answer,
    Call,
    Operation,
    Parameter,
)
from onewindow.kernel.errors import N_, FieldError, Invalid
from onewindow.org import queries as org
from onewindow.reviews.queries import complaints, ratings, tickets
from onewindow.reviews.rules import complaints as complaint_rules
from onewindow.reviews.rules import ratings as rating_rules
from onewindow.reviews.rules import tickets as ticket_rules
from onewindow.reviews.rules.acts import ActIn
from onewindow.reviews.rules.complaints import ComplaintIn
from onewindow.reviews.rules.ratings import RatingIn
from onewindow.reviews.services import complaints as complaint_deeds
from onewindow.reviews.services import rating
from onewindow.reviews.services import tickets as ticket_deeds

_WATCHED = ("supervisor", "manager", "head")


def _rate(call: Call) -> Answer:
    return Answer(rating.rate(call.json(), actor=call.identity, now=call.now), 201)


def _summary(call: Call) -> Answer:
    asked = call.query()
    found = ratings.summary(organ=asked.get("organ"), since=asked.get("from"), until=asked.get("to"))
    return Answer(found)


def _ratings(call: Call) -> Answer:
    asked = call.query()
    organ = org.find_organ(name=asked["organ"], code=asked["organ"]) if "organ" in asked else None
    if "organ" in asked and organ is None:
        message = N_("没有这个部门")
        raise Invalid("invalid-fields", message, fields=[FieldError("organ", "unknown-value", message)])
    found = ratings.listing(
        call.actor,
        organ_id=organ.id if organ else None,
        link=asked.get("link"),
        is_bad=asked.get("bad", False),
        cursor=asked.get("cursor"),
        limit=asked.get("limit", 20),
    )
    return Answer(found)


def _tickets(call: Call) -> Answer:
    asked = call.query()
    return Answer(
        tickets.listing(
            call.actor,
            state=asked.get("state"),
            is_overdue=asked.get("overdue", False),
            cursor=asked.get("cursor"),
            limit=asked.get("limit", 20),
        )
    )


def _ticket(call: Call) -> Answer:
    return Answer(tickets.one(call.actor, call.path["number"], today=call.now.date()))


def _act_on_ticket(call: Call) -> Answer:
    ticket_deeds.act(call.actor, call.path["number"], call.path["action"], call.json(), now=call.now)
    return _ticket(call)


def _file(call: Call) -> Answer:
    return Answer(
        complaint_deeds.file(call.json(), actor=call.actor, address=call.address, now=call.now), 201
    )


def _complaints(call: Call) -> Answer:
    asked = call.query()
    return Answer(
        complaints.listing(
            call.actor,
            state=asked.get("state"),
            is_overdue=asked.get("overdue", False),
            cursor=asked.get("cursor"),
            limit=asked.get("limit", 20),
        )
    )


def _complaint(call: Call) -> Answer:
    return Answer(complaints.one(call.actor, call.path["number"]))


def _act_on_complaint(call: Call) -> Answer:
    complaint_deeds.act(call.actor, call.path["number"], call.path["action"], call.json(), now=call.now)
    return _complaint(call)


_LISTED = (Parameter("overdue", "boolean", about="只看逾期的"), LIMIT, CURSOR)

OPERATIONS = (
    Operation(
        method="POST",
        path="/ratings",
        run=_rate,
        permission=PUBLIC,
        summary="评价一件事的一个环节，凭办件编号和证件号后四位或查询码；一个环节只评价一次",
        body=RatingIn,
        answer=shapes.RatedOut,
        status=201,
        errors=(*WRITES, 429),
    ),
    Operation(
        method="GET",
        path="/ratings/summary",
        run=_summary,
        permission=ANYONE,
        summary="评价的汇总：有效评价数、好评率、平均分、收缩平均分、主动评价率（率为百分数）",
        answer=shapes.RatingSummary,
        parameters=(
            Parameter("organ", about="名称或代码"),
            Parameter("from", "date"),
            Parameter("to", "date"),
        ),
        errors=(401, 422),
    ),
    Operation(
        method="GET",
        path="/ratings",
        run=_ratings,
        permission=_WATCHED,
        summary="评价列表，不显示评价人和办件；部门负责人看本部门的",
        answer=shapes.RatingPage,
        parameters=(
            Parameter("organ", about="名称或代码"),
            Parameter("link", values=tuple(rating_rules.LINKS)),
            Parameter("bad", "boolean", about="只看差评"),
            LIMIT,
            CURSOR,
        ),
        errors=(401, 403, 422),
    ),
    Operation(
        method="GET",
        path="/tickets",
        run=_tickets,
        permission=_WATCHED,
        summary="差评整改单，新的在前；部门负责人看本部门的",
        answer=shapes.TicketPage,
        parameters=(Parameter("state", values=tuple(ticket_rules.STATES)), *_LISTED),
        errors=(401, 403, 422),
    ),
    Operation(
        method="GET",
        path="/tickets/{number}",
        run=_ticket,
        permission=_WATCHED,
        summary="一张差评整改单",
        answer=shapes.TicketOut,
        errors=(400, 401, 403, 404),
    ),
    Operation(
        method="POST",
        path="/tickets/{number}/actions/{action}",
        run=_act_on_ticket,
        permission=_WATCHED,
        summary="办理差评整改单：" + "、".join(ticket_rules.ACTS),
        body=ActIn,
        answer=shapes.TicketOut,
        errors=WRITES,
    ),
    Operation(
        method="POST",
        path="/complaints",
        run=_file,
        permission=("citizen", "enterprise", "clerk", "manager", "supervisor"),
        summary="提出效能投诉，或由工作人员登记电话和来访；查询码只告诉这一次",
        body=ComplaintIn,
        answer=shapes.FiledOut,
        status=201,
        errors=(400, 401, 403, 413, 415, 422, 429),
    ),
    Operation(
        method="GET",
        path="/complaints",
        run=_complaints,
        permission=_WATCHED,
        summary="效能投诉，新的在前，不显示投诉人；部门负责人看本部门已受理的",
        answer=shapes.ComplaintPage,
        parameters=(Parameter("state", values=tuple(complaint_rules.STATES)), *_LISTED),
        errors=(401, 403, 422),
    ),
    Operation(
        method="GET",
        path="/complaints/{number}",
        run=_complaint,
        permission=_WATCHED,
        summary="一件效能投诉；被投诉的部门只看到放行的文字",
        answer=shapes.ComplaintOut,
        errors=(400, 401, 403, 404),
    ),
    Operation(
        method="POST",
        path="/complaints/{number}/actions/{action}",
        run=_act_on_complaint,
        permission=_WATCHED,
        summary="办理效能投诉：" + "、".join(complaint_rules.ACTS),
        body=ActIn,
        answer=shapes.ComplaintOut,
        errors=WRITES,
    ),
)
