"""A small year: whole lives by the rules, in the order of time, the same for the same seed, nothing bent."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random
from typing import Any

import msgspec
import psycopg
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as some

from onewindow.base import clock, facts, settings_store
from onewindow.base.ledger import heads, sequencer, verify
from onewindow.base.models import Fact
from onewindow.cases import proof
from onewindow.cases.services import checking
from onewindow.kernel.errors import RuleBroken
from onewindow.reviews import store
from onewindow.reviews.models import Rater, Rating, Ticket
from onewindow.site.simulate.year import mix, town, writing
from onewindow.site.simulate.year import plan as plans
from onewindow.site.simulate.year.making import Maker, Tally
from onewindow.site.simulate.year.plan import Plan, Rates
from tests import demonstration

CASES = 2_000
UNTIL = datetime.fromisoformat("2026-09-07T08:30:00+08:00")


class Year:
    """What a played year left to look at."""

    def __init__(self, result: writing.Result, told: list[writing.Progress], last_before: int) -> None:
        self.result, self.told, self.last_before = result, told, last_before
        # Here, because the file of heads is thrown away before each test.
        self.findings = [*verify.run(), *proof.findings()]


@pytest.fixture(scope="module")
def city(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), demonstration.stands():
        yield


@pytest.fixture(scope="module")
def year(city: None) -> Year:
    told: list[writing.Progress] = []
    town.enlarge(clock.start_of(plan(CASES).first))
    last = one("SELECT max(id) FROM base_fact")
    played = writing.play(plan(CASES), processes=2, progress=told.append)
    return Year(played, told, last)


def plan(cases: int, *, seed: int = 1) -> Plan:
    return plans.default(UNTIL, cases=cases, seed=seed, rates=Rates(over_promise=0.05, over_law=0.02))


def one(sql: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def test_every_case_stands_with_its_life(year: Year) -> None:
    counts = year.result.tally.counts
    since = year.last_before
    assert counts["cases"] == CASES == year.told[-1].cases
    assert (
        one("SELECT count(DISTINCT subject) FROM base_fact WHERE id > %s AND stream = 'case'", since) == CASES
    )
    assert (
        one("SELECT count(*) FROM base_fact WHERE id > %s", since) == counts["facts"] == year.told[-1].facts
    )
    assert not [name for name in counts if name.startswith("cut ")]
    assert counts["state delivered"] > CASES * 0.9
    assert all(counts[f"way {name}"] for name in ("corrected", "refused", "paused", "denied", "returned"))
    assert counts["mark overdue:promised"] > counts["mark overdue:legal"] > 0
    assert sum(counts[f"state {name}"] for name in ("received", "accepted", "in_review")) > 0  # the open tail


def test_nothing_is_bent(year: Year) -> None:
    assert year.findings == []


def test_the_ledger_is_numbered_and_signed(year: Year) -> None:
    size = sequencer.tree_size()
    newest = heads.stored_newest()
    assert size == one("SELECT count(*) FROM base_fact")
    assert newest is not None and newest.size == size
    assert year.result.numbered >= year.result.tally.counts["facts"]


def test_facts_stand_in_the_order_of_time(year: Year) -> None:
    back = """SELECT count(*) FROM (SELECT at < lag(at) OVER (ORDER BY id) AS back FROM base_fact
              WHERE id > %s) AS one WHERE back"""
    assert one(back, year.last_before) == 0
    first, last = plan(CASES).first, one("SELECT max(at) FROM base_fact WHERE id > %s", year.last_before)
    assert one("SELECT min(at) FROM base_fact WHERE id > %s", year.last_before) >= clock.start_of(first)
    assert last <= UNTIL


def test_items_are_published_before_they_are_applied_for(year: Year) -> None:
    early = """SELECT count(*) FROM cases_case c JOIN catalog_itemevent e
               ON e.version_id = c.item_version_id AND e.what = 'published' WHERE c.received_at {} e.at"""
    assert one(early.format(">=")) >= CASES * 0.95
    assert one(early.format("<")) == 0


def test_the_year_has_voices(year: Year) -> None:
    counts, since = year.result.tally.counts, year.last_before
    mine = "id IN (SELECT subject FROM base_fact WHERE id > %s AND stream = 'rating')"
    assert one(f"SELECT count(*) FROM reviews_rating WHERE {mine}", since) == counts["ratings"]
    rated = one(f"SELECT count(DISTINCT case_id) FROM reviews_rating WHERE {mine}", since)
    assert 0.1 * CASES < rated < 0.3 * CASES
    bad = one(f"SELECT count(*) FROM reviews_rating WHERE grade < 3 AND {mine}", since)
    assert 0 < bad == counts["tickets"] < 0.1 * counts["ratings"]
    assert (
        one(f"SELECT count(*) FROM reviews_rater JOIN reviews_rating ON rating_id = id WHERE {mine}", since)
        > 0
    )
    wrong = f"""SELECT count(*) FROM reviews_rating r JOIN cases_case c ON c.id = r.case_id WHERE r.{mine} AND ("""
    for name, condition in {
        "received": "r.received_on <> (c.received_at AT TIME ZONE 'Asia/Shanghai')::date",
        "organ": "r.organ_id <> c.organ_id",
        "too early": "r.rated_on < r.received_on OR r.link = 'completion' AND r.rated_on < c.decided_on",
        "not decided": "r.link = 'completion' AND c.decided_on IS NULL",
        "window": "r.received_window IS DISTINCT FROM (SELECT (f.data ->> 'window')::bigint FROM base_fact f"
        " WHERE f.stream = 'case' AND f.subject = c.id AND f.data ? 'window' ORDER BY f.seq LIMIT 1)",
    }.items():
        assert (name, one(f"{wrong}{condition})", since)) == (name, 0)


def test_tickets_of_the_year_stand_as_their_facts_tell(year: Year) -> None:
    told: dict[int, list[tuple[Any, ...]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject, seq, type, at, actor, data FROM base_fact WHERE id > %s AND stream = 'ticket'"
            " ORDER BY subject, seq",
            [year.last_before],
        )
        for subject, *fact in cursor.fetchall():
            told.setdefault(subject, []).append((*fact[:-1], msgspec.json.decode(fact[-1])))
    assert len(told) == year.result.tally.counts["tickets"]
    rows = {row.pk: row for row in Ticket.objects.select_related("rating").filter(pk__in=told)}
    for id, facts_of in told.items():
        ticket, last = rows[id], facts_of[-1]
        steps = store.steps("ticket", id)
        assert [(step.seq, step.deed, step.at, step.actor) for step, _ in steps] == [
            one[:4] for one in facts_of
        ]
        assert ticket.version == len(facts_of) == last[0]
        assert ticket.state == last[4].get("to", last[4].get("state", "opened"))
        assert (ticket.closed_at is not None) == (ticket.state == "closed")
        judged = [one[4]["verdict"] for one in facts_of if one[1] == "verify"]
        assert [ticket.verdict] == (judged or [None])
        assert ticket.rating.standing == ("mistaken" if judged == ["mistaken"] else "valid")
        assert all(words for step, words in steps if step.deed in ("verify", "rectify", "answer", "call"))
    assert {"closed"} < {row.state for row in rows.values()} | {"open"}


def test_the_words_of_the_year_are_sealed_to_their_ratings(year: Year) -> None:
    said = [row for row in Rating.objects.all() if row.text_sealed]
    digests = dict(Fact.objects.filter(stream="rating").values_list("subject", "data__text"))
    assert said
    for row in said:
        assert store.unseal(row.text_sealed, "rating", row.pk) and digests[row.pk] == store.digest(
            row.text_sealed
        )
    for rater in Rater.objects.all()[:20]:
        assert store.unseal_person(rater.sealed, "rater", rater.pk)["name"]


def test_nobody_is_told_of_the_past(year: Year) -> None:
    assert one("SELECT count(*) FROM base_delivery WHERE fact_id > %s", year.last_before) == 0


def test_clerks_keep_to_their_windows(year: Year) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT f.actor, f.data->>'channel', (f.data->>'window')::bigint, s.window_id FROM base_fact f"
            " LEFT JOIN base_account a ON a.username = f.actor LEFT JOIN org_staff s ON s.account_id = a.id"
            " WHERE f.id > %s AND f.type = 'received' AND f.seq = 1",
            [year.last_before],
        )
        rows = cursor.fetchall()
    assert len({actor for actor, channel, _, _ in rows if channel == "window"}) > 20
    for _, channel, window, own in rows:
        assert window == (own if channel == "window" else None)


def test_another_year_is_refused(year: Year) -> None:
    with pytest.raises(RuleBroken) as refused:
        writing.play(plan(1))
    assert refused.value.code == "year-stands"


def test_a_platform_at_work_is_refused(city: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_refuse_second", lambda: None)
    values = connection.get_connection_params()
    with psycopg.connect(
        host=values["host"], port=values["port"], dbname=values["dbname"], user=values["user"],
        password=values["password"],
    ):  # fmt: skip
        with pytest.raises(RuleBroken) as refused:
            writing.play(plan(1))
    assert refused.value.code == "platform-at-work"


def test_forms_and_identities_would_pass_the_door(city: None) -> None:
    maker = Maker(plan(1), town.enlarge(UNTIL))
    for matter in maker._entering(date(2026, 3, 4), 150):
        made, item = matter.made, matter.item
        checking.dossier_of(made.dossier, item, today=matter.today, complete=True)
        assert item.handled and made.dossier.applicant.type in item.audiences
        assert {row.code for row in made.state.materials} == {
            row.code for row in checking.materials_of(item, made.dossier.answers, complete=True)
        }


def made(codes: list[str], *, seed: int, shares: int) -> Tally:
    whole = Tally(Counter())
    for share in range(shares):
        maker = Maker(plan(150, seed=seed), codes, share=share, shares=shares)
        assert sum(len(packet.cases) for packet in maker.packets()) > 0
        whole.add(maker.tally)
    return whole


def test_the_same_seed_gives_the_same_year_however_it_is_shared_out(city: None) -> None:
    codes = town.enlarge(UNTIL)
    once = made(codes, seed=7, shares=1)
    assert once == made(codes, seed=7, shares=3)
    assert once.digest != made(codes, seed=8, shares=1).digest


def test_without_papers_the_lives_are_the_same(city: None) -> None:
    codes = town.enlarge(UNTIL)
    bare = Maker(msgspec.structs.replace(plan(60), has_papers=False), codes)
    whole = Maker(plan(60), codes)
    assert sum(len(packet.papers) for packet in whole.packets()) > 100
    assert sum(len(packet.papers) for packet in bare.packets()) == 0 == bare.tally.counts["papers"]
    assert bare.tally.digest == whole.tally.digest


def test_an_interrupted_run_leaves_whole_months(city: None) -> None:
    """Runs last of those with a database: it begins anew."""
    demonstration.afresh()

    class Stopped(Exception):
        pass

    def stop(told: writing.Progress) -> None:
        if told.day >= date(2025, 11, 30):
            raise Stopped

    with pytest.raises(Stopped):
        writing.play(plan(400), processes=2, progress=stop)
    assert settings_store.get(writing.SETTING)["written"] == "2025-11-30"
    end = clock.start_of(date(2025, 12, 1))
    assert one("SELECT count(*) FROM base_fact WHERE stream = 'case' AND at < %s", end) > 200
    made_in = clock.start_of(date(2025, 9, 7))
    reach = "SELECT count(*) FROM base_fact WHERE stream = 'case' AND at >= %s AND at < %s"
    assert one(reach, end, end + timedelta(days=60)) == 0 < one(reach, made_in, end)
    assert list(verify.run()) == []
    assert list(proof.findings()) == []


# ---------------------------------------------------------------- without a database


@given(weights=some.lists(some.integers(1, 50), min_size=1, max_size=30), seed=some.integers())
def test_weights_are_drawn_as_choices_draws_them(weights: list[int], seed: int) -> None:
    names, cumulated = range(len(weights)), list(accumulate(weights))
    drawn = mix.weighed(names, cumulated, Random(seed))
    assert drawn == Random(seed).choices(names, cum_weights=cumulated)[0]


@pytest.mark.django_db
def test_arrivals_fill_the_year_and_follow_its_days() -> None:
    made = plan(120_000).arrivals()
    assert sum(made.values()) == 120_000 and len(made) == 365
    assert min(made) == date(2025, 9, 7) and max(made) == date(2026, 9, 6)
    assert made[date(2026, 3, 10)] > 10 * made[date(2026, 3, 14)] > 0  # Tuesday against Saturday
    assert made[date(2026, 3, 9)] > made[date(2026, 3, 13)]  # Monday against Friday
    assert facts.micros_of(plan(1).until) > 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("until", "count"), [("2026-09-07T08:30:00+08:00", 13), ("2026-01-01T00:00:00+08:00", 12)]
)
def test_batches_are_months(until: str, count: int) -> None:
    found = plans.default(datetime.fromisoformat(until), cases=1, seed=1)
    ends = found.ends()
    assert len(ends) == count and ends == sorted(ends) and ends[-1] == found.until
    batches = writing._batches(found)
    assert [day for batch in batches for day in batch] == found.days and all(batches)
