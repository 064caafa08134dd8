"""A real S3 server on this machine, and servers that behave badly."""

from __future__ import annotations

import http.server
import logging
import socket
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from moto.server import ThreadedMotoServer

ACCESS_KEY, SECRET_KEY = "AKIACANARYCANARY", "canary-secret-of-the-bucket"
BUCKET = "files-of-cases"


def place(host: str, **changes: Any) -> dict[str, Any]:
    """Settings of a bucket at ``host``, as ``ONEWINDOW_S3`` holds them."""
    return {
        "host": host,
        "is_https": False,
        "bucket": BUCKET,
        "prefix": "one/",
        "region": "us-east-1",
        "access_key": ACCESS_KEY,
        "secret_key": SECRET_KEY,
        "encryption": "",
        "authorities": "",
        **changes,
    }


@contextmanager
def server() -> Iterator[str]:
    """Its ``host:port``; nothing is in it, though all servers of a process share what they keep."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    try:
        host, port = running.get_host_and_port()
        reset = urllib.request.Request(f"http://{host}:{port}/moto-api/reset", method="POST")
        urllib.request.urlopen(reset, timeout=10).close()
        yield f"{host}:{port}"
    finally:
        running.stop()


@contextmanager
def stumbling(answers: list[tuple[int, bytes]]) -> Iterator[tuple[str, list[str]]]:
    """A server that gives these answers one after another, the last one for ever; (``host:port``, what was asked)."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked.append(f"{self.command} {self.path}")
            status, body = answers[min(len(asked), len(answers)) - 1]
            self.send_response(status)
            if status >= 400:
                self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("ETag", '"0"')
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = _answer

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield f"127.0.0.1:{running.server_address[1]}", asked
        finally:
            running.shutdown()


@contextmanager
def black_hole() -> Iterator[str]:
    """Takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as hole:
        yield f"127.0.0.1:{hole.getsockname()[1]}"
