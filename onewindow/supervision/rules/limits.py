"""Rules about time: the limit of the whole, of a step, of forwarding, of telling, of a pause, of delivery."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial

from onewindow.cases.rules.clocks import examiner_steps, first_instant_after, read
from onewindow.cases.rules.state import Row
from onewindow.kernel.deadlines import Span
from onewindow.kernel.errors import N_
from onewindow.supervision.rules.history import History, Moment
from onewindow.supervision.rules.watching import Hit, Strike

HANDLED = frozenset({"accepted", "in_review"})
_CLOCKED = ("received", "resubmitted", "accepted", "paused", "resumed", "extended", "overdue")


def over_limit(history: History, moment: Moment) -> Iterator[Strike]:
    """行政许可法 art. 42: near the promise, past the promise, past the law. While a pause lasts nothing is due."""
    if moment.after.life.forwarded_on is not None:
        return
    is_first = True
    for name, degree in (("promised", "over"), ("legal", "grave")):
        span = moment.spans.get(name)
        if span is None:
            continue
        due_on = moment.due_on(name)
        assert due_on is not None

        def tell(degree: str, at: datetime, name: str = name, due_on: date = due_on) -> Hit:
            return _limit_hit(history, moment, name, due_on, degree, at)

        if is_first and span.limit + span.extension > history.profile.near_days:
            yield Strike("near", history.near(due_on), tell)
        yield Strike(degree, first_instant_after(due_on), tell)
        is_first = False


def _limit_hit(history: History, moment: Moment, name: str, due_on: date, degree: str, at: datetime) -> Hit:
    span = moment.spans[name]
    return Hit(
        rule="2",
        mark="limit",
        degree=degree,
        at=at,
        why=(_NEAR if degree == "near" else _PAST)[name],
        person=moment.responsible,
        evidence=history.seqs(moment, *_CLOCKED),
        params={"due": due_on.isoformat(), "days": str(span.limit + span.extension)},
    )


_NEAR = {
    "promised": N_("承诺时限 %(days)s 日，%(due)s 到期，尚未办结。"),
    "legal": N_("法定时限 %(days)s 日，%(due)s 到期，尚未办结。"),
}
_PAST = {
    "promised": N_("承诺时限 %(days)s 日，已于 %(due)s 到期，没有办结。"),
    "legal": N_("法定时限 %(days)s 日，已于 %(due)s 到期，没有办结。"),
}


def slow_step(history: History, moment: Moment) -> Iterator[Strike]:
    """A step has days of its own: over them, though the whole may still be within its limit."""
    step = _step(history, moment)
    if step is None:
        return
    name, days, since = step
    pauses = tuple(stop.pause for stop in moment.after.life.stops)
    span = Span(days, "working_day", since, tuple(p for p in pauses if p.end is None or p.end > since))
    due_on = read(span, moment.day, moment.table).due_on

    def tell(degree: str, at: datetime) -> Hit:
        return Hit(
            rule="3",
            mark=f"step:{name}",
            degree=degree,
            at=at,
            why=N_("“%(step)s”环节应在 %(days)s 个工作日内完成，已于 %(due)s 到期。"),
            person=moment.responsible,
            evidence=history.seqs(moment, "accepted", "reviewed", "paused", "resumed"),
            params={"step": name, "days": str(days), "due": due_on.isoformat()},
        )

    yield Strike("over", first_instant_after(due_on), tell)


def _step(history: History, moment: Moment) -> tuple[str, int, date] | None:
    """The step that the case is in: its name, its days and the day it began; None without days of its own."""
    state, item = moment.after, moment.item
    role, place = "approver", 0
    is_at_once = item.kind == "instant" or state.life.pledge is not None
    if not is_at_once and state.life.steps_done < examiner_steps(item):
        role, place = "examiner", state.life.steps_done
    steps = [one for one in item.steps if one.role == role]
    if state.accepted_on is None or place >= len(steps) or steps[place].days is None:
        return None
    began = next((one.day for one in reversed(history.until(moment)) if one.event.type == "reviewed"), None)
    return steps[place].name, steps[place].days or 0, began or state.accepted_on


def late_forward(history: History, moment: Moment) -> Iterator[Hit]:
    """A case to be forwarded goes up within the promise (handbook 3.6)."""
    reading = moment.read("promised", moment.day)
    if reading is not None and reading.state == "missed":
        yield Hit(
            rule="4",
            mark="forward",
            degree="over",
            at=moment.event.at,
            why=N_("承诺时限已于 %(due)s 到期，之后才上报。"),
            person=moment.doer,
            evidence=history.seqs(moment, "accepted", "forwarded"),
            params={"due": reading.due_on.isoformat()},
        )


def unanswered_forward(history: History, moment: Moment) -> Iterator[Strike]:
    """行政许可法 art. 43: the lower body follows up what it sent; the superior's answer does not come."""
    life = moment.after.life
    if life.forwarded_on is None or life.is_answered:
        return
    due_on = moment.table.add(life.forwarded_on, history.profile.forward_days)

    def tell(degree: str, at: datetime) -> Hit:
        return Hit(
            rule="4",
            mark="answer",
            degree=degree,
            at=at,
            why=N_("上报 %(days)s 个工作日没有登记上级答复，应当跟踪催办。"),
            person=moment.responsible,
            evidence=history.seqs(moment, "forwarded"),
            params={"days": str(history.profile.forward_days)},
        )

    yield Strike("over", first_instant_after(due_on), tell)


