"""Outside services as the platform meets them: an SMS gateway and a virus scanner that are well, wrong or away.

Both stand behind a proxy each, so that they can be cut off, stalled and swallowed like the database; what they
say themselves is told by ``mode``. The time-stamping authority is never there: papers live with its grace.
"""

from __future__ import annotations

import http.server
import json
import socketserver
import struct
import threading
from collections import Counter
from typing import Any

from faults.instance import free_port
from faults.proxy import Proxy

MODES = ("well", "error", "garbage")


class Outside:
    """The stand-ins, their proxies, and how often each message was taken."""

    def __init__(self) -> None:
        self.mode = "well"
        self.taken: Counter[str] = Counter()
        self._gateway = _server(self, _Gateway)
        self._scanner = _server(self, _Scanner)
        self.gateway = Proxy(lambda: self._gateway.server_address[1])
        self.scanner = Proxy(lambda: self._scanner.server_address[1])

    def __enter__(self) -> Outside:
        for one in (self._gateway, self._scanner):
            threading.Thread(target=one.serve_forever, args=(0.1,), daemon=True).start()
        self.gateway.__enter__()
        self.scanner.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self.gateway.__exit__()
        self.scanner.__exit__()
        for one in (self._gateway, self._scanner):
            one.shutdown()
            one.server_close()

    def settings(self) -> dict[str, str]:
        """What the platform is told of them."""
        return {
            "ONEWINDOW_SMS_URL": f"http://127.0.0.1:{self.gateway.port}/sms",
            "ONEWINDOW_SMS_KEY": "faults",
            "ONEWINDOW_CLAMD": f"127.0.0.1:{self.scanner.port}",
            "ONEWINDOW_CLAMD_SECONDS": "2",
            "ONEWINDOW_TSA_URL": f"http://127.0.0.1:{free_port()}/tsa",
        }

    def tell(self, *, link: str = "pass", mode: str = "well") -> None:
        """How their connections fare and what they say from now on."""
        self.mode = mode
        self.gateway.tell(link)
        self.scanner.tell(link)


class _Gateway(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        outside: Outside = self.server.outside  # type: ignore[attr-defined]
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if outside.mode == "well":
            outside.taken[asked["reference"]] += 1
        status, body = {
            "well": (200, json.dumps({"receipt": asked["reference"]}).encode()),
            "error": (500, b"{}"),
            "garbage": (200, b"\xff\x00<html>{"),
        }[outside.mode]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


class _Scanner(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        outside: Outside = self.server.outside  # type: ignore[attr-defined]
        self.rfile.read(len(b"zINSTREAM\0"))
        while size := struct.unpack(">I", self.rfile.read(4).rjust(4, b"\0"))[0]:
            self.rfile.read(size)
        said = {
            "well": b"stream: OK\0",
            "error": b"INSTREAM size limit exceeded. ERROR\0",
            "garbage": b"\xff\0",
        }
        self.wfile.write(said[outside.mode])


class _Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_: Any) -> None:
        """A caller that was cut off is what these are for."""


def _server(outside: Outside, handler: type[socketserver.BaseRequestHandler]) -> _Server:
    made = _Server(("127.0.0.1", 0), handler)
    made.outside = outside  # type: ignore[attr-defined]
    return made
