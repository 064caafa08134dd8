"""Reads of appraisal: published results, previews, appeals, titles with their evidence, and one's own place."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from onewindow.base import crypto
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed, NotFound
from onewindow.org import queries as org
from onewindow.supervision.staff import publishing, ranking, scheme
from onewindow.supervision.staff.models import Appeal, Appraisal

Json = dict[str, Any]


def result(actor: Actor, kind: str, period: str, *, now: datetime, version: int | None = None) -> Json:
    """The newest published result (or one version), else a preview for watchers: ``{"published", "rows", ...}``.

    A head sees the lines of the own organ with their ranks. Raises ``NotFound``, ``NotAllowed``.
    """
    if kind not in scheme.KINDS:
        raise NotFound("no-kind", N_("没有这种考核对象。"))
    if not actor.has(*publishing.WATCHERS, "head"):
        raise NotAllowed("role-lacks-it", N_("您的岗位不能查看考核结果。"))
    rows = Appraisal.objects.filter(kind=kind, period=period)
    found = (rows.filter(version=version) if version else rows.order_by("-version")).first()
    if found is None and version:
        raise NotFound("no-result", N_("没有这个考核结果。"))
    if found is None:
        told = scheme.current()
        lines = publishing.computed(kind, period, told, now=now) if actor.has(*publishing.WATCHERS) else []
        return {
            "published": None,
            "rows": lines,
            "weights": told.weights[kind],
            "appeals": [],
            "versions": [],
        }
    return {
        "published": {
            "version": found.version,
            "by": _name(found.by),
            "at": found.at,
            "digest": found.digest,
            "reason": found.reason,
        },
        "rows": [one for one in found.rows if _may_see(actor, kind, one)],
        "weights": found.scheme["weights"][kind],
        "appeals": _appeals(actor, kind, period),
        "versions": list(rows.order_by("version").values_list("version", flat=True)),
    }


def _may_see(actor: Actor, kind: str, row: Json) -> bool:
    return actor.has(*publishing.WATCHERS) or row["organ_id"] in (actor.organ_ids | {actor.organ_id} - {None})


def _appeals(actor: Actor, kind: str, period: str) -> list[Json]:
    rows = Appeal.objects.filter(kind=kind, period=period).select_related("ruling").order_by("id")
    shown = rows if actor.has(*publishing.WATCHERS) else rows.filter(by=actor.username)
    return [_appeal(one) for one in shown]


def _appeal(one: Appeal) -> Json:
    ruling = getattr(one, "ruling", None)
    return {
        "id": one.pk,
        "key": one.key,
        "by": _name(one.by),
        "at": one.at,
        "text": _opened(one.text_sealed, f"appeal:{one.pk}"),
        "ruling": None
        if ruling is None
        else {
            "is_upheld": ruling.is_upheld,
            "by": _name(ruling.by),
            "at": ruling.at,
            "text": _opened(ruling.text_sealed, f"ruling:{one.pk}"),
        },
    }


def _opened(sealed: Any, place: str) -> str:
    return crypto.decrypt(bytes(sealed), bound_to=place.encode()).decode()


def _name(username: str) -> str:
    return org.staff_names([username]).get(username, username)


def own(actor: Actor) -> list[Json]:
    """The actor's own lines in published results, newest first: ``{"period", "version", "row", "appeal"}``."""
    found, seen = [], set()
    for one in Appraisal.objects.filter(kind="person").order_by("-period", "-version")[:60]:
        row = next((row for row in one.rows if row["key"] == actor.username), None)
        if row is not None and one.period not in seen:
            seen.add(one.period)
            appeals = [
                told for told in _appeals(actor, "person", one.period) if told["key"] == actor.username
            ]
            of = sum(line["rank"] is not None for line in one.rows)
            found.append(
                {
                    "period": one.period, "version": one.version, "at": one.at, "row": row, "of": of,
                    "appeal": appeals[0] if appeals else None,
                }
            )  # fmt: skip
    return found


def titles(period: str) -> list[Json]:
    """The titles of a period from its newest published results, each with the lines that earned it."""
    span = "year" if len(period) == 4 else "month"
    newest: dict[str, Appraisal] = {}
    for one in Appraisal.objects.filter(period=period).order_by("version"):
        newest[one.kind] = one
    found = []
    for title in scheme.current().titles:
        if title.span == span:
            held = newest.get(title.kind)
            rows = [] if held is None else _winners(held.rows, title)
            found.append({"title": title, "is_published": held is not None, "rows": rows})
    return found


def _winners(rows: list[Json], title: scheme.Title) -> list[Json]:
    places = [
        (row["key"], row["rank"], None if row["score"] is None else Decimal(row["score"]), bool(row["bars"]))
        for row in rows
    ]
    keys = set(ranking.winners(places, share=title.share, least=title.least))
    return [row for row in rows if row["key"] in keys]
