"""Bundles handed from the hall to a department and back: lists, counts, discrepancies, who may what, each once."""

from __future__ import annotations

import io
from datetime import timedelta
from itertools import count

import pikepdf
import pytest

from onewindow.base.models import Fact
from onewindow.cases import services as cases
from onewindow.custody import handovers, queries, rules, slips
from onewindow.custody.models import HandOver
from onewindow.custody.rules import Count
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import NotAllowed, NotFound, Refusal, RuleBroken, Stale
from tests.world import FOOD, FUND, SEWAGE, START, actor, application, person

NOW = START
_people = count(700)


def case(task: str = SEWAGE) -> str:
    body = application(task, applicant=person(next(_people)), channel="window")
    number: str = cases.create(actor("clerk1"), body, now=NOW)["case_no"]
    return number


def listed(*case_nos: str, who: str = "clerk1") -> int:
    """A list with these cases, open."""
    key = 0
    for case_no in case_nos:
        key, _number, _is_new = handovers.scan(actor(who), case_no, direction="out", now=NOW)
    return key


def made(*case_nos: str) -> int:
    key = listed(*case_nos)
    handovers.make(actor("clerk1"), key, now=NOW)
    return key


def facts(key: int) -> list[tuple[str, str, dict]]:
    rows = Fact.objects.filter(stream="handover", subject=key).order_by("seq")
    return [(one.type, one.actor, one.data) for one in rows]


# ------------------------------------------------------------------ rules

A, B, C = "1", "2", "3"


@pytest.mark.parametrize(
    ("states", "all_there", "expected"),
    [
        ([(A, "there"), (B, "there")], False, Count((A, B), (), ())),
        ([(A, "there"), (B, "listed")], False, Count((A,), (B,), ())),
        ([(A, "there"), (B, "listed")], True, Count((A, B), (), ())),
        ([(A, "listed"), (C, "extra")], False, Count((), (A,), (C,))),
        ([(A, "listed"), (C, "extra")], True, Count((A,), (), (C,))),
    ],
)
def test_what_a_count_says(states: list[tuple[str, str]], all_there: bool, expected: Count) -> None:
    assert rules.counted(states, all_there=all_there) == expected
    assert expected.is_right == (not expected.missing and not expected.extra)


def staff(*roles: str, organ: int | None = None) -> Actor:
    return Actor(1, "a", "a", frozenset(roles), organ_id=organ)


@pytest.mark.parametrize(
    ("who", "may"),
    [  # gives out, gives back, takes out, takes back, sees
        (staff("clerk", organ=9), "g..ts"),
        (staff("issuer", organ=9), "g..ts"),
        (staff("examiner", organ=1), ".bT.s"),
        (staff("head", organ=1), ".bT.s"),
        (staff("approver", organ=2), "....."),
        (staff("supervisor", organ=9), "....s"),
        (staff("clerk", "examiner", organ=1), "gbTts"),
        (staff("citizen"), "....."),
    ],
)
def test_who_stands_on_which_side(who: Actor, may: str) -> None:
    found = [
        rules.may_give(who, "out", 1), rules.may_give(who, "back", 1),
        rules.may_take(who, "out", 1), rules.may_take(who, "back", 1), rules.may_see(who, 1),
    ]  # fmt: skip
    assert found == [one != "." for one in may]


@pytest.mark.parametrize(
    ("text", "key"),
    [("JJ2026000012", 12), (" jj2026000012 ", 12), ("20260908-000001-3", None), ("JJ12", None)],
)
def test_a_scanned_number_of_a_list(text: str, key: int | None) -> None:
    assert rules.key_of(text) == key


# ------------------------------------------------------------------ deeds


@pytest.fixture(autouse=True)
def small_city(city: None) -> None:
    """Every deed happens in the city."""


def test_every_bundle_finds_the_list_of_its_department() -> None:
    first, second, food = case(), case(FUND), case(FOOD)
    keys = {listed(first), listed(second), listed(food), listed(first)}
    assert len(keys) == 2
    drafts = queries.drafts(actor("clerk1"), "out")
    assert [(one.organ, [line.case_no for line in one.lines]) for one in drafts] == [
        ("区住建局", [second, first]),
        ("区市监局", [food]),
    ]
    assert queries.drafts(actor("clerk2"), "out") == []


