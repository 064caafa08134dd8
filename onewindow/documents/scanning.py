"""A virus scanner beside the inspection: clamd over its socket (INSTREAM), where the operator names one."""

from __future__ import annotations

import socket
import struct
import time
from typing import IO

from django.conf import settings

CLEAN, UNSCANNED, INFECTED, NO_SCANNER = "clean", "unscanned", "infected", ""
_PIECE = 256 * 1024
_LONGEST_ANSWER = 4096


class Infected(Exception):
    """The scanner knows what is in the file; ``name`` is its name for it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class ScannerAway(Exception):
    """No answer in time, or one that is none."""


def scan(source: IO[bytes]) -> str:
    """``clean``, or ``""`` where no scanner is set; raises ``Infected``, ``ScannerAway``.

    The whole exchange ends within ``ONEWINDOW_CLAMD_SECONDS``.
    """
    if not settings.ONEWINDOW_CLAMD:
        return NO_SCANNER
    ends_at = time.monotonic() + settings.ONEWINDOW_CLAMD_SECONDS
    try:
        with _line(settings.ONEWINDOW_CLAMD, ends_at) as line:
            _send(line, source, ends_at)
            answer = _answer(line, ends_at)
    except OSError as error:
        raise ScannerAway from error
    return _read(answer)


def _line(place: str, ends_at: float) -> socket.socket:
    """A connection to ``/path`` or ``host:port``."""
    if not place.startswith("/"):
        host, _, port = place.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=_left(ends_at))
    line = socket.socket(socket.AF_UNIX)
    try:
        line.settimeout(_left(ends_at))
        line.connect(place)
    except OSError:
        line.close()
        raise
    return line


def _send(line: socket.socket, source: IO[bytes], ends_at: float) -> None:
    """The command, then pieces behind their length, then a length of nought."""
    source.seek(0)
    line.sendall(b"zINSTREAM\0")
    while piece := source.read(_PIECE):
        line.settimeout(_left(ends_at))
        line.sendall(struct.pack(">I", len(piece)) + piece)
    line.sendall(struct.pack(">I", 0))


def _answer(line: socket.socket, ends_at: float) -> str:
    told = b""
    while not told.endswith(b"\0"):
        line.settimeout(_left(ends_at))
        piece = line.recv(_LONGEST_ANSWER)
        if not piece or len(told) > _LONGEST_ANSWER:
            raise ScannerAway
        told += piece
    return told.rstrip(b"\0").decode("utf-8", "replace")


def _left(ends_at: float) -> float:
    left = ends_at - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _read(answer: str) -> str:
    """``stream: OK``, ``stream: <name> FOUND``; anything else is an error of the scanner's."""
    told = answer.removeprefix("stream: ")
    if told == "OK":
        return CLEAN
    if told.endswith(" FOUND"):
        raise Infected(told.removesuffix(" FOUND")[:200])
    raise ScannerAway
