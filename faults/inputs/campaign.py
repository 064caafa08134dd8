"""The campaign of inputs: so many of each family, over several connections, and what became of them."""

from __future__ import annotations

import base64
import itertools
import json
import random
import sys
import threading
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from faults.inputs import garbage
from faults.inputs.making import ROLE_OF, Maker
from faults.inputs.pages import CSRF, PageMaker
from faults.inputs.pool import Pool
from faults.inputs.surface import Form, crawl, operations
from faults.inputs.wire import Connection, Hang, Sent, Told, request
from faults.instance import Instance, folder, running
from faults.report import Report, Row, bound

# In a hundred inputs.
FAMILIES = {"call": 61, "body": 8, "target": 8, "form": 14, "page": 5, "wire": 4}
TOLD = {
    "call": "sound calls of an operation with up to three places of the body altered",
    "body": "bodies that cannot be read: bytes, depth, size, encodings, NUL, numbers",
    "target": "addresses and parameters of junk",
    "form": "forms of the pages, filled with what they offer and with what they do not",
    "page": "pages with junk in address and parameters",
    "wire": "what is hardly HTTP: chunks, lengths, headers, half a request",
}
# Production's own way of saying no for now (contract): an upload that finds the disk full, a dependency away.
ALLOWED = (507,)
# Field errors that the door itself gives, before any rule of the business has been asked.
_SHAPE = frozenset(
    {"unknown-field", "required", "invalid", "unknown-parameter", "unknown-value", "not-a-date", "bad-character",
     "too-deep", "too-large", "out-of-range"}
)  # fmt: skip
_DOOR = frozenset({"no-such-page", "not-found", "role-lacks-it", "stale-form", "no-identity", "not-readable"})
_HOMES = {
    "clerk1": ["/counter"], "examiner1": ["/office"], "approver1": ["/office"], "issuer1": ["/issue"],
    "supervisor1": ["/supervision"], "manager1": ["/supervision"], "sysadmin": ["/console"],
    "secadmin": ["/console"], "auditor": ["/console"], "catalog1": ["/editor"], "leader1": ["/editor"],
    "citizen1": ["/my", "/"], "enterprise1": ["/my", "/kiosk"], "head1": ["/office"], "establishment1": ["/editor"],
    "legal1": ["/editor"],
}  # fmt: skip
SLOW_SECONDS = 30


class Tally(msgspec.Struct):
    """What became of the inputs, by family."""

    count: Counter[str] = msgspec.field(default_factory=Counter)
    reached: Counter[str] = msgspec.field(default_factory=Counter)
    statuses: dict[str, Counter[int]] = msgspec.field(default_factory=lambda: defaultdict(Counter))
    bad: list[dict[str, str]] = []
    names: dict[str, Counter[int]] = msgspec.field(default_factory=lambda: defaultdict(Counter))
    slowest: tuple[float, str] = (0.0, "")

    @property
    def total(self) -> int:
        return self.count.total()


def campaign(*, count: int, minutes: float, seed: int, keep: bool, parent: Path, connections: int) -> bool:
    """The whole campaign on an instance of its own, set up as in production but for its bounds on speed."""
    began = time.monotonic()
    settings = {
        "ONEWINDOW_SANDBOX": "0", "ONEWINDOW_RATE_READS": "0", "ONEWINDOW_RATE_DEEDS": "0",
        "ONEWINDOW_SECOND_FACTOR": "offered", "ONEWINDOW_PASSWORD_DAYS": "0",
    }  # fmt: skip
    with folder(keep, parent) as place, running(Instance(place, settings=settings)) as platform:
        tally = send(platform, count, seed=seed, connections=connections, deadline=began + minutes * 60)
        is_well = platform.answers("/readyz")
    command = f"python -m faults inputs --count {count} --seed {seed}"
    report(command, tally, is_well, time.monotonic() - began).show("inputs")
    return not tally.bad and is_well and 3 * tally.reached.total() >= tally.total


