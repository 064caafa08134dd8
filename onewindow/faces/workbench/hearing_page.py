"""What the case page shows of those who are heard before the decision (行政许可法 art. 36)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from onewindow.faces.workbench import hearing_acts, onward_acts
from onewindow.kernel import masking
from onewindow.ui import dates, words


class Heard(msgspec.Struct, frozen=True):
    """A line about somebody who is heard before the decision."""

    who: str
    name: str
    standing: str
    interest: str


def third_parties(case: Mapping[str, Any], *, is_open: bool) -> list[Heard]:
    """Who is heard in the matter and how far; names stay masked until they are opened with a reason."""
    lines = []
    for one in case.get("parties") or ():
        name = str(one["name"] or "")
        is_hidden = not is_open and one["type"] == "person"
        lines.append(
            Heard(
                _who(one["no"]),
                masking.mask_name(name) if is_hidden else name,
                _standing(one),
                str(one["interest"] or "") if is_open else "",
            )
        )
    return lines


def _standing(one: Mapping[str, Any]) -> str:
    if one["heard"]:
        return _("已陈述意见")
    if one["told_on"]:
        return _("已告知，%(day)s前可以陈述申辩") % {"day": dates.day_text(one["answer_by"], with_year=False)}
    return _("还没有告知")


def statements(case: Mapping[str, Any]) -> list[dict[str, str]]:
    """What those who were heard said, newest first: ``title``, ``at``, ``text``."""
    return [
        {"title": _who(one["party"]), "at": one["at"], "text": one["text"]}
        for one in reversed(case.get("statements") or ())
    ]


def _who(no: int) -> str:
    return _("利害关系人 %(n)s") % {"n": no} if no else _("申请人")


def is_of_matter(name: str, case: Mapping[str, Any]) -> bool:
    """Why no hearing, check or end of a licence is possible is told only where there is one to speak of."""
    if name in onward_acts.ENDINGS:
        return bool(case.get("licence"))
    if name in ("record-site-check", "cancel-site-check"):
        return any(not one["checked_at"] and not one["cancelled"] for one in case.get("site_checks") or ())
    if name == "decide-recusal":
        return bool(case.get("recusals"))
    if name in hearing_acts.FIELDS or name == "request-recusal":
        return bool(case.get("parties") or case.get("hearing"))
    return True


def served(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was served: ``title``, ``how`` and the ``terms`` that run from it."""
    titles = {one["document_no"]: one["title"] for one in case.get("documents") or ()}
    return [
        {
            "title": titles.get(one["document_no"], one["document_no"]),
            "how": words.word(one["method"], "service"),
            "on": one["served_on"],
            "read_at": one["read_at"],
            "terms": [(words.word(each["remedy"], "remedy"), each["until"]) for each in one["terms"]],
        }
        for one in case.get("services") or ()
    ]


def unserved(case: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The papers that can still be served; a receipt of service is not."""
    done = {one["document_no"] for one in case.get("services") or ()}
    return [
        one
        for one in case.get("documents") or ()
        if one["document_no"] not in done and one["kind"] != "delivery"
    ]