def silence(history: History, moment: Moment) -> Iterator[Strike]:
    """行政许可法 art. 32: five days to accept or to tell what is missing; the law's own silence is grave."""
    due_on = moment.due_on("correction")
    if due_on is None:
        return

    def tell(degree: str, at: datetime) -> Hit:
        received = history.seqs(moment, "received", "resubmitted")
        days = str(moment.spans["correction"].limit)
        return Hit(
            rule="9",
            mark=f"receipt:{received[-1]}",
            degree=degree,
            at=at,
            why=_SOON if degree == "near" else _SILENT,
            evidence=received,
            params={"due": due_on.isoformat(), "days": days},
        )

    yield Strike("near", history.near(due_on), tell)
    degree = "grave" if moment.item.type_rules.is_deemed else "over"
    yield Strike(degree, first_instant_after(due_on), tell)


_SOON = N_("收到材料后 %(days)s 个工作日（至 %(due)s）内应当受理或者一次性告知补正，还没有作出。")
_SILENT = N_("收到材料后 %(days)s 个工作日（至 %(due)s）内应当受理或者一次性告知补正，没有作出。")


def overrun_pause(history: History, moment: Moment) -> Iterator[Strike]:
    """A pause lasts as long as the applicant was told (行政许可法 art. 45, second sentence)."""
    stop = moment.after.life.stops[-1]
    if stop.expected_on is None:
        return
    due_on = stop.expected_on

    def tell(degree: str, at: datetime) -> Hit:
        return Hit(
            rule="12",
            mark=f"overrun:{len(moment.after.life.stops)}",
            degree=degree,
            at=at,
            why=N_("特别程序告知的所需时间已于 %(due)s 届满，程序没有结束。"),
            person=moment.responsible,
            evidence=history.seqs(moment, "paused"),
            params={"due": due_on.isoformat()},
        )

    yield Strike("over", first_instant_after(due_on), tell)


