"""The judge: holds what the database keeps against what the writers were told.

Sources that do not know each other: facts and tables are read with the owner's rights past the platform,
dossiers are opened and read for the markers in them, first answers are asked for again over HTTP, and the
platform's own checks (`ledger verify`, `cases replay`) run beside. Nothing is looked up by idempotency key.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter, defaultdict
from typing import Any

import msgspec
import psycopg

from faults.instance import Instance
from faults.load import AWAY, Client, Load, Request, digest_of

FACT_OF = {
    "create": "received", "accept": "accepted", "review": "reviewed", "decide": "granted", "note": "noted",
    "produce": "produced", "deliver": "delivered", "deny": "denied",
}  # fmt: skip
SETTLE_SECONDS = 150  # longer than a message waits for its fourth try
_READ = """
import json, django; django.setup()
from django.db import connection
from onewindow.cases import dossier
from onewindow.notices.texts import TEXTS
found = []
with connection.cursor() as cursor:
    cursor.execute("SELECT case_id, sealed FROM cases_dossier WHERE no = 1")
    for case_id, sealed in cursor.fetchall():
        found.append((case_id, dossier.unseal(bytes(sealed), case_id)[0].form.get("drainer_name")))
print(json.dumps([found, sorted(TEXTS)]))
"""
_FACTS = "SELECT subject, seq, type, data FROM base_fact WHERE stream = 'case' ORDER BY subject, seq"
_CASES = "SELECT id, case_no, version FROM cases_case"
_PAPERS = "SELECT case_no, count(*), count(file_id) FROM documents_document GROUP BY case_no"
_MESSAGES = """
SELECT key, channel, count(*), count(*) FILTER (WHERE state IN ('sent', 'read'))
FROM notices_message GROUP BY key, channel"""
_WAITING = """
SELECT (SELECT count(*) FROM base_delivery WHERE NOT is_dead),
       (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')
          AND coalesce(scheduled_at, now()) < now() + interval '10 minutes')"""
_DEAD = """
SELECT (SELECT count(*) FROM base_delivery WHERE is_dead),
       (SELECT count(*) FROM procrastinate_jobs WHERE status IN ('failed', 'aborted'))"""


class Findings(msgspec.Struct):
    """What is not as it must be, a sentence each, and what was counted on the way."""

    wrong: list[str] = []
    counts: dict[str, int] = {}

    def add(self, kind: str, sentence: str) -> None:
        self.wrong.append(f"{kind}: {sentence}")

    def kinds(self) -> dict[str, int]:
        return dict(Counter(one.partition(":")[0] for one in self.wrong))


class Kept(msgspec.Struct):
    """What the database keeps: facts by case number, markers of dossiers, papers, messages."""

    facts: dict[str, list[tuple[int, str, dict[str, Any]]]]
    numbers: dict[int, str]
    versions: dict[str, int]
    markers: dict[str, list[str]]
    told_types: set[str]
    papers: dict[str, tuple[int, int]]
    messages: dict[tuple[str, str], tuple[int, int]]


def judge(load: Load, *, is_final: bool, seed: int = 1) -> Findings:
    """Everything that was told against everything that is kept; the load must be resting or over.

    ``is_final``: unknown outcomes are asked for with their keys, the outbox is waited for, and the platform's
    own checks run.
    """
    found = Findings()
    for sentence in load.journal.odd:
        found.add("odd", sentence)
    _compare(load.journal.requests, read(load.platform), found)
    _ask_again(load, found, most=3000 if is_final else 300, seed=seed)
    if is_final:
        _settle(load.platform, found)
        kept = read(load.platform)
        _compare(load.journal.requests, kept, Findings() if found.wrong else found)
        _outbox(kept, found)
        _own_checks(load.platform, found)
    return found


# ---------------------------------------------------------------- reading


def read(platform: Instance) -> Kept:
    opened, told_types = json.loads(platform.script(_READ).splitlines()[-1])
    with psycopg.connect(platform.urls().owner) as link:
        rows = link.execute(_CASES).fetchall()
        numbers = {id: number for id, number, _ in rows}
        facts: dict[str, list[tuple[int, str, dict[str, Any]]]] = defaultdict(list)
        for subject, seq, type_, data in link.execute(_FACTS):
            facts[numbers.get(subject, f"without a case: {subject}")].append((seq, type_, data))
        papers = {number: (all_, made) for number, all_, made in link.execute(_PAPERS)}
        messages = {(key, way): (all_, sent) for key, way, all_, sent in link.execute(_MESSAGES)}
    markers: dict[str, list[str]] = defaultdict(list)
    for id, marker in opened:
        markers[marker].append(numbers.get(id, f"without a case: {id}"))
    versions = {number: version for _, number, version in rows}
    return Kept(facts, numbers, versions, markers, set(told_types), papers, messages)


# ---------------------------------------------------------------- told against kept


def _compare(requests: list[Request], kept: Kept, found: Findings) -> None:
    notes = _notes(kept)
    for one in requests:
        if one.kind == "create":
            count(one, kept.markers.get(one.marker, []), found)
        elif one.kind == "note":
            count(one, notes.get(one.marker, []), found)
        if one.outcome == "acknowledged":
            _stands(one, kept, found)
    _nothing_else(requests, kept, found)
    outcomes = Counter(one.outcome for one in requests)
    found.counts |= {
        "requests": len(requests),
        "acknowledged": outcomes["acknowledged"],
        "troubled": sum(one.troubles > 0 for one in requests),
        "unknown": outcomes["unknown"],
        "cases": len(kept.versions),
        "facts": sum(map(len, kept.facts.values())),
    }


def _notes(kept: Kept) -> dict[str, list[str]]:
    where: dict[str, list[str]] = defaultdict(list)
    for number, facts in kept.facts.items():
        for _, type_, data in facts:
            if type_ == "noted":
                where[data["text"]].append(number)
    return where


def count(one: Request, places: list[str], found: Findings) -> None:
    """Acknowledged: exactly once and where it was said to be. Unknown: at most once. Refused: never."""
    if len(places) > 1:
        found.add("doubled", f"{one.kind} {one.marker} ({one.outcome}) is there {len(places)} times")
    if one.outcome == "acknowledged" and one.case_no not in places:
        found.add("lost", f"{one.kind} {one.marker} was acknowledged as {one.case_no}, kept: {places}")
    if one.outcome == "refused" and places:
        found.add("refused-but-kept", f"{one.kind} {one.marker}: {places}")


def _stands(one: Request, kept: Kept, found: Findings) -> None:
    """The case has come at least as far as was acknowledged, by the very fact of this deed."""
    facts = kept.facts.get(one.case_no, [])
    if kept.versions.get(one.case_no, 0) < one.version:
        found.add("lost", f"{one.kind} of {one.case_no}: acknowledged as version {one.version}")
    elif FACT_OF[one.kind] not in {type_ for seq, type_, _ in facts if seq <= one.version}:
        found.add("lost", f"{one.kind} of {one.case_no}: no fact {FACT_OF[one.kind]}")


def _nothing_else(requests: list[Request], kept: Kept, found: Findings) -> None:
    """No fact of a writer's deed without a request that may have caused it; none more often than it was asked."""
    asked: Counter[tuple[str, str]] = Counter()
    created = {one.marker for one in requests if one.kind == "create"}
    for one in requests:
        if one.outcome != "refused" and one.kind != "create":
            asked[one.case_no, FACT_OF[one.kind]] += 1
    for number, facts in kept.facts.items():
        for type_, count in Counter(type_ for _, type_, _ in facts).items():
            most = 1 if type_ == "received" else asked[number, type_]
            if type_ in FACT_OF.values() and count > most:
                found.add("doubled", f"{number}: {count} facts {type_}, asked for {most} times")
        if [seq for seq, _, _ in facts] != list(range(1, len(facts) + 1)):
            found.add("lost", f"{number}: facts are missing between others")
    for marker, places in kept.markers.items():
        if marker not in created:
            found.add("alien", f"{places} was asked for by nobody")


