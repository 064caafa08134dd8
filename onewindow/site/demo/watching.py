"""Supervision while the history is made: cards as they fall due, and what organs and supervisors say to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from onewindow.base import clock
from onewindow.kernel.actor import Actor
from onewindow.site.simulate import stage
from onewindow.site.simulate.office import Office
from onewindow.supervision import services
from onewindow.supervision.queries import cards

EXPLANATIONS = (
    "经办人外出培训，没有及时转交，已由 AB 岗接手，今日办结。",
    "材料需要与另一科室核对，沟通用时较长，已约定当日反馈。",
    "当周收件集中，人手不足，已调配两人支援。",
)
RULINGS = ("经核实，情况属实，予以维持，请举一反三。", "说明的情况不足以免责，予以维持。")
SILENT = "期限已过，部门没有说明，按规定予以维持。"
PATIENCE = timedelta(days=6)  # so long after its term a card is ruled on without an explanation
EXCUSED = "经核实，系统停机公告属实，责任不在部门，予以撤销。"
APPEAL = "当日系统停机两小时，有停机公告为证，申请复核。"
DEMAND = "请于期限内办结，并书面说明未按时办理的原因和整改措施。"
ANSWER = "已办结，并已建立到期前三日提醒制度。"


class Days:
    """Goes along with the history and does the day's work of supervision whenever a new day begins."""

    def __init__(self) -> None:
        self._day: date | None = None

    def __call__(self, at: datetime) -> None:
        """Take the platform to an instant, as ``stage.along``."""
        stage.along(at)
        if clock.day_of(at) != self._day:
            self._day = clock.day_of(at)
            services.settle(at)
            work(at)


def work(at: datetime) -> None:
    """What is said to cards on one day: some are explained, upheld, withdrawn, appealed or asked about."""
    office, day = Office(), clock.day_of(at)
    watcher, manager = office.one("supervisor1", on=day), office.one("manager1", on=day)
    heads = {one.organ_name: one for one in (office.one(name, on=day) for name in ("head1", "head2"))}
    for state in ("appealed", "upheld", "explained", "issued"):
        for card in cards.listing(watcher, state=state, limit=100)["results"]:
            head = heads.get(card["organ"])
            if head is None or card["level"] == "reminder":
                continue
            for actor, action, text in _said(card, head, watcher, manager, day):
                services.act(actor, card["card_no"], action, {"reason": text}, now=at)


def _said(
    card: dict[str, Any], head: Actor, watcher: Actor, manager: Actor, day: date
) -> Iterator[tuple[Actor, str, str]]:
    """The same card takes the same course each time the demonstration is made."""
    course = int(card["card_no"][-8:]) % 8
    match card["state"]:
        case "issued" if course < 5:
            yield head, "explain", EXPLANATIONS[course % len(EXPLANATIONS)]
        case "issued" if course == 5 and card["version"] <= 2:
            yield watcher, "inquire", DEMAND
            yield head, "answer", ANSWER
        case "issued" if card["reply_due"] + PATIENCE < day:
            yield watcher, "uphold", SILENT
        case "explained" if course in (0, 1, 2):
            yield watcher, "uphold", RULINGS[course % len(RULINGS)]
        case "explained" if course == 3:
            yield watcher, "withdraw", EXCUSED
        case "upheld" if course == 1 and card["version"] <= 4:
            yield head, "appeal", APPEAL
        case "appealed":
            yield manager, "withdraw", EXCUSED
