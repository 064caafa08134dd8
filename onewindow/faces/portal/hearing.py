"""What an applicant reads and does about statement, defence, hearing and the end of a licence (art. 7, 36, 47)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onewindow.kernel.errors import N_

ACTIONS = ("record-statement", "request-hearing", "waive-hearing", "request-recusal")
SAID = {
    "record-statement": N_("您的意见已记下。"),
    "request-hearing": N_("已收到您的听证要求，会在 20 个工作日内举行，费用由机关承担。"),
    "waive-hearing": N_("已记下：您不要求听证。"),
    "request-recusal": N_("已收到您的回避申请，由负责人决定，决定书会在这里给您。"),
}


def rights(case: Mapping[str, Any]) -> dict[str, Any] | None:
    """The rights that this case has told its applicant of, and which of them may be used now; None when none."""
    me = next((one for one in case.get("parties") or () if one["no"] == 0), None)
    meeting = case.get("hearing")
    if me is None and meeting is None:
        return None
    allowed = {one["name"] for one in case["actions"] if one["allowed"]}
    waived = meeting is not None and 0 in meeting["waived"]
    return {
        "me": me,
        "meeting": meeting,
        "waived": waived,
        "may_speak": me is not None and "record-statement" in allowed,
        "may_ask": "request-hearing" in allowed,
        "may_waive": "waive-hearing" in allowed and not waived,
        "may_recuse": "request-recusal" in allowed and meeting is not None and bool(meeting["host"]),
        "statements": case.get("statements") or [],
    }


def body(post: Mapping[str, str], action: str) -> dict[str, Any]:
    """The contract's body of one of ``ACTIONS``, beside the version."""
    if action == "request-recusal":
        return {"seat": post.get("seat", ""), "reason": post.get("reason", "").strip()}
    return {"text": post.get("text", "").strip()} if action == "record-statement" else {}


def licence(case: Mapping[str, Any]) -> dict[str, Any] | None:
    """What became of the licence or is about to, and whether its holder may speak; None while it just stands."""
    found = case.get("licence")
    if found is None or (found["standing"] == "valid" and not _is_told(found)):
        return None
    allowed = {action["name"] for action in case["actions"] if action["allowed"]}
    return dict(found) | {
        "may_speak": _is_told(found) and "record-statement" in allowed,
        "statements": case.get("statements") or [],
    }


def _is_told(found: Mapping[str, Any]) -> bool:
    """A cancellation is told when it is done; what takes a licence away is told before."""
    return found["proposed"] is not None and found["proposed"]["answer_by"] is not None
