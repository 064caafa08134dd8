"""One small city for all tests of matters: organs, cast, six handled items, built by the rooms' own deeds.

``build()`` writes into the database of the run and commits; ``Api`` speaks to the platform as an outside
system does; ``application`` makes the bodies that people send.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connections
from django.test import Client

from onewindow.base import accounts, clock, generations, passwords, settings_store, tokens
from onewindow.base.models import Account
from onewindow.cases import serials
from onewindow.catalog import demonstration
from onewindow.catalog import services as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules import type_rules
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.org import queries as org_queries
from onewindow.org import services as org
from onewindow.people import queries as people_queries
from onewindow.people import services as people
from onewindow.site.demo import people as fiction
from tests import database, openapi

PASSWORD = "city of the tests 7"
OPENED = datetime(2026, 9, 1, 8, 0, tzinfo=clock.SHANGHAI)
START = datetime(2026, 9, 8, 9, 0, tzinfo=clock.SHANGHAI)  # a Tuesday, the day of the contract's oracle
REGION = "511602"
HOUSING, MARKET, OFFICE = "区住建局", "区市监局", "区政务服务管理办公室"

SEWAGE = "511A0148600000-511602000000-000-11511301008778255F-1-00"
FUND = "512B0110100006-511602000000-000-11511301008778255F-1-00"
GAS = "511A0024800004-511602000000-000-11511301008778255F-1-00"
BUILDING = "511A0126300000-511602000000-000-11511301008778255F-1-00"
FOOD = "513A0102900001-511602000000-000-11511301MB051073XA-1-00"
POISON = "511A72020001-511602000000-000-11511301MB051073XA-1-00"
GUIDE_ONLY = "511A0000100000-511602000000-000-11511301008778255F-1-00"
ITEMS = {
    SEWAGE: ("城镇污水排入排水管网许可", "01", HOUSING),
    FUND: ("住宅专项维修资金查询", "20", HOUSING),
    GAS: ("燃气经营许可证新办", "01", HOUSING),
    BUILDING: ("建筑工程施工许可证核发", "01", HOUSING),
    FOOD: ("食品小经营店备案发放", "10", MARKET),
    POISON: ("医疗用毒性药品购用审批", "01", MARKET),
}
# User name, organ, roles, and whether the roles hold for every organ.
STAFF = (
    ("clerk1", OFFICE, ("clerk",), True),
    ("clerk2", OFFICE, ("clerk",), True),
    ("examiner1", HOUSING, ("examiner",), False),
    ("examiner1b", HOUSING, ("examiner",), False),
    ("approver1", HOUSING, ("approver",), False),
    ("head1", HOUSING, ("head",), False),
    ("dual1", HOUSING, ("examiner", "approver"), False),
    ("examiner2", MARKET, ("examiner",), False),
    ("approver2", MARKET, ("approver",), False),
    ("head2", MARKET, ("head",), False),
    ("issuer1", OFFICE, ("issuer",), True),
    ("catalog1", OFFICE, ("catalog",), True),
    ("establishment1", OFFICE, ("establishment",), True),
    ("legal1", OFFICE, ("legal",), True),
    ("leader1", OFFICE, ("leader",), True),
    ("supervisor1", OFFICE, ("supervisor",), True),
    ("manager1", OFFICE, ("manager",), True),
    ("sysadmin", OFFICE, ("sysadmin",), True),
    ("secadmin", OFFICE, ("secadmin",), True),
    ("auditor", OFFICE, ("auditor",), True),
    ("secadmin2", OFFICE, ("secadmin",), True),
)
# User name → number of the fictional person behind it.
CITIZENS = {"citizen1": 1, "citizen2": 2, "enterprise1": 51}
CAST = (*CITIZENS, *(username for username, *_ in STAFF))
FORMS: dict[str, dict[str, Any]] = {
    SEWAGE: {
        "drainer_name": "示范汽车美容店",
        "site_address": "示范区滨河路 18 号",
        "industry": "洗车",
        "outlets": 1,
        "daily_volume": 12.5,
        "start_on": "2026-10-20",
    },
    FUND: {"house_address": "示范区云栖里 3 幢 2 单元"},
    GAS: {
        "business_type": "瓶装燃气",
        "site_address": "示范区北站路 2 号",
        "gas_kind": "液化石油气",
        "storage_volume": 60,
        "manager_name": "高启明",
    },
    BUILDING: {
        "project_name": "示范区云栖里二期",
        "site_address": "示范区云栖路 9 号",
        "area": 5200,
        "contract_yuan": 12_000_000,
        "builder_name": "示范建设有限公司",
        "supervisor_name": "示范监理有限公司",
        "planned_start_on": "2026-11-02",
    },
    FOOD: {
        "shop_name": "示范区晓岚面馆",
        "shop_address": "示范区南门口 5 号",
        "business_kind": "餐饮服务",
        "area": 35,
    },
}
GIVEN = {SEWAGE: 4, FUND: 1, GAS: 5, BUILDING: 0, FOOD: 4}


def build() -> None:
    """The city, its people and its items; about a second."""
    serials.forget()
    encoded = _encoded()
    organs = {
        name: org.ensure_organ(
            code=name,
            name=name,
            uscc=None,
            region=None,
            model="office" if name == OFFICE else "department",
            now=OPENED,
        ).id
        for name in (OFFICE, HOUSING, MARKET)
    }
    for order, (username, organ, roles, is_everywhere) in enumerate(STAFF):
        staff_id = org.hire(
            SYSTEM,
            username=username,
            name=fiction.name(100 + order),
            organ_id=organs[organ],
            password_hash=encoded,
            now=OPENED,
        )
        for role in roles:
            org.appoint(
                SYSTEM,
                staff_id,
                role=role,
                organ_id=None if is_everywhere else organs[organ],
                from_on=date(2020, 1, 1),
                now=OPENED,
            )
    for username, number in CITIZENS.items():
        people.register(
            username, password=None, password_hash=encoded, applicant=fiction.person(number), now=OPENED
        )
    _bind_firm()
    deputy, one = _staff_id("examiner1b"), _staff_id("examiner1")
    org.name_deputy(SYSTEM, one, deputy_id=deputy, from_on=date(2020, 1, 1), now=OPENED)
    for definition in definitions(organs):
        catalog.publish(definition, actor=SYSTEM, now=OPENED)
    settings_store.mark_loaded()


@lru_cache(maxsize=1)
def _encoded() -> str:
    return passwords.encode(PASSWORD)


def _staff_id(username: str) -> int:
    found = org_queries.staff_by_username(username)
    assert found is not None
    return found.id


def _bind_firm() -> None:
    account = Account.objects.get(username="enterprise1")
    operator = people_queries.actor_for(
        account.id, username=account.username, name=account.name, on=OPENED.date()
    )
    title, code = fiction.firm(1)
    people.bind_firm(operator, name=title, uscc=code, until_on=date(2029, 1, 1), now=OPENED)


def definitions(organs: dict[str, int] | None = None) -> list[ItemDefinition]:
    """The handled items as the demonstration completes them, and one that is a guide only."""
    ids = organs or {HOUSING: 1, MARKET: 2}
    rows = {row["task_code"]: row for row in demonstration.completions()}
    found = [
        demonstration.completed(_base(code, name, type, organ, ids), rows[code])
        for code, (name, type, organ) in ITEMS.items()
    ]
    return [*found, _base(GUIDE_ONLY, "只有指南的事项", "01", HOUSING, ids)]


def _base(code: str, name: str, type: str, organ: str, ids: dict[str, int]) -> ItemDefinition:
    return ItemDefinition(
        version_id=0, task_code=code, version=1, name=name, type=type, organ_id=ids[organ], organ_name=organ,
        region=REGION, type_rules=type_rules(type),
    )  # fmt: skip


@contextmanager
def standing(django_db_blocker: Any) -> Iterator[None]:
    """The city in the run's database, for as long as a package of tests needs it; a fresh database after."""
    with django_db_blocker.unblock():
        rebuild()
        yield
        generations.put("clock", 0)
        _fresh()


