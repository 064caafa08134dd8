"""What an applicant reads and does about statement, defence and hearing (行政许可法 art. 36, 47)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onewindow.kernel.errors import N_

ACTIONS = ("record-statement", "request-hearing", "waive-hearing")
SAID = {
    "record-statement": N_("您的意见已记下。"),
    "request-hearing": N_("已收到您的听证要求，会在 20 个工作日内举行，费用由机关承担。"),
    "waive-hearing": N_("已记下：您不要求听证。"),
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
        "statements": case.get("statements") or [],
    }


def body(post: Mapping[str, str], action: str) -> dict[str, Any]:
    """The contract's body of one of ``ACTIONS``, beside the version."""
    return {"text": post.get("text", "").strip()} if action == "record-statement" else {}
