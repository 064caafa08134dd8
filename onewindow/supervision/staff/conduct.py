"""Conduct notes (明察暗访): written by a watcher, answered by the person, ruled on by another watcher."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.db import connection, transaction

from onewindow.base import crypto, facts
from onewindow.base.clock import day_of
from onewindow.cases.services import checking
from onewindow.kernel import days
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, NotFound, RuleBroken
from onewindow.org import queries as org
from onewindow.reviews import store as reviews
from onewindow.supervision.staff import rows
from onewindow.supervision.staff.models import Note, NoteStep

WATCHERS = ("supervisor", "manager")
STREAM = "conduct-note"
MOST_PHOTOS = 6


class Kind(msgspec.Struct, frozen=True):
    """A rule of conduct (handbook 6.3): what it is called and how many points a breach costs (negative: praise)."""

    code: str
    label: str
    points: int


KINDS = {
    one.code: one
    for one in (
        Kind("first-contact", N_("首问负责制：没有答复也没有引导"), 3),
        Kind("told-once", N_("一次性告知制：没有一次告知"), 3),
        Kind("in-time", N_("限时办结制：拖延"), 3),
        Kind("no-deputy", N_("AB 岗制：离岗无人顶岗"), 3),
        Kind("unreported-no", N_("否定报备制：说“不行”没有报备"), 3),
        Kind("closed-early", N_("延时服务制：没有服务到最后一位"), 2),
        Kind("left-post", N_("上班时间擅自离岗"), 4),
        Kind("manners", N_("仪容、用语、态度不合规范"), 2),
        Kind("off-duty-things", N_("上班时间做与工作无关的事"), 2),
        Kind("favour", N_("收受财物、吃拿卡要"), 20),
        Kind("praised", N_("表扬：群众称赞或事迹突出"), -2),
    )
}
Text = Annotated[str, msgspec.Meta(min_length=2, max_length=2000)]


class NoteIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A note: the rule, place, instant, what was seen; of a person (user name) or of a window (id)."""

    kind: str
    place: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    observed_at: Annotated[datetime, msgspec.Meta(tz=True)]
    text: Text
    person: str = ""
    window: int | None = None
    is_covert: bool = False


Photos = Callable[[], list[dict[str, Any]]]


def write(actor: Actor, body: Any, photos: Photos = list, *, now: datetime) -> str:
    """Write a note down for good; its number. ``photos`` gives them as the documents room
    tells its files, asked only when the note itself is sound.

    Raises ``NotAllowed``, ``NotFound``, ``Invalid``, and what ``store_upload`` raises.
    """
    _refuse_other(actor)
    told: NoteIn = checking.read(body, NoteIn)
    if told.kind not in KINDS:
        raise _wrong("kind", N_("请选择违反了哪一条。"))
    if told.observed_at > now or told.observed_at.year < days.FIRST_YEAR:
        raise _wrong("observed_at", N_("看到的时间不能在将来。"))
    staff_id, organ_id, window_id = _whom(actor, told)
    files = photos()
    if len(files) > MOST_PHOTOS:
        raise _wrong("photos", N_("照片最多 6 张。"))
    with transaction.atomic():
        id = _next_id()
        note = Note.objects.create(
            id=id, number=f"XC{day_of(now):%Y%m%d}{id:06d}", kind=told.kind, points=KINDS[told.kind].points,
            place=told.place.strip(), observed_at=told.observed_at, staff_id=staff_id, organ_id=organ_id,
            window=window_id, is_covert=told.is_covert, text_sealed=_seal(told.text, f"note:{id}"),
            file_ids=[one["file_id"] for one in files], by=actor.username, at=now,
        )  # fmt: skip
        data = {
            "number": note.number, "kind": note.kind, "points": note.points, "staff": staff_id, "organ": organ_id,
            "window": window_id, "observed_at": told.observed_at.isoformat(),
            "text": reviews.digest(note.text_sealed), "files": [one["sha256"] for one in files],
            "row": rows.digest(note),
        }  # fmt: skip
        facts.record(STREAM, id, "written", at=now, actor=actor, data=data)
    return note.number


