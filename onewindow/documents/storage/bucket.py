"""Contents as objects of an S3 bucket: asked with patience that ends, large ones sent in parts."""

from __future__ import annotations

import hashlib
import logging
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any, TypeVar

import msgspec
from django.conf import settings

from onewindow.documents import messages
from onewindow.kernel.errors import Away

if TYPE_CHECKING:
    from minio import Minio

_log = logging.getLogger(__name__)
T = TypeVar("T")

PART = 8 << 20  # bytes; what is longer goes in parts
_IN_MEMORY = 1 << 20
_PIECE = 256 * 1024
_WAITS = (0.1, 0.4, 1.0)  # seconds between tries
# So long nobody else is kept waiting for a bucket that has just given no answer: web threads are few.
_SULK_SECONDS = 3.0
_LOOK_SECONDS = 2.0
_PASSING = frozenset(
    {"InternalError", "ServiceUnavailable", "SlowDown", "RequestTimeout", "OperationAborted"}
)
_silent_until = 0.0


class Place(msgspec.Struct, frozen=True):
    """A bucket as the operator names it; ``encryption``: "" | "AES256" | "aws:kms:<key>"."""

    host: str
    is_https: bool
    bucket: str
    prefix: str
    region: str
    access_key: str
    secret_key: str
    encryption: str
    authorities: str  # a file of certificates, "" for the usual ones

    def __repr__(self) -> str:
        return f"Place({self.host}/{self.bucket})"  # the keys must not reach a log


class Bucket:
    """The shelf in a bucket: ``<prefix>ab/cd/<hash>``."""

    def __init__(self, place: Place | None = None) -> None:
        self._place = place or Place(**settings.ONEWINDOW_S3)
        self._client = _client(self._place)

    def put(self, source: IO[bytes], sha256: bytes, size: int) -> None:
        """Written also when it is there: the same bytes under the same name, and what was bent is mended."""

        def send() -> None:
            source.seek(0)
            self._client.put_object(
                self._place.bucket,
                self._name(sha256),
                source,  # type: ignore[arg-type]
                size,
                sse=_encryption(self._place.encryption),
                part_size=PART,
                num_parallel_uploads=1,
            )

        _ask(send)

    def open(self, sha256: bytes) -> IO[bytes]:
        """A copy, on the disk when it is large: a line that breaks is tried again before anybody reads."""

        def fetch() -> IO[bytes]:
            copy: IO[bytes] = tempfile.SpooledTemporaryFile(  # type: ignore[assignment]  # noqa: SIM115
                max_size=_IN_MEMORY, prefix="onewindow-file-"
            )
            try:
                for piece in self._pieces(sha256):
                    copy.write(piece)
            except BaseException:
                copy.close()
                raise
            copy.seek(0)
            return copy

        return _ask(fetch)

    def exists(self, sha256: bytes) -> bool:
        def look() -> bool:
            self._client.stat_object(self._place.bucket, self._name(sha256))
            return True

        try:
            return _ask(look)
        except FileNotFoundError:
            return False

    def delete(self, sha256: bytes) -> None:
        _ask(lambda: self._client.remove_object(self._place.bucket, self._name(sha256)))

    def digest(self, sha256: bytes) -> bytes | None:
        def read() -> bytes:
            total = hashlib.sha256()
            for piece in self._pieces(sha256):
                total.update(piece)
            return total.digest()

        try:
            return _ask(read)
        except FileNotFoundError:
            return None

    def answers(self) -> bool:
        """One quick look under the platform's keys at a content that need not be there."""
        from minio.error import InvalidResponseError, S3Error, ServerError
        from urllib3.exceptions import HTTPError

        client = _client(self._place, _LOOK_SECONDS)
        try:
            answer = client.get_object(self._place.bucket, self._name(hashlib.sha256().digest()))
            answer.close()
            answer.release_conn()
        except S3Error as error:
            return str(error.code) == "NoSuchKey"
        except (ServerError, InvalidResponseError, HTTPError, OSError):
            return False
        return True

    def _name(self, sha256: bytes) -> str:
        name = sha256.hex()
        return f"{self._place.prefix}{name[:2]}/{name[2:4]}/{name}"

    def _pieces(self, sha256: bytes) -> Iterator[bytes]:
        answer = self._client.get_object(self._place.bucket, self._name(sha256))
        try:
            yield from answer.stream(_PIECE)
        finally:
            answer.close()
            answer.release_conn()


@lru_cache(maxsize=4)
def _client(place: Place, seconds: float = 0) -> Minio:
    """One for the process: it keeps its connections and may be used by several threads. ``seconds``: how long a
    single answer may take; half of ``ONEWINDOW_S3_SECONDS`` where nothing is said."""
    import urllib3  # 8 MB that an instance with a disk does not carry
    from minio import Minio

    pool = urllib3.PoolManager(
        maxsize=4,
        timeout=urllib3.Timeout(connect=2, read=seconds or settings.ONEWINDOW_S3_SECONDS / 2),
        retries=False,  # tried again below, as a whole
        cert_reqs="CERT_REQUIRED",
        ca_certs=place.authorities or None,
    )
    return Minio(
        place.host,
        access_key=place.access_key,
        secret_key=place.secret_key,
        secure=place.is_https,
        region=place.region,
        http_client=pool,
    )


def _encryption(told: str) -> Any:
    from minio.sse import SseKMS, SseS3

    if not told:
        return None
    return SseS3() if told == "AES256" else SseKMS(told.removeprefix("aws:kms:"), {})


def _ask(work: Callable[[], T]) -> T:
    """What ``work`` gives, tried again within ``ONEWINDOW_S3_SECONDS`` while the failure may pass.

    Raises ``FileNotFoundError`` for an object that is not there, ``Away`` for everything else.
    """
    global _silent_until
    from minio.error import InvalidResponseError, S3Error, ServerError
    from urllib3.exceptions import HTTPError

    if time.monotonic() < _silent_until:
        raise _away()
    ends_at = time.monotonic() + settings.ONEWINDOW_S3_SECONDS
    for wait in (*_WAITS, None):
        try:
            return work()
        except S3Error as error:
            if error.code == "NoSuchKey":
                raise FileNotFoundError from None
            why, may_pass = str(error.code), error.code in _PASSING
        except (ServerError, InvalidResponseError, HTTPError, OSError) as error:
            why, may_pass = type(error).__name__, True
        if wait is None or not may_pass or time.monotonic() + wait > ends_at:
            break
        time.sleep(wait)
    _log.error("the bucket of files gives no answer: %s", why)
    _silent_until = time.monotonic() + _SULK_SECONDS
    raise _away()


def _away() -> Away:
    return Away("storage-away", messages.STORAGE_AWAY, retry_after=10)
