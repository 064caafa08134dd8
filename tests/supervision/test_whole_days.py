"""A busy day and what became of it: what supervision holds live is what the facts tell when all is read anew."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection

from onewindow.base.ledger import sequencer
from onewindow.cases import services as cases
from onewindow.cases.queries.histories import histories
from onewindow.kernel.errors import Refusal
from onewindow.reviews import services as reviews
from onewindow.reviews.services import rating
from onewindow.supervision import conventions, models, proof, services
from onewindow.supervision.rules.profile import higher
from onewindow.supervision.rules.shipped import RULES
from onewindow.supervision.rules.watching import watch
from onewindow.supervision.services import following, rebuilding, tallying
from tests.world import FOOD, FUND, GAS, SEWAGE, START, actor, application

CASES = 120
END = START + timedelta(days=44)
# How far each case gets on the day: the deeds in their order, by whom.
ACCEPT, WELL = ("clerk1", "accept", {}), ("examiner1", "review", {"opinion": "材料属实", "pass": True})
GRANT, DENY = ("approver1", "decide", {"outcome": "grant"}), ("approver1", "decide", {"outcome": "deny", "reason": "排放口不合规划"})  # fmt: skip
NOTICE = (
    "clerk1",
    "notify-correction",
    {"items": [{"material": "M01", "problem": "没有签名", "standard": "签名"}], "answer_by": "2026-09-18"},
)
APPLICANTS = {GAS: "enterprise1"}
LIVES: tuple[tuple[str, tuple[tuple[str, str, dict[str, Any]], ...]], ...] = (
    (SEWAGE, ()),
    (SEWAGE, (ACCEPT,)),
    (SEWAGE, (ACCEPT, WELL)),
    (SEWAGE, (ACCEPT, WELL, GRANT)),
    (SEWAGE, (ACCEPT, WELL, GRANT, ("head1", "produce", {}))),
    (SEWAGE, (ACCEPT, WELL, DENY)),
    (SEWAGE, (NOTICE,)),
    (SEWAGE, (("citizen1", "withdraw", {"reason": "不办了"}),)),
    (GAS, ()),
    (FUND, (ACCEPT, GRANT)),
    (FOOD, ()),
)


class City:
    """Whoever works in it, with the instant that it is; refusals are counted, none is expected."""

    def __init__(self) -> None:
        self.random = Random(20260908)
        self.now = START
        self.actors = {
            name: actor(name)
            for name in (
                "clerk1",
                "clerk2",
                "examiner1",
                "approver1",
                "head1",
                "supervisor1",
                "manager1",
                "citizen1",
            )
        }

    def later(self, minutes: int) -> datetime:
        self.now += timedelta(minutes=minutes)
        return self.now

    def live(self, task: str, deeds: tuple[tuple[str, str, dict[str, Any]], ...]) -> dict[str, Any]:
        """One case from its receipt as far as it gets."""
        is_online = any(action == "withdraw" for _, action, _ in deeds)
        who = "citizen1" if is_online else "clerk2" if task == FOOD else "clerk1"
        body = application(
            task, APPLICANTS.get(task, "citizen1"), channel="portal" if is_online else "window"
        )
        by = self.actors[who]
        case = cases.create(by, body, now=self.later(1))
        check = case["query_code"]
        for name, action, told in deeds:
            case = cases.act(
                self.actors[name],
                case["case_no"],
                action,
                {"version": case["version"]} | told,
                now=self.later(1),
            )
        return case | {"query_code": check}

    def say(self, who: str, card: models.Card, action: str) -> None:
        services.act(self.actors[who], card.card_no, action, {"reason": "情况属实，已经核对。"}, now=self.now)


def settle(now: datetime) -> None:
    while cases.sweep_until(now) + reviews.sweep(now) + sequencer.catch_up() + services.sweep(now):
        pass


@pytest.fixture
def lived(city: None) -> list[dict[str, Any]]:
    """120 cases of one day in shuffled lives, rated; then six weeks in which their cards have a life of their own."""
    town = City()
    wanted = [LIVES[place % len(LIVES)] for place in range(CASES)]
    town.random.shuffle(wanted)
    made = []
    for place, (task, deeds) in enumerate(wanted):
        made.append(town.live(task, deeds))
        if place % 17 == 0:
            services.sweep(town.now)
            sequencer.catch_up()
    settle(town.now)
    for case in town.random.sample([one for one in made if one["state"] in ("granted", "denied")], 12):
        grade = town.random.choice((1, 2, 4, 5))
        said = {
            "case_no": case["case_no"],
            "check": case["query_code"],
            "link": "completion",
            "grade": grade,
            "anonymous": True,
        }
        rating.rate(said | ({"text": "让我跑了三趟", "tags": []} if grade < 3 else {}), now=town.later(1))
    ways = (
        (),
        (("head1", "explain"),),
        (("head1", "explain"), ("supervisor1", "uphold")),
        (("head1", "explain"), ("supervisor1", "withdraw")),
        (("head1", "explain"), ("supervisor1", "uphold"), ("head1", "appeal"), ("manager1", "withdraw")),
    )
    for week in range(6):
        town.now = START + timedelta(days=7 * (week + 1), hours=1)
        settle(town.now)
        told = models.Card.objects.filter(state="issued").exclude(level="reminder").order_by("id")
        for place, card in enumerate(town.random.sample(list(told), min(10, len(told)))):
            for who, action in ways[place % len(ways)]:
                try:
                    town.say(who, card, action)
                except Refusal:  # another organ's card, or a level that is not explained
                    break
    settle(END)
    return made


def dump() -> dict[str, Any]:
    rows: dict[str, Any] = {
        table.name: tallying.stored(table, date(2000, 1, 1), date(2100, 1, 1)) for table in tallying.TABLES
    }
    rows["matter"] = list(models.Matter.objects.order_by("case_id").values())
    rows["card"] = list(models.Card.objects.order_by("id").values())
    return rows


def counts_add_up() -> None:
    """By plain SQL over the cases, not by the code that counts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(received), sum(closed) FROM supervision_tally WHERE cut = 'all'")
        tallied = cursor.fetchone()
        cursor.execute("SELECT sum(received), sum(closed) FROM supervision_grain")
        assert cursor.fetchone() == tallied
        cursor.execute(
            "SELECT count(*), count(decided_on) FILTER (WHERE accepted_on IS NOT NULL) FROM cases_case"
        )
        assert cursor.fetchone() == tallied


