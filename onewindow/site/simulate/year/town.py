"""What a city of a million needs beside the demonstration: more windows and staff, more items that are handled."""

from __future__ import annotations

import csv
import gzip
import secrets
from collections.abc import Iterator
from datetime import date, datetime
from random import Random
from typing import Any, NamedTuple

from django.db import transaction

from onewindow.base import passwords
from onewindow.catalog import demonstration, queries
from onewindow.catalog import services as catalog
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.errors import NotFound
from onewindow.org import queries as org
from onewindow.org import services
from onewindow.site.demo import city, people

CLERKS, ISSUERS, ITEMS = 40, 6, 240
_MOST_OF_ORGAN = 24
_STAFF_FROM = 1_000  # fictional people from 1,000 on; the cast's staff begins at 100, applicants at 10,000
_SINCE = date(2020, 1, 1)
_REASON = "为模拟一年的办件补全"
_THEMES = ("准营准办", "社会保障", "公用事业")
_FORM = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "title": "申请情况",
    "additionalProperties": False,
    "required": [],
    "properties": {"remark": {"type": "string", "title": "补充说明", "maxLength": 500}},
}
_PAPERS = (
    ("申请人身份证明（营业执照或者居民身份证）", "required"),
    ("符合办理条件的证明材料", "required"),
    ("情况说明及承诺书", "required"),
    ("有关技术资料", "deferrable"),
    ("其他补充材料", "optional"),
)


class Post(NamedTuple):
    """One more member of staff; ``organ_id`` None: for all organs, ``window`` its new window in the hall."""

    username: str
    title: str
    role: str
    organ_id: int | None
    window: tuple[str, str, str] | None = None


def enlarge(now: datetime) -> list[str]:
    """Take on the staff, complete the items; the codes of all items that are handled, always in the same order."""
    with transaction.atomic():
        _staff(now)
        return [*_completed(), *_complete(now)]


# ---------------------------------------------------------------- staff


def _posts() -> Iterator[Post]:
    for number in range(1, CLERKS + 1):
        place = city.INTEGRATED + number
        window = (f"综合{place}", f"综合受理{place}号窗口", "integrated")
        yield Post(f"clerk{number + 20}", "综合窗口受理员", "clerk", None, window)
    for number in range(3, ISSUERS + 3):
        window = (f"出件{number}", f"综合出件{number}号窗口", "issue")
        yield Post(f"issuer{number}", "出件窗口人员", "issuer", None, window)
    for number, (name, _) in enumerate(city.DEPARTMENTS, start=1):
        organ = org.find_organ(name=name)
        assert organ is not None
        for letter in "cde":
            yield Post(f"examiner{number}{letter}", "审查员", "examiner", organ.id)
        yield Post(f"approver{number}c", "审批人员", "approver", organ.id)


def _staff(now: datetime) -> None:
    known = {one.username for one in org.staff()}
    office = org.find_organ(name=city.OFFICE)
    hall = next(one.center_id for one in org.windows() if one.code == "综合1")
    assert office is not None
    # Nobody knows the password: these people exist for the trial only.
    encoded = passwords.encode(secrets.token_urlsafe(24))
    for order, post in enumerate(list(_posts())):
        if post.username not in known:
            _hire(post, order, hall, office.id, encoded, now)


def _hire(post: Post, order: int, hall: int, office_id: int, encoded: str, now: datetime) -> None:
    window_id = None
    if post.window is not None:
        code, name, kind = post.window
        window_id = services.ensure_window(center_id=hall, code=code, name=name, kind=kind, now=now)
    staff_id = services.hire(
        SYSTEM,
        username=post.username,
        name=people.name(_STAFF_FROM + order),
        organ_id=post.organ_id or office_id,
        number=f"SM{order + 1:04d}",
        title=post.title,
        window_id=window_id,
        id_number=people.id_number(_STAFF_FROM + order),
        password_hash=encoded,
        now=now,
    )
    services.appoint(SYSTEM, staff_id, role=post.role, organ_id=post.organ_id, from_on=_SINCE, now=now)


# ---------------------------------------------------------------- items


def _completed() -> list[str]:
    return [row["task_code"] for row in demonstration.completions()]


def _complete(now: datetime) -> list[str]:
    """Publish items of the district's list with limits, materials and steps, marked as demonstration."""
    codes = []
    for base in _chosen():
        if not base.handled:
            wanted = demonstration.completed(base, _elements(base))
            catalog.publish(wanted, actor=SYSTEM, now=now, reason=_REASON)
        codes.append(base.task_code)
    return codes


def _chosen() -> Iterator[ItemDefinition]:
    """Items of organs that have staff, shuffled once and for all."""
    staffed = {name for name, _ in city.DEPARTMENTS}
    taken: dict[str, int] = {}
    with gzip.open(demonstration.lists()[0], "rt", encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["department"] in staffed]
    Random("year:items").shuffle(rows)
    left, skipped = ITEMS, set(_completed())
    for row in rows:
        name = row["department"]
        if left == 0 or row["item_code"] in skipped or taken.get(name, 0) >= _MOST_OF_ORGAN:
            continue
        try:
            found = queries.current(row["item_code"])
        except NotFound:
            continue
        skipped.add(found.task_code)
        taken[name] = taken.get(name, 0) + 1
        left -= 1
        yield found


def _elements(base: ItemDefinition) -> dict[str, Any]:
    """What the list lacks, by dice of the item's own."""
    dice = Random(f"year:{base.task_code}")
    is_instant = dice.random() < 0.5
    promised = 0 if is_instant else dice.choice((1, 3, 5, 5, 7, 10, 15))
    legal = 0 if is_instant else max(dice.choice((7, 15, 20, 20, 30)), promised)
    days = (1, promised - 2, 1) if promised > 2 else (0, promised, 0)
    roles = ("clerk", "examiner", "approver", "issuer")
    names = ("受理", "审查", "决定", "送达")
    return {
        "task_code": base.task_code,
        "kind": "instant" if is_instant else "commitment",
        "legal_limit": {"days": legal, "unit": "working_day"},
        "promised_limit": {"days": promised, "unit": "working_day"},
        "visits": dice.choice((0, 0, 1)),
        "online": True,
        "fee": {"charged": False},
        "audiences": dice.choice((["person"], ["organisation"], ["person", "organisation"])),
        "themes": [dice.choice(_THEMES)],
        "summary": f"办理“{base.name}”。",
        "form_schema": _FORM,
        "materials": _materials(base, dice, is_instant),
        "steps": [
            {"name": name, "role": role, "days": day}
            for name, role, day in zip(names, roles, (*days, None), strict=True)
        ],
        "conditions": ["申请事项依法属于本机关职权范围", "材料齐全，符合法定形式"],
        "basis": [{"law": "《中华人民共和国行政许可法》", "article": "第三十二条"}],
        "results": [{"name": "办理结果", "type": "document"}],
        "places": [{"name": "示范市政务服务中心综合窗口", "hours": "工作日 09:00-12:00，13:30-17:00"}],
    }


def _materials(base: ItemDefinition, dice: Random, is_instant: bool) -> list[dict[str, Any]]:
    count = dice.randrange(0, 2) if is_instant else dice.randrange(2, len(_PAPERS) + 1)
    rows = [(f"{base.name[:60]}申请表", "required"), *_PAPERS[:count]]
    return [
        {"code": f"M{place:02d}", "name": name, "need": need, "forms": ["original", "copy", "electronic"]}
        for place, (name, need) in enumerate(rows, start=1)
    ]
