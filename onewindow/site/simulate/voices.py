"""What the served say when their matter is over: ratings, what becomes of bad ones, now and then a complaint."""

from __future__ import annotations

from random import Random
from typing import NamedTuple

from onewindow.kernel.actor import Actor
from onewindow.reviews.queries import complaints as complaint_queries
from onewindow.reviews.rules.ratings import LINKS
from onewindow.reviews.services import complaints, rating
from onewindow.site.simulate import hours
from onewindow.site.simulate.matter import Matter
from onewindow.site.simulate.stage import Life


class Mood(NamedTuple):
    """How people rate: of a hundred at each link, how the grades 5 to 1 spread in time and too late, and the
    share of bad ratings that an organ makes good after the term."""

    willing: dict[str, int]
    in_time: tuple[int, ...]
    late: tuple[int, ...]
    slow: float = 0.0


_OF_DAY = Mood({"acceptance": 22, "completion": 34}, (68, 21, 7, 3, 1), (22, 24, 22, 20, 12))
_WAYS = ("online", "qr", "qr", "sms", "kiosk")
_GOOD_TAGS, _BAD_TAGS = (
    ("quick", "friendly", "clear", "one-trip"),
    ("several-trips", "long-wait", "not-told-at-once"),
)
_GOOD_WORDS = ("窗口讲得很清楚", "比想象的快", "一次就办好了，谢谢", "", "", "")
_BAD_WORDS = ("来了两趟才说还缺一份材料", "等了一个多小时", "电话打了几次没人接", "")


def say(matter: Matter, *, is_late: bool) -> Life:
    """Rate what there is to rate, and see to what comes of it; dice of its own leave the case's as they are."""
    dice = Random(f"voice:{matter.dice.random()}")
    yield from rate(matter, dice, _OF_DAY, is_late=is_late)
    if dice.random() < (0.3 if is_late else 0.02):
        yield hours.later(matter.now, dice.randrange(1, 3), dice)
        yield from _complain(matter, dice, is_late=is_late)


def rate(matter: Matter, dice: Random, mood: Mood, *, is_late: bool) -> Life:
    """Rate the links that can be rated, as the mood has it, and make good what was bad."""
    for link in LINKS:
        if dice.randrange(100) >= mood.willing[link] or not matter.is_rateable(link):
            continue
        yield hours.soon(matter.now, dice.randrange(5, 200))
        yield from _rate(matter, link, dice, mood, is_late=is_late)


def _rate(matter: Matter, link: str, dice: Random, mood: Mood, *, is_late: bool) -> Life:
    weights = mood.late if is_late and link == "completion" else mood.in_time
    grade = dice.choices((5, 4, 3, 2, 1), weights)[0]
    is_bad = grade < 3
    tags = dice.sample(_BAD_TAGS if is_bad else _GOOD_TAGS, dice.choice((0, 1, 1, 2)))
    said = rating.Said(
        link=link,
        grade=grade,
        tags=tuple([*tags, "over-legal-time"] if is_bad and is_late else tags),
        text=dice.choice(_BAD_WORDS if is_bad else _GOOD_WORDS),
        is_anonymous=dice.random() < 0.6,
        way=dice.choice(_WAYS),
    )
    number = matter.rate(said)
    if number is not None:
        yield from _made_good(matter, number, said, dice, mood)


def _made_good(matter: Matter, number: str, said: rating.Said, dice: Random, mood: Mood) -> Life:
    """The ticket's way: most are real, some a slip of the finger."""
    manager, head = _one(matter, "manager1"), matter.staff("head")
    yield hours.later(matter.now, dice.choice((0, 0, 1)), dice)
    matter.act_on_ticket(manager, number, "receive")
    yield hours.later(matter.now, dice.randrange(1, 3), dice)
    verdict = "mistaken" if dice.random() < 0.15 else "real"
    words = "本人说点错了分数" if verdict == "mistaken" else "调看了监控和办件记录，反映属实"
    matter.act_on_ticket(manager, number, "verify", verdict=verdict, text=words)
    if verdict != "real":
        return
    is_slow = mood.slow and dice.random() < mood.slow
    yield hours.later(matter.now, dice.randrange(16, 22) if is_slow else dice.randrange(2, 8), dice)
    matter.act_on_ticket(head, number, "rectify", text="已对照办事指南清理，并在晨会上提醒全体窗口人员")
    yield hours.soon(matter.now, dice.randrange(20, 90))
    matter.act_on_ticket(head, number, "answer", text="给您添了麻烦，很抱歉。问题已经改正。")
    yield hours.later(matter.now, dice.randrange(1, 3), dice)
    if not said.is_anonymous:
        matter.act_on_ticket(manager, number, "call", outcome="satisfied", text="认可整改")
        yield hours.soon(matter.now, 15)
    matter.act_on_ticket(manager, number, "close")


def _one(matter: Matter, username: str) -> Actor:
    return matter.world.office.one(username, on=matter.today)


_DELAY = ("delay", "承诺的时间过了还没有结果，问了几次都让等通知。")
_ATTITUDE = ("attitude", "问一句答半句，让我自己上网查，说话很不耐烦。")


def _complain(matter: Matter, dice: Random, *, is_late: bool) -> Life:
    """A complaint of the delay or of the manner, told by telephone, looked into and answered."""
    about, text = _DELAY if is_late else _ATTITUDE
    clerk = matter.clerk()
    made = complaints.file(
        {
            "organ": matter.case["organ"],
            "about": about,
            "text": text,
            "name": matter.applicant["name"],
            "phone": matter.applicant["phone"],
            "way": "phone",
            "case_no": matter.case["case_no"],
        },
        actor=clerk,
        now=matter.now,
    )
    for days, who, name, body in (
        (1, "manager1", "accept", {}),
        (
            3,
            matter.staff("head").username,
            "respond",
            {"text": "当时办件较多，没有解释清楚，已调整分工"},
        ),
        (4, "manager1", "investigate", {"verdict": "upheld", "text": "核对了办件记录和监控，情况属实"}),
        (1, "manager1", "answer", {"text": "您反映的情况属实，已责成改正，向您致歉。"}),
    ):
        yield hours.later(matter.now, days, dice)
        actor = _one(matter, who)
        version = complaint_queries.one(actor, made["number"])["version"]
        complaints.act(actor, made["number"], name, {"version": version, **body}, now=matter.now)
