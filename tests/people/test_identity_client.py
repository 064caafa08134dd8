"""The client of the identity service against a small server with the real one's shape."""

import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from onewindow.kernel import canonical
from onewindow.kernel.errors import Away
from onewindow.people.adapters.identity import Client

SECRET = "s3cret"


class Server(HTTPServer):
    answer: bytes = b""
    asked: list[tuple[str, dict[str, Any]]]


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body))
        self.send_response(200 if self.server.answer != b"broken" else 500)
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server(("127.0.0.1", 0), _Handler)
    one.asked = []
    threading.Thread(target=one.serve_forever, daemon=True).start()
    yield one
    one.shutdown()
    one.server_close()


@pytest.fixture
def client(server: Server) -> Client:
    one = Client("https://placeholder", app_id="app", secret=SECRET)
    one._url = f"http://127.0.0.1:{server.server_port}"  # the test server speaks plain http
    return one


@pytest.mark.parametrize("result, is_match", [("1", True), ("2", False), ("", False)])
def test_a_signed_question_and_its_answer(
    client: Client, server: Server, result: str, is_match: bool
) -> None:
    server.answer = json.dumps({"code": "0", "serialNo": "S1", "result": result, "new": 1}).encode()
    verdict = client.verify_person("林一诺", "511602190505050019")
    assert (verdict.is_match, verdict.reference) == (is_match, "S1")
    path, body = server.asked[0]
    sign = body.pop("sign")
    assert path == "/person/verify"
    assert body["data"] == {"name": "林一诺", "idType": "111", "idNumber": "511602190505050019"}
    assert sign == hmac.digest(SECRET.encode(), canonical.dumps(body), "sha256").hex()


@pytest.mark.parametrize("answer", [b"broken", b"", b"[]", b"<html>", b'{"code": 0}', b'{"code": "9"}'])
def test_whatever_is_no_answer_means_away(client: Client, server: Server, answer: bytes) -> None:
    server.answer = answer
    with pytest.raises(Away) as refusal:
        client.verify_operator("某公司", "91511602XN00000000", "林一诺", "511602190505050019")
    assert refusal.value.retry_after > 0


def test_check_says_what_answers(client: Client, server: Server) -> None:
    server.answer = b'{"code": "0"}'
    assert client.check().endswith(": 0")


def test_the_real_service_is_asked_over_https_only() -> None:
    with pytest.raises(ImproperlyConfigured):
        Client("http://identity.example", app_id="a", secret="b")
