"""Messages: who is told what, once, by which channel; what leaves the house and what does not."""

from __future__ import annotations

import logging
import re
import socketserver
import threading
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller
from django.db import connection

from onewindow.base import clock
from onewindow.base.models import Account
from onewindow.base.outbox import DeliveredFact
from onewindow.kernel.actor import Actor
from onewindow.kernel.errors import Invalid
from onewindow.notices import handlers, preferences, queries, rules, services, tasks, texts_en
from onewindow.notices.adapters import mail, sms
from onewindow.notices.adapters.failure import Undelivered
from onewindow.notices.models import Message
from onewindow.notices.texts import OTHERS, TEXTS

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-09-08T09:12:00+08:00")
HASH = b"h" * 16
ME = Actor(account_id=0, username="me", name="王小明", subject_hashes=(HASH,))
OTHER = Actor(account_id=0, username="other", name="李四", subject_hashes=(b"o" * 16,))
PHONE, EMAIL = "13900000000", "wang@example.org"
BRIEF: dict[str, Any] = {
    "case_no": "SF1",
    "query_code": "more than is asked",
    "item": "城镇污水排入排水管网许可",
    "organ": "区住建局",
    "applicant_name": "王小明",
    "phone": PHONE,
    "email": EMAIL,
    "subject_hash": HASH,
    "due_on": date(2026, 9, 17),
    "answer_by": date(2026, 9, 29),
}


@pytest.fixture(autouse=True)
def told() -> Iterator[dict[str, Any]]:
    """The case that the handler is told of; a test may change it."""
    brief = dict(BRIEF)
    before = handlers.brief_with(lambda subject: brief if subject == 5 else None)
    yield brief
    handlers.brief_with(before)