def _whom(actor: Actor, told: NoteIn) -> tuple[int | None, int, int | None]:
    if told.person:
        one = org.staff_by_username(told.person)
        if one is None:
            raise _wrong("person", N_("没有这位工作人员"))
        if one.id == actor.account_id:
            raise NotAllowed("own-note", N_("不能给自己写巡查记录。"))
        return one.id, one.organ_id, told.window or one.window_id
    if told.window is None:
        raise _wrong("person", N_("请写明是哪位工作人员或哪个窗口。"))
    window = next((one for one in org.windows() if one.id == told.window), None)
    if window is None:
        raise _wrong("window", N_("没有这个窗口"))
    organ_id = window.organ_id or next(
        (one.organ_id for one in org.staff() if one.window_id == window.id), None
    )
    if organ_id is None:
        organ_id = actor.organ_id
    assert organ_id is not None
    return None, organ_id, window.id


def answer(actor: Actor, number: str, text: str, *, now: datetime) -> None:
    """The person's own answer, once; of a note on a window the head of its organ answers.

    Raises ``NotFound`` for others' notes, ``RuleBroken`` ``answered-once`` and ``already-ruled``.
    """
    with transaction.atomic():
        note = _locked(number)
        if note is None or not is_answerer(actor, note):
            raise NotFound("no-note", N_("没有这条巡查记录。"))
        if NoteStep.objects.filter(note=note, place=2).exists():
            raise RuleBroken("already-ruled", N_("已经有了结论，不能再申辩。"))
        if NoteStep.objects.filter(note=note, place=1).exists():
            raise RuleBroken("answered-once", N_("已经申辩过了，只能申辩一次。"))
        _step(actor, note, "answered", 1, text, now)


def rule(actor: Actor, number: str, *, is_upheld: bool, text: str, now: datetime) -> None:
    """Uphold or withdraw a note, once, with the reason, by a watcher who did not write it.

    A withdrawn note stays to be read and counts for nothing. Raises ``NotAllowed``, ``NotFound``, ``RuleBroken``.
    """
    _refuse_other(actor)
    with transaction.atomic():
        note = _locked(number)
        if note is None:
            raise NotFound("no-note", N_("没有这条巡查记录。"))
        if actor.username == note.by or actor.account_id == note.staff_id:
            raise NotAllowed("same-person", N_("写记录的人和当事人不能作结论，请由另一位监察人员作。"))
        if NoteStep.objects.filter(note=note, place=2).exists():
            raise RuleBroken("already-ruled", N_("已经有了结论。"))
        _step(actor, note, "upheld" if is_upheld else "withdrawn", 2, text, now)


def is_answerer(actor: Actor, note: Note) -> bool:
    """Whether the note is this actor's to answer."""
    if note.staff_id is not None:
        return actor.account_id == note.staff_id
    return actor.has("head") and note.organ_id in (actor.organ_ids | {actor.organ_id})


def _step(actor: Actor, note: Note, deed: str, place: int, text: str, now: datetime) -> None:
    text = text.replace("\0", "").strip()
    if not 2 <= len(text) <= 2000:
        raise _wrong("text", N_("请写明理由，2 至 2000 字。"))
    sealed = _seal(text, f"note:{note.pk}:{place}")
    row = NoteStep.objects.create(
        note=note, deed=deed, place=place, text_sealed=sealed, by=actor.username, at=now
    )
    facts.record(
        STREAM,
        note.pk,
        deed,
        at=now,
        actor=actor,
        data={"text": reviews.digest(sealed), "row": rows.digest(row)},
    )


def _locked(number: str) -> Note | None:
    note = Note.objects.filter(number=number.replace("\0", "")).first()
    if note is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('conduct-note'), %s)", [note.pk])
    return note


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('supervision_note', 'id'))")
        return int(cursor.fetchone()[0])


def _seal(text: str, place: str) -> bytes:
    return crypto.encrypt(text.strip().encode(), bound_to=place.encode())


def opened(sealed: Any, place: str) -> str:
    """Words again; ``place`` is ``note:<id>`` or that of a step (``note:<id>:<place>``)."""
    return crypto.decrypt(bytes(sealed), bound_to=place.encode()).decode()


def _refuse_other(actor: Actor) -> None:
    if not actor.has(*WATCHERS):
        raise NotAllowed("role-lacks-it", N_("巡查记录由监察和中心管理人员写。"))


def _wrong(field: str, message: str) -> Invalid:
    return Invalid("invalid-fields", message, fields=[FieldError(field, "invalid", message)])
