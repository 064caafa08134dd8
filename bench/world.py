"""Who works in the benchmark: a clerk, an examiner, an approver and an issuer of the demonstration city."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from onewindow.base import accounts, tokens
from onewindow.cases import services
from onewindow.kernel.actor import Actor
from onewindow.people import queries as people

PASSWORD = "bench-Password-2026"  # noqa: S105  of a throw-away database
ITEM = "511A0148600000-511602000000-000-11511301008778255F-1-00"


class World:
    """Actors, their tokens, and the body of a usual application with three materials given."""

    def __init__(self, now: datetime) -> None:
        self.tokens: dict[str, str] = {}
        self.actors: dict[str, Actor] = {}
        for name in ("clerk1", "examiner1", "approver1", "issuer1", "citizen1"):
            self._log_in(name)
        self.clerk = self.actors["clerk1"]
        self.body = _body(self.actors["citizen1"], now)

    def _log_in(self, name: str) -> None:
        token = accounts.login(name, PASSWORD, address="127.0.0.1").token
        actor = tokens.actor_of(token)
        assert actor is not None
        self.tokens[name], self.actors[name] = token, actor

    def finish(self, case_no: str, now: datetime) -> None:
        """Take a received case to its delivery."""
        for version, (name, action, body) in enumerate(
            (
                ("clerk1", "accept", {}),
                ("examiner1", "review", {"opinion": "材料属实", "pass": True}),
                ("approver1", "decide", {"outcome": "grant"}),
                ("examiner1", "produce", {}),
                ("issuer1", "deliver", {"method": "window"}),
            ),
            1,
        ):
            services.act(self.actors[name], case_no, action, {"version": version, **body}, now=now)


def _body(citizen: Actor, now: datetime) -> dict[str, Any]:
    me = people.subjects_of(citizen.account_id, on=now.date())[0]
    return {
        "task_code": ITEM,
        "applicant": {
            "type": me["type"],
            "name": me["name"],
            "id_type": me["id_type"],
            "id_number": me["id_number"],
            "phone": "13800000000",
        },
        "form": {
            "drainer_name": "示范餐馆",
            "site_address": "示范路1号",
            "industry": "工业",
            "outlets": 1,
            "daily_volume": 12.5,
            "start_on": "2026-10-01",
        },
        "materials": [{"code": code, "medium": "original"} for code in ("M01", "M02", "M03", "M04")],
        "channel": "window",
        "submit": True,
    }
