"""The measured works: how each is loaded over HTTP, which statements it sends, and its two limits."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec

from bench import captured, fill, limits, load, servers
from bench.verdict import Row
from bench.world import ITEM, World
from onewindow.cases import queries, services
from onewindow.catalog import queries as catalog
from onewindow.kernel.identifiers import case_no as numbers
from onewindow.site import embedded

QUERIES = (
    "开面馆", "施工许可", "排水", "燃气", "维修资金", "shigongxuke", "sgxk", "退休", "医保报销", "社保卡",
)  # fmt: skip
NEW_QUERIES = 3000  # more than the index remembers the answers of
# Rows that can be accepted once, a second of load: for the product, the bare server and the raw limit.
FOR_PRODUCT, FOR_BARE, FOR_LIMIT = 2500, 9000, 8000


class Work(msgspec.Struct):
    """``path`` is loaded with ``script`` (None: plain GET); ``run`` is the same work without HTTP."""

    name: str
    path: str = "/"
    script: Path | None = None
    run: Callable[[], Any] | None = None
    method: str = "GET"
    body: Any = None


class Bench:
    """One size: the works in the order of measuring, reads before what adds rows."""

    def __init__(self, world: World, folder: Path, *, stored: int, seconds: int, now: datetime) -> None:
        self._world, self._folder, self._stored, self._seconds, self._now = (
            world,
            folder,
            stored,
            seconds,
            now,
        )

    def measure(self, url: str) -> list[Row]:
        """Every work at this size."""
        rows = [self._measure(url, work) for work in self._reads()]
        return rows + [self._measure(url, work) for work in self._writes()]

    def _measure(self, url: str, work: Work) -> Row:
        row = Row(work.name, self._stored, 0, 0, 0)
        if work.run is not None:
            row.statements, row.limit_rate, row.bare_rate = self._limits(work)
        if work.name != "advance":  # each of its rows can be taken once
            load.run(url + work.path, work.script, 1)
        figures = load.run(url + work.path, work.script, self._seconds)
        row.rate, row.p50_ms, row.p99_ms, row.bad = figures.rate, figures.p50_ms, figures.p99_ms, figures.bad
        print(
            f"{self._stored:,}: {work.name} {row.rate:,.0f}/s, p50 {row.p50_ms:.1f} ms, p99 {row.p99_ms:.1f} ms,"
            f" bare {row.bare_rate or 0:,.0f}/s, SQL limit {row.limit_rate or 0:,.0f}/s",
            file=sys.stderr,
            flush=True,
        )
        return row

    # ------------------------------------------------------------ the works

    def _reads(self) -> list[Work]:
        world, now = self._world, self._now
        shown = fill.waiting(world, now, 200)
        examiner = world.actors["examiner1"]
        return [
            Work("inbox", "/api/v1/inbox", self._same("inbox", "examiner1"),
                 lambda: queries.inbox(examiner, now=now)),
            Work("view", "/", self._each("view", "clerk1", [f"/api/v1/cases/{number}" for number, _ in shown]),
                 lambda: queries.view(world.clerk, shown[0][0], now=now)),
            Work("guide", f"/items/{ITEM}"),
            Work("search", "/", self._each("search", None, [_asking(q) for q in QUERIES])),
            Work("search-new", "/", self._each("search-new", None, [_asking(q) for q in _new_queries()])),
        ]  # fmt: skip

    def _writes(self) -> list[Work]:
        world, now = self._world, self._now
        three = {**world.body, "materials": world.body["materials"][:3]}
        once = {"version": 1}
        mine = iter(fill.waiting(world, now, 2))
        paths = [
            f"/api/v1/cases/{number}/actions/accept"
            for number, _ in fill.waiting(world, now, FOR_PRODUCT * self._seconds)
        ]
        return [
            Work("create", "/api/v1/cases", self._same("create", "clerk1", "POST", three),
                 lambda: services.create(world.clerk, three, now=now), "POST", three),
            Work("advance", "/", self._each("advance", "clerk1", paths, "POST", once),
                 lambda: services.act(world.clerk, next(mine)[0], "accept", once, now=now), "POST", once),
        ]  # fmt: skip

    def _same(self, name: str, who: str, method: str = "GET", body: Any = None) -> Path:
        return load.same(self._folder, name, method=method, token=self._world.tokens[who], body=body)

    def _each(
        self, name: str, who: str | None, paths: list[str], method: str = "GET", body: Any = None
    ) -> Path:
        token = None if who is None else self._world.tokens[who]
        return load.each(self._folder, name, method=method, token=token, paths=paths, body=body)

    # ------------------------------------------------------------ the limits

    def _limits(self, work: Work) -> tuple[int, float, float]:
        """Statements of one run, the raw SQL limit, and the bare server's rate."""
        assert work.run is not None
        answers: list[Any] = []
        caught = captured.statements(lambda: answers.append(work.run()))  # type: ignore[misc]
        statements = [_numbered(one) for one in caught]
        fresh = _fresh(answers[-1], work.name)
        urls = embedded.known_urls(self._folder)
        assert urls is not None
        text = limits.script(statements, fresh, self._rows(work, FOR_LIMIT, limits.CONNECT_SECONDS))
        limit = limits.rate(self._folder, urls.app, text, self._seconds)
        return len(statements), limit, self._bare(work, statements, fresh, urls.app)

    def _rows(self, work: Work, a_second: int, more_seconds: int) -> int:
        """The first id of rows in a run that can each be advanced once; 0 for other work."""
        if work.name != "advance":
            return 0
        return fill.waiting(self._world, self._now, a_second * (self._seconds + more_seconds))[0][1]

    def _bare(
        self, work: Work, statements: list[captured.Statement], fresh: dict[Any, str], database: str
    ) -> float:
        config = {
            "url": database,
            "tokens": [hashlib.sha256(one.encode()).hexdigest() for one in self._world.tokens.values()],
            "first_target": self._rows(work, FOR_BARE, 1),
            "statements": [
                [text, [limits.packed(value, limits.places(text, fresh)) for value in values]]
                for text, values in statements
            ],
        }
        (self._folder / "bench-bare.json").write_text(json.dumps(config), encoding="utf-8")
        for claim in self._folder.glob("bench-bare-worker-*"):
            claim.unlink()
        with servers.bare(self._folder) as url:
            script = self._same(f"bare-{work.name}", "clerk1", work.method, work.body)
            load.run(url, script, 1)
            return load.run(url, script, self._seconds).rate