@pytest.fixture(autouse=True)
def ordered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The messages whose sending was ordered."""
    ids: list[int] = []
    monkeypatch.setattr(handlers.send, "defer", lambda **given: ids.append(given["message_id"]))
    monkeypatch.setattr(handlers.clock, "now", lambda: NOW.replace(hour=10))
    return ids


def fact(type: str, *, seq: int = 1, subject: int = 5) -> DeliveredFact:
    return DeliveredFact(seq, "case", subject, seq, type, NOW, "clerk1", "clerk", 1, {})


def mine() -> list[dict[str, Any]]:
    return queries.messages_of(ME)["results"]


WANTED = [
    "received",
    "correction-notified",
    "accepted",
    "returned",
    "acceptance-refused",
    "paused",
    "resumed",
    "extended",
    "granted",
    "denied",
    "produced",
    "delivered",
    "terminated",
    "overdue",
]


@pytest.mark.parametrize("type", WANTED)
def test_every_turn_of_a_case_is_told(type: str) -> None:
    handlers.tell_applicant(fact(type))
    (row,) = mine()
    assert row["title"] == TEXTS[type].title and row["case_no"] == "SF1" and row["at"] == NOW
    assert "城镇污水排入排水管网许可" in row["text"] and "%" not in row["text"]
    assert "您" in row["text"] and "None" not in row["text"]


@pytest.mark.parametrize("type", ["noted", "claimed", "reviewed", "pause-proposed", "due-moved"])
def test_inner_work_is_not_told(type: str) -> None:
    handlers.tell_applicant(fact(type))
    assert Message.objects.count() == 0


def test_due_dates_stand_in_the_text() -> None:
    handlers.tell_applicant(fact("accepted", seq=1))
    handlers.tell_applicant(fact("correction-notified", seq=2))
    newest, oldest = mine()
    assert "2026年9月29日前补正" in newest["text"]
    assert "最晚2026年9月17日前办结" in oldest["text"]


def test_item_without_a_limit(told: dict[str, Any]) -> None:
    told["due_on"] = None
    handlers.tell_applicant(fact("accepted"))
    assert "会尽快办结" in mine()[0]["text"]


def test_at_night_it_stands_in_the_product_and_goes_out_in_the_morning(
    ordered: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    night, real = NOW.replace(hour=23), clock.real_now()
    later: list[datetime] = []

    def configure(*, schedule_at: datetime) -> Any:
        later.append(schedule_at)
        return SimpleNamespace(defer=lambda **_: None)

    monkeypatch.setattr(handlers.clock, "now", lambda: night)
    monkeypatch.setattr(handlers.clock, "real_now", lambda: real)
    monkeypatch.setattr(handlers.send, "configure", configure)
    handlers.tell_applicant(fact("accepted"))
    assert len(mine()) == 1
    assert ordered == []
    opens = night.replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(days=1)
    assert later == [real + (opens - night)] * 2


def test_a_fact_delivered_twice_is_told_once(ordered: list[int]) -> None:
    for _ in range(3):
        handlers.tell_applicant(fact("accepted"))
    assert sorted(Message.objects.values_list("channel", flat=True)) == ["email", "portal", "sms"]
    assert len(ordered) == 2 == len(set(ordered))


def test_two_facts_of_one_type_are_both_told() -> None:
    handlers.tell_applicant(fact("paused", seq=1))
    handlers.tell_applicant(fact("paused", seq=2))
    assert len(mine()) == 2


def test_only_known_channels_and_only_what_is_worth_an_sms(told: dict[str, Any]) -> None:
    told["email"] = ""
    handlers.tell_applicant(fact("received"))
    assert list(Message.objects.values_list("channel", flat=True)) == ["portal"]


def test_nobody_to_tell(told: dict[str, Any]) -> None:
    told["subject_hash"] = None
    handlers.tell_applicant(fact("accepted"))
    handlers.tell_applicant(fact("accepted", subject=6))
    assert Message.objects.count() == 0


def test_others_see_nothing() -> None:
    handlers.tell_applicant(fact("accepted"))
    nobody = Actor(account_id=0, username="x", name="x")
    assert queries.messages_of(OTHER)["results"] == [] == queries.messages_of(nobody)["results"]
    assert services.mark_read(OTHER, [row["id"] for row in mine()], now=NOW) == 0


def test_messages_to_an_account() -> None:
    account = Account.objects.create(username="n1", password="", kind="staff", name="n1", created_at=NOW)
    whom = services.Whom(account_id=account.pk)
    services.notify(whom, template="accepted", params=_params(), key="k", at=NOW)
    reader = Actor(account_id=account.pk, username="n1", name="n1")
    assert len(queries.messages_of(reader)["results"]) == 1


def _params() -> dict[str, str]:
    return {"item": "事项", "organ": "局", "case_no": "SF1", "due": "会尽快", "answer_by": "明天"}


def test_reading() -> None:
    handlers.tell_applicant(fact("accepted"))
    assert queries.unread_count(ME) == 1 and not mine()[0]["is_read"]
    assert services.mark_read(ME, [mine()[0]["id"]], now=NOW) == 1
    assert services.mark_read(ME, [mine()[0]["id"]], now=NOW) == 0
    assert queries.unread_count(ME) == 0 and mine()[0]["is_read"]


def test_pages_go_on_where_they_ended() -> None:
    for seq in range(1, 8):
        handlers.tell_applicant(fact("accepted", seq=seq))
    seen: list[int] = []
    cursor = None
    while True:
        page = queries.messages_of(ME, cursor=cursor, limit=3)
        seen += [row["id"] for row in page["results"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == 7 and seen == sorted(seen, reverse=True)


@pytest.mark.parametrize("cursor", ["x", "!!", "LTU", "字", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "\0"])
def test_a_cursor_that_is_none(cursor: str) -> None:
    with pytest.raises(Invalid):
        queries.messages_of(ME, cursor=cursor)


def test_texts_and_addresses_are_sealed() -> None:
    handlers.tell_applicant(fact("accepted"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row_to_json(m)::text, '') FROM notices_message m")
        (dump,) = cursor.fetchone()
    for secret in (PHONE, EMAIL, "王小明", "城镇污水"):
        assert secret not in dump and secret.encode().hex() not in dump


# ---------------------------------------------------------------- e-mail over a real server


class Inbox:
    """What a mail server took; ``refusal`` is what it says instead."""

    def __init__(self) -> None:
        self.taken: list[tuple[list[str], bytes]] = []
        self.refusal = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refusal:
            return self.refusal
        self.taken.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def inbox(settings: Any) -> Iterator[Inbox]:
    found = Inbox()
    with socketserver.TCPServer(("127.0.0.1", 0), None) as free:  # type: ignore[arg-type]
        port = free.server_address[1]
    controller = Controller(found, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 3
    yield found
    controller.stop()


def email_id() -> int:
    handlers.tell_applicant(fact("accepted"))
    return Message.objects.get(channel="email").pk


def test_mail_arrives_as_written(inbox: Inbox) -> None:
    mail.check()
    message_id = email_id()
    assert services.send(message_id, now=NOW)
    ((to, raw),) = inbox.taken
    assert to == [EMAIL]
    arrived = message_from_bytes(raw)
    assert str(make_header(decode_header(arrived["Subject"]))) == TEXTS["accepted"].title
    assert "最晚2026年9月17日前办结" in arrived.get_payload(decode=True).decode()
    assert Message.objects.get(pk=message_id).state == "sent"
    assert services.send(message_id, now=NOW) and len(inbox.taken) == 1


def test_refused_mail_is_tried_again_and_given_up(inbox: Inbox) -> None:
    message_id = email_id()
    inbox.refusal = "550 no such mailbox"
    done = [services.send(message_id, now=NOW) for _ in range(services.MOST_TRIES)]
    assert done == [False] * (services.MOST_TRIES - 1) + [True]
    assert Message.objects.get(pk=message_id).state == "failed"
    assert [row["id"] for row in queries.failed()] == [message_id]
    inbox.refusal = ""
    assert services.retry(message_id, now=NOW) and services.send(message_id, now=NOW)
    assert len(inbox.taken) == 1


def test_repeats_carry_the_same_reference(inbox: Inbox) -> None:
    message_id = email_id()
    services.send(message_id, now=NOW)
    Message.objects.filter(pk=message_id).update(state="queued")  # as if the commit had been lost
    services.send(message_id, now=NOW)
    references = {message_from_bytes(raw)["Message-ID"] for _, raw in inbox.taken}
    assert len(inbox.taken) == 2 and len(references) == 1


def test_no_server(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 2
    with pytest.raises(Undelivered):
        mail.check()
    with pytest.raises(Undelivered):
        tasks.send.func(message_id=email_id())


def test_line_breaks_do_not_make_headers(inbox: Inbox) -> None:
    mail.send(EMAIL, title="甲\r\nBcc: evil@example.org", body="乙", reference="r")
    ((to, raw),) = inbox.taken
    assert to == [EMAIL] and message_from_bytes(raw)["Bcc"] is None
    with pytest.raises(Undelivered):
        mail.send("a@example.org\r\nBcc: b@example.org", title="甲", body="乙", reference="r")


def test_logs_and_errors_name_nobody(inbox: Inbox, caplog: pytest.LogCaptureFixture) -> None:
    inbox.refusal = f"550 {EMAIL} is unknown"
    with caplog.at_level(logging.DEBUG), pytest.raises(Undelivered) as caught:
        tasks.send.func(message_id=email_id())
    lines = [
        record.getMessage() for record in caplog.records if record.name != "mail.log"
    ]  # the server's own
    said = "".join(lines) + repr(caught.value) + repr(caught.value.__cause__)
    assert EMAIL not in said and PHONE not in said and "王小明" not in said


# ---------------------------------------------------------------- SMS


def sms_id() -> int:
    handlers.tell_applicant(fact("accepted"))
    return Message.objects.get(channel="sms").pk


def test_stand_in_keeps_what_the_console_shows() -> None:
    message_id = sms_id()
    assert services.send(message_id, now=NOW)
    (shown,) = queries.sms_outbox()
    assert shown["phone"] == "139****0000" and shown["at"] == NOW
    assert "已受理" in shown["text"] and "SF1" in shown["text"]
    Message.objects.filter(pk=message_id).update(state="queued")
    services.send(message_id, now=NOW)
    assert len(queries.sms_outbox()) == 1
    assert queries.by_state()["sms"] == {"sent": 1}


class Gateway(BaseHTTPRequestHandler):
    """A gateway that takes, refuses or babbles."""

    taken: list[tuple[dict[str, Any], str]] = []
    answer = (200, b'{"receipt": "r-1"}')

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.taken.append((msgspec.json.decode(body), self.headers["X-Signature"]))
        self.send_response(self.answer[0])
        self.end_headers()
        self.wfile.write(self.answer[1])

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def gateway(settings: Any) -> Iterator[type[Gateway]]:
    Gateway.taken, Gateway.answer = [], (200, b'{"receipt": "r-1"}')
    server = HTTPServer(("127.0.0.1", 0), Gateway)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.ONEWINDOW_SMS_URL = f"http://127.0.0.1:{server.server_port}/send"
    settings.ONEWINDOW_SMS_KEY = "shared"
    yield Gateway
    server.shutdown()
    server.server_close()


def test_gateway_gets_a_signed_request(gateway: type[Gateway]) -> None:
    assert services.send(sms_id(), now=NOW)
    ((asked, signature),) = gateway.taken
    assert asked["phone"] == PHONE and asked["sign"] == "一窗" and "已受理" in asked["text"]
    assert len(signature) == 64
    assert queries.sms_outbox() == []


@pytest.mark.parametrize(
    "answer", [(500, b""), (403, b"no"), (200, b"<html>"), (200, b'{"receipt": 1}'), (200, b"")]
)
def test_gateway_that_does_not_take_it(gateway: type[Gateway], answer: tuple[int, bytes]) -> None:
    gateway.answer = answer
    with pytest.raises(Undelivered) as caught:
        sms.send(PHONE, text="甲", reference="r", at=NOW)
    assert PHONE not in str(caught.value)


# ---------------------------------------------------------------- texts


def test_short_texts_fit_two_parts() -> None:
    """A Chinese message is billed in parts of 67 characters; ours stay within two."""
    params = _params() | {
        "item": "城镇污水排入排水管网许可",
        "due": "最晚2026年12月30日前",
        "answer_by": "2026年12月30日",
    }
    params |= {"case_no": "SF20260908000001-7", "organ": "示范市示范区住房和城乡建设局"}
    params["rate"] = "https://zw.example.cn/r/sms~20260908-000001-7~c~20261008~~MzY5Y2Q1ZTQ0"
    for name, text in TEXTS.items():
        assert len(text.sms % params) <= 134, name


def test_each_text_has_its_english() -> None:
    """The same kinds, editions and ways; no place that nobody fills; Chinese only where names stand."""
    assert texts_en.TEXTS.keys() == TEXTS.keys() | OTHERS.keys()
    params = dict.fromkeys(_params() | {"due": "", "answer_by": "", "rate": ""}, "x")
    params |= dict.fromkeys(("title", "number", "place", "code", "until"), "x")
    for name, text in texts_en.TEXTS.items():
        chinese = (TEXTS | OTHERS)[name]
        assert (text.version, bool(text.sms)) == (chinese.version, bool(chinese.sms)), name
        said = (text.title % params, text.body % params, text.sms % params)
        assert not re.search("[\u4e00-\u9fff]", "".join(said)), name
        long = params | {"item": "城镇污水排入排水管网许可", "case_no": "SF20260908000001-7"}
        long |= {"rate": "https://zw.example.cn/r/sms~20260908-000001-7~c~20261008~~MzY5Y2Q1ZTQ0"}
        assert len(text.sms % long) <= 201, name


def test_who_chose_english_is_told_in_english(told: dict[str, Any]) -> None:
    owner = Account.objects.create(
        username="reader", name="R", kind="applicant", password="!", created_at=NOW
    )
    me = Actor(account_id=owner.pk, username="reader", name="R", roles=frozenset({"citizen"}))
    told["account_id"] = owner.pk
    preferences.choose(me, rules.Chosen(language="en"), now=NOW)
    handlers.tell_applicant(fact("accepted"))
    row = queries.messages_of(me)["results"][0]
    assert row["title"] == "Your application is accepted"
    assert "by 17 Sep 2026" in row["text"]
    told["due_on"] = None
    handlers.tell_applicant(fact("accepted", seq=2))
    assert "as soon as possible" in queries.messages_of(me)["results"][0]["text"]


def test_values_cannot_break_lines() -> None:
    params = _params() | {"item": "甲\r\n\r\n乙"}
    services.notify(services.Whom(subject_hash=HASH), template="accepted", params=params, key="k", at=NOW)
    assert "甲 乙" in mine()[0]["text"]
