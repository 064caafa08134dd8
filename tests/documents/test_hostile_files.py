"""The corpus of hostile files: each is refused with a sentence or made harmless, as its row says.

The files of ``corpus.HOSTILE`` go through the whole upload in ``test_uploads``; the others are given to the
inspection itself, all to one inspecting process, each to a child of its own.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile

import pikepdf
import pytest

from onewindow.documents import messages
from onewindow.documents.inspection import client
from onewindow.documents.inspection.verdict import Verdict
from onewindow.documents.services import files
from onewindow.kernel.errors import Invalid, WrongMedia
from tests.documents.corpus import HOSTILE, MARK, pdf
from tests.documents.more_corpus import GOOD, MORE
from tests.documents.ofd_corpus import OFD_GOOD, OFD_HOSTILE

ALL = HOSTILE | MORE | OFD_HOSTILE


def looked_at(content: bytes) -> tuple[Verdict, bytes]:
    """The verdict, and the bytes that would be kept."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as clean:
        given.write(content)
        given.flush()
        verdict = client.inspect(given, clean)
        clean.seek(0)
        return verdict, clean.read() if verdict.rewritten else content


OF_PAGES = {"no-page"}  # said when a file is to be taken apart into pages: tests/intake


def test_the_corpus_is_large_and_reaches_every_refusal() -> None:
    assert len(ALL) >= 200 and len(ALL) == len(HOSTILE) + len(MORE) + len(OFD_HOSTILE)
    assert {outcome for _, outcome in ALL.values()} == set(messages.MESSAGES) - OF_PAGES | {"clean"}


@pytest.mark.parametrize("name", MORE | OFD_HOSTILE)
def test_refused_or_made_harmless(name: str) -> None:
    content, outcome = ALL[name]
    verdict, kept = looked_at(content)
    assert (verdict.refusal or "clean") == outcome
    if outcome == "clean":
        assert verdict.rewritten and MARK not in kept
    else:
        assert isinstance(files._refusal(verdict), WrongMedia if outcome == "media" else Invalid)


@pytest.mark.parametrize("name", GOOD)
def test_honest_files_pass(name: str) -> None:
    verdict, kept = looked_at(GOOD[name])
    assert not verdict.refusal
    assert verdict.rewritten == verdict.media_type.startswith("image/")
    assert verdict.rewritten or kept == GOOD[name]


def test_honest_packages_are_no_other_kind() -> None:
    assert {looked_at(content)[0].media_type for content in OFD_GOOD.values()} == {"application/ofd"}


def test_a_file_as_large_as_may_be_is_looked_at() -> None:
    """50 MB in one stream; that one byte more is refused stands in ``test_uploads``."""

    def large(made: pikepdf.Pdf) -> None:
        made.Root.Extra = made.make_indirect(pikepdf.Stream(made, bytes(files.LARGEST - 2000)))

    content = pdf(large, compress_streams=False)
    assert files.LARGEST - 2000 < len(content) <= files.LARGEST
    assert looked_at(content)[0].media_type == "application/pdf"


_BOUNDS = """
import os, sys, time
from onewindow.documents.inspection import process
process.CPU_SECONDS, process.WALL_SECONDS, process.OUTPUT_BYTES = 1, {wall}, 1000
process._bound()
{deed}
"""


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        ("while True: pass", {-signal.SIGXCPU, -signal.SIGKILL}),
        ("time.sleep(9)", {-signal.SIGALRM}),
        ("open(sys.argv[1], 'wb', 0).write(b'x' * 900); sys.exit(7)", {7}),
        ("f = open(sys.argv[1], 'wb', 0); f.write(b'x' * 1000); f.write(b'x')", {1, -signal.SIGXFSZ}),
        ("try:\n bytearray(2 << 30)\nexcept MemoryError:\n sys.exit(8)", {8}),
    ],
)
def test_the_limits_of_a_child_bind(deed: str, told: set[int], tmp_path: object) -> None:
    """Processor, clock, output and memory; the third row is the control that stays within."""
    wall = 60 if deed.startswith("while") else 2  # on a busy machine a second of processor takes long
    command = [sys.executable, "-c", _BOUNDS.format(wall=wall, deed=deed), f"{tmp_path}/out"]
    assert subprocess.run(command, capture_output=True, check=False).returncode in told