def _fresh(answer: dict[str, Any], work: str) -> dict[Any, str]:
    """What must be another one in each transaction: a new case's numbers, the row advanced, new papers."""
    if work not in ("create", "advance"):
        return {}
    parsed = numbers.parse(answer["case_no"])
    assert isinstance(parsed, numbers.CaseNo)
    found: dict[Any, str] = {paper["document_no"]: "text" for paper in answer["documents"]}
    return found | {answer["case_no"]: "text", parsed.serial: "id" if work == "create" else "target"}


def _numbered(statement: captured.Statement) -> captured.Statement:
    """Django's own statements have ``%s`` places; the limits want numbered ones."""
    text, values = statement
    for number in range(1, text.count("%s") + 1):
        text = text.replace("%s", f"${number}", 1)
    return text, values


def _new_queries() -> list[str]:
    """Pieces of names of items, all different: nobody asked them before."""
    rows, cursor = catalog.search(limit=catalog.MOST)
    names = [row["name"] for row in rows]
    while cursor is not None:
        rows, cursor = catalog.search(limit=catalog.MOST, cursor=cursor)
        names += [row["name"] for row in rows]
    found = dict.fromkeys(name[at : at + size] for size in (4, 5, 6) for at in (0, 2) for name in names)
    return list(found)[:NEW_QUERIES]


def _asking(query: str) -> str:
    return f"/api/v1/items?q={quote(query)}"
