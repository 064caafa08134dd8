"""Organs, halls and windows: each is made once and found again ever after."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from onewindow.base import facts, generations
from onewindow.kernel.actor import SYSTEM, Actor
from onewindow.kernel.errors import N_, Invalid, NotAllowed, NotFound
from onewindow.org import snapshot
from onewindow.org.models import ORGAN_MODELS, WINDOW_KINDS, Organ, Region, ServiceCenter, Window
from onewindow.org.regions import short_code
from onewindow.org.snapshot import OrganInfo


def ensure_organ(
    *,
    code: str,
    name: str,
    uscc: str | None,
    region: str | None,
    now: datetime,
    short_name: str = "",
    model: str = "department",
    office_id: int | None = None,
    by: Actor = SYSTEM,
) -> OrganInfo:
    """The organ with this name, made when it is not there; imports call it for every row.

    What is known is never overwritten; a missing credit code or region is filled in. A code that another
    organ bears already is made unique with the name. ``region`` in any spelling, None when unknown.
    """
    _require(by)
    tidy_name = " ".join(name.split())
    if not tidy_name or len(tidy_name) > 200:
        raise Invalid("bad-organ-name", N_("部门名称不能为空，最多 200 个字符"))
    found = snapshot.current().organ_by_name.get(tidy_name)
    if found is None:
        found = _create_organ(
            code=code.strip() or tidy_name,
            name=tidy_name,
            short_name=short_name or tidy_name,
            uscc=(uscc or "").strip().upper(),
            region_id=_known_region(region),
            model=model,
            supervising_office_id=office_id,
            now=now,
            by=by,
        )
    return _fill_in(found, uscc=(uscc or "").strip().upper(), region=region, now=now, by=by)


def set_organ_model(actor: Actor, organ_id: int, *, model: str, office_id: int | None, now: datetime) -> None:
    """Say whether an organ is a department under a supervising office, an approval bureau, or an office."""
    _require(actor)
    if model not in ORGAN_MODELS:
        raise Invalid("bad-organ-model", N_("没有这种机构模式"))
    with transaction.atomic():
        changed = Organ.objects.filter(pk=organ_id).update(model=model, supervising_office_id=office_id)
        if not changed:
            raise NotFound("no-organ", N_("没有这个部门"))
        data = {"model": model, "office": office_id}
        facts.record("org", organ_id, "model-set", at=now, actor=actor, data=data)
        generations.touch("org")


LONGEST_NAME = 200


def set_paper_names(
    actor: Actor, organ_id: int, *, official_name: str, reconsideration_organ: str, court: str, now: datetime
) -> None:
    """What papers call the organ, who reviews its decisions, and the court; "" where it is not settled.

    Papers issued from now on say so (行政许可法 art. 38; 行政复议法 art. 24). Raises ``NotAllowed``, ``NotFound``,
    ``Invalid``.
    """
    _require(actor)
    told = {
        "official_name": " ".join(official_name.split()),
        "reconsideration_organ": " ".join(reconsideration_organ.split()),
        "court": " ".join(court.split()),
    }
    if any(len(text) > LONGEST_NAME for text in told.values()):
        raise Invalid("too-long", N_("名称最多 200 个字符。"))
    with transaction.atomic():
        if not Organ.objects.filter(pk=organ_id).update(**told):
            raise NotFound("no-organ", N_("没有这个部门"))
        facts.record("org", organ_id, "paper-names-set", at=now, actor=actor, data=told)
        generations.touch("org")


def ensure_center(
    *, code: str, name: str, region: str, office_id: int, now: datetime, by: Actor = SYSTEM
) -> int:
    """The hall with this code, made when it is not there; returns its id."""
    _require(by)
    area = short_code(region)
    if area is None or not Region.objects.filter(pk=area).exists():
        raise NotFound("no-region", N_("没有这个行政区划"))
    row, is_new = ServiceCenter.objects.get_or_create(
        code=code, defaults={"name": name, "region_id": area, "office_id": office_id}
    )
    if is_new:
        facts.record("center", row.id, "opened", at=now, actor=by, data={"code": code, "name": name})
        generations.touch("org")
    return row.id


def ensure_window(
    *,
    center_id: int,
    code: str,
    name: str,
    kind: str,
    now: datetime,
    organ_id: int | None = None,
    by: Actor = SYSTEM,
) -> int:
    """The window of a hall with this code, made when it is not there; returns its id.

    ``kind`` is integrated, special (of one organ), issue or advisory.
    """
    _require(by)
    if kind not in WINDOW_KINDS or (kind == "special") != (organ_id is not None):
        raise Invalid("bad-window", N_("专业窗口须指定部门，其他窗口不属于某个部门"))
    row, is_new = Window.objects.get_or_create(
        center_id=center_id, code=code, defaults={"name": name, "kind": kind, "organ_id": organ_id}
    )
    if is_new:
        data = {"code": code, "kind": kind, "organ": organ_id}
        facts.record("window", row.id, "opened", at=now, actor=by, data=data)
        generations.touch("org")
    return row.id


def _require(actor: Actor) -> None:
    if not actor.has("sysadmin", "system", "catalog", "manager"):
        raise NotAllowed("not-sysadmin", N_("只有系统管理员可以维护机构和窗口"))


def _create_organ(*, code: str, name: str, now: datetime, by: Actor, **rest: Any) -> OrganInfo:
    if code in snapshot.current().organ_by_code:
        code = f"{code}-{name}"
    try:
        with transaction.atomic():
            row = Organ.objects.create(code=code, name=name, created_at=now, **rest)
            data = {"code": code, "name": name, "model": row.model}
            facts.record("org", row.id, "founded", at=now, actor=by, data=data)
            generations.touch("org")
    except IntegrityError:
        # Two imports at once: the other one was first.
        row = Organ.objects.get(name=name)
    return _info(row)


def _fill_in(found: OrganInfo, *, uscc: str, region: str | None, now: datetime, by: Actor) -> OrganInfo:
    missing: dict[str, Any] = {}
    if uscc and not found.uscc:
        missing["uscc"] = uscc
    if found.region is None and (known := _known_region(region)):
        missing["region_id"] = known
    if not missing:
        return found
    with transaction.atomic():
        Organ.objects.filter(pk=found.id).update(**missing)
        facts.record("org", found.id, "completed", at=now, actor=by, data=missing)
        generations.touch("org")
    return _info(Organ.objects.get(pk=found.id))


def _known_region(text: str | None) -> str | None:
    code = short_code(text) if text else None
    return code if code and Region.objects.filter(pk=code).exists() else None


def _info(row: Organ) -> OrganInfo:
    return OrganInfo(
        row.id, row.code, row.name, row.short_name, row.uscc, row.region_id, row.model,
        row.supervising_office_id, row.is_active, row.reconsideration_organ, row.court, row.official_name,
    )  # fmt: skip
