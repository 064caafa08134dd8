"""Who may put something into force without a change: the system alone."""

from __future__ import annotations

from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import N_, NotAllowed


def require_system(actor: Actor) -> None:
    """Refuse everybody but the system: nobody publishes alone (handbook 2.7). Raises ``NotAllowed``."""
    if not actor.has("system"):
        raise NotAllowed("needs-a-change", N_("事项的发布、调整和取消要经变更申请审批，不能直接办理。"))
