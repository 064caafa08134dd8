"""The client of an OpenAI-compatible chat endpoint: one request, bounded in time and size, nothing followed.

Request ``POST`` of ``{"model", "messages": [{"role", "content"}], "temperature", "max_tokens", "stream"}`` with
``Authorization: Bearer`` where a key is set; answer 200 ``{"choices": [{"message": {"content"}}]}``.
"""

from __future__ import annotations

import http.client
import re
import socket
import threading
import time
import unicodedata
from contextlib import closing, suppress
from urllib.parse import urlsplit

import msgspec

LONGEST_ANSWER = 262_144  # bytes, of the whole HTTP body
LONGEST_TEXT = 8_000  # characters, of the proposal
_TAG = re.compile(r"<\s*[a-zA-Z!/?]")


class Endpoint(msgspec.Struct, frozen=True):
    """Where to ask: the whole address, the key (may be empty), the model, and how long to wait at most."""

    url: str
    key: str
    model: str
    seconds: float


class Unusable(Exception):
    """No proposal came; ``reason`` is away | slow | refused | too-long | unreadable | markup | empty."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Message(msgspec.Struct):
    content: str


class _Choice(msgspec.Struct):
    message: _Message


class _Answer(msgspec.Struct):
    choices: list[_Choice]


def ask(endpoint: Endpoint, *, instruction: str, passage: str) -> str:
    """The proposal as plain text; raises ``Unusable`` for whatever else comes or does not come."""
    body = msgspec.json.encode(
        {
            "model": endpoint.model,
            "messages": [{"role": "system", "content": instruction}, {"role": "user", "content": passage}],
            "temperature": 0.2,
            "max_tokens": 2 * len(passage) + 500,
            "stream": False,
        }
    )
    return _text(_read(endpoint, body))


def _read(endpoint: Endpoint, body: bytes) -> bytes:
    """The body of the answer; the connection is cut at the deadline, however slowly bytes come."""
    parts = urlsplit(endpoint.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if endpoint.key:
        headers["Authorization"] = f"Bearer {endpoint.key}"
    deadline, is_late = time.monotonic() + endpoint.seconds, threading.Event()
    address = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = kind(parts.hostname or "", parts.port, timeout=endpoint.seconds)
    try:
        with closing(connection):
            connection.connect()
            # The socket itself: the connection lets go of it while an answer without a length is read.
            cut = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, (connection.sock, is_late))
            cut.daemon = True
            cut.start()
            try:
                found = _answered(connection, address, body, headers)
            finally:
                cut.cancel()
    except TimeoutError:
        raise Unusable("slow") from None
    except (OSError, http.client.HTTPException, ValueError):
        raise Unusable("slow" if is_late.is_set() else "away") from None
    if is_late.is_set():
        raise Unusable("slow")
    if len(found) > LONGEST_ANSWER:
        raise Unusable("too-long")
    return found


def _answered(
    connection: http.client.HTTPConnection, address: str, body: bytes, headers: dict[str, str]
) -> bytes:
    connection.request("POST", address, body, headers)
    with connection.getresponse() as answer:
        if answer.status != 200:
            raise Unusable("refused")
        return answer.read(LONGEST_ANSWER + 1)


def _cut(held: socket.socket, is_late: threading.Event) -> None:
    is_late.set()
    with suppress(OSError):  # it has ended by itself meanwhile
        held.shutdown(socket.SHUT_RDWR)


def _text(body: bytes) -> str:
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (ValueError, msgspec.MsgspecError, RecursionError):
        raise Unusable("unreadable") from None
    text = answer.choices[0].message.content if answer.choices else ""
    text = "".join(char for char in text if char == "\n" or unicodedata.category(char)[0] != "C").strip()
    if not text:
        raise Unusable("empty")
    if len(text) > LONGEST_TEXT:
        raise Unusable("too-long")
    if _TAG.search(text):
        raise Unusable("markup")
    return text
