"""Requests as bytes over a plain socket, and as much of the answer as is needed; no library mends what we send."""

from __future__ import annotations

import contextlib
import socket
from typing import NamedTuple
from urllib.parse import quote

TIMEOUT_SECONDS = 60


class Sent(NamedTuple):
    """One request: its bytes, and what the campaign must know of it."""

    raw: bytes
    method: str
    is_last: bool = False  # the connection is of no use afterwards
    is_half: bool = False  # the sending side is closed, as a caller does that goes away


class Told(NamedTuple):
    """An answer; status 0: the connection was closed without one."""

    status: int
    headers: dict[str, str]
    body: bytes


NOTHING = Told(0, {}, b"")


class Hang(Exception):
    """No answer in time."""


class Connection:
    """A connection that is kept as long as both sides keep it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._link: socket.socket | None = None
        self._left = b""

    def ask(self, sent: Sent) -> Told:
        """The answer; a connection that had been closed meanwhile is opened once more."""
        is_fresh = self._link is None
        told = self._once(sent)
        if told.status == 0 and not is_fresh and not sent.is_last:
            told = self._once(sent)
        return told

    def _once(self, sent: Sent) -> Told:
        try:
            if self._link is None:
                self._link = socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT_SECONDS)
                self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._left = b""
            with contextlib.suppress(
                BrokenPipeError, ConnectionResetError
            ):  # it may have answered all the same
                self._link.sendall(sent.raw)
            if sent.is_half:
                self._link.shutdown(socket.SHUT_WR)
            told = self._read(sent.method)
        except TimeoutError:
            self.close()
            raise Hang from None
        except OSError:
            told = NOTHING
        if sent.is_last or told.status == 0 or told.headers.get("connection", "").lower() == "close":
            self.close()
        return told

    def close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None

    def _read(self, method: str) -> Told:
        head = self._until(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1."):
            return NOTHING
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0][9:12])
        if status == 100:
            return self._read(method)
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (one.partition(":") for one in lines[1:])
        }
        if method == "HEAD" or status in (204, 304):
            return Told(status, headers, b"")
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return Told(status, headers, self._chunks())
        return Told(status, headers, self._exactly(int(headers.get("content-length", "0"))))

    def _chunks(self) -> bytes:
        found = b""
        while size := int(self._until(b"\r\n").split(b";")[0] or b"0", 16):
            found += self._exactly(size)
            self._exactly(2)
        self._until(b"\r\n")
        return found

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._left:
            if not self._more():
                return b""
        found, _, self._left = self._left.partition(mark)
        return found

    def _exactly(self, size: int) -> bytes:
        while len(self._left) < size and self._more():
            pass
        found, self._left = self._left[:size], self._left[size:]
        return found

    def _more(self) -> bool:
        assert self._link is not None
        piece = self._link.recv(65536)
        self._left += piece
        return bool(piece)


def request(
    method: str,
    target: str,
    headers: list[tuple[str, str | bytes]],
    body: bytes | None = None,
    *,
    host: str = "127.0.0.1",
) -> Sent:
    """A request that HTTP can carry; what stands in its target and headers is the caller's matter."""
    lines = [
        f"{method} {target} HTTP/1.1".encode("latin-1", "replace"),
        f"Host: {host}".encode("latin-1", "replace"),
    ]
    lines += [name.encode("latin-1", "replace") + b": " + _bytes(value) for name, value in headers]
    if body is not None:
        lines.append(b"Content-Length: %d" % len(body))
    return Sent(b"\r\n".join(lines) + b"\r\n\r\n" + (body or b""), method)


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")


def escaped(text: str) -> str:
    """A text as it stands in a target, each awkward byte escaped; lone surrogates as their three bytes."""
    return quote(text.encode("utf-8", "surrogatepass"), safe="")
