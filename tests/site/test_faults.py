"""The fault campaign in small: a few kills, windows and hostile inputs, and a judge that can be seen to judge.

The whole campaign is `python -m faults`; this is the same code with small numbers, on one instance.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from faults import judge, kills, windows
from faults.inputs import campaign as inputs
from faults.inputs import values
from faults.inputs.making import mutated
from faults.inputs.wire import NOTHING, Told
from faults.instance import Instance, folder, running
from faults.load import Client, Load, Request
from faults.proxy import Proxy
from onewindow.site import embedded

pytestmark = pytest.mark.slow
KILLS = ["backend", "worker", "web", "postmaster", "server"]  # each kind once
WINDOWS = ["hushed", "approvers", "same-key"]


@pytest.fixture(scope="module")
def behind_proxy() -> Iterator[tuple[Instance, Proxy]]:
    with folder() as place, Proxy(lambda: windows.port_of(place)) as proxy:
        with running(Instance(place, database_port=proxy.port)) as platform:
            yield platform, proxy


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows as short as they may be, and a judgement at the end alone."""
    monkeypatch.setattr(kills, "BATCHES", 1)
    monkeypatch.setattr(
        windows,
        "KINDS",
        {kind: (share, low, low, told) for kind, (share, low, _, told) in windows.KINDS.items()},
    )


def test_kills_and_windows_lose_nothing_and_double_nothing(
    behind_proxy: tuple[Instance, Proxy], no_pause: None
) -> None:
    platform, proxy = behind_proxy
    with Load(platform, writers=2, seed=7) as load:
        tally, wrong = kills.strike(load, list(KILLS), seed=7)
        struck = windows.Tally()
        windows.strike_under(load, proxy, None, list(WINDOWS), struck, seed=7)
    assert wrong + struck.wrong == []
    assert tally.done.total() == len(KILLS)
    assert struck.done == Counter(WINDOWS)
    found = judge.judge(load, is_final=True)
    assert found.wrong == []
    assert found.counts["acknowledged"] > 30
    assert found.counts["troubled"] > 0
    _judge_finds_what_is_bent(load)


def _judge_finds_what_is_bent(load: Load) -> None:
    """The same judge over the same load, after a row was taken away and one was put there twice."""
    note = next(one for one in load.journal.of("acknowledged") if one.kind == "note")
    made = next(one for one in load.journal.of("acknowledged") if one.kind == "create")
    with psycopg.connect(embedded.ensure_running(load.platform.place).owner, autocommit=True) as link:
        link.execute("DELETE FROM base_fact WHERE data->>'text' = %s", [note.marker])
    headers = {"Authorization": f"Bearer {load.tokens[made.who]}", "Content-Type": "application/json"}
    assert Client(load.platform.host).ask("POST", made.path, made.body, headers)[0] == 201
    found = judge.judge(load, is_final=False).kinds()
    assert found["lost"] >= 1
    assert found["doubled"] == 1


def test_hostile_inputs_find_no_5xx_and_reach_business_code(behind_proxy: tuple[Instance, Proxy]) -> None:
    platform, _ = behind_proxy
    tally = inputs.send(platform, 250, seed=5, connections=2, pages=4)
    assert tally.bad == []
    assert tally.total == 250
    assert 3 * tally.reached.total() >= tally.total
    assert platform.answers("/readyz")


@pytest.mark.parametrize(
    ("status", "code", "fields", "is_reached"),
    [
        (200, "", [], True),
        (409, "stale-version", [], True),
        (422, "invalid-fields", ["required", "invalid"], False),
        (422, "invalid-fields", ["required", "wrong-channel"], True),
        (422, "key-reused", [], True),
        (404, "no-such-case", [], True),
        (404, "no-such-page", [], False),
        (403, "role-lacks-it", [], False),
        (403, "not-your-matter", [], True),
        (401, "no-identity", [], False),
        (400, "not-readable", [], False),
        (429, "too-fast", [], False),
    ],
)
def test_who_knocks_at_the_door_has_not_entered(
    status: int, code: str, fields: list[str], is_reached: bool
) -> None:
    body = {"type": f"urn:onewindow:problem:{code}", "errors": [{"code": one} for one in fields]}
    told = Told(status, {}, json.dumps(body).encode())
    assert inputs.is_reached("call", "POST /api/v1/cases", told) is is_reached
    assert not inputs.is_reached("wire", "wire", told)
    assert not inputs.is_reached("call", "POST /api/v1/cases", NOTHING)


def test_the_same_seed_gives_the_same_kills_windows_and_bodies() -> None:
    assert kills.plan(1000, 1) == kills.plan(1000, 1) != kills.plan(1000, 2)
    assert Counter(kills.plan(1000, 1)) == Counter(kills.MIX)
    assert Counter(windows.plan(200, 3)) == {kind: share for kind, (share, *_) in windows.KINDS.items()}
    for seed in range(200):
        body = {"a": [1, {"b": "c"}], "version": 1}
        assert repr(mutated(body, random.Random(seed))) == repr(mutated(body, random.Random(seed)))
        assert body == {"a": [1, {"b": "c"}], "version": 1}
        assert values.body(random.Random(seed)) == values.body(random.Random(seed))


def test_the_bound_is_the_rule_of_three() -> None:
    from faults.report import bound

    assert bound(1000) == "< 0.3 % at 95 %"
    assert bound(1000, 1) == "" == bound(0)


def test_a_request_with_an_unknown_outcome_may_be_there_once_and_not_twice() -> None:
    for places, kinds in (([], {}), (["n1"], {}), (["n1", "n2"], {"doubled": 1})):
        one, found = Request("create", "clerk1", "/cases", {}, marker="m"), judge.Findings()
        one.outcome = "unknown"
        judge.count(one, places, found)
        assert found.kinds() == kinds


def test_an_instance_leaves_nothing_behind() -> None:
    with folder(parent=Path(tempfile.gettempdir())) as place:
        assert place.exists()
    assert not place.exists()
