"""Papers with example data, to look at: nothing of them is stored, numbered or signed."""

from __future__ import annotations

from typing import Any

from onewindow.base import clock
from onewindow.documents import editions, examples, presentation, rendering
from onewindow.documents.kinds import KINDS, TEMPLATE_VERSION
from onewindow.documents.services import making

ORGAN = examples.ORGAN_NAME


def example(
    kind: str, *, edition: editions.Edition | None = None, organ: str = ORGAN, form: rendering.Form = "pdf"
) -> bytes:
    """A paper of ``kind`` as PDF, or its first page as PNG; raises ``rendering.Unsettable``."""
    now = clock.now()
    content: dict[str, Any] = examples.content(kind) | {
        "organ": {"id": 0, "name": organ},
        "document_no": f"示例{KINDS[kind].mark}〔{now.year}〕000000号",
        "title": KINDS[kind].title_for("01"),
        "kind": kind,
        "case_no": "示例",
        "code": "0000000000",
        "issued_at": now.isoformat(),
    }
    used = edition or editions.Edition(TEMPLATE_VERSION)
    shown = presentation.view(
        content, base_url=making.base_url(), has_seal=False, is_sample=True, seal=None
    ) | {"wording": used.wording}
    return rendering.page(kind, shown, version=used.base, source=used.source, at=now, form=form)
