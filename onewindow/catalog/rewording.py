"""A plainer wording of one passage of a draft: asked of an outside model, shown, taken over by the editor or not.

Only what stands in the draft of a guide leaves the house, and no passage that looks as if it named a person.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from onewindow.catalog import settings
from onewindow.catalog.adapters import wording
from onewindow.catalog.changes import acting, store
from onewindow.catalog.definition import ItemDefinition
from onewindow.catalog.rules.faithful import Unlike, unlike
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, Away, Invalid, NotFound, RuleBroken, TooFast

LONGEST_PASSAGE = 4_000
AT_ONCE = 2  # requests of this process that wait for the model; further ones are told to come back
INSTRUCTION = (
    "你为政务服务指南改写文字。把用户给出的一段话改写成普通人一读就懂的简体中文：短句，主动语态，不用公文套话。"
    "不得增加或删减任何条件、材料、数字、期限、金额、法律名称和条款，数字和单位照原样写。"
    "只输出改写后的文字，不要解释，不要标题，不要任何标记。"
)
LABELS = {
    "summary": N_("简介"),
    "plain_text": N_("通俗说明"),
    "legal_note": N_("法定时限说明"),
    "promised_note": N_("承诺时限说明"),
    "visits_reason": N_("到场原因"),
    "quantity_limit": N_("数量限制"),
    "conditions": N_("受理条件"),
    "faq": N_("常见问题"),
    "materials": N_("材料要求"),
}
_TEXTS = ("summary", "plain_text", "legal_note", "promised_note", "visits_reason", "quantity_limit")
_PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx]|\d{15})(?!\d)|[\w.+-]+@[\w-]+\.\w+")
_SAID = {
    "slow": N_("改写服务没有及时答复，请稍后再试。"),
    "away": N_("改写服务现在连不上，请稍后再试。"),
    "refused": N_("改写服务拒绝了这次请求，请联系管理员。"),
    "too-long": N_("改写服务的答复太长，没有采用。"),
    "unreadable": N_("改写服务的答复读不懂，没有采用。"),
    "markup": N_("改写服务的答复里有网页代码，没有采用。"),
    "empty": N_("改写服务没有给出文字。"),
}
_places = threading.BoundedSemaphore(AT_ONCE)


class Passage(msgspec.Struct, frozen=True):
    """One text of a draft: its dotted ``path``, a label (msgid), which of several it is (0: the only one)."""

    path: str
    label: str
    number: int
    text: str


class Proposal(msgspec.Struct, frozen=True):
    """What the model proposes in place of a passage, and what it says otherwise than the original."""

    passage: Passage
    text: str
    unlike: Unlike


def passages(item: ItemDefinition) -> list[Passage]:
    """The texts of ``item`` that may be worded more plainly, in the order of the guide; empty ones are left out."""
    return [one for one in _all(item) if one.text.strip()]


def _all(item: ItemDefinition) -> Iterator[Passage]:
    for name in _TEXTS:
        yield Passage(name, LABELS[name], 0, getattr(item, name))
    for place, text in enumerate(item.conditions):
        yield Passage(f"conditions.{place}", LABELS["conditions"], place + 1, text)
    for place, row in enumerate(item.materials):
        yield Passage(f"materials.{place}", LABELS["materials"], place + 1, row.standard)
    for place, entry in enumerate(item.faq):
        yield Passage(f"faq.{place}", LABELS["faq"], place + 1, entry.answer)


def passage(item: ItemDefinition, path: str) -> Passage:
    """The passage at ``path``; raises ``NotFound``."""
    found = next((one for one in passages(item) if one.path == path), None)
    if found is None:
        raise NotFound("no-passage", N_("草稿里没有这一段文字。"))
    return found


def put(item: ItemDefinition, path: str, text: str) -> ItemDefinition:
    """``item`` with ``text`` in place of the passage at ``path``."""
    passage(item, path)
    name, _, place = path.partition(".")
    if not place:
        return msgspec.structs.replace(item, **{name: text})
    rows: list[Any] = list(getattr(item, name))
    held = rows[int(place)]
    inner = {"materials": "standard", "faq": "answer"}.get(name)
    rows[int(place)] = msgspec.structs.replace(held, **{inner: text}) if inner else text
    return msgspec.structs.replace(item, **{name: tuple(rows)})


def propose(actor: Actor, number: str, task_code: str, path: str, *, now: datetime) -> Proposal:
    """Ask for a plainer wording of one passage of one's own draft; changes nothing in the draft.

    The ledger tells that it was asked for, with the digests of the passage and of the answer. Raises
    ``NotFound``, ``NotAllowed``, ``RuleBroken`` for no draft, ``Invalid`` for a passage too long or personal,
    ``TooFast`` while others wait, ``Away`` when no usable answer came.
    """
    held = settings.wording_endpoint()
    if held is None:
        raise NotFound("no-endpoint", N_("没有设置改写服务。"))
    found = _told(actor, number, task_code, path, now=now)
    if not _places.acquire(blocking=False):
        raise TooFast("busy", N_("改写服务正忙，请稍等片刻再试。"), retry_after=10)
    try:
        text = wording.ask(held, instruction=INSTRUCTION, passage=found.text)
    except wording.Unusable as failure:
        raise Away("no-proposal", _SAID[failure.reason], retry_after=10) from None
    finally:
        _places.release()
    _tell(actor, number, "wording-proposed", now=now, task_code=task_code, element=path, text=text)
    return Proposal(found, text, unlike(found.text, text))


def _told(actor: Actor, number: str, task_code: str, path: str, *, now: datetime) -> Passage:
    """The passage, once it is clear that it may be sent and the ledger tells that it was asked for."""
    with transaction.atomic():
        change = store.locked(actor, number)
        refused = acting.refusal("amend", change, actor)
        if refused is not None:
            raise refused
        target = next((one for one in store.targets_of(change) if one.task_code == task_code), None)
        if target is None or target.definition is None:
            raise RuleBroken("no-draft", N_("这项变更没有这个事项的草稿。"))
        found = passage(target.definition, path)
        if len(found.text) > LONGEST_PASSAGE:
            raise Invalid("too-long", N_("这一段超过 4,000 字，请先分开。"))
        if _PERSONAL.search(found.text):
            raise Invalid("personal", N_("这一段里像有个人的号码或邮箱，不能送出去改写。"))
        _tell(actor, number, "wording-asked", now=now, task_code=task_code, element=path, text=found.text)
    return found


def _tell(actor: Actor, number: str, type: str, *, now: datetime, text: str, **data: str) -> None:
    with transaction.atomic():
        change = store.locked(actor, number)
        digest = store.text_digest(text)
        store.tell(change, type, actor, now=now, role="catalog", text=digest, **data)
