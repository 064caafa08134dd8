"""Rules about what is done before acceptance: valid applications, reasons, notices, what may be asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from onewindow.cases.rules.acceptance import missing
from onewindow.cases.rules.clocks import day_of
from onewindow.kernel.errors import N_
from onewindow.supervision.rules.history import History, Moment
from onewindow.supervision.rules.watching import Hit

_BASIS = re.compile(r"《|第[〇零一二三四五六七八九十百\d]+条|规定|标准|条件|办法|法律|法规|职权|许可")
_FORM = re.compile(r"申请表|申请书|表单|签名|签字|盖章|填写")


def valid_refused(history: History, moment: Moment) -> Iterator[Hit]:
    """行政许可法 art. 32 (1) no. 5: what is complete and in form is accepted."""
    before, data = moment.before, moment.event.data
    if before is None or missing(before, moment.item):
        return
    is_lapse = moment.event.type == "returned" and data.get("ground") == "not-answered"
    if is_lapse or (moment.event.type == "acceptance-refused" and not _is_contrary(moment)):
        return
    is_return = moment.event.type == "returned"
    yield Hit(
        rule="1",
        mark=moment.event.type,
        degree="sign" if is_return else "over",
        at=moment.event.at,
        why=_RETURNED if is_return else _REFUSED,
        person=data.get("proposed_by", moment.doer),
        evidence=history.seqs(moment, "received", "resubmitted", moment.event.type),
    )


_RETURNED = N_("要求的材料都已收齐，仍作退件处理，请核实是否应当受理。")
_REFUSED = N_("要求的材料都已收齐，不予受理的理由与记录不符。")


def _is_contrary(moment: Moment) -> bool:
    """The ground speaks against the record: not corrected though all is there, or this very organ is competent."""
    data = moment.event.data
    if data.get("ground") == "not-corrected":
        return True
    other = (data.get("competent_organ") or "").strip()
    return data.get("ground") == "not-competent" and other in (
        moment.item.organ_name,
        moment.item.organ_short,
    )


def without_reason(history: History, moment: Moment) -> Iterator[Hit]:
    """行政许可法 art. 32, 38: who says no says why, and by which rule."""
    data = moment.event.data
    if data.get("ground") == "not-answered":
        return
    reason = "".join(character for character in data.get("reason") or "" if character.isalnum())
    is_short = len(reason) < history.profile.least_reason
    if not is_short and (data.get("ground") or _BASIS.search(data["reason"])):
        return
    yield Hit(
        rule="5",
        mark=moment.event.type,
        degree="over" if is_short else "sign",
        at=moment.event.at,
        why=_SHORT if is_short else _UNFOUNDED,
        person=moment.doer,
        evidence=(moment.event.seq,),
        params={"reason": (data.get("reason") or "").strip()[:80]},
    )


_SHORT = N_("对申请人说“不”，写的理由只有“%(reason)s”，没有说明事实和依据。")
_UNFOUNDED = N_("写的理由是“%(reason)s”，看不出依据的规定，请核实。")


def second_notice(history: History, moment: Moment) -> Iterator[Hit]:
    """行政许可法 art. 32 (1) no. 4: everything that is missing is told once."""
    notices = history.seqs(moment, "correction-notified")
    if len(notices) > 1:
        yield Hit(
            rule="10",
            mark=f"notice:{len(notices)}",
            degree="over",
            at=moment.event.at,
            why=N_("第 %(n)s 次告知补正；需要补正的内容应当一次告知。"),
            person=moment.doer,
            evidence=notices,
            params={"n": str(len(notices))},
        )


def outside_guide(history: History, moment: Moment) -> Iterator[Hit]:
    """行政许可法 art. 31: no material that has nothing to do with what is applied for; the guide lists them."""
    listed = {row.code for row in moment.after.materials}
    names = [one.name for code, one in moment.item.material_by_code.items() if code in listed]
    for place, one in enumerate(moment.event.data.get("items", ()), 1):
        code, problem = one.get("material"), one.get("problem", "")
        if code in listed or (code is None and _is_about_form(problem, names)):
            continue
        yield Hit(
            rule="11",
            mark=f"asked:{moment.event.seq}:{place}",
            degree="sign" if code is None else "over",
            at=moment.event.at,
            why=N_("补正告知第 %(n)s 项“%(problem)s”不对应办事指南所列的任何材料。"),
            person=moment.doer,
            evidence=(moment.event.seq,),
            params={"n": str(place), "problem": problem[:80]},
        )


def _is_about_form(problem: str, names: list[str]) -> bool:
    return bool(_FORM.search(problem)) or any(name in problem for name in names)


def not_in_force(history: History, moment: Moment) -> Iterator[Hit]:
    """What is cancelled, suspended, replaced or not yet published cannot be applied for (handbook 2.7)."""
    closed = next((one for one in history.closed if one.holds(moment.event.at)), None)
    # Who began to write under the version before goes on under it: that is the platform's, not the window's.
    if closed is not None and not (closed.why == "replaced" and moment.event.role == "applicant"):
        yield Hit(
            rule="18",
            mark=closed.why,
            degree="over",
            at=moment.event.at,
            why=_CLOSED[closed.why],
            person=moment.doer,
            evidence=(moment.event.seq,),
            params={
                "version": str(moment.item.version),
                "since": day_of(closed.begin).isoformat() if closed.begin else "",
            },
        )


_CLOSED = {
    "unpublished": N_("收件时事项第 %(version)s 版还没有公布。"),
    "replaced": N_("收件所依的第 %(version)s 版自 %(since)s 起已被新版代替。"),
    "suspended": N_("收件时事项自 %(since)s 起暂停办理。"),
    "cancelled": N_("收件时事项已于 %(since)s 取消。"),
}
