"""Cases: apply, change, read, list, act, track."""

from __future__ import annotations

from django.utils import translation

from onewindow.cases import queries, services
from onewindow.cases.queries.pledges import STANDINGS
from onewindow.cases.rules.decide import ACTS
from onewindow.cases.rules.state import STATES
from onewindow.cases.services.acting import Change
from onewindow.cases.services.creating import CaseIn
from onewindow.faces.api import further_shapes, shapes
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
from onewindow.ui import language as languages
from onewindow.ui import reasons


def _create(call: Call) -> Answer:
    case = services.create(call.actor, call.json(), now=call.now, repeat=call.repeat())
    return Answer(case, 201)


def _change(call: Call) -> Answer:
    return Answer(
        services.change(call.actor, call.path["case_no"], call.json(), now=call.now, repeat=call.repeat())
    )


def _act(call: Call) -> Answer:
    return Answer(
        services.act(
            call.actor,
            call.path["case_no"],
            call.path["action"],
            call.json(),
            now=call.now,
            repeat=call.repeat(),
        )
    )


def _view(call: Call) -> Answer:
    """The case; why an action is not possible is said in the language asked for."""
    case = queries.view(call.actor, call.path["case_no"], now=call.now)
    language = languages.accepted_language(call.environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    if not language.startswith("zh"):
        with translation.override(language):
            case = reasons.translated(case)
    return Answer(case)


def _list(call: Call) -> Answer:
    asked = call.query()
    asked["from_"] = asked.pop("from", None)
    return Answer(queries.find(call.actor, now=call.now, **asked))


def _inbox(call: Call) -> Answer:
    return Answer(queries.inbox(call.actor, now=call.now, **call.query()))


def _track(call: Call) -> Answer:
    asked = call.query()
    lacking = [
        FieldError(name, "required", N_("必须填写。")) for name in ("case_no", "check") if name not in asked
    ]
    if lacking:
        raise Invalid("invalid-fields", N_("有的内容不符合要求，请改正后再提交。"), fields=lacking)
    return Answer(queries.track(asked["case_no"], asked["check"], now=call.now))


_LISTED = (LIMIT, CURSOR)


def _pledges(call: Call) -> Answer:
    return Answer({"results": queries.pledged(call.actor, str(call.query().get("standing", "due")))})


OPERATIONS = (
    Operation(
        method="POST",
        path="/cases",
        run=_create,
        permission=("citizen", "enterprise", "clerk"),
        summary="提交申请，或由窗口收件",
        body=CaseIn,
        answer=shapes.CaseOut,
        status=201,
        errors=WRITES,
        is_repeatable=True,
    ),
    Operation(
        method="GET",
        path="/cases",
        run=_list,
        permission=ANYONE,
        summary="办件列表（本人、本部门或大厅的范围）",
        answer=shapes.CasePage,
        parameters=(
            Parameter("q", about="办件编号、姓名、证件号码或扫到的收件凭证"),
            Parameter("state", values=STATES),
            Parameter("item", about="事项编码"),
            Parameter("from", "date"),
            Parameter("to", "date"),
            *_LISTED,
        ),
        errors=(401, 403, 422),
    ),
    Operation(
        method="GET",
        path="/cases/{case_no}",
        run=_view,
        permission=ANYONE,
        summary="一件办件",
        answer=shapes.CaseOut,
        errors=(401, 404),
    ),
    Operation(
        method="PATCH",
        path="/cases/{case_no}",
        run=_change,
        permission=("citizen", "enterprise", "clerk"),
        summary="更正表单和材料",
        body=Change,
        answer=shapes.CaseOut,
        errors=WRITES,
        is_repeatable=True,
    ),
    Operation(
        method="POST",
        path="/cases/{case_no}/actions/{action}",
        run=_act,
        permission=ANYONE,
        summary="办理：" + "、".join(ACTS),
        body={name: act.body for name, act in ACTS.items()},
        answer=shapes.CaseOut,
        errors=WRITES,
        is_repeatable=True,
    ),
    Operation(
        method="GET",
        path="/inbox",
        run=_inbox,
        permission=("clerk", "examiner", "approver", "head", "issuer"),
        summary="我的待办，先到期的在前",
        answer=shapes.CasePage,
        parameters=(
            Parameter("role", values=("clerk", "examiner", "approver", "head", "issuer")),
            Parameter("light", values=("green", "yellow", "red", "grey")),
            Parameter("stage", values=STATES),
            Parameter("mine", "boolean"),
            *_LISTED,
        ),
        errors=(401, 403, 422),
    ),
    Operation(
        method="GET",
        path="/pledges",
        run=_pledges,
        permission=("examiner", "approver", "head"),
        summary="以告知承诺准予的：待核查、改正中、失信未修复，先到期的在前，最多 200 件",
        answer=further_shapes.PledgeList,
        parameters=(Parameter("standing", values=STANDINGS),),
        errors=(401, 403, 422),
    ),
    Operation(
        method="GET",
        path="/track",
        run=_track,
        permission=PUBLIC,
        summary="凭编号和证件号后四位或查询码查进度",
        answer=shapes.Progress,
        parameters=(Parameter("case_no"), Parameter("check")),
        errors=(404, 422, 429),
    ),
)
