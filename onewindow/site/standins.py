"""Stand-ins of outside systems in the sandbox: a courier and lockers that answer over HTTP and call back by themselves.

`POST /<carrier>/control` {"number", "kind"} makes an event happen at once (refused, returned, expired …).
"""

from __future__ import annotations

import http.server
import threading
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from onewindow.parcels.adapters.line import LARGEST, require_signed, signed

# What happens by itself after an order, each after so many seconds; a locker's cell is emptied by hand or at last.
WAYS = {
    "courier": (("accepted", 3), ("moving", 8), ("out", 20), ("delivered", 40)),
    "locker": (("stored", 5), ("delivered", 180)),
}
PLACES = {
    "accepted": "揽投部",
    "moving": "市内转运",
    "out": "派送途中",
    "delivered": "收件地址",
    "stored": "政务中心自助柜 3 号格口",
}


class Carriers:
    """What the stand-ins know: orders by reference, events by number."""

    def __init__(self, *, keys: dict[str, str], callback: str = "", pace: float = 1.0) -> None:
        self.keys, self.callback, self.pace = keys, callback, pace
        self.orders: dict[str, str] = {}
        self.events: dict[str, list[dict[str, Any]]] = {}
        self._lock = threading.Lock()

    def order(self, carrier: str, body: dict[str, Any]) -> dict[str, str]:
        """A number for a reference, always the same; a new one sets the parcel on its way."""
        reference = f"{carrier}:{body['reference']}"
        with self._lock:
            number = self.orders.get(reference)
            if number is None:
                number = self.orders[reference] = f"{carrier[0].upper()}{len(self.orders) + 1:011d}"
                self.events[number] = []
                for kind, seconds in WAYS[carrier] if self.pace else ():
                    timer = threading.Timer(seconds * self.pace, self.happen, (carrier, number, kind))
                    timer.daemon = True
                    timer.start()
        return {"waybill_no" if carrier == "courier" else "deposit_no": number}

    def happen(self, carrier: str, number: str, kind: str) -> dict[str, Any]:
        """An event comes true and is called back; the next polling finds what no callback told."""
        with self._lock:
            known = self.events[number]
            if any(one["kind"] in ("delivered", "returned") for one in known):
                return {}
            now = datetime.now(UTC)
            event: dict[str, Any] = {
                "event_no": f"{number}-{len(known) + 1}",
                "kind": kind,
                "at": now.isoformat(),
                "place": PLACES.get(kind, ""),
            }
            if kind == "stored":
                event |= {"code": number[-6:], "until": (now + timedelta(days=3)).isoformat()}
            known.append(event)
        self._call_back(carrier, number, event)
        return event

    def _call_back(self, carrier: str, number: str, event: dict[str, Any]) -> None:
        if not self.callback:
            return
        body = msgspec.json.encode({"number": number, "events": [event]})
        at = int(datetime.now(UTC).timestamp())
        headers = {"X-Timestamp": str(at), "X-Signature": signed(self.keys[carrier], body, at=at)}
        headers["Content-Type"] = "application/json"
        url = f"{self.callback}/carriers/{carrier}/events"
        try:
            urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=5).close()  # noqa: S310
        except OSError:
            return


def server(carriers: Carriers, *, port: int = 0) -> http.server.ThreadingHTTPServer:
    """The server of both stand-ins on this machine: ``/courier/…`` and ``/locker/…``."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LARGEST)))

        def _answer(self, body: bytes) -> None:
            status, told = _answered(carriers, self.path, body, dict(self.headers))
            content = msgspec.json.encode(told)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """A line for each request would hold addresses."""

    made = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    made.daemon_threads = True
    return made


def _answered(
    carriers: Carriers, path: str, body: bytes, headers: dict[str, str]
) -> tuple[int, dict[str, Any]]:
    _, carrier, *rest = path.split("/")
    if carrier not in WAYS:
        return 404, {"message": "no such carrier"}
    if rest == ["control"]:
        asked = msgspec.json.decode(body)
        if asked["number"] not in carriers.events:
            return 404, {"message": "no such number"}
        return 200, carriers.happen(carrier, asked["number"], asked["kind"])
    told = {"timestamp": headers.get("X-Timestamp", ""), "signature": headers.get("X-Signature", "")}
    try:
        require_signed(carriers.keys[carrier], body, **told)
    except Exception:
        return 401, {"message": "bad signature"}
    if rest in (["orders"], ["deposits"]):
        asked = msgspec.json.decode(body)
        if "查无此地" in str(asked):
            return 422, {"message": "地址超出投递范围"}
        return 200, carriers.order(carrier, asked)
    if len(rest) == 3 and rest[2] == "events" and rest[1] in carriers.events:
        return 200, {"events": carriers.events[rest[1]]}
    return 404, {"message": "no such number"}
