"""Names of files: made safe for every system they may be saved on, sealed because they name people."""

from __future__ import annotations

import re
import unicodedata

from onewindow.base import crypto

LONGEST = 100
EXTENSIONS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "application/ofd": ".ofd"}
# What a browser cannot show goes to the disk, where the person's own program opens it.
_SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png"})
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_KNOWN = re.compile(r"\.(pdf|jpe?g|jpe|jfif|png|ofd)$", re.IGNORECASE)


def clean(name: str, *, media_type: str) -> str:
    """A name without paths, controls and direction marks, with the ending that its content deserves."""
    last = re.split(r"[\\/]", name)[-1]
    text = unicodedata.normalize("NFC", last.encode("utf-8", "replace").decode())
    text = "".join(char for char in text if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    text = _KNOWN.sub("", _FORBIDDEN.sub("_", text).strip())
    stem = text.strip(" .")[:LONGEST].strip(" .") or "文件"
    return stem + EXTENSIONS[media_type]


def disposition(media_type: str) -> str:
    """How a file goes out: ``inline`` where browsers show it, else ``attachment``."""
    return "inline" if media_type in _SHOWN else "attachment"


def seal(name: str, *, file_id: str) -> bytes:
    return crypto.encrypt(name.encode(), bound_to=file_id.encode())


def unseal(sealed: bytes, *, file_id: str) -> str:
    return crypto.decrypt(bytes(sealed), bound_to=file_id.encode()).decode()
