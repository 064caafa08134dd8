"""Why an action cannot be taken now, in the reader's language: rooms tell it with its names already filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from onewindow.cases.rules.acting import Act, not_proposed, wrong_state
from onewindow.cases.rules.decide import ACTS
from onewindow.kernel.errors import Refusal
from onewindow.ui import refusals


def why_not(action: Mapping[str, Any], state: str) -> str:
    """The reason of one of a case's ``actions`` in the active language, empty where it may be taken."""
    reason = action.get("reason") or ""
    act = ACTS.get(action["name"])
    if not reason or act is None:
        return gettext(reason) if reason else ""
    told = next((one for one in _filled(act, state) if one.text == reason), None)
    return refusals.said(told) if told is not None else gettext(reason)


def _filled(act: Act, state: str) -> list[Refusal]:
    """The refusals that name things, as they read for this action in this state."""
    return [*([wrong_state(act, state)] if state else []), not_proposed(act)]


def translated(case: Mapping[str, Any]) -> dict[str, Any]:
    """The Case with the reasons of its actions in the active language."""
    actions = [
        one | {"reason": why_not(one, case["state"]) or None} if one["reason"] else one
        for one in case["actions"]
    ]
    return {**case, "actions": actions}
