"""Lives of cases, one for each way a matter may go; each yields the instants of its steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from onewindow.base import calendars
from onewindow.site.simulate import hours, voices, wording
from onewindow.site.simulate.matter import Matter
from onewindow.site.simulate.stage import Life


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """How a matter goes. ``late``: working days past the promise; ``stop``: the stage where it is left alone;
    ``is_brief``: what is done at once is decided without an opinion before it.
    """

    outcome: str
    late: int = 0
    stop: str | None = None
    is_brief: bool = False


def live(matter: Matter, way: Way, at: datetime) -> Life:
    """The whole life of a case that comes in at ``at``, and what is said of it afterwards."""
    yield from course(matter, way, at)
    # Those of the cast speak for themselves; what is left half-way has not been experienced.
    if way.stop is None and not matter.is_of_cast:
        yield from voices.say(matter, is_late=bool(way.late))


def course(matter: Matter, way: Way, at: datetime) -> Life:
    """The case alone, from its arrival at ``at`` to its end."""
    yield at
    if matter.item.kind == "instant" and way.outcome in ("committed", "instant"):
        yield from _instant(matter, way)
    else:
        yield from _WAYS[way.outcome](matter, way)


def _plain(matter: Matter, way: Way) -> Life:
    matter.receive()
    yield from _to_acceptance(matter, way)


def _instant(matter: Matter, way: Way) -> Life:
    """即办件: what is asked at the window is done while the applicant waits."""
    matter.receive()
    if way.stop == "received":
        return
    yield _reaction(matter) if matter.is_online else _minutes(matter, 2, 20)
    matter.act(matter.clerk(), "accept")
    yield from _at_once(matter, way)


def _at_once(matter: Matter, way: Way) -> Life:
    """From acceptance to delivery within the hour; nobody goes home before it is done."""
    if way.stop == "accepted":
        return
    if not way.is_brief:
        yield _minutes(matter, 2, 12)
        matter.act(matter.staff("examiner"), "review", opinion=wording.checked(matter.dice), **{"pass": True})
    yield _minutes(matter, 1, 5)
    matter.act(matter.staff("approver"), "decide", outcome="grant")
    yield _minutes(matter, 1, 4)
    matter.act(matter.staff("examiner"), "produce")
    yield _minutes(matter, 2, 20)
    _deliver(matter)


def _minutes(matter: Matter, least: int, most: int) -> datetime:
    return matter.now + timedelta(minutes=matter.dice.randrange(least, most))


def _to_acceptance(matter: Matter, way: Way) -> Life:
    if way.stop == "received":
        return
    yield _reaction(matter)
    matter.act(matter.clerk(), "accept")
    yield from _from_acceptance(matter, way)


def _reaction(matter: Matter) -> datetime:
    """A visitor at the window is answered at once, what came online within two days."""
    if not matter.is_online:
        return hours.soon(matter.now, matter.dice.randrange(4, 25))
    return hours.later(matter.now, matter.dice.choice((0, 0, 0, 1, 1, 2)), matter.dice)


def _from_acceptance(matter: Matter, way: Way) -> Life:
    if matter.item.kind == "instant":
        yield from _at_once(matter, way)
        return
    if way.stop == "accepted":
        return
    yield from examination(matter, way)
    if way.stop == "in_review":
        return
    yield from decision(matter, way)


def _promised(matter: Matter) -> int:
    limit = matter.item.promised_limit
    return limit.days if limit else 5


def examination(matter: Matter, way: Way, *, passed: bool = True) -> Life:
    """Every step of role examiner, most of them well within the promise."""
    steps = [step for step in matter.item.steps if step.role == "examiner"]
    many = len(steps) or 1
    room = max(0, _promised(matter) - 1) // many
    for place in range(many):
        yield hours.later(matter.now, matter.dice.randrange(room + 1), matter.dice)
        text = wording.checked(matter.dice) if passed else wording.failed(matter.dice)
        matter.act(matter.staff("examiner"), "review", opinion=text, **{"pass": passed})
        if not passed or (way.stop == "in_review" and place == 0):
            return


def decision(matter: Matter, way: Way) -> Life:
    """Granted and handed over, as far as ``way`` goes."""
    yield _moment_of_decision(matter, way)
    matter.act(matter.staff("approver"), "decide", outcome="grant")
    yield from _handing_over(matter, way)


def _moment_of_decision(matter: Matter, way: Way) -> datetime:
    """Before the promise ends, or ``late`` working days after it."""
    due = matter.promised_due_on()
    if way.late and due is not None:
        return hours.within(calendars.table().add(due, way.late), matter.dice)
    wanted = hours.later(matter.now, matter.dice.choice((0, 0, 1)), matter.dice)
    if due is not None and wanted.date() > due and matter.today <= due:
        return hours.soon(matter.now, 1)
    return wanted


def _handing_over(matter: Matter, way: Way) -> Life:
    if way.stop == "decided":
        return
    yield hours.later(matter.now, matter.dice.choice((0, 0, 0, 1, 2)), matter.dice)
    matter.act(matter.staff("examiner"), "produce", validity=wording.validity(matter.dice, matter.today))
    if way.stop == "produced":
        return
    yield hours.later(matter.now, matter.dice.choice((0, 0, 1, 1, 2, 4)), matter.dice)
    _deliver(matter)


def _deliver(matter: Matter) -> None:
    method = matter.dice.choice(("window", "window", "courier", "electronic", "locker"))
    if method == "electronic" and matter.wished != method:
        method = "window"  # nothing is served by electronic means to who did not ask for it
    matter.act(matter.staff("issuer"), "deliver", method=method, receipt=wording.receipt(method, matter.dice))


# ---------------------------------------------------------------- correction


def _incomplete(matter: Matter) -> tuple[str, ...]:
    """One or two of the required materials that the applicant forgets."""
    needed = [one.code for one in matter.item.materials if one.need == "required"][1:]
    return tuple(matter.dice.sample(needed, min(len(needed), matter.dice.choice((1, 1, 2)))))


def _notice(matter: Matter, way: Way, days: int) -> Life:
    matter.receive(without=_incomplete(matter) or ("M01",))
    yield _reaction(matter)
    names = {one.code: one.name for one in matter.item.materials}
    items = [
        {
            "material": code,
            "problem": wording.lacks(names[code]),
            "standard": "按办事指南的要求提供，清晰完整",
        }
        for code in matter.missing()
    ] or [{"problem": "申请表未签名", "standard": "由申请人签名或者加盖公章"}]
    matter.act(matter.clerk(), "notify-correction", items=items, answer_by=in_days(matter, days))


def in_days(matter: Matter, days: int) -> str:
    """So many working days from today."""
    return calendars.table().add(matter.today, days).isoformat()


def _resubmission(matter: Matter, codes: list[str]) -> None:
    actor = matter.applying() if matter.is_online else matter.clerk()
    matter.act(actor, "resubmit", materials=matter.bring(codes, actor))


def _corrected(matter: Matter, way: Way) -> Life:
    yield from _notice(matter, way, 10)
    if way.stop == "correcting":
        return
    yield hours.later(matter.now, matter.dice.randrange(1, 7), matter.dice)
    _resubmission(matter, matter.missing())
    yield from _to_acceptance(matter, way)


def _unanswered(matter: Matter, way: Way) -> Life:
    """Nobody answers the notice: the system returns the matter when the day has passed."""
    yield from _notice(matter, way, 5)
    yield hours.within(calendars.table().add(matter.today, 6), matter.dice)
    matter.look()


def _not_corrected(matter: Matter, way: Way) -> Life:
    yield from _notice(matter, way, 10)
    yield hours.later(matter.now, matter.dice.randrange(2, 6), matter.dice)
    _resubmission(matter, matter.missing()[1:])
    yield _reaction(matter)
    told = {"ground": "not-corrected", "reason": "经一次性告知补正后，申请材料仍不齐全"}
    matter.act(matter.clerk(), "refuse-acceptance", **told)


# ---------------------------------------------------------------- before acceptance


def _refused(matter: Matter, way: Way) -> Life:
    matter.receive()
    yield _reaction(matter)
    matter.act(matter.clerk(), "refuse-acceptance", **wording.refusal(matter.dice))


def _returned(matter: Matter, way: Way) -> Life:
    matter.receive()
    yield _reaction(matter)
    matter.act(matter.clerk(), "return", reason=wording.returning(matter.dice))
    if way.stop == "proposed":
        return
    yield hours.later(matter.now, matter.dice.choice((0, 1)), matter.dice)
    matter.act(matter.staff("approver"), "return")


def _withdrawn(matter: Matter, way: Way) -> Life:
    matter.receive()
    stage = matter.dice.choice(("received", "accepted", "in_review"))
    if stage != "received":
        yield _reaction(matter)
        matter.act(matter.clerk(), "accept")
    if stage == "in_review":
        yield hours.later(matter.now, 0, matter.dice)
        matter.act(matter.staff("examiner"), "review", opinion=wording.checked(matter.dice), **{"pass": True})
    yield hours.later(matter.now, 0, matter.dice)
    matter.act(matter.applying(), "withdraw", reason=wording.second_thoughts(matter.dice))


def _deemed(matter: Matter, way: Way) -> Life:
    """Five working days pass in silence: the case counts as accepted, and is handled in what time is left."""
    matter.receive()
    yield hours.within(calendars.table().add(matter.today, 6), matter.dice)
    matter.look()
    yield from _from_acceptance(matter, way)


# ---------------------------------------------------------------- after acceptance


def accepted(matter: Matter) -> Life:
    """Received and accepted."""
    matter.receive()
    yield _reaction(matter)
    matter.act(matter.clerk(), "accept")


def _deferred(matter: Matter, way: Way) -> Life:
    """容缺: what may come later comes later, now and then too late."""
    codes = [one.code for one in matter.item.materials if one.need == "deferrable"]
    matter.receive(without=codes)
    yield _reaction(matter)
    promised = in_days(matter, 3)
    matter.act(
        matter.clerk(), "accept", deferred=[{"material": code, "promised_on": promised} for code in codes]
    )
    if way.stop == "deferred":
        return
    yield hours.later(matter.now, 5 if way.late else matter.dice.randrange(1, 4), matter.dice)
    matter.look()
    actor = matter.applying() if matter.is_online else matter.clerk()
    matter.act(actor, "supply-deferred", materials=matter.bring(codes, actor))
    yield from _from_acceptance(matter, msgspec.structs.replace(way, late=0))


def _paused(matter: Matter, way: Way) -> Life:
    """A special procedure of article 45; with ``late`` it takes that much longer than was told."""
    yield from accepted(matter)
    yield hours.later(matter.now, matter.dice.choice((0, 1)), matter.dice)
    listed = matter.item.special_procedures
    procedure = matter.dice.choice(listed).kind if listed else "inspection"
    days = matter.dice.randrange(2, 7)
    told = {"procedure": procedure, "reason": wording.procedure(procedure), "expected_days": days}
    matter.act(matter.staff("examiner"), "pause", **told, **({} if listed else {"basis": wording.ARTICLE_45}))
    if way.stop == "proposed":
        return
    yield hours.soon(matter.now, matter.dice.randrange(5, 60))
    matter.act(matter.staff("approver"), "pause")
    if way.stop == "paused":
        return
    yield hours.later(
        matter.now, days + way.late if way.late else matter.dice.randrange(1, days + 1), matter.dice
    )
    matter.look()
    matter.act(matter.staff("examiner"), "resume", result="专家和检测机构已出具意见，符合要求")
    yield from _from_acceptance(matter, msgspec.structs.replace(way, late=0))


def _extended(matter: Matter, way: Way) -> Life:
    yield from accepted(matter)
    yield from examination(matter, way)
    yield hours.later(matter.now, 0, matter.dice)
    matter.act(matter.staff("head"), "extend", days=5, reason="情况复杂，需要进一步核实现场情况")
    if way.stop == "extended":
        return
    yield from decision(matter, msgspec.structs.replace(way, late=way.late or 2))


def _denied(matter: Matter, way: Way) -> Life:
    yield from accepted(matter)
    yield from examination(matter, way, passed=False)
    yield hours.later(matter.now, matter.dice.choice((0, 1)), matter.dice)
    matter.act(matter.staff("approver"), "decide", outcome="deny", reason=wording.denial(matter.dice))
    if way.stop == "decided":
        return
    yield hours.later(matter.now, matter.dice.randrange(1, 4), matter.dice)
    _deliver(matter)


def _terminated(matter: Matter, way: Way) -> Life:
    yield from accepted(matter)
    yield hours.later(matter.now, matter.dice.randrange(2), matter.dice)
    told = {"ground": "applicant-ended", "reason": "申请人已经注销，行政许可申请没有继续办理的必要"}
    matter.act(matter.staff("head"), "terminate", **told)


def _forwarded(matter: Matter, way: Way) -> Life:
    yield from accepted(matter)
    yield hours.later(matter.now, 0, matter.dice)
    matter.act(
        matter.staff("examiner"), "forward", to="示范市主管部门", reason="涉及跨区管网，报上级机关核准"
    )
    if way.stop == "forwarded":
        return
    yield hours.later(matter.now, matter.dice.randrange(2, 6), matter.dice)
    matter.act(matter.staff("examiner"), "answer", result="上级机关同意")
    yield from _from_acceptance(matter, way)


def _transferred(matter: Matter, way: Way) -> Life:
    """The examiner takes the case, notes something and hands it to a colleague."""
    yield from accepted(matter)
    yield hours.later(matter.now, 0, matter.dice)
    first = matter.staff("examiner")
    matter.act(first, "claim")
    matter.act(first, "note", text="现场情况已电话核实，等待补充照片。")
    yield hours.later(matter.now, 0, matter.dice)
    second = matter.staff("examiner", without=(first.username,))
    matter.act(first, "transfer", to=second.username, reason="外出培训，交由同事办理")
    matter.examiner = second.username
    yield from _from_acceptance(matter, way)


def _drafted(matter: Matter, way: Way) -> Life:
    matter.receive(submit=False)
    if way.stop == "draft":
        return
    yield hours.later(matter.now, matter.dice.randrange(1, 4), matter.dice)
    matter.act(matter.applying(), "submit")
    yield from _to_acceptance(matter, way)


_WAYS: dict[str, Callable[[Matter, Way], Life]] = {
    "committed": _plain,
    "instant": _plain,
    "corrected": _corrected,
    "unanswered": _unanswered,
    "not-corrected": _not_corrected,
    "refused": _refused,
    "returned": _returned,
    "withdrawn": _withdrawn,
    "deemed": _deemed,
    "deferred": _deferred,
    "paused": _paused,
    "extended": _extended,
    "denied": _denied,
    "terminated": _terminated,
    "forwarded": _forwarded,
    "transferred": _transferred,
    "drafted": _drafted,
}
OUTCOMES = tuple(_WAYS)
