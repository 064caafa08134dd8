"""The bound of 50 MB: exactly that much is taken, a byte more is refused, and nothing of it fills the memory."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from onewindow.documents.services.files import LARGEST
from tests import openapi
from tests.faces.api import envelope
from tests.world import Answer, Api

Open = Callable[..., Api]
MOST_MEMORY = 16 * 1024 * 1024
CHUNK = 64 * 1024


class Stream(io.RawIOBase):
    """A body of pieces that comes as it is read, as from a slow line."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = [memoryview(piece) for piece in pieces]
        self.length = sum(map(len, pieces))
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while self.pieces and not self.pieces[0]:
            self.pieces.pop(0)
        if not self.pieces:
            return 0
        size = min(len(into), len(self.pieces[0]), CHUNK)
        into[:size] = self.pieces[0][:size]
        self.pieces[0] = self.pieces[0][size:]
        self.given += size
        return size


@pytest.fixture
def own_files(settings: Any, tmp_path: Path) -> Path:
    settings.ONEWINDOW_FILES_DIR = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture(scope="module")
def fifty() -> bytes:
    """A sound PDF of exactly the bound."""
    return _padded(LARGEST - len(_padded(LARGEST)) + LARGEST)


def _padded(length: int) -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    made.pages[0].Contents = made.make_stream(b" " * length)
    made.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


@pytest.fixture
def peak() -> Iterator[Callable[[], int]]:
    """Bytes that Python held at most since the test began."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()


def send(who: Api, stream: Stream) -> Answer:
    response = who.client.request(
        REQUEST_METHOD="POST",
        PATH_INFO="/api/v1/files",
        CONTENT_TYPE=envelope.MEDIA_TYPE,
        CONTENT_LENGTH=str(stream.length),
        HTTP_AUTHORIZATION=f"Bearer {Api._token(str(who.username))}",
        **{"wsgi.input": io.BufferedReader(stream)},
    )
    answer = Answer(response)
    openapi.check("POST", "/api/v1/files", answer.status, response.headers["Content-Type"], answer.json)
    return answer


def test_exactly_the_bound_is_taken(
    api: Open, own_files: Path, fifty: bytes, peak: Callable[[], int]
) -> None:
    assert len(fifty) == LARGEST
    answer = send(api("citizen1"), Stream(envelope.head("五十.pdf"), fifty, envelope.tail()))
    assert (answer.status, answer.json.get("size")) == (201, LARGEST), answer
    assert peak() < MOST_MEMORY


def test_a_byte_more_is_refused(api: Open, own_files: Path, fifty: bytes, peak: Callable[[], int]) -> None:
    stream = Stream(envelope.head("更大.pdf"), fifty, b"\n", envelope.tail())
    answer = send(api("citizen1"), stream)
    assert (answer.status, answer.code) == (413, "file-too-large"), answer
    assert "50 MB" in answer.json["detail"]
    assert peak() < MOST_MEMORY
    assert not [path for path in own_files.rglob("*") if path.is_file()]


def test_what_is_announced_as_far_too_large_is_not_even_read(
    api: Open, own_files: Path, fifty: bytes, peak: Callable[[], int]
) -> None:
    stream = Stream(envelope.head("太大.pdf"), fifty, fifty, fifty, envelope.tail())
    answer = send(api("citizen1"), stream)
    assert (answer.status, answer.code) == (413, "file-too-large"), answer
    assert stream.given <= io.DEFAULT_BUFFER_SIZE
    assert peak() < MOST_MEMORY
