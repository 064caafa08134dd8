"""The first look: which parser a file goes to, by its first bytes; everything else is refused at once."""

from __future__ import annotations

from onewindow.documents.inspection.verdict import Refused

HEAD = 4096
TAIL = 70_000  # the end record of a ZIP lies in the last 65,557 bytes

_STARTS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"PK\x03\x04", "application/ofd"),  # any package at first; one without OFD.xml is refused as a kind
)


def media_type_of(head: bytes) -> str:
    """The media type by the very first bytes (leading rubbish is how polyglots begin); raises Refused."""
    for start, media_type in _STARTS:
        if head.startswith(start):
            return media_type
    raise Refused("media", kind="media")
