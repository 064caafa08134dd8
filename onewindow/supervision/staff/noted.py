"""Reads of conduct notes: lists, one note whole, and its photos, each for those whom it concerns."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from onewindow.base.clock import start_of
from onewindow.documents import queries as documents
from onewindow.documents.storage import Stored
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotFound
from onewindow.org import queries as org
from onewindow.reviews import cursors
from onewindow.supervision.staff import conduct
from onewindow.supervision.staff.models import Note

Json = dict[str, Any]


def listing(
    actor: Actor,
    *,
    since: date,
    until: date,
    organ_id: int | None = None,
    cursor: str | None = None,
    limit: int = 20,
) -> Json:
    """Notes of what was seen on these days, newest first: ``{"results", "next"}``; heads their organ's."""
    rows = _visible(actor).filter(
        observed_at__gte=start_of(since), observed_at__lt=start_of(until + timedelta(days=1))
    )
    if organ_id is not None:
        rows = rows.filter(organ_id=organ_id)
    page, following = cursors.cut(rows.prefetch_related("steps"), cursor, limit)
    return {"results": [line(one) for one in page], "next": following}


def of_person(actor: Actor) -> list[Json]:
    """What was noted of the actor, newest first."""
    found = Note.objects.filter(staff_id=actor.account_id).prefetch_related("steps").order_by("-id")
    return [line(one) for one in found[:100]]


def one(actor: Actor, number: str) -> Json:
    """A note whole with its steps and what the actor may do; ``NotFound`` for whom it does not concern."""
    note = _found(actor, number)
    told = line(note)
    done = {step.place for step in note.steps.all()}
    return told | {
        "text": conduct.opened(note.text_sealed, f"note:{note.pk}"),
        "by": _shown(actor, note),
        "at": note.at,
        "photos": range(1, len(note.file_ids) + 1),
        "steps": [
            {
                "deed": step.deed,
                "text": conduct.opened(step.text_sealed, f"note:{note.pk}:{step.place}"),
                "by": org.staff_names([step.by]).get(step.by, step.by),
                "at": step.at,
            }
            for step in sorted(note.steps.all(), key=lambda step: step.place)
        ],
        "may_answer": not done and conduct.is_answerer(actor, note),
        "may_rule": 2 not in done
        and actor.has(*conduct.WATCHERS)
        and actor.username != note.by
        and actor.account_id != note.staff_id,
    }


def _shown(actor: Actor, note: Note) -> str:
    """Who wrote it; of a covert visit only the watchers learn that."""
    if note.is_covert and not actor.has(*conduct.WATCHERS):
        return ""
    return org.staff_names([note.by]).get(note.by, note.by)


def photo(actor: Actor, number: str, place: int) -> tuple[str, str, Stored]:
    """(name, media type, content) of a photo of a note that the actor may read; ``NotFound`` otherwise."""
    note = _found(actor, number)
    if not 1 <= place <= len(note.file_ids):
        raise NotFound("no-file", N_("没有这个文件。"))
    writer = org.staff_by_username(note.by)
    keeper = Actor(account_id=writer.id if writer else 0, username=note.by, name="")
    return documents.open_file(keeper, note.file_ids[place - 1])


def _found(actor: Actor, number: str) -> Note:
    asked = _visible(actor) | Note.objects.filter(staff_id=actor.account_id)
    found = asked.filter(number=number.replace("\0", "")).prefetch_related("steps").first()
    if found is None:
        raise NotFound("no-note", N_("没有这条巡查记录。"))
    return found


def _visible(actor: Actor) -> QuerySet[Note]:
    if actor.has(*conduct.WATCHERS):
        return Note.objects.all()
    if actor.has("head"):
        return Note.objects.filter(Q(organ_id__in=actor.organ_ids | ({actor.organ_id} - {None})))
    return Note.objects.none()


def line(note: Note) -> Json:
    """A note in a list."""
    deeds = {step.place: step.deed for step in note.steps.all()}
    person = None if note.staff_id is None else org.staff_of(note.staff_id)
    return {
        "number": note.number,
        "kind": note.kind,
        "label": conduct.KINDS[note.kind].label if note.kind in conduct.KINDS else note.kind,
        "points": note.points,
        "counts": deeds.get(2) != "withdrawn",
        "state": deeds.get(2) or deeds.get(1) or "written",
        "place": note.place,
        "observed_at": note.observed_at,
        "person": person.name if person else "",
        "organ": org.organ(note.organ_id).name,
        "window": _window(note.window),
        "is_covert": note.is_covert,
    }


def _window(window_id: int | None) -> str:
    found = next((one for one in org.windows() if one.id == window_id), None)
    return found.name if found else ""