def rebuild() -> None:
    """A fresh database with the city in it."""
    _fresh()
    build()
    connections.close_all()


def _fresh() -> None:
    database.drop()
    database.create()
    serials.forget()
    Api.tokens.clear()
    for name in ("org", "catalog", "calendar", "tokens", "texts", "items", "editorial"):
        generations.bump(name)


def actor(username: str) -> Actor:
    """The actor of a member of the cast."""
    return accounts.tokens.build_actor(Account.objects.get(username=username))


def applicant(username: str = "citizen1") -> dict[str, Any]:
    """The applicant that a citizen is, or the firm that an operator acts for."""
    if username == "enterprise1":
        title, code = fiction.firm(1)
        return {
            "type": "organisation", "name": title, "id_type": "uscc", "id_number": code, "phone": "12000000051",
        }  # fmt: skip
    return person(CITIZENS[username])


def person(number: int) -> dict[str, Any]:
    """The fictional person with this number as an applicant."""
    one = fiction.person(number)
    return {
        "type": "person", "name": one.name, "id_type": "id_card", "id_number": one.id_number, "phone": one.phone,
    }  # fmt: skip


def application(task: str, who: str = "citizen1", **changes: Any) -> dict[str, Any]:
    """The body of ``POST /cases``: complete unless ``given`` says how many materials come along."""
    given = changes.pop("given", GIVEN[task])
    body = {
        "task_code": task,
        "applicant": applicant(who),
        "form": FORMS[task],
        "materials": [{"code": f"M{number:02d}", "medium": "original"} for number in range(1, given + 1)],
        "channel": "portal",
        "submit": True,
    }
    return body | changes


