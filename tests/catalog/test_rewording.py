"""Plainer wording: what may not change is found, the client stands what an endpoint may answer, the ledger tells."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from onewindow.catalog import rewording, settings
from onewindow.catalog.adapters import wording
from onewindow.catalog.definition import Faq, ItemDefinition, Material
from onewindow.catalog.rules.faithful import unlike, value
from onewindow.kernel.errors import NotFound
from tests.catalog.items import sound

# ---------------------------------------------------------------- what may not change


@pytest.mark.parametrize(
    ("original", "proposal", "lost", "added"),
    [
        ("自受理之日起二十个工作日内决定", "受理后 20 个工作日内决定", (), ()),
        ("二十日内", "20 天内", (), ()),
        ("20 个工作日", "20 天", ("20 个工作日",), ("20 天",)),
        ("提交三份复印件", "交 3 份复印件", (), ()),
        ("提交三份复印件", "交 2 份复印件", ("三份",), ("2 份",)),
        ("收费１，２００元", "收 1200 元", (), ()),
        ("不超过百分之十五", "最多 15%", (), ()),
        ("依据《行政许可法》第三十二条", "按照《行政许可法》第32条", (), ()),
        ("依据《行政许可法》第三十二条", "按照法律规定", ("《行政许可法》", "第三十二条"), ()),
        ("应当到场", "按《治安管理处罚法》要到场", (), ("《治安管理处罚法》",)),
        ("一次性告知申请人", "一下子告诉您", (), ()),
        ("两年内到场一次", "两年内来 2 次", ("一次",), ("2 次",)),
        ("15日内、15日内", "15日内", (), ()),  # said once is enough
        ("满十八周岁", "年满 18 岁", (), ()),
        ("3.50 元", "3.5 元", (), ()),
        ("一万二千元", "12000元", (), ()),
        ("电话 12345", "请致电", ("12345",), ()),
    ],
)
def test_what_differs_is_named(
    original: str, proposal: str, lost: tuple[str, ...], added: tuple[str, ...]
) -> None:
    found = unlike(original, proposal)
    assert (found.lost, found.added) == (lost, added)
    assert bool(found) == bool(lost or added)


@pytest.mark.parametrize(
    ("written", "number"),
    [("十", "10"), ("十五", "15"), ("二十", "20"), ("二百零三", "203"), ("两千", "2000"), ("三万五千", "35000"),
     ("万", "10000"), ("二〇二六", "2026"), ("007", "7"), ("0", "0"), ("3.50", "3.5")],
)  # fmt: skip
def test_numerals(written: str, number: str) -> None:
    assert value(written) == number


@given(st.text(alphabet="0123456789零一二三十百千万个工作日天元份《法》第条．. 《", max_size=60))
def test_a_text_is_like_itself(text: str) -> None:
    assert not unlike(text, text)


# ---------------------------------------------------------------- the client against real HTTP


class Stand:
    """A loopback endpoint; ``answer`` is what the next requests get, ``asked`` what came."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.answer: Callable[[BaseHTTPRequestHandler], None] = said("好的")
        stand = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                stand.asked.append(json.loads(self.rfile.read(length)))
                stand.headers.append(dict(self.headers))
                with suppress(OSError):  # the client has hung up: that is what some tests want
                    stand.answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1/chat/completions"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def endpoint(self, seconds: float = 5.0) -> wording.Endpoint:
        return wording.Endpoint(self.url, "secret-key", "plain-1", seconds)


