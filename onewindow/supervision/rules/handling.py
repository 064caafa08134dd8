"""Rules about how a case is handled: pauses, extensions, who may do what, where and when, fees, the whole file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from onewindow.cases.rules.acceptance import needs
from onewindow.cases.rules.clocks import examiner_steps
from onewindow.cases.rules.state import PROCEDURES
from onewindow.documents.kinds import KINDS
from onewindow.kernel.deadlines import SHANGHAI
from onewindow.kernel.errors import N_
from onewindow.supervision.rules.history import History, Moment
from onewindow.supervision.rules.watching import Hit

DECISIONS = frozenset({"granted", "denied"})


def _hit(history: History, moment: Moment, rule: str, mark: str, why: str, **more: Any) -> Hit:
    """A hit of this fact, whose actor answers for it."""
    told = {"degree": "over", "person": moment.doer, "evidence": (moment.event.seq,)} | more
    return Hit(rule=rule, mark=mark, at=moment.event.at, why=why, **told)


# ---------------------------------------------------------------- 6 outside the hall


def outside_hall(history: History, moment: Moment) -> Iterator[Hit]:
    """体外循环: signs that the case was handled elsewhere and entered afterwards."""
    if moment.event.type == "received":
        yield from _received_outside(history, moment)
    else:
        yield from _decided_outside(history, moment)


def _received_outside(history: History, moment: Moment) -> Iterator[Hit]:
    local = moment.event.at.astimezone(SHANGHAI)
    profile = history.profile
    if moment.after.channel == "window" and not profile.opens <= local.hour < profile.closes:
        params = {"at": local.strftime("%H:%M")}
        yield _hit(
            history,
            moment,
            "6",
            "hours",
            N_("%(at)s 在窗口收件，大厅并不开放。"),
            degree="sign",
            params=params,
        )


def _decided_outside(history: History, moment: Moment) -> Iterator[Hit]:
    before = moment.before
    if before is None or before.accepted_on is None:
        yield _hit(history, moment, "6", "unaccepted", N_("没有经过大厅受理就作出了决定。"))
        return
    received = next(history.before(moment, "received"), None)
    if received is None or moment.item.kind == "instant" or moment.after.life.pledge is not None:
        return  # what was promised is decided at once (handbook 3.7)
    if not examiner_steps(moment.item):
        return
    spent = moment.event.at - received.event.at
    if spent < timedelta(minutes=history.profile.rush_minutes):
        minutes = str(int(spent.total_seconds() // 60))
        why = N_("需要审查的承诺件，从收件到决定只用了 %(minutes)s 分钟，应是办完后补录。")
        trail = history.seqs(moment, "received", "accepted", "reviewed", moment.event.type)
        yield _hit(history, moment, "6", "entered-after", why, evidence=trail, params={"minutes": minutes})


# ---------------------------------------------------------------- 7 fees


def wrong_fee(history: History, moment: Moment) -> Iterator[Hit]:
    """行政许可法 art. 58, 59: no charge but what the law sets and the guide prints. A charge is a fact that
    carries ``fee_fen`` and the name of what is charged for, ``fee_item``."""
    fen, name = moment.event.data.get("fee_fen"), moment.event.data.get("fee_item") or ""
    fee = moment.item.fee
    if not fen or (fee.charged and (not fee.items or name in {one.name for one in fee.items})):
        return
    params = {"yuan": f"{int(fen) // 100}.{int(fen) % 100:02d}", "name": name}
    why = N_("收取“%(name)s”%(yuan)s 元，办事指南没有这项收费。")
    yield _hit(history, moment, "7", f"fee:{moment.event.seq}", why, params=params)


# ---------------------------------------------------------------- 12 pauses, 13 extensions


def wrong_pause(history: History, moment: Moment) -> Iterator[Hit]:
    """行政许可法 art. 45: these kinds only, told in writing, and two people."""
    data = moment.event.data
    stop = len(moment.after.life.stops)
    name = PROCEDURES.get(data["procedure"], data["procedure"])
    listed = any(one.kind == data["procedure"] for one in moment.item.special_procedures)
    if data["procedure"] not in PROCEDURES or not (listed or data.get("basis")):
        why = N_("“%(name)s”不是法定或事项所列的特别程序，不能停钟。")
        yield _hit(history, moment, "12", f"kind:{stop}", why, params={"name": name})
    if _tells_papers(history, moment) and not _has_paper(moment, "special-procedure"):
        yield _hit(history, moment, "12", f"paper:{stop}", N_("停钟没有出具特别程序告知书。"))
    if data.get("proposed_by") == moment.event.actor:
        yield _hit(history, moment, "12", f"alone:{stop}", N_("停钟由同一人提出并确认。"))


def wrong_extension(history: History, moment: Moment) -> Iterator[Hit]:
    """行政许可法 art. 42: once, before the limit ends, by the head, for so many days."""
    before, data = moment.before, moment.event.data
    assert before is not None
    earlier = next(history.before(moment, "extended"), None)
    if earlier is not None:
        evidence = (earlier.event.seq, moment.event.seq)
        yield _hit(
            history, moment, "13", "second", N_("第二次延长期限；期限只能延长一次。"), evidence=evidence
        )
    needed = "leader" if before.kind == "joint" else "head"
    if moment.event.role != needed:
        yield _hit(history, moment, "13", "unapproved", N_("延长期限没有经负责人批准。"))
    due_on = history.moments[moment.place - 1].due_on("legal")
    if due_on is not None and moment.day > due_on:
        why = N_("法定期限已于 %(due)s 届满，之后才延长。")
        yield _hit(history, moment, "13", "late", why, params={"due": due_on.isoformat()})
    most = _most_extension(moment)
    if data["days"] > most:
        params = {"days": str(data["days"]), "most": str(most)}
        why = N_("延长 %(days)s 日，超过最多可延长的 %(most)s 日。")
        yield _hit(history, moment, "13", "long", why, params=params)


def _most_extension(moment: Moment) -> int:
    if moment.item.legal_extension is not None:
        return moment.item.legal_extension.days
    rules = moment.item.type_rules
    return rules.joint_extension_days if moment.after.kind == "joint" else rules.extension_days


# ---------------------------------------------------------------- 15 to 17


def same_hands(history: History, moment: Moment) -> Iterator[Hit]:
    """审办分离: who accepts or examines does not decide (instant items excepted)."""
    life = moment.after.life
    if moment.item.kind == "instant" or life.decided_by not in (*life.examiners, life.accepted_by):
        return
    trail = tuple(
        one.event.seq
        for one in history.until(moment)
        if one.event.actor == life.decided_by and one.event.type in ("accepted", "reviewed", *DECISIONS)
    )
    yield _hit(history, moment, "15", "hands", N_("受理或审查的人又作出了决定。"), evidence=trail)


def promise_over_law(history: History, moment: Moment) -> Iterator[Hit]:
    """A promise shortens the law's limit, it does not lengthen it (handbook 2.4)."""
    promised, legal = moment.due_on("promised"), moment.due_on("legal")
    if promised is not None and legal is not None and promised > legal:
        params = {"promised": promised.isoformat(), "legal": legal.isoformat()}
        why = N_("承诺到期日 %(promised)s 晚于法定到期日 %(legal)s。")
        yield _hit(history, moment, "16", "promise", why, person="", params=params)


