"""Asking the inspecting process: one per process of ours, started at the first file."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

import msgspec

from onewindow.documents.inspection.verdict import Verdict

_WAIT_SECONDS = 25  # a little longer than a child may live
_AT_ONCE = threading.BoundedSemaphore(3)  # so that a crowd of uploads cannot fill the memory
_LOCK = threading.Lock()
_door: socket.socket | None = None
_door_pid = 0

GONE = Verdict(refusal="too-heavy", kind="content")


FILE, PAGE, BIND = b"f", b"p", b"b"  # as ``process`` knows them, which is not loaded here


def inspect(source: IO[bytes], target: IO[bytes], *, asked: bytes = FILE) -> Verdict:
    """Have ``source`` looked at; clean bytes land in ``target``. No answer is a refusal (``too-heavy``).

    ``asked``: as a file, as a page of a sheet, or (``BIND``) as a list of pages to be bound to one PDF.
    """
    with _AT_ONCE:
        answer, theirs = os.pipe()
        try:
            try:
                _send([source.fileno(), target.fileno(), theirs], asked)
            finally:
                os.close(theirs)
            told = _read(answer)
        finally:
            os.close(answer)
    return msgspec.json.decode(told, type=Verdict) if told else GONE


def _read(answer: int) -> bytes:
    """All that the child says before it goes; empty when it says nothing in time."""
    told = b""
    while True:
        ready, _, _ = select.select([answer], [], [], _WAIT_SECONDS)
        piece = os.read(answer, 65_536) if ready else b""
        if not piece:
            return told
        told += piece


def _send(handles: list[int], asked: bytes) -> None:
    with _LOCK:
        try:
            socket.send_fds(_open_door(), [asked], handles)
        except OSError:
            _close_door()
            socket.send_fds(_open_door(), [asked], handles)


def _open_door() -> socket.socket:
    """The socket to the inspecting process; a forked copy of us starts its own."""
    global _door, _door_pid
    if _door is None or _door_pid != os.getpid():
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        subprocess.Popen(
            [sys.executable, "-m", "onewindow.documents.inspection.process", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            cwd=Path(__file__).resolve().parents[3],
            env={"PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        theirs.close()
        _door, _door_pid = ours, os.getpid()
    return _door


def _close_door() -> None:
    global _door
    if _door is not None:
        _door.close()
        _door = None
