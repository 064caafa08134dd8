"""What is hardly HTTP: wrong lengths, wrong chunks, wrong lines, half a request and two at once."""

from __future__ import annotations

import random

from faults.inputs.wire import Sent

_POST = b"POST /api/v1/cases HTTP/1.1\r\nHost: 127.0.0.1\r\n"
_GET = b"GET /api/v1/inbox HTTP/1.1\r\nHost: 127.0.0.1\r\n"
_END = b"\r\n\r\n"


def sent(token: str, dice: random.Random) -> Sent:
    """One of the shapes below, with a log-in that holds; the connection is given up afterwards."""
    log_in = b"Authorization: Bearer " + token.encode() + b"\r\n"
    raw = dice.choice(_SHAPES)(dice, log_in)
    return Sent(raw, "HEAD" if raw.startswith(b"HEAD") else "POST", is_last=True, is_half=True)


def _short(dice: random.Random, log_in: bytes) -> bytes:
    """More is announced than comes."""
    return (
        _POST
        + log_in
        + b"Content-Type: application/json\r\nContent-Length: %d" % dice.choice((5, 100, 2_000_000))
        + _END
        + b"{}"
    )


def _long(dice: random.Random, log_in: bytes) -> bytes:
    """More comes than is announced."""
    return _POST + log_in + b"Content-Length: 2" + _END + b"{}" * dice.choice((2, 500))


def _odd_length(dice: random.Random, log_in: bytes) -> bytes:
    told = dice.choice(
        (b"-1", b"+2", b"0x2", b"2,2", b"9" * 30, b"", b"two", b"2\r\nContent-Length: 3", "٢".encode())
    )
    return _POST + log_in + b"Content-Length: " + told + _END + b"{}"


def _chunked(dice: random.Random, log_in: bytes) -> bytes:
    head = _POST + log_in + b"Content-Type: application/json\r\nTransfer-Encoding: chunked" + _END
    return head + dice.choice(
        (b"2\r\n{}\r\n0\r\n\r\n", b"2\r\n{}", b"zz\r\n{}\r\n0\r\n\r\n", b"-2\r\n{}\r\n0\r\n\r\n", b"ffffffffffffffff\r\n{}",
         b"2\r\n{}xx0\r\n\r\n", b"2;x=\"\r\n{}\r\n0\r\n\r\n", b"0\r\nA: b\r\n\r\n", b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n", b"")
    )  # fmt: skip


def _both(dice: random.Random, log_in: bytes) -> bytes:
    """A length and chunks, as smugglers send them."""
    head = (
        _POST
        + log_in
        + b"Content-Length: 6\r\nTransfer-Encoding: "
        + dice.choice((b"chunked", b"xchunked", b"identity, chunked"))
    )
    return head + _END + b"0\r\n\r\n" + _GET + b"\r\n"


def _line(dice: random.Random, log_in: bytes) -> bytes:
    first = dice.choice(
        (b"GET", b"GET /", b"GET / HTTP/9.9", b"get / HTTP/1.1", b"\0 / HTTP/1.1", b"GET  / HTTP/1.1", b"GET /\xff HTTP/1.1",
         b"GET http://evil.example/ HTTP/1.1", b"CONNECT a:1 HTTP/1.1", b"OPTIONS * HTTP/1.1", b"GET /a b HTTP/1.1",
         b"GET / HTTP/1.0", b"TRACE / HTTP/1.1", b"PRI * HTTP/2.0", b"GET /" + b"a" * 70_000 + b" HTTP/1.1", b"\x16\x03\x01\x02")
    )  # fmt: skip
    return first + b"\r\nHost: 127.0.0.1\r\n" + log_in + b"\r\n"


def _header(dice: random.Random, log_in: bytes) -> bytes:
    line = dice.choice(
        (b"Host: evil.example", b"Host: ", b"Host: a\r\nHost: b", b": x", b"A", b"A : b", b"A: \0", b" A: b", b"A: b\r\n c: d",
         b"A: " + b"b" * 100_000, b"\r\n".join(b"A%d: b" % number for number in range(300)), b"\xff: \xfe", b"A: b\rC: d",
         b"Connection: close, keep-alive, x", b"Upgrade: websocket\r\nConnection: upgrade", b"Expect: 100-continue",
         b"Authorization: Bearer x", b"Content-Length: 0\r\nContent-Length: 0", b"Transfer-Encoding: gzip")
    )  # fmt: skip
    return dice.choice((_GET, _GET, b"HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\n")) + log_in + line + _END


def _half(dice: random.Random, log_in: bytes) -> bytes:
    """The caller goes away in the middle of the head."""
    whole = _GET + log_in + b"Accept: */*" + _END
    return whole[: dice.randrange(1, len(whole) - 1)]


def _bytes(dice: random.Random, _: bytes) -> bytes:
    return dice.randbytes(dice.choice((1, 40, 3000))) + dice.choice((b"", _END))


_SHAPES = (_short, _long, _odd_length, _chunked, _chunked, _both, _line, _header, _header, _half, _bytes)