def test_the_department_counts_and_signs() -> None:
    one, two, alien = case(), case(), case()
    key = made(one, two)
    examiner = actor("examiner1")
    assert [row.key for row in queries.to_take(examiner, "out")] == [key]
    assert handovers.tick(examiner, key, one.replace("-", "")) == (one, "there")
    assert handovers.tick(examiner, key, f"https://hall.example/track?case_no={one}") == (one, "there")
    assert handovers.tick(examiner, key, alien) == (alien, "extra")
    assert handovers.take(examiner, key, all_there=False, now=NOW) == Count((one,), (two,), (alien,))
    assert handovers.take(examiner, key, all_there=True, now=NOW) == Count((one,), (two,), (alien,))
    with pytest.raises(Stale, match="list-taken"):
        handovers.take(actor("head1"), key, all_there=True, now=NOW)
    shown = queries.one(actor("clerk2"), key)
    assert (shown.bundles, shown.found, shown.missing, shown.extra) == (2, 1, 1, 1)
    (_made, _maker, handed), (taken, signer, told) = facts(key)
    assert (taken, signer, handed["cases"]) == ("taken", "examiner1", [one, two])
    assert (told["from"], told["to"]) == ("clerk1", "examiner1")
    assert (told["there"], told["missing"], told["extra"]) == ([one], [two], [alien])
    # What was missing is free to be listed anew; what came goes back the other way.
    again = listed(two)
    assert again != key
    back, _no, is_new = handovers.scan(examiner, one, direction="back", now=NOW)
    handovers.make(examiner, back, now=NOW)
    assert is_new and [row.key for row in queries.to_take(actor("clerk2"), "back")] == [back]
    handovers.take(actor("clerk2"), back, all_there=True, now=NOW)


def test_all_at_once_without_scanning_each() -> None:
    one, two = case(), case()
    key = made(one, two)
    with pytest.raises(RuleBroken, match="nothing-counted"):
        handovers.take(actor("examiner1"), key, all_there=False, now=NOW)
    assert handovers.take(actor("examiner1"), key, all_there=True, now=NOW).is_right


def test_a_bundle_is_on_one_way_at_a_time() -> None:
    one, two = case(), case()
    mine, other = listed(one, two), listed(one, who="clerk2")
    handovers.make(actor("clerk1"), mine, now=NOW)
    handovers.make(actor("clerk1"), mine, now=NOW)  # asked twice, handed over once
    with pytest.raises(RuleBroken, match="bundle-on-its-way") as caught:
        handovers.make(actor("clerk2"), other, now=NOW)
    assert rules.number_of(mine, NOW.date()) in caught.value.text and one in caught.value.text
    with pytest.raises(RuleBroken, match="bundle-on-its-way"):
        listed(two, who="clerk2")
    assert [type for type, *_ in facts(mine)] == ["made"] and facts(other) == []
    handovers.withdraw(actor("clerk1"), mine, now=NOW + timedelta(minutes=1))
    handovers.make(actor("clerk2"), other, now=NOW + timedelta(minutes=2))
    assert [type for type, *_ in facts(mine)] == ["made", "withdrawn"]


def act(what: str, key: int, who: str, case_no: str = "") -> None:
    someone = actor(who)
    if what == "remove":
        handovers.remove(someone, key, case_no)
    elif what == "tick":
        handovers.tick(someone, key, case_no)
    elif what == "take":
        handovers.take(someone, key, all_there=True, now=NOW)
    else:
        getattr(handovers, what)(someone, key, now=NOW)


@pytest.mark.parametrize(
    ("what", "who", "state", "refusal"),
    [
        ("make", "clerk2", "open", NotFound),
        ("remove", "clerk2", "open", NotFound),
        ("remove", "clerk1", "made", RuleBroken),
        ("withdraw", "clerk2", "made", NotFound),
        ("withdraw", "clerk1", "open", RuleBroken),
        ("withdraw", "clerk1", "taken", RuleBroken),
        ("take", "clerk1", "made", NotAllowed),
        ("take", "clerk2", "made", NotAllowed),
        ("take", "examiner2", "made", NotFound),
        ("take", "examiner1", "open", RuleBroken),
        ("tick", "examiner1", "taken", Stale),
        ("tick", "clerk2", "made", NotAllowed),
    ],
)
def test_what_is_refused(what: str, who: str, state: str, refusal: type[Refusal]) -> None:
    one = case()
    key = listed(one)
    if state != "open":
        handovers.make(actor("clerk1"), key, now=NOW)
    if state == "taken":
        handovers.take(actor("head1"), key, all_there=True, now=NOW)
    before = HandOver.objects.values().get(pk=key)
    with pytest.raises(refusal):
        act(what, key, who, one)
    assert HandOver.objects.values().get(pk=key) == before


def test_who_may_not_list_and_what_is_not_there() -> None:
    one = case()
    for who, refusal in (("examiner2", NotFound), ("examiner1", NotAllowed), ("supervisor1", NotAllowed)):
        with pytest.raises(refusal):
            handovers.scan(actor(who), one, direction="out", now=NOW)
    with pytest.raises(NotFound):
        listed("20260908-999999-1")
    with pytest.raises(RuleBroken, match="list-empty"):
        key = listed(one)
        handovers.remove(actor("clerk1"), key, one)
        handovers.make(actor("clerk1"), key, now=NOW)
    assert queries.drafts(actor("clerk1"), "out") == []
    with pytest.raises(NotFound):
        queries.one(actor("examiner2"), made(one))


def test_the_printed_list() -> None:
    key = made(case(), case())
    content = slips.list_pdf(queries.one(actor("examiner1"), key), now=NOW)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
