"""The load: writers who play lives of cases through the HTTP API, and the exact journal of what they were told.

Every changing request carries an Idempotency-Key and a marker of its own in the content. A request without an
answer is sent again with the same key until the answer is known; now and then a writer gives up instead, so
that some outcomes stay unknown for ever, as they do in life.
"""

from __future__ import annotations

import hashlib
import http.client
import itertools
import json
import random
import threading
import time
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from faults.instance import ITEM, Instance

PLAYERS = ["clerk1", "examiner1", "approver1", "dual1", "issuer1"]
AGAIN_SECONDS = 0.05
PACE_SECONDS = 0.02  # between two requests of a writer: what was killed needs the machine too to come back
UNANSWERED_SECONDS = 90
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# After the creation: who, which action, what beside the version; notes are sent between.
_STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("clerk1", "accept", {}),
    ("examiner1", "review", {"opinion": "材料属实", "pass": True}),
    ("approver1", "decide", {"outcome": "grant"}),
    ("examiner1", "produce", {}),
    ("issuer1", "deliver", {"method": "window"}),
)
AWAY = (OSError, http.client.HTTPException)


class Request:
    """One changing request: what was sent, how often, and what was told about it."""

    __slots__ = (
        "body", "case_no", "digest", "kind", "marker", "outcome", "path", "sent_at", "state", "status",
        "told_at", "tries", "troubles", "version", "who",
    )  # fmt: skip

    def __init__(
        self, kind: str, who: str, path: str, body: dict[str, Any], *, marker: str, case_no: str = ""
    ):
        self.kind, self.who, self.path, self.marker, self.case_no = kind, who, path, marker, case_no
        self.body = json.dumps(body, ensure_ascii=False).encode()
        self.outcome = "open"  # acknowledged, refused, unknown
        self.tries = self.troubles = self.status = self.version = 0
        self.state = self.digest = ""
        self.sent_at = self.told_at = 0.0

    def told(self, status: int, answer: bytes) -> None:
        self.status, self.told_at = status, time.monotonic()
        self.outcome = "acknowledged" if status < 300 else "refused"
        self.digest = digest_of(answer)
        if status < 300:
            case = json.loads(answer)
            self.case_no, self.version, self.state = case["case_no"], case["version"], case["state"]


def digest_of(answer: bytes) -> str:
    """Of the content of an answer, whatever the spacing of its JSON."""
    try:
        plain = json.dumps(json.loads(answer), sort_keys=True).encode()
    except ValueError:
        plain = answer
    return hashlib.sha256(plain).hexdigest()


class Journal:
    """Every request in the order of its first sending; also on disk, a line at each sending and each answer."""

    def __init__(self, path: Path | None = None) -> None:
        self.requests: list[Request] = []
        self.odd: list[str] = []  # answers that no well-formed request should get
        self._file: IO[str] | None = open(path, "a", encoding="utf-8") if path else None  # noqa: SIM115

    def sent(self, request: Request) -> None:
        if request.tries == 0:
            self.requests.append(request)
            request.sent_at = time.monotonic()
        request.tries += 1
        self._line("sent", request)

    def told(self, request: Request) -> None:
        self._line(request.outcome, request)

    def of(self, *outcomes: str) -> list[Request]:
        return [one for one in self.requests if one.outcome in outcomes]

    def troubled(self) -> list[Request]:
        """Those that met a broken connection or a 503 on their way."""
        return [one for one in self.requests if one.troubles]

    def _line(self, what: str, request: Request) -> None:
        if self._file is not None:
            self._file.write(f"{what} {request.marker} {request.kind} {request.case_no} {request.version}\n")
            self._file.flush()


