"""Rating as every face offers it: the grades and tags in words, and what a posted form says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from onewindow.kernel.errors import N_, FieldError, Invalid
from onewindow.reviews.rules import calls, complaints, files, ratings, rounds, tickets
from onewindow.reviews.services.rating import Said

_TABLES: Mapping[str, Mapping[Any, str]] = {
    "grade": ratings.GRADES,
    "link": ratings.LINKS,
    "way": ratings.WAYS | complaints.WAYS,
    "standing": ratings.STANDINGS,
    "ticket": tickets.STATES,
    "verdict": tickets.VERDICTS | complaints.VERDICTS,
    "complaint": complaints.STATES,
    "about": complaints.ABOUT,
    "ground": complaints.GROUNDS,
    "outcome": tickets.OUTCOMES,
    "tag": ratings.TAG_LABELS,
    "round": rounds.STATES,
    "decision": rounds.OUTCOMES,
    "timely": rounds.LIGHTS,
    "layer": rounds.LAYERS,
    "file": files.STATES,
    "seat": files.SEATS | {"appeal": N_("申诉")},
    "call": calls.STATES | {"phone-opened": N_("查看了联系电话")},
    "step": {
        "opened": N_("差评转入"),
        "overdue": N_("逾期"),
        "rater-opened": N_("查看了评价人的身份"),
        "rated-again": N_("评价人再次评价"),
        "filed": N_("提出投诉"),
        "complainant-opened": N_("查看了投诉人的身份"),
        "withdrawn": N_("投诉人撤回"),
    }
    | {name: act.label for name, act in tickets.ACTS.items()}
    | {name: act.label for name, act in complaints.ACTS.items()},
}


def word(code: Any, table: str) -> str:
    """The word for ``code`` in the reader's language; an unknown code as it is."""
    found = _TABLES[table].get(code)
    return _(found) if found else str(code or "")


def choices(table: str) -> list[tuple[Any, str]]:
    """(code, word) of a table, in its order."""
    return [(code, _(label)) for code, label in _TABLES[table].items()]


def form(posted: QueryDict | None = None) -> dict[str, Any]:
    """What the template ``ui/rate_form.html`` needs; no grade is chosen beforehand."""
    told = posted.getlist("tags") if posted else []
    return {
        "grades": [{"grade": grade, "label": label} for grade, label in choices("grade")],
        "tags": [
            {"code": code, "label": _(label), "is_bad": is_bad, "is_on": code in told}
            for code, label, is_bad in ratings.TAGS
        ],
        "told": posted or {},
        "most_text": ratings.MOST_TEXT,
    }


def grade_of(posted: QueryDict) -> int:
    """The grade that was chosen; ``Invalid`` when none was."""
    text = posted.get("grade", "")
    if text not in ("1", "2", "3", "4", "5"):
        message = N_("请选一个评价。")
        raise Invalid("no-grade", message, fields=[FieldError("grade", "required", message)])
    return int(text)


def said(posted: QueryDict, *, link: str, way: str, window: int | None = None) -> Said:
    """What the form says."""
    return Said(
        link=link,
        grade=grade_of(posted),
        tags=tuple(dict.fromkeys(posted.getlist("tags")))[: ratings.MOST_TAGS],
        text=posted.get("text", "").replace("\0", "")[: ratings.MOST_TEXT],
        is_anonymous=posted.get("anonymous") == "1",
        way=way,
        window=window,
    )