class Answer:
    """An answer of the API, read."""

    def __init__(self, response: Any) -> None:
        self.response = response
        self.status: int = response.status_code
        content = b"".join(response.streaming_content) if response.streaming else response.content
        self.content: bytes = content
        is_json = "json" in response.headers.get("Content-Type", "")
        self.json: Any = json.loads(content) if content and is_json else None

    @property
    def code(self) -> str:
        """The kebab-case code of a problem, empty for a good answer."""
        return self.json["type"].rsplit(":", 1)[-1].rsplit("/", 1)[-1] if self.status >= 400 else ""

    @property
    def fields(self) -> list[str]:
        return [one["field"] for one in (self.json or {}).get("errors", [])]

    def __repr__(self) -> str:
        return f"{self.status} {self.content[:600].decode(errors='replace')}"


class Api:
    """The HTTP API as one user, or as nobody."""

    tokens: dict[str, str] = {}

    def __init__(self, username: str | None = None) -> None:
        self.username = username
        self.client = Client(raise_request_exception=False)

    def __call__(
        self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, **headers: str
    ) -> Answer:
        """``headers`` with underscores; ``raw`` is sent as it is."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.username is not None:
            sent.setdefault("Authorization", f"Bearer {self._token(self.username)}")
        data = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        content_type = sent.pop("Content-Type", "application/json")
        response = self.client.generic(
            method, f"/api/v1{path}", data, content_type=content_type, headers=sent
        )
        answer = Answer(response)
        media_type = response.headers.get("Content-Type", "")
        openapi.check(method, f"/api/v1{path}", answer.status, media_type, answer.json)
        return answer

    @classmethod
    def _token(cls, username: str) -> str:
        """Issued without a password: log-in has its own tests."""
        if username not in cls.tokens or tokens.actor_of(cls.tokens[username]) is None:
            account = Account.objects.get(username=username)
            cls.tokens[username] = tokens.issue(account, purpose="api", now=clock.real_now()).token
        return cls.tokens[username]

    def get(self, path: str, **headers: str) -> Answer:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self("POST", path, {} if body is None else body, **headers)

    def create(self, task: str, **changes: Any) -> dict[str, Any]:
        """A case of this user: an application of one's own, or a receipt at the window."""
        assert self.username is not None
        who = changes.pop("who", self.username if self.username in CITIZENS else "citizen1")
        if self.username not in CITIZENS:
            changes.setdefault("channel", "window")
        answer = self.post("/cases", application(task, who, **changes))
        assert answer.status == 201, answer
        case: dict[str, Any] = answer.json
        return case

    def view(self, case: dict[str, Any] | str) -> dict[str, Any]:
        number = case if isinstance(case, str) else case["case_no"]
        answer = self.get(f"/cases/{number}")
        assert answer.status == 200, answer
        found: dict[str, Any] = answer.json
        return found

    def try_(self, case: dict[str, Any], action: str, **body: Any) -> Answer:
        """The action on the case's newest version, whatever comes of it."""
        version = body.pop("version", None)
        if version is None:
            seen = self.get(f"/cases/{case['case_no']}")
            version = seen.json["version"] if seen.status == 200 else case["version"]
        return self.post(f"/cases/{case['case_no']}/actions/{action}", {"version": version} | body)

    def act(self, case: dict[str, Any], action: str, **body: Any) -> dict[str, Any]:
        """The action, which must succeed: the case after it."""
        answer = self.try_(case, action, **body)
        assert answer.status == 200, answer
        after: dict[str, Any] = answer.json
        return after


def move(moment: str | datetime) -> datetime:
    """Move the sandbox clock through the API; a bare ``2026-09-24`` or ``2026-09-24T10:00`` is in Shanghai."""
    if isinstance(moment, str):
        text = moment if "T" in moment else f"{moment}T09:00"
        moment = datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)
    answer = Api("sysadmin")("PUT", "/sandbox/clock", {"now": moment.isoformat()})
    assert answer.status == 200, answer
    return datetime.fromisoformat(answer.json["now"])


def after(days: int) -> str:
    """A calendar day from today on the sandbox clock."""
    return (clock.today() + timedelta(days=days)).isoformat()
