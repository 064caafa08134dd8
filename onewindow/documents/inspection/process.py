"""The inspecting process: it takes open files over a socket and forks a bounded child for each.

Started by ``client`` as ``python -m onewindow.documents.inspection.process FD``; it has one thread, so
forking is safe, and its libraries are loaded once. A child that hangs, crashes or eats memory takes
nobody with it: no answer means refusal.
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import socket
import sys

import msgspec

from onewindow.documents.inspection import binding, images, ofd, pdfs
from onewindow.documents.inspection.sniff import HEAD, TAIL, media_type_of
from onewindow.documents.inspection.verdict import Refused, Verdict

CPU_SECONDS = 12
WALL_SECONDS = 20
MEMORY_BYTES = 1536 * 1024 * 1024
OUTPUT_BYTES = 256 * 1024 * 1024
# What is asked: look at a file, look at a page of a sheet, bind pages that were looked at.
FILE, PAGE, BIND = b"f", b"p", b"b"


def inspect(source_fd: int, target_fd: int, asked: bytes = FILE) -> Verdict:
    """Say what the file is, and write its clean bytes to the target where it is written anew."""
    with os.fdopen(source_fd, "rb") as source, os.fdopen(target_fd, "w+b") as target:
        try:
            if asked == BIND:
                return binding.bind(source, target)
            head, tail = _ends(source)
            media_type = media_type_of(head)
            if media_type == "application/pdf":
                return pdfs.inspect(source, target, head=head, tail=tail)
            if media_type == ofd.MEDIA_TYPE:
                if asked == PAGE:
                    raise Refused("no-page", kind="media")
                return ofd.inspect(source, tail=tail)
            return images.inspect(source, target, media_type=media_type, is_page=asked == PAGE)
        except Refused as refused:
            return Verdict(refusal=refused.code, kind=refused.kind)


def _ends(source: object) -> tuple[bytes, bytes]:
    source.seek(0)  # type: ignore[attr-defined]
    head = source.read(HEAD)  # type: ignore[attr-defined]
    size = source.seek(0, 2)  # type: ignore[attr-defined]
    source.seek(max(0, size - TAIL))  # type: ignore[attr-defined]
    tail = source.read()  # type: ignore[attr-defined]
    source.seek(0)  # type: ignore[attr-defined]
    return head, tail


def _bound() -> None:
    """Limits of one child: processor, memory, size of what it writes, no new processes, no core files."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(WALL_SECONDS)


def _child(handles: list[int], asked: bytes) -> None:
    source_fd, target_fd, answer_fd = handles
    status = 1
    try:
        _bound()
        os.write(answer_fd, msgspec.json.encode(inspect(source_fd, target_fd, asked)))
        status = 0
    finally:
        os._exit(status)


def serve(door: socket.socket) -> None:
    """Take (source, target, answer) descriptors until the other end is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped by the kernel
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the server; we end when it closes the door
    gc.freeze()
    while True:
        word, handles, _, _ = socket.recv_fds(door, 16, 3)
        if not word:
            return
        if len(handles) == 3:
            child = os.fork()
            if child == 0:
                door.close()
                _child(handles, word)
        for handle in handles:
            os.close(handle)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
