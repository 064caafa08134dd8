"""Lives that go beyond the ordinary: checks on the spot, hearings with third parties, licences that end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from onewindow.base import calendars, clock
from onewindow.kernel.actor import Actor
from onewindow.site.simulate import hours
from onewindow.site.simulate.lives import Way, accepted, decision, examination, in_days
from onewindow.site.simulate.matter import Matter
from onewindow.site.simulate.stage import Life

POINTS = ("隔油、沉淀设施的容积和运行情况", "雨水、污水是否分流", "接驳口的位置和标识")
_FOUND = (
    "隔油池有效容积 2 立方米，运行正常。",
    "雨水、污水管道分别接入，未见混接。",
    "接驳口与图纸一致，标识清楚。",
)
_MATTERS = "接驳口设于两户共用的检查井，日排水量增加。"
_NEIGHBOURS = (
    {"type": "organisation", "name": "示范河滨物业服务有限公司", "interest": "共用一处检查井"},
    {
        "type": "person",
        "name": "示例邻居",
        "interest": "住在接驳口下游，担心雨季溢水",
        "phone": "12000000099",
    },
)


def live(matter: Matter, way: Way, at: datetime) -> Life:
    """The whole life of a case that comes in at ``at``."""
    yield at
    yield from WAYS[way.outcome](matter, way)


# ---------------------------------------------------------------- checks on the spot


def _visited(matter: Matter, way: Way) -> Life:
    """Two go; what they find decides. ``late``: the first day was called off."""
    yield from accepted(matter)
    yield hours.later(matter.now, 0, matter.dice)
    first = matter.staff("examiner")
    if way.late:
        _arrange_check(matter, first, 2)
        yield hours.later(matter.now, 0, matter.dice)
        matter.act(first, "cancel-site-check", reason="申请人当天停业，改期")
    meets_at = _arrange_check(matter, first, 1)
    if way.stop == "visiting":
        return
    yield meets_at + timedelta(minutes=80)
    _record_check(matter, first, meets_at)
    yield from examination(matter, way)
    if way.stop != "visited":
        yield from decision(matter, way)


def _arrange_check(matter: Matter, first: Actor, days: int) -> datetime:
    second = matter.staff("examiner", without=(first.username,))
    day = calendars.table().add(matter.today, days)
    meets_at = hours.at(day, time(14, 0))
    matter.act(
        first,
        "arrange-site-check",
        meets_at=meets_at.isoformat(),
        place="申请表所填的排水户地址",
        checkers=[first.username, second.username],
        points=list(POINTS),
    )
    return meets_at


def _record_check(matter: Matter, actor: Actor, meets_at: datetime) -> None:
    photos = matter.world.files.get(actor.username, {}).get("photos", ())
    is_refused = matter.dice.random() < 0.3
    matter.act(
        actor,
        "record-site-check",
        checked_at=meets_at.isoformat(),
        ended_at=(meets_at + timedelta(minutes=55)).isoformat(),
        findings=[{"point": point, "finding": found} for point, found in zip(POINTS, _FOUND, strict=True)],
        result="conforms",
        opinion="现场与申请材料一致。",
        present="示例在场人",
        present_as="经营负责人",
        signature="refused" if is_refused else "signed",
        **({"remark": "在场人核对后不愿签名，社区工作人员在场见证。"} if is_refused else {}),
        photos=[
            {"file_id": one, "caption": caption}
            for one, caption in zip(photos, ("隔油池", "接驳口"), strict=False)
        ],
    )


def _stepped_aside(matter: Matter, way: Way) -> Life:
    """Whoever was to examine it knows the applicant; the head has not named another yet."""
    yield from accepted(matter)
    yield hours.later(matter.now, 0, matter.dice)
    why = {"ground": "family-interest", "reason": "申请人的经营负责人是本人配偶的兄弟。"}
    matter.act(matter.staff("examiner"), "step-aside", **why)


# ---------------------------------------------------------------- third parties and hearings


def _touching(matter: Matter) -> Life:
    """Found to touch others, who are told and heard."""
    yield from accepted(matter)
    yield hours.later(matter.now, 0, matter.dice)
    examiner = matter.staff("examiner")
    matter.act(examiner, "judge-interest", touches=True, reason="接驳口与相邻的排水户共用检查井")
    for neighbour in _NEIGHBOURS:
        matter.act(examiner, "register-party", **neighbour)
    matter.act(examiner, "invite-statements", matters=_MATTERS, answer_by=in_days(matter, 5))
    matter.act(examiner, "tell-hearing-rights", matters=_MATTERS)
    yield hours.later(matter.now, 1, matter.dice)
    for party, text in ((0, "愿意另设接驳口。"), (1, "不反对。"), (2, "雨季溢水，要求听证。")):
        matter.act(matter.clerk(), "record-statement", party=party, text=text)


def _unheard(matter: Matter, way: Way) -> Life:
    """All who were told want no hearing."""
    yield from _touching(matter)
    for party in range(len(_NEIGHBOURS) + 1):
        matter.act(matter.clerk(), "waive-hearing", party=party)
    yield from examination(matter, way)
    yield from decision(matter, way)


def _heard(matter: Matter, way: Way) -> Life:
    """A third party asks; held with another host, and decided on its record. ``late``: put off once."""
    yield from _touching(matter)
    matter.act(matter.clerk(), "request-hearing", party=2)
    if way.stop == "requested":
        return
    yield hours.later(matter.now, 0, matter.dice)
    head = matter.staff("head")
    if way.late:
        _arrange_hearing(matter, head, 8)
        yield hours.later(matter.now, 1, matter.dice)
        matter.act(head, "cancel-hearing", reason="会议室当天停电，改期举行")
    meets_at = _arrange_hearing(matter, head, 8)
    if way.stop == "meeting":
        return
    matter.act(matter.clerk(), "request-recusal", party=2, seat="host", reason="主持人的亲属在申请人处任职")
    yield hours.later(matter.now, 1, matter.dice)
    matter.act(head, "decide-recusal", granted=True, reason="情况属实，可能影响公正。", to="approver1b")
    yield meets_at + timedelta(minutes=110)
    _record_hearing(matter, meets_at)
    yield from examination(matter, way)
    if way.stop != "held":
        yield from decision(matter, way)


def _arrange_hearing(matter: Matter, head: Actor, days: int) -> datetime:
    meets_at = hours.at(calendars.table().add(matter.today, days), time(9, 30))
    matter.act(
        head,
        "arrange-hearing",
        matters=_MATTERS,
        held_at=meets_at.isoformat(),
        place="示范区政务服务中心二楼 201 会议室",
        host="approver1",
        recorder="dual1",
    )
    return meets_at


def _record_hearing(matter: Matter, meets_at: datetime) -> None:
    recorder = matter.world.office.one("dual1", on=clock.day_of(matter.now))
    matter.act(
        recorder,
        "record-hearing",
        ended_at=(meets_at + timedelta(minutes=95)).isoformat(),
        attendees=[
            {"name": "示例代理人", "role": "申请人的委托代理人"},
            {"name": _NEIGHBOURS[1]["name"], "role": "利害关系人"},
        ],
        statements=[
            {"by": "主持人", "text": "核对到场人员身份，宣布听证纪律，询问是否申请回避。"},
            {"by": "审查人员", "text": "提出审查意见、证据和理由：接驳口拟设于共用检查井。"},
            {"by": "利害关系人", "text": "检查井雨季溢水，要求另设接驳口。"},
            {"by": "申请人", "text": "同意另设接驳口，工程费用自行承担。"},
        ],
        result="各方同意另设接驳口。",
    )


# ---------------------------------------------------------------- what becomes of a licence


def _ending(matter: Matter, way: Way) -> Life:
    """Granted and delivered, with its acceptance served; then an end is proposed. ``stop``: what is left of it."""
    yield from accepted(matter)
    notice = next(one for one in matter.case["documents"] if one["kind"] == "acceptance")
    matter.act(
        matter.clerk(), "serve", document_no=notice["document_no"], method="window", receipt="当面签收"
    )
    yield from examination(matter, way)
    yield from decision(matter, Way(outcome="committed"))
    yield hours.later(matter.now, 1, matter.dice)


def _revoked(matter: Matter, way: Way) -> Life:
    yield from _ending(matter, way)
    matter.act(
        matter.staff("examiner"),
        "revoke-licence",
        ground="fraud",
        facts="申请时提交的水质检测报告系伪造，检测机构书面确认未出具该报告。",
        reason="以欺骗手段取得行政许可，应当予以撤销。",
        public_interest="撤销不会对公共利益造成重大损害。",
        answer_by=in_days(matter, 5),
    )
    if way.stop == "revoking":
        return
    yield hours.later(matter.now, 2, matter.dice)
    matter.act(matter.clerk(), "record-statement", text="报告由中介代办，本人不知情。")
    yield hours.later(matter.now, 1, matter.dice)
    matter.act(matter.staff("head"), "revoke-licence")


def _taken_back(matter: Matter, way: Way) -> Life:
    """``late``: others were heard before the grant, and are told of its end."""
    if way.late:
        yield from _unheard(matter, Way(outcome="committed"))
        yield hours.later(matter.now, 1, matter.dice)
    else:
        yield from _ending(matter, way)
    proposal = {
        "ground": "facts-changed",
        "reason": "示范路排水管网改造，原接驳管道废除。",
        "compensation": "改接新管道的工程由本机关免费实施。",
        "answer_by": in_days(matter, 3),
    }
    matter.act(matter.staff("examiner"), "withdraw-licence", **proposal)
    yield hours.later(matter.now, 0, matter.dice)
    if way.stop == "dropped":
        matter.act(matter.staff("head"), "drop-proposal", reason="改造推迟，暂不撤回。")
        return
    yield hours.later(matter.now, 4, matter.dice)
    matter.act(matter.staff("head"), "withdraw-licence")


def _cancelled(matter: Matter, way: Way) -> Life:
    yield from _ending(matter, way)
    told = {"ground": "dissolved", "reason": "被许可人已依法办理注销登记。"}
    matter.act(matter.staff("examiner"), "cancel-licence", **told)
    yield hours.later(matter.now, 1, matter.dice)
    matter.act(matter.staff("approver"), "cancel-licence")


# ---------------------------------------------------------------- granted on a promise


def _promised(matter: Matter, way: Way) -> Life:
    """Decided at once, then checked: left to be checked (``due``), ordered to correct (``rectifying``), or in the end
    kept; ``broken``: found false, and ``repaired`` by the head later."""
    matter.receive(without=matter.item.pledge.covers, is_pledged=True)
    yield hours.soon(matter.now, 12)
    matter.act(matter.clerk(), "accept")
    yield hours.soon(matter.now, 40)
    matter.act(matter.staff("approver"), "decide", outcome="grant")
    yield hours.later(matter.now, 1, matter.dice)
    matter.act(matter.staff("examiner"), "produce")
    yield hours.later(matter.now, 1, matter.dice)
    matter.act(matter.staff("issuer"), "deliver", method="window", receipt="当面签收")
    if way.stop == "due":
        return
    yield hours.later(matter.now, 5, matter.dice)
    told = _CHECKS["broken" if way.stop == "repaired" else way.stop or "kept"]
    more = {"correct_by": in_days(matter, 20)} if way.stop == "rectifying" else {}
    matter.act(matter.staff("examiner"), "check-pledge", **told, **more)
    if way.stop == "repaired":
        yield hours.later(matter.now, 6, matter.dice)
        matter.act(matter.staff("head"), "repair-credit", reason="已经签订补偿协议并移交场地，信用修复。")


_CHECKS: dict[str, dict[str, object]] = {
    "kept": {
        "method": "data",
        "result": "kept",
        "findings": "资金监管账户余额、场地移交记录与承诺一致。",
    },
    "rectifying": {
        "method": "data",
        "result": "unmet",
        "findings": "资金监管账户余额不足施工合同价款的百分之三十，与“建设资金已经落实”的承诺不符。",
        "requirements": ["补足资金监管账户余额", "提交银行出具的资金到位证明"],
    },
    "broken": {
        "method": "materials",
        "result": "false",
        "findings": "承诺已经完成的房屋征收尚未签订补偿协议，施工场地不能使用。",
    },
}


WAYS: dict[str, Callable[[Matter, Way], Life]] = {
    "visited": _visited,
    "stepped-aside": _stepped_aside,
    "unheard": _unheard,
    "heard": _heard,
    "revoked": _revoked,
    "taken-back": _taken_back,
    "cancelled": _cancelled,
    "promised": _promised,
}
