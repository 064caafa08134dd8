"""A case as its applicant reads it: one sentence, what to do next, the timeline, and what lies ahead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from onewindow.cases.rules import trust
from onewindow.kernel.errors import N_
from onewindow.ui import dates, words

ENDS = ("delivered", "refused_acceptance", "returned", "withdrawn", "terminated")
DECIDED = ("granted", "denied", "produced")
# The clock that the page shows large, by what is awaited.
_CLOCKS = (
    (("received",), "correction", N_("最晚答复是否受理")),
    (("accepted", "in_review", "paused"), "promised", N_("最晚办结")),
    (("granted", "produced", "denied"), "delivery", N_("最晚送达")),
)
_SENTENCES = {
    "draft": N_("草稿，还没有提交"),
    "received": N_("已收到材料，%(organ)s的窗口正在核对"),
    "correcting": N_("材料需要补正，等您补齐后重新提交"),
    "accepted": N_("已受理，等%(organ)s审查"),
    "in_review": N_("%(organ)s正在审查"),
    "paused": N_("特别程序进行中，时限停住不算"),
    "granted": N_("已准予，正在制作结果"),
    "denied": N_("决定不予许可，决定书写明了理由和救济途径"),
    "produced": N_("结果已制好，等您领取"),
    "delivered": N_("已办结并送达"),
    "refused_acceptance": N_("不予受理，通知书写明了理由"),
    "returned": N_("已退件，需要办的话请重新申请"),
    "withdrawn": N_("您已撤回申请"),
    "terminated": N_("已终止办理"),
}
_AHEAD = {
    "received": ("accepted", "decided", "delivered"),
    "correcting": ("accepted", "decided", "delivered"),
    "accepted": ("decided", "delivered"),
    "in_review": ("decided", "delivered"),
    "paused": ("resumed", "decided", "delivered"),
    "granted": ("delivered",),
    "produced": ("delivered",),
    "denied": ("delivered",),
}


def is_open(case: Mapping[str, Any]) -> bool:
    """True while something is still to come."""
    return case["state"] not in ENDS


def sentence(case: Mapping[str, Any]) -> str:
    """Where the matter stands, in one sentence; deemed acceptance is said."""
    state = case["state"]
    licence = case.get("licence")
    if licence is not None and licence["standing"] != "valid":
        return _("许可%(word)s，理由和救济途径写在决定书里") % {
            "word": words.word(licence["standing"], "licence")
        }
    text = _(_SENTENCES[state]) % {"organ": case.get("organ", "")}
    if case.get("deemed") and case["state"] in ("accepted", "in_review"):
        text += _("（逾期未告知，依法视为受理）")
    return text


def main_clock(case: Mapping[str, Any]) -> tuple[dict[str, Any] | None, str, str]:
    """The clock that matters now, its name on the page and its unit; None when no clock runs."""
    clocks = case.get("clocks") or {}
    if case["state"] == "correcting" and case.get("answer_by"):
        return {"due_on": case["answer_by"], "state": "fixed", "remaining": 0}, _("最晚补正"), ""
    for states, name, label in _CLOCKS:
        if case["state"] in states:
            clock = clocks.get(name) or (clocks.get("legal") if name == "promised" else None)
            return clock, _(label), words.word(clock["unit"], "counted") if clock else ""
    return None, "", ""


def timeline(case: Mapping[str, Any], *, lights: Mapping[int, str]) -> list[dict[str, Any]]:
    """What happened, oldest first, with its light; the newest is marked while the matter is open."""
    events = case.get("events") or []
    rows = [_row(event) | {"light": lights.get(event["seq"], "")} for event in events]
    if rows and is_open(case):
        rows[-1]["css"] = "held" if case["state"] == "paused" else "now"
    return rows


def ahead(case: Mapping[str, Any]) -> list[dict[str, str]]:
    """What is still to come, with the latest day where a clock says so."""
    clocks = case.get("clocks") or {}
    titles = {
        "accepted": _("受理"),
        "resumed": _("恢复计时"),
        "decided": _("作出决定"),
        "delivered": _("送达结果"),
    }
    due = {"accepted": "correction", "decided": "promised", "delivered": "delivery"}
    rows = []
    for step in _AHEAD.get(case["state"], ()):
        is_known = step != "accepted" or case["state"] == "received"
        clock = clocks.get(due.get(step, "")) if is_known else None
        clock = clock or (clocks.get("legal") if step == "decided" else None)
        when = ""
        if clock and clock["state"] in ("running", "paused", "missed"):
            when = _("最晚 %(day)s") % {"day": dates.day_text(clock["due_on"], with_year=False)}
        rows.append({"title": titles[step], "when": when})
    return rows


def todo(case: Mapping[str, Any], *, today: date) -> list[dict[str, str]]:
    """What the applicant must do now, most urgent first."""
    found = []
    allowed = {action["name"] for action in case.get("actions") or [] if action["allowed"]}
    if "resubmit" in allowed:
        by = dates.day_text(case.get("answer_by"), with_year=False)
        text = _("%(day)s前补齐并重新提交；逾期不补，按撤回处理退件。") % {"day": by} if by else ""
        found.append({"title": _("补正材料"), "text": text, "href": "#supply", "button": _("去补正")})
    late = [row for row in case["materials"] if row["state"] == "deferred"]
    if "supply-deferred" in allowed and late:
        first = min((row["promised_on"] for row in late if row["promised_on"]), default=None)
        text = _("您承诺 %(day)s前补交；没补齐之前不能准予。") % {
            "day": dates.day_text(first, with_year=False)
        }
        names = "、".join(row["name"] for row in late)
        found.append(
            {
                "title": _("补交%(names)s") % {"names": names},
                "text": text,
                "href": "#supply",
                "button": _("去补交"),
            }
        )
    due = [row["name"] for row in case["materials"] if (row.get("trust") or {}).get("is_due")]
    if due and case["state"] in trust.STATES:
        text = _("%(names)s：带原件到任一综合窗口给工作人员看一下。不影响办理继续进行。") % {
            "names": "、".join(due)
        }
        found.append({"title": _("出示原件"), "text": text, "href": "", "button": ""})
    if "submit" in allowed:
        found.append(
            {
                "title": _("提交申请"),
                "text": _("还是草稿，提交后才开始办理。"),
                "href": "#supply",
                "button": _("去提交"),
            }
        )
    licence = case.get("licence")
    proposed = licence["proposed"] if licence is not None else None
    if proposed is not None and proposed["answer_by"] and not proposed["heard"]:
        by = dates.day_text(proposed["answer_by"], with_year=False)
        found.append(
            {
                "title": _("陈述、申辩"),
                "text": _("部门拟收回您的许可，还没有决定；%(day)s以前可以提出意见和证据。") % {"day": by},
                "href": "#licence",
                "button": _("去写意见"),
            }
        )
    pledge = case.get("pledge") or {}
    if pledge.get("standing") == "rectifying":
        by = dates.day_text(pledge["due_on"], with_year=False)
        found.append(
            {
                "title": _("按期改正"),
                "text": _("%(day)s前改正，要求写在责令改正通知书里。") % {"day": by},
                "href": "#pledge",
                "button": _("看要求"),
            }
        )
    missing = [
        row["name"] for row in case["materials"] if row["state"] == "missing" and row["need"] == "required"
    ]
    if case["state"] == "received" and missing:
        names = "、".join(missing)
        found.append(
            {
                "title": _("材料还没交齐"),
                "text": _("还缺：%(names)s。现在补上，就不用等补正通知。") % {"names": names},
                "href": "#supply",
                "button": _("去补交"),
            }
        )
    if case["state"] == "produced" and (case.get("delivery") or {}).get("method", "window") == "window":
        found.append(
            {"title": _("领取结果"), "text": _("带身份证件到出件窗口领取。"), "href": "", "button": ""}
        )
    return found


def _row(event: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "css": "held" if event["type"] == "paused" else "",
        "title": words.word(event["type"], "event"),
        "at": event["at"],
        "lines": _lines(event["type"], event.get("data") or {}),
    }


def _lines(kind: str, data: Mapping[str, Any]) -> list[str]:
    lines = []
    if kind == "paused" and data.get("procedure"):
        lines.append(
            _("%(what)s所需时间不计入（《行政许可法》第四十五条）")
            % {"what": words.word(data["procedure"], "procedure")}
        )
    if kind == "extended" and data.get("days"):
        lines.append(_("延长 %(n)s 个工作日（《行政许可法》第四十二条）") % {"n": data["days"]})
    if kind == "accepted" and data.get("deemed"):
        lines.append(_("收到材料 5 个工作日内没有告知，依法视为受理（《行政许可法》第三十二条）"))
    if kind == "site-checked":
        lines.append(words.word(data["verdict"], "site_result"))
    for name in ("reason", "result", "findings"):
        if isinstance(data.get(name), str):
            lines.append(data[name])
    return lines