class Client:
    """One connection that is kept; a broken one is opened again with the next request."""

    def __init__(self, host: str, *, timeout: float = 20) -> None:
        self._host, self._timeout = host, timeout
        self._link: http.client.HTTPConnection | None = None

    def ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and body; raises one of ``AWAY``."""
        if self._link is None:
            self._link = http.client.HTTPConnection(self._host, timeout=self._timeout)
        try:
            self._link.request(method, "/api/v1" + path, body, headers)
            answer = self._link.getresponse()
            return answer.status, answer.read()
        except AWAY:
            self.close()
            raise

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None


class Load:
    """Writers side by side on one instance, and what all of them share."""

    def __init__(
        self, platform: Instance, *, writers: int = 6, seed: int = 1, giving_up: float = 0.2,
        is_keyed: bool = True, journal: Path | None = None,
    ) -> None:  # fmt: skip
        self.platform, self.giving_up, self.is_keyed = platform, giving_up, is_keyed
        self.journal = Journal(journal)
        self.tokens = {name: told[0] for name, told in platform.tokens(PLAYERS).items()}
        self.flying: dict[int, Request] = {}
        self.longest = 0.0  # seconds that one attempt took
        self.breaks = 0  # attempts without an answer, or with 503
        self._going = threading.Event()
        self._ended = threading.Event()
        self._writers = [
            Writer(self, number, random.Random(seed * 1000 + number)) for number in range(writers)
        ]

    def __enter__(self) -> Load:
        self._going.set()
        for writer in self._writers:
            writer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._going.set()
        for writer in self._writers:
            writer.join()

    @property
    def is_over(self) -> bool:
        return self._ended.is_set()

    def rest(self) -> None:
        """Let nobody begin anything new; returns when every request under way has its answer."""
        self._going.clear()
        while any(writer.is_busy for writer in self._writers):
            time.sleep(0.02)

    def go_on(self) -> None:
        self._going.set()

    def may_go(self) -> bool:
        self._going.wait()
        return not self.is_over

    def acknowledged(self, since: float = 0.0) -> int:
        """How many requests that were first sent after this moment have been acknowledged."""
        newest = itertools.takewhile(lambda one: one.sent_at > since, reversed(self.journal.requests))
        return sum(one.outcome == "acknowledged" for one in newest)

    def send(self, client: Client, request: Request, *, may_give_up: bool, dice: random.Random) -> bool:
        """Until it is answered; False when the writer gave up and will never know."""
        headers = {"Authorization": f"Bearer {self.tokens[request.who]}", "Content-Type": "application/json"}
        if self.is_keyed:
            headers["Idempotency-Key"] = request.marker
        deadline = time.monotonic() + UNANSWERED_SECONDS
        while True:
            status, answer = self._attempt(client, request, headers)
            if status not in (0, 503):
                request.told(status, answer)
                self.journal.told(request)
                return True
            request.troubles += 1
            self.breaks += 1
            if time.monotonic() > deadline:
                self.journal.odd.append(
                    f"{request.kind} {request.marker}: no answer in {UNANSWERED_SECONDS} s"
                )
            elif not (may_give_up and status == 0 and dice.random() < self.giving_up):
                time.sleep(AGAIN_SECONDS)
                continue
            request.outcome = "unknown"
            self.journal.told(request)
            return False

    def _attempt(self, client: Client, request: Request, headers: dict[str, str]) -> tuple[int, bytes]:
        self.journal.sent(request)
        self.flying[id(request)] = request
        began = time.monotonic()
        try:
            return client.ask("POST", request.path, request.body, headers)
        except AWAY:
            return 0, b""
        finally:
            self.longest = max(self.longest, time.monotonic() - began)
            self.flying.pop(id(request), None)


class Writer(threading.Thread):
    """Plays one case after another from receipt to delivery, with notes between the steps."""

    def __init__(self, load: Load, number: int, dice: random.Random) -> None:
        super().__init__(name=f"writer-{number}", daemon=True)
        self._load, self._number, self._dice = load, number, dice
        self._client = Client(load.platform.host)
        self.is_busy = False

    def run(self) -> None:
        lives = itertools.count()
        while self._load.may_go():
            self.is_busy = True
            try:
                self._play(next(lives))
            finally:
                self.is_busy = False
        self._client.close()

    def _play(self, life: int) -> None:
        created = self._send(creation(self._number * 100 + life % 100))
        if created is None:
            return
        case = created
        for who, action, body in self._steps():
            if self._load.is_over or case is None:
                return
            time.sleep(PACE_SECONDS)
            case = self._send(deed(case, who, action, body))

    def _steps(self) -> list[tuple[str, str, dict[str, Any]]]:
        """Many notes, and one case in five to its end: making papers would take the machine from the faults."""
        steps = [("clerk1", "note", {})] * self._dice.randint(12, 30)
        if self._dice.random() < 0.2:
            for step in _STEPS:
                steps += [step] + [("clerk1", "note", {})] * self._dice.randint(0, 4)
        return steps

    def _send(self, request: Request) -> Request | None:
        is_told = self._load.send(self._client, request, may_give_up=True, dice=self._dice)
        if is_told and request.outcome == "refused":
            self._load.journal.odd.append(f"{request.kind} {request.marker}: {request.status}")
        return request if request.outcome == "acknowledged" else None


def creation(person: int) -> Request:
    """An application at the window; the marker stands in its form, sealed in the dossier."""
    marker = new_marker()
    body = {
        "task_code": ITEM,
        "applicant": {
            "type": "person", "name": "蓝予遥", "id_type": "id_card",
            "id_number": valid(f"51160219000101{person % 1000:03d}"), "phone": "13800000000",
        },
        "form": {
            "drainer_name": marker, "site_address": "示范路1号", "industry": "工业", "outlets": 1,
            "daily_volume": 12.5, "start_on": "2026-12-01",
        },
        "materials": [{"code": code, "medium": "original"} for code in ("M01", "M02", "M03", "M04")],
        "channel": "window",
    }  # fmt: skip
    return Request("create", "clerk1", "/cases", body, marker=marker)


def deed(case: Request, who: str, action: str, more: dict[str, Any]) -> Request:
    """The next step of a case; a note carries its marker as its text, in the clear, in its fact."""
    marker = new_marker()
    body = {"version": case.version, **more, **({"text": marker} if action == "note" else {})}
    path = f"/cases/{case.case_no}/actions/{action}"
    return Request(action, who, path, body, marker=marker, case_no=case.case_no)


def new_marker() -> str:
    return "mk" + uuid.uuid4().hex


def valid(body: str) -> str:
    """The seventeen digits of an identity number with their check digit (GB 11643)."""
    return body + "10X98765432"[sum(int(a) * b for a, b in zip(body, _WEIGHTS, strict=True)) % 11]


def markers(requests: Iterable[Request]) -> set[str]:
    return {one.marker for one in requests}
