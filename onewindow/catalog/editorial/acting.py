"""Who may keep words, themes and pins: whoever edits the catalogue."""

from __future__ import annotations

from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed

EDITOR = "catalog"


def require_editor(actor: Actor) -> None:
    """Raises ``NotAllowed`` for anybody else."""
    if not actor.has(EDITOR):
        raise NotAllowed("role-lacks-it", N_("只有事项编辑可以这样做。"))
