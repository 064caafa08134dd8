"""The platform with a bug let in: some answers become 500. For the negative control of the inputs alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from onewindow.site.wsgi import application as sound


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """Fails where an address holds an escaped NUL, as a careless program would."""
    if "\0" in environ["PATH_INFO"] or "%00" in environ.get("QUERY_STRING", ""):
        start("500 Internal Server Error", [("Content-Length", "0")])
        return [b""]
    return sound(environ, start)
