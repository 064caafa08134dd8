"""Drawing a round and publishing a file review; both leave everything that is needed to check them in a fact."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection, transaction

from onewindow.base import settings_store
from onewindow.base.clock import day_of
from onewindow.cases.queries import sampling as population
from onewindow.cases.services import checking
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.org import queries as org
from onewindow.reviews import store
from onewindow.reviews.models import Call, File, Round
from onewindow.reviews.queries import rounds as reads
from onewindow.reviews.rules import files, rounds, sampling, sheets
from onewindow.reviews.rules.rounds import DrawIn

SHEET = "reviews.sheet"
_MARKS = {"file": "PC", "call": "HF"}


def draw(actor: Actor, body: Any, *, now: datetime) -> str:
    """Draw a sample (``DrawIn``): the number of the round. ``supervisor`` only.

    Days that were drawn from before are drawn again only as a new round that names the earlier one and says why.
    Raises ``Invalid``, ``NotAllowed``, ``RuleBroken`` ``drawn-before`` and ``nothing-decided``.
    """
    if not actor.has("supervisor"):
        raise NotAllowed("role-lacks-it", N_("抽样由电子监察人员做。"))
    told = checking.read(body, DrawIn)
    rounds.checked(told, today=day_of(now))
    organ_id = _organ(told)
    with transaction.atomic():
        _one_at_a_time()
        earlier = _earlier(told)
        units = list(reads.units(told, organ_id))
        seed = told.seed or secrets.token_hex(8)
        fits = population.has_phone if told.purpose == "call" else _any
        drawn = sampling.draw(units, told.size, seed, fits=fits)
        if not drawn.keys:
            raise RuleBroken("nothing-decided", N_("这段日期没有符合条件的已决定办件。"))
        row = _kept(actor, told, units, seed, drawn, earlier, now)
        _rows(row, units, drawn)
    return row.number


def _any(_: str) -> bool:
    return True


def _organ(told: DrawIn) -> int | None:
    if not told.organ:
        return None
    found = org.find_organ(name=told.organ)
    if found is None:
        message = N_("没有这个部门")
        raise Invalid("invalid-fields", message, fields=[FieldError("organ", "unknown-value", message)])
    return found.id


def _one_at_a_time() -> None:
    """Two who draw at once would both find that nobody had drawn before."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE reviews_round IN SHARE ROW EXCLUSIVE MODE")


def _earlier(told: DrawIn) -> Round | None:
    over = Round.objects.filter(purpose=told.purpose, since__lte=told.until, until__gte=told.since)
    drawn = list(over.order_by("-pk"))
    refused = rounds.refuse_second(told, [one.number for one in drawn])
    if refused is not None:
        raise refused
    return next((one for one in drawn if one.number == told.earlier), None)


def _kept(
    actor: Actor,
    told: DrawIn,
    units: list[sampling.Unit],
    seed: str,
    drawn: sampling.Drawn,
    earlier: Round | None,
    now: datetime,
) -> Round:
    id = store.next_id("reviews_round")
    asked = msgspec.to_builtins(told)
    criteria = sheet_now() if told.purpose == "file" else ()
    row = Round.objects.create(
        id=id,
        number=f"{_MARKS[told.purpose]}{day_of(now):%Y%m%d}{id:04d}",
        purpose=told.purpose,
        earlier=earlier,
        since=told.since,
        until=told.until,
        asked={name: asked[name] for name in ("size", "organ", "kind", "outcome", "light", "by", "reason")},
        seed=seed,
        population=len(units),
        population_digest=sampling.digest(units),
        layers=[[list(one.stratum), one.population, one.drawn] for one in drawn.layers],
        sheet=sheets.frozen(criteria),
        bound=told.bound,
        drawn_by=actor.username,
        drawn_at=now,
    )
    data = {
        "number": row.number, "purpose": row.purpose, "seed": seed, "population": row.population,
        "digest": row.population_digest, "layers": row.layers, "sample": list(drawn.keys),
        "passed_over": drawn.passed_over, "earlier": earlier.number if earlier else None,
        "since": told.since.isoformat(), "until": told.until.isoformat(), "sheet": row.sheet, "bound": row.bound,
    }  # fmt: skip
    store.leave("round", id, "drawn", actor=actor, at=now, text=told.reason, data=data | {"asked": row.asked})
    return row


def _rows(row: Round, units: list[sampling.Unit], drawn: sampling.Drawn) -> None:
    place = {layer.stratum: number for number, layer in enumerate(drawn.layers)}
    of_key = {unit.key: unit.stratum for unit in units}
    kind: Any = File if row.purpose == "file" else Call
    kind.objects.bulk_create(
        kind(round=row, case_no=key, organ_id=int(of_key[key][0]), layer=place[of_key[key]])
        for key in drawn.keys
    )


def sheet_now() -> tuple[sheets.Criterion, ...]:
    """The sheet in force: the stored one, else the shipped."""
    kept = settings_store.get(SHEET)
    return sheets.thawed(kept) if kept else sheets.CRITERIA


def publish(actor: Actor, number: str, *, now: datetime) -> None:
    """Freeze the totals of a file review and publish them, once; ``supervisor`` only.

    Raises ``RuleBroken`` while a score may still change, and when it was published before.
    """
    if not actor.has("supervisor"):
        raise NotAllowed("role-lacks-it", N_("评查结果由电子监察人员公布。"))
    with transaction.atomic():
        row = Round.objects.select_for_update().filter(number=number, purpose="file").first()
        if row is None:
            raise NotFound("no-round", N_("没有这个批次。"))
        if row.state == "published":
            raise RuleBroken("published", N_("这一批已经公布，结果不能再改。"))
        rows = list(File.objects.select_for_update().filter(round=row))
        if not all(files.is_settled(one, today=day_of(now)) for one in rows):
            raise RuleBroken("not-settled", N_("还有案卷没有定分，或者申诉期限没有过。"))
        File.objects.filter(round=row, state="scored").update(state="final")
        row.state, row.published_at, row.totals = "published", now, reads.totals(row)
        row.save(update_fields=["state", "published_at", "totals"])
        store.leave("round", row.pk, "published", actor=actor, at=now, data={"totals": row.totals})
