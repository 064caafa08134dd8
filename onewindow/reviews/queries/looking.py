"""Why somebody opened who rated, complained or is to be called: the words lie sealed in the matter's step."""

from __future__ import annotations

from onewindow.reviews import store
from onewindow.reviews.models import MATTERS, Step


def reason_of(matter: str, id: int, seq: int) -> str:
    """The reason given at this place of a matter's life, empty where there is none."""
    if matter not in MATTERS:
        return ""
    row = Step.objects.filter(matter=matter, subject=id, seq=seq).first()
    return store.unseal(row.text_sealed, f"{matter}-step-{seq}", id) if row else ""