def send(
    platform: Instance, count: int, *, seed: int, connections: int = 6, deadline: float = float("inf"),
    pages: int = 40, has_names: bool = True,
) -> Tally:  # fmt: skip
    """So many inputs against an instance that stands."""
    makers = prepare(platform, seed=seed, pages=pages, has_names=has_names)
    tally, numbers, guard = Tally(), itertools.count(), threading.Lock()
    senders = [
        threading.Thread(
            target=_sender, args=(platform, makers, tally, numbers, guard, count, seed, deadline)
        )
        for _ in range(connections)
    ]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    return tally


class Makers(NamedTuple):
    """What makes calls, and what makes requests of browsers."""

    calls: Maker
    pages: PageMaker


def prepare(platform: Instance, *, seed: int, pages: int, has_names: bool = True) -> Makers:
    """Log-ins, the document, living values, pages and forms."""
    names = list(dict.fromkeys(ROLE_OF.values()))
    api, shown = (
        _log_ins(platform, names) if has_names else ({name: ["x"] for name in [*names, "spare"]},) * 2
    )
    cookies = {name: f"onewindow={told[0]}; csrf={CSRF}" for name, told in shown.items()}
    link, pool = Connection(platform.port), Pool()
    document = json.loads(link.ask(request("GET", "/api/v1/openapi.json", [])).body)
    maker = Maker(document, operations(document), pool, api, json.loads(platform.script(_APPLICANT)))
    _live(link, maker, random.Random(seed))
    link.close()
    found: dict[str, list[str]] = {"citizen1": ["/"]}
    forms = [Form("GET", "/search", "citizen1", [("q", [])])]
    for name, homes in _HOMES.items() if has_names else ():
        found[name], own = crawl(platform.port, name, cookies[name], homes, most=pages)
        forms += own
    return Makers(maker, PageMaker(pool, cookies, found, forms))


