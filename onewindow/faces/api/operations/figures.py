"""The published monthly and yearly figures, public."""

from __future__ import annotations

from onewindow.base import clock
from onewindow.faces.api import figure_shapes as shapes
from onewindow.faces.api.operation import PUBLIC, Answer, Call, Operation, Parameter
from onewindow.supervision.bulletin import published
from onewindow.supervision.bulletin.published import Edition


def _index(call: Call) -> Answer:
    return Answer({"results": [_edition(one) for one in published.listing()], "next": None})


def _one(call: Call) -> Answer:
    found = published.shown(call.path["period"], edition=call.query().get("edition"))
    return Answer(found.signed)


def _edition(one: Edition) -> dict[str, object]:
    return {
        "period": one.period,
        "edition": one.number,
        "published_on": clock.day_of(one.at),
        "reason": one.reason,
    }


OPERATIONS = (
    Operation(
        method="GET",
        path="/figures",
        run=_index,
        permission=PUBLIC,
        summary="已发布数据的目录",
        answer=shapes.FiguresPage,
        is_tagged=True,
    ),
    Operation(
        method="GET",
        path="/figures/{period}",
        run=_one,
        permission=PUBLIC,
        summary="一个月或一年的已发布数据",
        answer=shapes.Figures,
        parameters=(Parameter("edition", "integer", least=1, most=9999, about="版次，缺省为最新一版"),),
        errors=(404, 422),
        is_tagged=True,
    ),
)