def backdated(history: History, moment: Moment) -> Iterator[Hit]:
    """补录倒签: a fact older than the one before it, or a day that is not the day of the deed."""
    if moment.place and moment.event.at < history.moments[moment.place - 1].event.at:
        evidence = (history.moments[moment.place - 1].event.seq, moment.event.seq)
        why = N_("记录的时间早于前一条记录。")
        yield _hit(history, moment, "17", f"time:{moment.event.seq}", why, evidence=evidence)
    told = _told_day(moment)
    if told is not None and told != moment.day:
        params = {"told": told.isoformat(), "day": moment.day.isoformat()}
        why = N_("写明的日期是 %(told)s，实际操作在 %(day)s。")
        yield _hit(history, moment, "17", f"day:{moment.event.seq}", why, params=params)


def _told_day(moment: Moment) -> date | None:
    """The day that a fact names for itself; silence that counts as acceptance goes back by law."""
    data = moment.event.data
    if moment.event.type == "accepted" and not data.get("deemed"):
        return date.fromisoformat(data["accepted_on"])
    return date.fromisoformat(data["start"]) if moment.event.type == "paused" else None


# ---------------------------------------------------------------- 20 the whole file


_PAPERS = {
    "accepted": "acceptance",
    "granted": "grant",
    "denied": "denial",
    "acceptance-refused": "refusal",
    "returned": "return",
    "extended": "extension",
    "delivered": "delivery",
}
ENDING = frozenset(_PAPERS)


def incomplete_file(history: History, moment: Moment) -> Iterator[Hit]:
    """案卷不全: a paper that should have been issued, a material that was granted without, no opinion, no receipt."""
    type, data = moment.event.type, moment.event.data
    kind = _PAPERS[type]
    if _tells_papers(history, moment) and not _has_paper(moment, kind):
        params = {"name": KINDS[kind].title_for(moment.item.type)}
        yield _hit(history, moment, "20", f"paper:{kind}", N_("案卷里没有“%(name)s”。"), params=params)
    if type == "granted":
        yield from _granted_without(history, moment)
    if type == "delivered" and data.get("method") == "courier" and not data.get("receipt"):
        yield _hit(history, moment, "20", "courier", N_("邮寄送达没有登记运单或回执。"))


def _granted_without(history: History, moment: Moment) -> Iterator[Hit]:
    lacking = [row.code for row in moment.after.materials if row.state in ("missing", "deferred")]
    known = moment.item.material_by_code
    need = needs(moment.after, moment.item)
    names = [known[code].name for code in lacking if need.get(code, "optional") != "optional"]
    if names:
        params = {"names": "、".join(names)}
        yield _hit(history, moment, "20", "materials", N_("准予时还缺材料：%(names)s。"), params=params)
    life = moment.after.life
    if moment.item.kind != "instant" and life.pledge is None and not life.examiners:
        yield _hit(history, moment, "20", "opinion", N_("案卷里没有审查意见。"))


def _tells_papers(history: History, moment: Moment) -> bool:
    """Whether this life tells its papers at all; what was taken over from elsewhere does not."""
    return any("documents" in one.event.data for one in history.moments[: moment.place])


def _has_paper(moment: Moment, kind: str) -> bool:
    return any(one.get("kind") == kind for one in moment.event.data.get("documents", ()))