def unchecked_pledge(history: History, moment: Moment) -> Iterator[Strike]:
    """Handbook 3.7: a promise is checked within its days, and again when the time to correct has ended."""
    pledge = moment.after.life.pledge
    if pledge is None or pledge.standing not in _WHY_UNCHECKED:
        return
    if moment.after.life.licence.standing != "valid":
        return
    due_on, why = pledge.due_on, _WHY_UNCHECKED[pledge.standing]

    def tell(degree: str, at: datetime) -> Hit:
        return Hit(
            rule="23",
            mark=f"pledge:{pledge.standing}",
            degree=degree,
            at=at,
            why=_SOON_UNCHECKED if degree == "near" else why,
            evidence=history.seqs(moment, "granted", "rectification-ordered"),
            params={"due": due_on.isoformat()},
        )

    if pledge.standing == "due":
        yield Strike("near", history.near(due_on), tell)
        yield Strike("over", first_instant_after(due_on), tell)
    else:
        # Whoever had to correct has the whole last day; the organ looks in the working days after it.
        looked_by = moment.table.add(due_on, history.profile.still_days)
        yield Strike("over", first_instant_after(looked_by), tell)


_SOON_UNCHECKED = N_("告知承诺应在 %(due)s 前核查，还没有核查。")
_WHY_UNCHECKED = {
    "due": N_("告知承诺应在 %(due)s 前核查，没有核查。"),
    "rectifying": N_("责令改正的期限已于 %(due)s 届满，没有复查。"),
}


def late_hearing(history: History, moment: Moment) -> Iterator[Strike]:
    """行政许可法 art. 47: twenty days from the request until the hearing is held."""
    meeting = moment.after.life.hearing
    if meeting is None or meeting.organise_by is None or meeting.held_on is not None or meeting.is_withdrawn:
        return
    due_on = meeting.organise_by

    def tell(degree: str, at: datetime) -> Hit:
        return Hit(
            rule="21",
            mark="hearing",
            degree=degree,
            at=at,
            why=_UNHEARD_SOON if degree == "near" else _UNHEARD,
            evidence=history.seqs(moment, "hearing-requested", "hearing-arranged", "hearing-cancelled"),
            params={"due": due_on.isoformat()},
        )

    yield Strike("near", history.near(due_on), tell)
    yield Strike("over", first_instant_after(due_on), tell)


_UNHEARD_SOON = N_("有人要求听证，应在 %(due)s 以前举行，还没有举行。")
_UNHEARD = N_("有人要求听证，应在 %(due)s 以前举行，没有举行。")


def late_delivery(history: History, moment: Moment) -> Iterator[Strike]:
    """行政许可法 art. 44: ten days from the grant to deliver."""
    due_on = moment.due_on("delivery")
    if due_on is None:
        return

    def tell(degree: str, at: datetime) -> Hit:
        return Hit(
            rule="14",
            mark="delivery",
            degree=degree,
            at=at,
            why=_UNSENT if degree == "near" else _LATE,
            evidence=history.seqs(moment, "granted", "produced"),
            params={"due": due_on.isoformat(), "days": str(moment.spans["delivery"].limit)},
        )

    yield Strike("near", history.near(due_on), tell)
    yield Strike("over", first_instant_after(due_on), tell)


_UNSENT = N_("作出准予决定后应在 %(days)s 个工作日内送达，%(due)s 到期，尚未送达。")
_LATE = N_("作出准予决定后应在 %(days)s 个工作日内送达，已于 %(due)s 到期，没有送达。")


def missed_deferral(history: History, moment: Moment) -> Iterator[Strike]:
    """容缺: what was promised for a day is there by then; the file is not complete without it."""
    for row in moment.after.materials:
        if row.state == "deferred" and row.promised_on is not None:
            yield Strike(
                "over", first_instant_after(row.promised_on), partial(_incomplete, history, moment, row)
            )


def _incomplete(history: History, moment: Moment, row: Row, degree: str, at: datetime) -> Hit:
    found = moment.item.material_by_code.get(row.code)
    assert row.promised_on is not None
    return Hit(
        rule="20",
        mark=f"deferred:{row.code}",
        degree=degree,
        at=at,
        why=N_("容缺材料“%(name)s”承诺 %(due)s 前补齐，没有补来。"),
        evidence=history.seqs(moment, "accepted", "deferral-missed"),
        params={"name": row.code if found is None else found.name, "due": row.promised_on.isoformat()},
    )
