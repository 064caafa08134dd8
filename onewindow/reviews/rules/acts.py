"""Acts of tickets and complaints: from where, by whom, with which words; told before they are tried. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Protocol

import msgspec
from msgspec import Meta

from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, FieldError, Invalid, NotAllowed, Refusal, RuleBroken

WATCHERS = ("manager", "supervisor")
Text = Annotated[str, Meta(max_length=2000)]


class ActIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of an act: the version that was seen, the words, and what this act decides."""

    version: Annotated[int, Meta(ge=1, le=2**31 - 1)]
    text: Text = ""
    verdict: str = ""
    outcome: str = ""
    ground: str = ""


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One act. ``who``: ``watcher`` (manager or supervisor of another organ) or ``head`` of the organ
    concerned. ``choices`` names the field that must hold one of its keys; ``hint`` says what to write."""

    label: str
    froms: tuple[str, ...]
    who: str = "watcher"
    field: str = ""
    choices: Mapping[str, str] = {}
    needs_text: bool = True
    hint: str = ""


class Matter(Protocol):
    """What the rules look at; rows of both tables have it."""

    state: str
    organ_id: int


class Offer(msgspec.Struct, frozen=True):
    """An act as a page or an answer shows it: allowed, or why not now."""

    name: str
    label: str
    allowed: bool
    reason: str
    field: str
    choices: Mapping[str, str]
    needs_text: bool
    hint: str


def is_watcher(actor: Actor) -> bool:
    """Those who verify, investigate and call back."""
    return actor.has(*WATCHERS)


def is_head_of(actor: Actor, organ_id: int) -> bool:
    """The head of the organ concerned."""
    return actor.has("head") and (organ_id == actor.organ_id or organ_id in actor.organ_ids)


def may_read(actor: Actor, organ_id: int) -> bool:
    """Watchers read all matters, heads those of their organ."""
    return is_watcher(actor) or is_head_of(actor, organ_id)


def wrong_person(act: Act, matter: Matter, actor: Actor) -> Refusal | None:
    """Why this person may never take the act on this matter."""
    if act.who == "head":
        if is_head_of(actor, matter.organ_id):
            return None
        return NotAllowed("role-lacks-it", N_("这一步由被评价、被投诉部门的负责人办理。"))
    if not is_watcher(actor):
        return NotAllowed("role-lacks-it", N_("这一步由政务服务中心或者电子监察人员办理。"))
    return None


def wrong_state(act: Act, matter: Matter) -> Refusal | None:
    """Why the act does not fit the state."""
    if matter.state in act.froms:
        return None
    return RuleBroken("wrong-state", N_("现在这个状态不能这样办。"))


def checked(act: Act, body: ActIn) -> None:
    """Raise ``Invalid`` when the words or the choice are missing."""
    wrong = []
    if act.needs_text and not body.text.strip():
        wrong.append(FieldError("text", "required", N_("必须填写。")))
    if act.field and getattr(body, act.field) not in act.choices:
        wrong.append(FieldError(act.field, "unknown-value", N_("没有这个选项。")))
    if wrong:
        raise Invalid("invalid-fields", N_("有的内容不符合要求，请改正后再提交。"), fields=wrong)


def offer(name: str, act: Act, refusal: Refusal | None) -> Offer:
    """The act with its reason, for showing."""
    reason = refusal.message if refusal else ""
    return Offer(name, act.label, refusal is None, reason, act.field, act.choices, act.needs_text, act.hint)


Columns = dict[str, Any]
