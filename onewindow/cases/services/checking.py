"""What comes in is read and checked whole: every fault with its place, before anything is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import Any, Protocol, TypeVar

import msgspec
from django.db import transaction

from onewindow.cases import dossier as dossiers
from onewindow.cases.rules import commands
from onewindow.catalog import rules as catalog_rules
from onewindow.catalog.definition import ItemDefinition, Material
from onewindow.documents import services as documents
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, RuleBroken
from onewindow.kernel.identifiers import id_card, uscc

T = TypeVar("T")
_PLACE = re.compile(r" - at `\$\.?(?:key in )?(.*)`$")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`")
_MISSING = re.compile(r"Object missing required field `(.*?)`")
MOST_FORM_BYTES = 200_000


class Asked(Protocol):
    """A body that tells the personal part of a case."""

    @property
    def applicant(self) -> dossiers.Applicant: ...
    @property
    def agent(self) -> dossiers.Agent | None: ...
    @property
    def answers(self) -> dict[str, Any]: ...
    @property
    def form(self) -> dict[str, Any]: ...
    @property
    def delivery(self) -> dossiers.Delivery: ...
    @property
    def electronic_service(self) -> bool: ...


def read(body: Any, kind: type[T]) -> T:
    """The body as its struct; ``Invalid`` names the field that does not fit."""
    _storable(body)
    try:
        return msgspec.convert(body, kind)
    except msgspec.ValidationError as error:
        raise unfit(str(error)) from None


def unfit(text: str) -> Invalid:
    """msgspec's sentence as a field error in our words."""
    place = _PLACE.search(text)
    field = re.sub(r"\[(\d+|\.\.\.)\]", r".\1", place.group(1)) if place else ""
    for pattern, code, message in (
        (_UNKNOWN, "unknown-field", N_("没有这个字段。")),
        (_MISSING, "required", N_("必须填写。")),
    ):
        found = pattern.search(text)
        if found:
            name = f"{field}.{found.group(1)}".lstrip(".")
            return _invalid([FieldError(name, code, message)])
    return _invalid([FieldError(field.strip("."), "invalid", N_("这里的内容不符合格式要求。"))])


def _invalid(fields: Sequence[FieldError]) -> Invalid:
    return Invalid("invalid-fields", N_("有的内容不符合要求，请改正后再提交。"), fields=fields)


_DEEPEST = 40
_DOUBTFUL = re.compile(rb"\\u0000|[0-9]{19}").search


def _is_surely_storable(body: Any) -> bool:
    """One look at the body as text: the encoder refuses surrogates, no escape is a NUL, no number has 19 digits,
    and what has so few brackets cannot be nested too deeply."""
    try:
        text = msgspec.json.encode(body)
    except (TypeError, ValueError, OverflowError, RecursionError):
        return False
    return text.count(b"{") + text.count(b"[") <= _DEEPEST and _DOUBTFUL(text) is None


def _storable(body: Any) -> None:
    """What the database cannot hold is refused with its place: NUL, lone surrogates, numbers without bound."""
    if not _is_surely_storable(body):
        _refuse_unstorable(body)


def _refuse_unstorable(body: Any) -> None:
    waiting: list[tuple[str, Any, int]] = [("", body, 0)]
    while waiting:
        place, value, depth = waiting.pop()
        if isinstance(value, dict):
            if depth > _DEEPEST:
                raise _invalid([FieldError(place, "too-deep", N_("嵌套太深。"))])
            for key, member in value.items():
                waiting.append((place, key, depth))
                waiting.append((f"{place}.{key}".lstrip(".")[:200], member, depth + 1))
        elif isinstance(value, list):
            if depth > _DEEPEST:
                raise _invalid([FieldError(place, "too-deep", N_("嵌套太深。"))])
            waiting.extend((f"{place}.{number}", member, depth + 1) for number, member in enumerate(value))
        elif isinstance(value, str):
            if "\0" in value or (not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value)):
                raise _invalid(
                    [FieldError(place.replace("\0", ""), "bad-character", N_("含有不能保存的字符。"))]
                )
        elif isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**63 - 1:
            raise _invalid([FieldError(place, "too-large", N_("数字太大。"))])


