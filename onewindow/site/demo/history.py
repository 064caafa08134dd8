"""What happened before the demonstration begins: some hundred cases, in every state and with every light."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from random import Random

import msgspec

from onewindow.base import clock, outbox
from onewindow.catalog import queries as catalog
from onewindow.intake import drafts
from onewindow.kernel.actor import Actor
from onewindow.site.demo import cast, overseeing, people, samples, watching
from onewindow.site.simulate import crowd, hours, mix, onward_lives, stage
from onewindow.site.simulate.forms import CONSTRUCTION, DRAINAGE, FOOD_SHOP, GAS, HOUSING_FUND, TOXIC_DRUGS
from onewindow.site.simulate.lives import Way, live
from onewindow.site.simulate.matter import Matter, World
from onewindow.site.simulate.office import Office

DAYS = 45  # working days that the history reaches back
ORDINARY = 300  # cases out of the ordinary mix, spread over all of them
SEED = "history"
APPLICANTS = ("citizen1", "citizen2", "enterprise1")  # of the cast; they find messages of their cases


class Left(msgspec.Struct, frozen=True):
    """A case that is found as it was left: the item, how it went, and how many working days ago it came in."""

    task_code: str
    way: Way
    ago: int
    times: int = 1


def _left(
    task_code: str, outcome: str, stop: str | None, *ago: int, times: int = 1, late: int = 0
) -> list[Left]:
    return [Left(task_code, Way(outcome=outcome, stop=stop, late=late), days, times) for days in ago]


# Due today and tomorrow, overdue, proposed, stopped, waiting: what the inboxes show. The promise of DRAINAGE is
# 7 working days, of GAS 10, of TOXIC_DRUGS 5, of CONSTRUCTION 3, of FOOD_SHOP 1.
LEFT = (
    *_left(DRAINAGE, "committed", "received", 1, 2, 4, 5, 7, times=2),
    *_left(FOOD_SHOP, "committed", "received", 1, 3, 5, 7, times=2),
    *_left(TOXIC_DRUGS, "committed", "received", 1, 4),
    *_left(DRAINAGE, "committed", "accepted", 1, 4, 6, 7, 9, times=2),
    *_left(GAS, "committed", "accepted", 5, 9, 10, 12),
    *_left(TOXIC_DRUGS, "committed", "accepted", 2, 4, 5, 8),
    *_left(CONSTRUCTION, "committed", "accepted", 1, 2, 3, 5),
    *_left(FOOD_SHOP, "committed", "accepted", 1, 2),
    *_left(DRAINAGE, "committed", "in_review", 6, 7, 8, 11, times=2),
    *_left(GAS, "committed", "in_review", 9, 10, 14),
    *_left(CONSTRUCTION, "committed", "in_review", 2, 3, 4),
    *_left(FOOD_SHOP, "committed", "in_review", 1, 2),
    *_left(DRAINAGE, "paused", "paused", 3, 9),
    *_left(GAS, "paused", "paused", 5, 15),
    *_left(TOXIC_DRUGS, "paused", "paused", 6),
    *_left(DRAINAGE, "paused", "proposed", 4, 5),
    *_left(TOXIC_DRUGS, "returned", "proposed", 3),
    *_left(FOOD_SHOP, "returned", "proposed", 4),
    *_left(DRAINAGE, "corrected", "correcting", 2, 9, 11),
    *_left(FOOD_SHOP, "corrected", "correcting", 3, 10),
    *_left(CONSTRUCTION, "corrected", "received", 4),
    *_left(GAS, "deferred", "deferred", 2, 3, 4, 7),
    *_left(DRAINAGE, "extended", "extended", 6, 12),
    *_left(TOXIC_DRUGS, "extended", "extended", 4),
    *_left(DRAINAGE, "forwarded", "forwarded", 5, 15),
    *_left(DRAINAGE, "deemed", "accepted", 9, 14),
    *_left(DRAINAGE, "committed", "decided", 8, 18),
    *_left(CONSTRUCTION, "committed", "decided", 4, 6),
    *_left(TOXIC_DRUGS, "denied", "decided", 6, 9),
    *_left(DRAINAGE, "committed", "produced", 9, 15, 17, 18),
    *_left(CONSTRUCTION, "committed", "produced", 5, 13),
    *_left(FOOD_SHOP, "committed", "produced", 4, 11, 12),
    *_left(DRAINAGE, "unanswered", None, 20, 30),
    *_left(TOXIC_DRUGS, "not-corrected", None, 18),
    *_left(DRAINAGE, "deemed", None, 25, 33),
    *_left(DRAINAGE, "extended", None, 22, 35, late=2),
    *_left(GAS, "deferred", None, 28, late=1),
    *_left(GAS, "paused", None, 34, late=3),
    *_left(DRAINAGE, "forwarded", None, 31),
    *_left(TOXIC_DRUGS, "terminated", None, 16, 24),
    *_left(DRAINAGE, "transferred", None, 12, 26),
    *_left(DRAINAGE, "transferred", "in_review", 5),
    *_left(DRAINAGE, "refused", None, 13),
    *_left(FOOD_SHOP, "returned", None, 15),
    *_left(DRAINAGE, "denied", None, 27),
)
# Checks on the spot, hearings with third parties, licences that end, and what was granted on a promise.
ONWARD = (
    *_left(DRAINAGE, "visited", "visiting", 1, 2),
    *_left(DRAINAGE, "visited", "visited", 5),
    *_left(DRAINAGE, "visited", None, 14, 21),
    *_left(DRAINAGE, "visited", None, 17, late=1),
    *_left(DRAINAGE, "unheard", None, 19),
    *_left(DRAINAGE, "heard", "requested", 5, 25),
    *_left(DRAINAGE, "heard", "meeting", 6),
    *_left(DRAINAGE, "heard", "held", 15),
    *_left(DRAINAGE, "heard", None, 24),
    *_left(DRAINAGE, "heard", None, 27, late=1),
    *_left(DRAINAGE, "revoked", "revoking", 13),
    *_left(DRAINAGE, "revoked", None, 30),
    *_left(DRAINAGE, "taken-back", "dropped", 22),
    *_left(DRAINAGE, "taken-back", None, 32),
    *_left(DRAINAGE, "taken-back", None, 36, late=1),
    *_left(DRAINAGE, "stepped-aside", None, 3),
    *_left(GAS, "cancelled", None, 36),
    *_left(CONSTRUCTION, "promised", "due", 41, 15),
    *_left(CONSTRUCTION, "promised", "rectifying", 18),
    *_left(CONSTRUCTION, "promised", "broken", 26),
    *_left(CONSTRUCTION, "promised", "repaired", 38),
    *_left(CONSTRUCTION, "promised", None, 33),
)
# What the members of the cast find on their own pages; what comes online waits up to two days for its clerk.
OF_CITIZEN = (
    *_left(HOUSING_FUND, "instant", None, 32),
    *_left(FOOD_SHOP, "committed", None, 21),
    *_left(DRAINAGE, "corrected", "correcting", 4),
    *_left(DRAINAGE, "committed", "in_review", 6),
    *_left(FOOD_SHOP, "committed", "accepted", 1),
    *_left(DRAINAGE, "committed", "produced", 10),
    *_left(FOOD_SHOP, "withdrawn", None, 17),
    *_left(DRAINAGE, "denied", None, 38),
    *_left(FOOD_SHOP, "drafted", "draft", 3),
    *_left(DRAINAGE, "visited", "visiting", 3),
    *_left(DRAINAGE, "heard", "meeting", 7),
    *_left(DRAINAGE, "revoked", "revoking", 16),
)
OF_FIRM = (
    *_left(CONSTRUCTION, "committed", None, 29),
    *_left(GAS, "deferred", "deferred", 3),
    *_left(DRAINAGE, "paused", "paused", 5),
    *_left(TOXIC_DRUGS, "committed", "decided", 7),
    *_left(CONSTRUCTION, "corrected", "correcting", 4),
    *_left(DRAINAGE, "committed", "received", 1),
    *_left(TOXIC_DRUGS, "denied", None, 25),
    *_left(GAS, "drafted", "draft", 2),
    *_left(CONSTRUCTION, "promised", "due", 11),
    *_left(CONSTRUCTION, "promised", "rectifying", 20),
)


def begins_on(end: datetime) -> date:
    """The first day of the history of a demonstration that begins at ``end``."""
    return hours.ago(clock.day_of(end), DAYS)


def make(end: datetime, *, progress: Callable[[float], object]) -> int:
    """Play the history up to ``end``; how many cases came of it. The clock goes along and ends at ``end``."""
    start = clock.start_of(begins_on(end))
    world = World(stage.Stage(start, travel=watching.Days()), Office(), crowd.Crowd(SEED), _files(start))
    entered = 0
    for matter, way, at in (
        *_ordinary(world, end),
        *_left_alone(world, end),
        *_further(world, end),
        *_of_cast(world, end),
    ):
        if at < end:
            tell = onward_lives.live if way.outcome in onward_lives.WAYS else live
            world.stage.enter(tell(matter, way, at))
            entered += 1
    whole = (end - start).total_seconds()
    with stage.quietly(), stage.without_waiting_for_disk():
        world.stage.run(until=end, after=lambda at: progress((at - start).total_seconds() / whole))
    assert not world.stage.cut_short, world.stage.cut_short
    outbox.order("notices", stream="case", begun_by=APPLICANTS, now=end)
    _writing(end)
    with stage.without_waiting_for_disk():
        overseeing.make(end)
    return entered


Entry = tuple[Matter, Way, datetime]


def _ordinary(world: World, end: datetime) -> Iterator[Entry]:
    dice = Random(SEED)
    today = clock.day_of(end)
    for number in range(ORDINARY):
        own = Random(f"{SEED}:{number}")
        day = hours.ago(today, dice.randrange(DAYS))
        at = mix.arrivals(day, 1, own)[0]
        matter = mix.matter(world, own)
        yield matter, mix.way(matter, own), at


def _left_alone(world: World, end: datetime) -> Iterator[Entry]:
    for place, one in enumerate(LEFT):
        for time in range(one.times):
            dice = Random(f"{SEED}:left:{place}:{time}")
            # At the window a case is accepted the day it comes in: so its due date is sure.
            channel = "portal" if one.way.outcome in ("withdrawn", "drafted") else "window"
            matter = mix.matter(world, dice, task_code=one.task_code, channel=channel)
            yield matter, one.way, _came(one, end, dice)


def _further(world: World, end: datetime) -> Iterator[Entry]:
    for place, one in enumerate(ONWARD):
        dice = Random(f"{SEED}:onward:{place}")
        matter = mix.matter(world, dice, task_code=one.task_code, channel="window")
        matter.examiner = "examiner1"  # whose photos there are
        yield matter, one.way, _came(one, end, dice)


def _of_cast(world: World, end: datetime) -> Iterator[Entry]:
    for username, numbered, firm, found in (
        ("citizen1", 1, None, OF_CITIZEN),
        ("citizen2", 2, None, OF_CITIZEN[1:6:2]),
        ("enterprise1", 51, 1, OF_FIRM),
    ):
        actor = crowd.account(username, on=begins_on(end))
        for place, one in enumerate(found):
            dice = Random(f"{SEED}:{username}:{place}")
            who = (
                crowd.person(numbered)
                if firm is None
                else crowd.firm(firm) | {"phone": people.phone(numbered)}
            )
            matter = Matter(world, one.task_code, applicant=who, channel="portal", dice=dice, online=actor)
            yield matter, one.way, _came(one, end, dice)
    yield from _at_window(world, end)


def _at_window(world: World, end: datetime) -> Iterator[Entry]:
    """What clerk1 received in person, with scanned materials."""
    for place, one in enumerate(
        (*_left(DRAINAGE, "committed", "accepted", 2), *_left(DRAINAGE, "committed", "received", 1))
    ):
        dice = Random(f"{SEED}:clerk1:{place}")
        who = crowd.person(cast.STRANGERS_FROM + place)
        matter = Matter(world, one.task_code, applicant=who, channel="window", dice=dice, clerk="clerk1")
        yield matter, one.way, _came(one, end, dice)


def _came(one: Left, end: datetime, dice: Random) -> datetime:
    return hours.within(hours.ago(clock.day_of(end), one.ago), dice)


def _files(start: datetime) -> samples.Lent:
    office, day = Office(), clock.day_of(start)
    actors: list[Actor] = [crowd.account(name, on=day) for name in APPLICANTS]
    lent = samples.upload([*actors, office.one("clerk1", on=day)], now=start)
    examiner = office.one("examiner1", on=day)
    return lent | {examiner.username: {"photos": samples.photos(examiner, now=start)}}


def _writing(end: datetime) -> None:
    """An application that citizen1 has begun to write and not sent."""
    actor = crowd.account("citizen1", on=clock.day_of(end))
    item = catalog.current(HOUSING_FUND)
    draft = drafts.start(actor, HOUSING_FUND, item_version=item.version, now=end)
    form = {"house_address": "示范市示范区云栖路18号3幢1202室", "scope": "余额"}
    drafts.save(actor, draft.key, step="materials", now=end, form=form, applicant=crowd.person(1))