def _log_ins(platform: Instance, names: list[str]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    api = platform.tokens(names) | {"spare": platform.tokens(["citizen2"], count=200)["citizen2"]}
    return api, platform.tokens(names, purpose="page")


_APPLICANT = """
import json, django; django.setup()
from onewindow.base import clock
from onewindow.base.models import Account
from onewindow.people import queries
me = queries.subjects_of(Account.objects.get(username="citizen1").id, on=clock.today())[0]
print(json.dumps({name: me[name] for name in ("type", "name", "id_type", "id_number")} | {"phone": "13800000000"}))
"""


def _live(link: Connection, maker: Maker, dice: random.Random) -> None:
    """Sound applications before the hostile inputs, so that these find something to act on."""
    for number in range(150):
        who = "citizen1" if number % 5 == 0 else "clerk1"
        body = json.dumps(maker.application(dice, who)).encode()
        log_in = f"Bearer {maker.tokens[who][0]}"
        headers: list[tuple[str, str | bytes]] = [
            ("Authorization", log_in),
            ("Content-Type", "application/json"),
        ]
        told = link.ask(request("POST", "/api/v1/cases", headers, body))
        if told.status < 300:
            maker.pool.learn(told.body)


# ---------------------------------------------------------------- sending


def _sender(
    platform: Instance, makers: Makers, tally: Tally, numbers: Any, guard: threading.Lock, count: int, seed: int,
    deadline: float,
) -> None:  # fmt: skip
    link = Connection(platform.port)
    while (number := next(numbers)) < count and time.monotonic() < deadline:
        family, name, sent = make(makers, random.Random(f"{seed}:{number}"))
        began = time.monotonic()
        try:
            told = link.ask(sent)
        except Hang:
            told = Told(599, {}, b"no answer in time")
        took = time.monotonic() - began
        if told.status in (200, 201) and told.headers.get("content-type", "").startswith("application/json"):
            makers.calls.pool.learn(told.body)
        with guard:
            _count(tally, family, name, sent, told, took)
            if tally.total % 5000 == 0:
                print(
                    f"{tally.total} inputs, {len(tally.bad)} wrong, {share(tally)} reached",
                    file=sys.stderr,
                    flush=True,
                )
    link.close()


def make(makers: Makers, dice: random.Random) -> tuple[str, str, Sent]:
    """An input: its family, what it is aimed at, its bytes. The same die gives the same input."""
    family = dice.choices(list(FAMILIES), weights=list(FAMILIES.values()))[0]
    if family == "form":
        return family, *makers.pages.form(dice)
    if family == "page":
        return family, *makers.pages.page(dice)
    if family == "wire":
        return family, "wire", garbage.sent(makers.calls.tokens["clerk1"][0], dice)
    return family, *makers.calls.call(dice, garbage="" if family == "call" else family)


def _count(tally: Tally, family: str, name: str, sent: Sent, told: Told, took: float) -> None:
    tally.count[family] += 1
    tally.statuses[family][told.status] += 1
    tally.names[name][told.status] += 1
    tally.reached[family] += is_reached(family, name, told)
    if took > tally.slowest[0]:
        tally.slowest = (took, name)
    is_bad = told.status >= 500 and told.status not in ALLOWED
    # Whoever sends what is no HTTP may be hung up on; everybody else gets an answer.
    is_bad |= told.status == 0 and family != "wire" and not sent.is_last
    if is_bad or took > SLOW_SECONDS:
        asked = {"family": family, "name": name, "status": str(told.status), "seconds": f"{took:.1f}"}
        bad = asked | {
            "sent": base64.b64encode(sent.raw[:4000]).decode(),
            "told": told.body[:600].decode("utf-8", "replace"),
        }
        tally.bad.append(bad)
        print(f"wrong: {asked}"[:300], file=sys.stderr, flush=True)


def is_reached(family: str, name: str, told: Told) -> bool:
    """Whether business code had its say, read strictly: what the door may have refused itself does not count.

    Of the API: anything done or read, every conflict, and a 403, 404 or 422 whose code a rule of the business
    gives. Of the pages: an answer of a view (200, 303, 409, 422), not a way to the log-in.
    """
    if family == "wire" or name == "GET /api/v1/openapi.json":
        return False
    if family in ("form", "page"):
        is_login = told.headers.get("location", "").startswith("/login")
        return told.status in (200, 302, 303, 409, 422) and not is_login
    if told.status in (200, 201, 204, 206, 304, 409):
        return True
    return told.status in (403, 404, 422) and _is_of_business(told)


def _is_of_business(told: Told) -> bool:
    try:
        problem = json.loads(told.body)
        code = problem["type"].rsplit(":", 1)[-1]
        fields = {one["code"] for one in problem.get("errors", ())}
    except (ValueError, KeyError, TypeError):
        return False
    if code == "invalid-fields":
        return not fields <= _SHAPE
    return code not in _DOOR and code not in _SHAPE


# ---------------------------------------------------------------- words


def share(tally: Tally) -> str:
    return f"{100 * tally.reached.total() / max(1, tally.total):.1f} %"


def report(command: str, tally: Tally, is_well: bool, seconds: float) -> Report:
    by_family = Counter(one["family"] for one in tally.bad)
    rows = [
        Row(told, tally.count[family], by_family[family],
            f"{100 * tally.reached[family] / max(1, tally.count[family]):.0f} % reached business code; {_statuses(tally.statuses[family])}")
        for family, told in TOLD.items()
    ]  # fmt: skip
    bad = len(tally.bad)
    rows.append(Row("**inputs**: 5xx, no answer, or an answer after 30 s", tally.total, bad,
                    f"{share(tally)} reached business code; {bound(tally.total, bad)}"))  # fmt: skip
    took, name = tally.slowest
    notes = [
        f"{len(tally.names)} operations and families were met. The slowest answer took {took:.1f} s ({name}).",
        "" if is_well else "AFTERWARDS THE INSTANCE WAS NOT READY.",
    ]
    return Report(command, rows, [json.dumps(one, ensure_ascii=False) for one in tally.bad], seconds, notes)


def _statuses(counts: Counter[int]) -> str:
    return ", ".join(f"{status or 'closed'}: {count:,}" for status, count in sorted(counts.items()))