def dossier_of(asked: Asked, item: ItemDefinition, *, today: date, complete: bool) -> dossiers.Dossier:
    """The dossier, checked: identity numbers always, answers and form when the application is complete."""
    fields = _identity(asked.applicant, "applicant", today)
    if asked.applicant.type == "organisation" and asked.applicant.id_type != "uscc":
        fields.append(FieldError("applicant.id_type", "wrong-id-type", N_("单位应使用统一社会信用代码。")))
    if asked.applicant.type == "person" and asked.applicant.id_type == "uscc":
        fields.append(FieldError("applicant.id_type", "wrong-id-type", N_("个人应使用身份证件。")))
    if asked.agent is not None:
        fields += _identity(asked.agent, "agent", today)
        fields += _mandate(asked.agent, today, complete=complete)
    if asked.delivery.method == "courier" and not asked.delivery.address and complete:
        fields.append(FieldError("delivery.address", "required", N_("邮寄送达须写明地址。")))
    fields += _form(item, asked.form, complete=complete)
    if fields:
        raise _invalid(fields)
    return dossiers.Dossier(
        asked.applicant,
        asked.agent,
        asked.answers,
        asked.form,
        asked.delivery,
        asked.electronic_service,
        item.form_version if item.form_schema else 0,
    )


def _mandate(agent: dossiers.Agent, today: date, *, complete: bool) -> list[FieldError]:
    fields = []
    if agent.until is None:
        if complete:
            fields.append(FieldError("agent.until", "required", N_("委托必须写明截止日期。")))
    elif agent.until < today:
        fields.append(FieldError("agent.until", "ended", N_("委托已经过期。")))
    return fields


def _form(item: ItemDefinition, form: dict[str, Any], *, complete: bool) -> list[FieldError]:
    if form and len(msgspec.json.encode(form)) > MOST_FORM_BYTES:
        return [FieldError("form", "too-large", N_("表单内容太多。"))]
    return catalog_rules.form_errors(item, form) if complete else []


def _identity(who: dossiers.Applicant | dossiers.Agent, field: str, today: date) -> list[FieldError]:
    if who.id_type == "id_card":
        problem = id_card.check(who.id_number, today=today)
    elif who.id_type == "uscc":
        problem = uscc.check(who.id_number)
    else:
        problem = None
    return [] if problem is None else [FieldError(f"{field}.id_number", problem.code, problem.message)]


def materials_of(item: ItemDefinition, answers: dict[str, Any], *, complete: bool) -> tuple[Material, ...]:
    """The exact materials of the answers; a scenario that ends the matter is refused with its reason."""
    found = catalog_rules.checklist(item, answers)
    if found.rejected is not None:
        raise RuleBroken(
            "not-eligible", N_("按您的情形，这件事不能办理：%(why)s"), params={"why": found.rejected}
        )
    if complete and not found.complete and found.next_question is not None:
        place = f"answers.{found.next_question.code}"
        raise _invalid([FieldError(place, "required", N_("还有情形问题没有回答。"))])
    return found.materials


class Given(msgspec.Struct, frozen=True):
    """The files that come with a deed: of materials, of the agent's mandate, the made licence, photos of a check."""

    materials: Sequence[commands.MaterialIn] = ()
    agent: dossiers.Agent | None = None
    result: str | None = None
    photos: tuple[str, ...] = ()

    @property
    def by_field(self) -> dict[str, list[str]]:
        """Their ids by the field of the body that names them; fields without any are left out."""
        mandate = self.agent.mandate_file_id if self.agent is not None else None
        wanted = {
            "materials": [one for material in self.materials for one in material.file_ids],
            "agent.mandate_file_id": [mandate] if mandate else [],
            "file_id": [self.result] if self.result else [],
            "photos": list(self.photos),
        }
        return {field: ids for field, ids in wanted.items() if ids}


def attaching(given: Given) -> AbstractContextManager[Any]:
    """A transaction when files must be tied to the case, nothing (one statement is one) when not."""
    return transaction.atomic() if given.by_field else nullcontext()


def attach(actor: Actor, case_no: str, given: Given) -> list[dict[str, str]]:
    """Tie the files to the case: their ids and digests, for the fact."""
    attached: list[dict[str, str]] = []
    for field, ids in given.by_field.items():
        attached += documents.attach(ids, case_no, actor=actor, field=field)
    return attached