def raw(body: bytes, status: int = 200, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def send(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, text in {"Content-Length": str(len(body)), **headers}.items():
            handler.send_header(name, text)
        handler.end_headers()
        handler.wfile.write(body)

    return send


def said(text: str) -> Callable[[BaseHTTPRequestHandler], None]:
    return raw(json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode())


def dripping(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, each within the patience of a socket."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def dripping_head(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(100):
        handler.wfile.write(b"H")
        handler.wfile.flush()
        time.sleep(0.1)


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    found = Stand()
    yield found
    found.server.shutdown()
    found.server.server_close()


def test_the_request_is_that_of_the_chat_interface(stand: Stand) -> None:
    stand.asked.clear()
    stand.answer = said(" 带上身份证就行。\n")
    assert wording.ask(stand.endpoint(), instruction="改写", passage="应当出示身份证件") == "带上身份证就行。"
    (asked,) = stand.asked
    assert asked["messages"] == [
        {"role": "system", "content": "改写"},
        {"role": "user", "content": "应当出示身份证件"},
    ]
    assert (asked["model"], asked["stream"]) == ("plain-1", False) and asked["max_tokens"] > 0
    assert stand.headers[-1]["Authorization"] == "Bearer secret-key"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (raw(b"oops", 500), "refused"),
        (raw(b"", 302, Location="http://127.0.0.1:1/"), "refused"),
        (raw(b"<html>hello</html>"), "unreadable"),
        (raw(b""), "unreadable"),
        (raw(b'{"choices": "none"}'), "unreadable"),
        (raw(b'{"choices": [{"message": {"content": null}}]}'), "unreadable"),
        (raw(b'{"choices": ' + b"[" * 100_000), "unreadable"),
        (raw(b"\xff\xfe"), "unreadable"),
        (raw(b'{"choices": []}'), "empty"),
        (said(" \n\u200b"), "empty"),
        (said("先<script>alert(1)</script>"), "markup"),
        (said("看<a href='http://x'>这里</a>"), "markup"),
        (said("长" * 8_001), "too-long"),
        (raw(b" " * 3_000_000), "too-long"),
        (raw(b"{", **{"Content-Length": "50"}), "away"),
        (lambda handler: handler.connection.close(), "away"),
        (dripping, "slow"),
        (dripping_head, "slow"),
        (lambda handler: time.sleep(3), "slow"),
    ],
)
def test_a_hostile_endpoint_is_stood(
    stand: Stand, answer: Callable[[BaseHTTPRequestHandler], None], reason: str
) -> None:
    stand.answer = answer
    started = time.monotonic()
    with pytest.raises(wording.Unusable) as failure:
        wording.ask(stand.endpoint(seconds=1.0), instruction="改写", passage="文字")
    if reason != "away":  # an answer cut short may end either way
        assert failure.value.reason == reason
    assert time.monotonic() - started < 2.5


def test_nobody_there(stand: Stand) -> None:
    with pytest.raises(wording.Unusable) as failure:
        wording.ask(wording.Endpoint("http://127.0.0.1:1/v1", "", "m", 2.0), instruction="", passage="文字")
    assert failure.value.reason == "away"


def test_signs_that_show_nothing_are_taken_out(stand: Stand) -> None:
    stand.answer = said("第一行\x00\x1b[31m\u202e\n第二行 2 < 3")
    text = wording.ask(stand.endpoint(), instruction="", passage="文字")
    assert text == "第一行[31m\n第二行 2 < 3"


@pytest.mark.parametrize(
    ("url", "model"),
    [("ftp://host/v1", "m"), ("host/v1", "m"), ("https:///v1", "m"), ("https://host/v1", "")],
)
def test_a_wrong_setting_stops_the_start(url: str, model: str) -> None:
    with override_settings(ONEWINDOW_WORDING_URL=url, ONEWINDOW_WORDING_MODEL=model):
        with pytest.raises(ImproperlyConfigured):
            settings.check()


# ---------------------------------------------------------------- passages of a draft


def _item() -> ItemDefinition:
    return sound(
        "A", organ_id=1, summary="简介", conditions=("条件一", "", "条件三"),
        materials=(Material(code="M01", name="身份证", standard="原件清晰"), Material(code="M02", name="表")),
        faq=(Faq("要多久", "二十个工作日"),), visits_reason="", plain_text="", legal_note="", promised_note="",
        quantity_limit="",
    )  # fmt: skip


def test_passages_are_the_texts_that_stand() -> None:
    assert [one.path for one in rewording.passages(_item())] == [
        "summary", "conditions.0", "conditions.2", "materials.0", "faq.0",
    ]  # fmt: skip


def test_each_passage_can_be_put_back_and_nothing_else_changes() -> None:
    item = _item()
    for one in rewording.passages(item):
        put = rewording.put(item, one.path, "新的话")
        assert rewording.passage(put, one.path).text == "新的话"
        assert rewording.put(put, one.path, one.text) == item


@pytest.mark.parametrize(
    "path", ["", "name", "conditions", "conditions.1", "conditions.9", "conditions.-1", "task_code"]
)
def test_no_other_place_can_be_reached(path: str) -> None:
    with pytest.raises(NotFound):
        rewording.put(_item(), path, "新的话")