def _ask_again(load: Load, found: Findings, *, most: int, seed: int) -> None:
    """First answers by their keys: of all that met trouble, of some others; unknown ones become known."""
    if not load.is_keyed:
        return
    client, dice = Client(load.platform.host), random.Random(seed)
    troubled, rest = load.journal.troubled(), [one for one in load.journal.requests if not one.troubles]
    chosen = troubled[-most:] + dice.sample(rest, min(most // 3, len(rest)))
    for one in chosen:
        status, answer = again(load, client, one)
        if one.outcome == "unknown":
            one.told(status, answer)
            if status >= 300 and status != 409:
                found.add("odd", f"{one.kind} {one.marker}: {status} when asked again")
        elif (status, digest_of(answer)) != (one.status, one.digest):
            found.add("other-answer", f"{one.kind} {one.marker}: {one.status}, then {status}")
    client.close()
    found.counts["asked again"] = found.counts.get("asked again", 0) + len(chosen)


def again(load: Load, client: Client, one: Request) -> tuple[int, bytes]:
    """The answer to the same request with the same key, however long the platform needs to be back."""
    headers = {
        "Authorization": f"Bearer {load.tokens[one.who]}", "Content-Type": "application/json",
        "Idempotency-Key": one.marker,
    }  # fmt: skip
    deadline = time.monotonic() + 60
    while True:
        try:
            status, answer = client.ask("POST", one.path, one.body, headers)
        except AWAY:
            status, answer = 503, b""
        if status != 503 or time.monotonic() > deadline:
            return status, answer
        time.sleep(0.1)


# ---------------------------------------------------------------- what the worker owes


def _settle(platform: Instance, found: Findings) -> None:
    """Wait until nothing is on its way any more, for as long as there is less of it from time to time."""
    deadline, least = time.monotonic() + SETTLE_SECONDS, float("inf")
    with psycopg.connect(platform.urls().owner, autocommit=True) as link:
        while any(waiting := link.execute(_WAITING).fetchone() or ()):
            if sum(waiting) < least:
                deadline, least = time.monotonic() + SETTLE_SECONDS, sum(waiting)
            if time.monotonic() > deadline:
                found.add("outbox", f"{waiting[0]} deliveries and {waiting[1]} jobs are stuck")
                break
            time.sleep(0.5)
        dead = link.execute(_DEAD).fetchone() or (0, 0)
    if any(dead):
        found.add("outbox", f"{dead[0]} deliveries and {dead[1]} jobs were given up")


def _outbox(kept: Kept, found: Findings) -> None:
    """Of each fact its papers with their files and its message, once each."""
    papers: Counter[str] = Counter()
    expected: set[str] = set()
    ids = {number: id for id, number in kept.numbers.items()}
    for number, facts in kept.facts.items():
        for seq, type_, data in facts:
            papers[number] += len(data.get("documents") or ())
            if type_ in kept.told_types and number in ids:
                expected.add(f"case:{ids[number]}:{seq}")
    for number, count in papers.items():
        if kept.papers.get(number, (0, 0)) != (count, count):
            found.add("outbox", f"{number}: {count} papers issued, kept and made: {kept.papers.get(number)}")
    portal = {key for key, way in kept.messages if way == "portal" and key.startswith("case:")}
    for key in sorted(expected ^ portal):
        found.add("outbox", f"{key}: {'no message' if key in expected else 'a message without a fact'}")
    found.counts |= {"papers": sum(papers.values()), "messages": len(portal)}


def _own_checks(platform: Instance, found: Findings) -> None:
    for words in (("ledger", "verify"), ("cases", "replay")):
        done = platform.command(*words)
        if done.returncode:
            text = (done.stdout + done.stderr).strip().splitlines()
            found.add(" ".join(words), " / ".join(text[:3] + text[-1:]))
