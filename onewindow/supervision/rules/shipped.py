"""The rules that ship (handbook 5.5), by number."""

from __future__ import annotations

from collections.abc import Iterator

from onewindow.cases.rules.acting import ARTICLE_32, ARTICLE_42
from onewindow.cases.rules.clocks import first_instant_after
from onewindow.kernel.errors import N_
from onewindow.supervision.rules.history import History, Moment
from onewindow.supervision.rules.watching import Hit, Rule

NEAR_DAYS = 1


def over_limit(history: History, moment: Moment) -> Iterator[Hit]:
    """The case told itself that a limit had passed: the promise, then the law's."""
    event = moment.event
    if event.type == "overdue" and event.data.get("clock") in ("promised", "legal"):
        clock = event.data["clock"]
        person = moment.after.holder or moment.after.life.accepted_by
        degree = "over" if clock == "promised" else "grave"
        yield Hit("2", "limit", degree, event.at, person, (event.seq,), {"clock": clock})


def near_limit(history: History) -> Iterator[Hit]:
    """A reminder from the day on which one working day is left; limits that short have none."""
    state = history.state
    if state.state not in ("accepted", "in_review"):
        return
    span = history.spans.get("promised") or history.spans.get("legal")
    if span is None or span.limit + span.extension <= NEAR_DAYS:
        return
    due_on = history.due_on("promised" if "promised" in history.spans else "legal")
    at = first_instant_after(history.table.back(due_on, NEAR_DAYS + 1))
    yield Hit("2", "limit", "near", at, state.holder or state.life.accepted_by)


def silence(history: History, moment: Moment) -> Iterator[Hit]:
    """行政许可法 art. 32: nothing was told in five days, so that the application counts as accepted."""
    event = moment.event
    if event.type == "accepted" and event.data.get("deemed"):
        yield Hit("9", "deemed", "over", event.at, "", (event.seq,))


RULES: tuple[Rule, ...] = (
    Rule("2", N_("超过承诺时限"), ARTICLE_42, N_("时限已到，事项没有办结。"), over_limit, near_limit),
    Rule(
        "9",
        N_("五日内未一次性告知"),
        ARTICLE_32,
        N_("收到材料五个工作日内既未受理也未告知补正，自收到之日起视为受理。"),
        silence,
    ),
)
