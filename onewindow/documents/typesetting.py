"""Typst at work: what ships is set in this process, what somebody else wrote in a bounded one of its own.

    python -m onewindow.documents.typesetting   a job as JSON on standard input, the page on standard output

Knows neither Django nor the database, so that the other process starts with typst alone.
"""

from __future__ import annotations

import base64
import os
import resource
import subprocess
import sys
import tempfile
import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

if TYPE_CHECKING:
    import typst

FONTS = Path(__file__).resolve().parents[1] / "data" / "fonts"
_LOCK = threading.Lock()

Form = Literal["pdf", "png"]

CPU_SECONDS = 8
WALL_SECONDS = 15
MEMORY_BYTES = 1536 * 1024 * 1024
OUTPUT_BYTES = 32 * 1024 * 1024
_SUSPECTS = b"/Suspects false"  # the default said aloud, which common tools (poppler) report as an error
UNSETTABLE = 3  # exit status: typst has said why, on standard error
_AT_ONCE = threading.BoundedSemaphore(2)  # so that a crowd of them cannot fill the memory


class Unsettable(ValueError):
    """A template that typst cannot set, or not within its bounds; the message says where."""


class Job(msgspec.Struct, frozen=True):
    """What is to be set: the folder that a template may read, its kind or a body of its own, data, day, form."""

    folder: str
    kind: str
    data: str
    timestamp: int
    source: str = ""
    form: Form = "pdf"


def set_here(job: Job) -> bytes:
    """The page, made in this process; raises ``Unsettable``."""
    body: Any = job.source.encode() if job.source else str(Path(job.folder) / f"{job.kind}.typ")
    with _LOCK:  # one compiler keeps the fonts loaded and serves one paper at a time
        try:
            made = _compiler(job.folder).compile(
                body,
                format=job.form,
                ppi=110 if job.form == "png" else None,
                sys_inputs={"data": job.data},
                timestamp=job.timestamp,
            )
        except RuntimeError as error:  # what typst says of a template
            raise Unsettable(str(error)) from None
    found = made[0] if isinstance(made, list) else made
    assert isinstance(found, bytes)
    return found.replace(_SUSPECTS, b" " * len(_SUSPECTS)) if job.form == "pdf" else found


@lru_cache(maxsize=4)
def _compiler(folder: str) -> typst.Compiler:
    import typst  # 7 MB that a web worker carries only once it makes a file

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(root=folder, font_paths=fonts)


def set_apart(job: Job) -> bytes:
    """The page, made in a process of its own with bounded time, memory and output; raises ``Unsettable``.

    A body that somebody wrote may loop or grow without end: it takes nobody with it.
    """
    with _AT_ONCE, tempfile.TemporaryFile() as page:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "onewindow.documents.typesetting"],
                input=msgspec.json.encode(job),
                stdout=page,
                stderr=subprocess.PIPE,
                timeout=WALL_SECONDS,
                cwd=Path(__file__).resolve().parents[2],
                env={"PATH": os.environ.get("PATH", ""), "PYTHONDONTWRITEBYTECODE": "1"},
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unsettable(f"not set within {WALL_SECONDS} s") from None
        if done.returncode == UNSETTABLE:
            raise Unsettable(base64.b64decode(done.stderr).decode())
        if done.returncode != 0:
            raise Unsettable(f"not set within {CPU_SECONDS} s and {MEMORY_BYTES >> 20} MB")
        page.seek(0)
        return page.read()


def _bound() -> None:
    """Limits of the other process: processor, memory, size of what it writes, no core files."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _main() -> int:
    job = msgspec.json.decode(sys.stdin.buffer.read(), type=Job)
    _bound()
    try:
        page = set_here(job)
    except Unsettable as error:
        sys.stderr.write(base64.b64encode(str(error).encode()).decode())
        return UNSETTABLE
    sys.stdout.buffer.write(page)
    return 0


if __name__ == "__main__":
    sys.exit(_main())