def cards_are_those_of_whole_lives() -> None:
    """Read once from beginning to end, the lives give the same occasions at the same highest level."""
    ids = list(models.Matter.objects.values_list("case_id", flat=True))
    told, profile = histories(ids), conventions.current()
    found: dict[tuple[int, str, str], str] = {}
    for id in ids:
        life = following.life_of(id, told[id], profile)
        assert life is not None
        for hit in watch(life, RULES, since=0, until=END).hits:
            key, level = (id, hit.rule, hit.mark), profile.level(hit.rule, hit.degree)
            if level and (key not in found or higher(level, found[key])):
                found[key] = level
    cards = models.Card.objects.exclude(rule="19")
    live = {(card.case_id, card.rule, card.mark): card.level for card in cards}
    # A card that was withdrawn for what goes on does not rise for it.
    withdrawn = {(card.case_id, card.rule, card.mark) for card in cards if card.state == "withdrawn"}
    assert live.keys() == found.keys()
    assert {key: live[key] for key in live.keys() - withdrawn} == {
        key: found[key] for key in live.keys() - withdrawn
    }
    assert len(live) > CASES // 2 and withdrawn


def test_live_state_is_what_the_facts_tell(lived: list[dict[str, Any]]) -> None:
    counts_add_up()
    cards_are_those_of_whole_lives()
    live = dump()
    assert len(live["matter"]) == CASES
    assert {"issued", "upheld", "withdrawn"} <= {card["state"] for card in live["card"]}
    assert {card["rule"] for card in live["card"]} >= {"2", "9", "19"}
    assert [
        str(one) for one in (*rebuilding.cases(END, is_dry_run=True), *rebuilding.counts(is_dry_run=True))
    ] == []
    assert list(proof.findings()) == []

    for model in (models.Matter, models.Tally, models.Grain, models.Hour, models.Position):
        model.objects.all().delete()
    settle(END)
    assert dump() == live
