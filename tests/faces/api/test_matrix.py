"""Who may call what: every operation × every role, from the product's own table. An unlisted one fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from onewindow.cases.rules.decide import ACTS
from onewindow.faces.api.openapi import OPERATIONS
from onewindow.faces.api.operation import PUBLIC
from tests.cases.test_rules_hearing import ROLES
from tests.cases.test_rules_onward import ROLES as ONWARD
from tests.cases.test_rules_pledge import ROLES as PLEDGE
from tests.world import SEWAGE, Api, application

Open = Callable[..., Api]
ONE_OF_EACH = {
    "citizen": "citizen1", "enterprise": "enterprise1", "clerk": "clerk1", "examiner": "examiner1",
    "approver": "approver1", "head": "head1", "issuer": "issuer1", "catalog": "catalog1",
    "establishment": "establishment1", "legal": "legal1", "leader": "leader1", "supervisor": "supervisor1",
    "manager": "manager1", "sysadmin": "sysadmin", "secadmin": "secadmin", "auditor": "auditor",
}  # fmt: skip
ALL = set(ONE_OF_EACH)
SEES_CASES = {
    "citizen",
    "enterprise",
    "clerk",
    "examiner",
    "approver",
    "head",
    "issuer",
    "leader",
    "supervisor",
    "manager",
}
WATCHED = {"supervisor", "manager", "head"}
# Who passes the door of each operation (404 and 422 are answers of the room behind it).
WATCHERS = {"supervisor", "manager", "leader", "head", "approver", "examiner"}
EXPECTED: dict[str, Any] = {
    "get-openapi-json": PUBLIC,
    "post-tokens": PUBLIC,
    "delete-tokens-current": ALL,
    "get-calendar-year": PUBLIC,
    "get-calendar-due": PUBLIC,
    "get-items": PUBLIC,
    "get-items-task_code": PUBLIC,
    "post-items-task_code-checklist": PUBLIC,
    "get-supervision-board": WATCHERS,
    "get-supervision-cards": WATCHERS - {"leader"},
    "post-supervision-cards": {"supervisor", "manager"},
    "get-supervision-cards-card_no": WATCHERS - {"leader"},
    "post-supervision-cards-card_no-actions-action": WATCHERS - {"leader"},
    "get-indicators": WATCHERS,
    "get-indicators-values": WATCHERS,
    "get-figures": PUBLIC,
    "get-figures-period": PUBLIC,
    "get-lists": PUBLIC,
    "get-lists-slug": PUBLIC,
    "post-cases": {"citizen", "enterprise", "clerk"},
    "get-cases": SEES_CASES,
    "get-cases-case_no": ALL,
    "patch-cases-case_no": {"citizen", "enterprise", "clerk"},
    "post-cases-case_no-actions-action": ALL,
    "get-inbox": {"clerk", "examiner", "approver", "head", "issuer"},
    "get-track": PUBLIC,
    "post-files": ALL,
    "get-files-file_id": ALL,
    "get-cases-case_no-parcels": ALL,
    "post-cases-case_no-parcels": {"clerk", "issuer"},
    "delete-cases-case_no-parcels-reference": {"clerk", "issuer"},
    "get-consents": {"citizen", "enterprise"},
    "put-consents-purpose": {"citizen", "enterprise"},
    "post-uploads": ALL,
    "get-uploads-upload_id": ALL,
    "patch-uploads-upload_id": ALL,
    "delete-uploads-upload_id": ALL,
    "get-ledger-head": PUBLIC,
    "get-ledger-proof": PUBLIC,
    "get-verify-document_no": PUBLIC,
    "get-pledges": {"examiner", "approver", "head"},
    "get-decisions": PUBLIC,
    "get-hearings": PUBLIC,
    "post-ratings": PUBLIC,
    "get-ratings-summary": ALL,
    "get-ratings": WATCHED,
    "get-tickets": WATCHED,
    "get-tickets-number": WATCHED,
    "post-tickets-number-actions-action": WATCHED,
    "post-complaints": {"citizen", "enterprise", "clerk", "manager", "supervisor"},
    "get-complaints": WATCHED,
    "get-complaints-number": WATCHED,
    "post-complaints-number-actions-action": WATCHED,
    "get-sandbox-clock": ALL,
    "put-sandbox-clock": {"sysadmin"},
}


def test_every_operation_is_expected() -> None:
    assert {one.name for one in OPERATIONS} == EXPECTED.keys()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_who_passes_the_door(api: Open, operation: Any) -> None:
    expected = EXPECTED[operation.name]
    assert _status(api(), operation) == 401 if expected != PUBLIC else _status(api(), operation) != 401
    for role, username in ONE_OF_EACH.items():
        passes = expected == PUBLIC or role in expected
        assert (_status(api(username), operation) != 403) == passes, role


def _status(who: Api, operation: Any) -> int:
    path = operation.path.format(
        case_no="x",
        card_no="x",
        action="note",
        task_code=SEWAGE,
        year="2026",
        file_id="x",
        upload_id="x",
        document_no="x",
        slug="powers",
        number="x",
        period="2026-09",
        purpose="sms",
        reference="x",
    )
    body = {} if operation.method in ("POST", "PUT", "PATCH") else None
    return who(operation.method, path, body).status


# State reached, action, its body, and which of the cast get it done in that state (instants aside).
WELL = {"opinion": "可以", "pass": True}
PAUSE = {"procedure": "expert-review", "reason": "评审", "expected_days": 3}
WHO_ACTS = [
    ("draft", "submit", {}, {"citizen1"}),
    ("received", "notify-correction", {"items": [{"problem": "缺", "standard": "齐"}], "answer_by": "2026-09-18"}, {"clerk1", "examiner1"}),
    ("correcting", "resubmit", {"materials": [{"code": "M04"}]}, {"citizen1", "clerk1"}),
    ("received", "accept", {}, {"clerk1"}),
    ("received", "refuse-acceptance", {"ground": "not-required", "reason": "不需许可"}, {"clerk1", "examiner1"}),
    ("received", "return", {"reason": "不符"}, {"clerk1"}),
    ("accepted", "review", WELL, {"examiner1"}),
    ("accepted", "pause", PAUSE, {"examiner1"}),
    ("paused", "resume", {"result": "通过"}, {"examiner1"}),
    ("accepted", "extend", {"days": 3, "reason": "复杂"}, {"head1"}),
    ("accepted", "forward", {"to": "市局", "reason": "报批"}, {"clerk1", "examiner1"}),
    ("in_review", "decide", {"outcome": "grant"}, {"approver1"}),
    ("granted", "produce", {}, {"examiner1", "approver1", "head1"}),
    ("produced", "deliver", {"method": "window"}, {"issuer1"}),
    ("received", "withdraw", {"reason": "不办了"}, {"citizen1"}),
    ("accepted", "terminate", {"ground": "false", "reason": "虚假"}, {"head1"}),
]  # fmt: skip
PATH = [
    ("received", "clerk2", "accept", {}),
    ("accepted", "examiner1b", "review", WELL),
    ("in_review", "approver1", "decide", {"outcome": "grant"}),
    ("granted", "head1", "produce", {}),
    ("produced", "", "", {}),
]


def _case_in(api: Open, state: str) -> dict[str, Any]:
    case = api("citizen1").create(SEWAGE, submit=state != "draft")
    if state == "draft":
        return case
    if state == "correcting":
        body = {"items": [{"problem": "缺", "standard": "齐"}], "answer_by": "2026-09-18"}
        return api("clerk2").act(case, "notify-correction", **body)
    for before, who, action, body in PATH:
        if before == state:
            return case
        case = api(who).act(case, action, **body)
        if state == "paused" and case["state"] == "accepted":
            api("examiner1b").act(case, "pause", **PAUSE)
            return api("approver1").act(case, "pause")
    raise AssertionError(state)


@pytest.mark.parametrize(
    ("state", "action", "body", "allowed"),
    WHO_ACTS,
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_who_takes_which_action(
    api: Open, state: str, action: str, body: dict[str, Any], allowed: set[str]
) -> None:
    """The role is told before the state: 403 from a colleague, 404 from who must not see the case, 200 last."""
    case = _case_in(api, state)
    strangers = {
        "citizen2",
        "enterprise1",
        "examiner2",
        "approver2",
        "head2",
        "catalog1",
        "sysadmin",
        "secadmin",
        "auditor",
    }
    others = {
        "citizen1",
        "clerk1",
        "examiner1",
        "approver1",
        "head1",
        "issuer1",
        "leader1",
        "supervisor1",
        "manager1",
    }
    for who in sorted(strangers):
        assert api(who).try_(case, action, **body).status == 404, who
    for who in sorted(others - allowed):
        answer = api(who).try_(case, action, **body)
        confirms = who in ("approver1", "head1") and action in ("return", "pause")
        expected = (409,) if confirms else (404,) if state == "draft" else (403,)
        assert answer.status in expected, (who, answer)
    assert api(sorted(allowed)[0]).try_(case, action, **body).status == 200


def test_every_action_of_the_contract_is_in_the_table() -> None:
    office = {"claim", "assign", "transfer", "note", "answer", "reveal", "check-originals", *PLEDGE}
    tested = {action for _, action, _, _ in WHO_ACTS} | {"supply-deferred"}
    assert tested == ACTS.keys() - office - ROLES.keys() - ONWARD.keys()  # by their own tables
    assert application(SEWAGE)["task_code"] == SEWAGE
