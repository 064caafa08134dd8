"""A name for each request, in its answer and in every line that is logged while it is answered."""

from __future__ import annotations

import re
import secrets
import threading
from typing import Any

HEADER = "X-Request-ID"
# What a proxy hands down is taken over when it can be nothing else: no number of a person fits.
_FORM = re.compile(r"[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_local = threading.local()


def begin(environ: dict[str, Any]) -> str:
    """Name the request that this thread now answers: as the proxy called it, else by chance."""
    given = environ.get("HTTP_X_REQUEST_ID", "")
    _local.name = given if _FORM.fullmatch(given) and not given.isdecimal() else secrets.token_hex(8)
    return str(_local.name)


def end() -> None:
    """What the thread does next belongs to no request."""
    _local.name = ""


def current() -> str:
    """The name of the request that this thread answers; empty when it answers none."""
    return getattr(_local, "name", "")
