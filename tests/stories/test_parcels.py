"""Papers sent by courier and locker against stand-ins over HTTP: service follows what the carriers tell."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from django.test import Client

from onewindow.base import clock, facts
from onewindow.base.ledger import verify
from onewindow.kernel.errors import Away, Invalid, NotAllowed, RuleBroken
from onewindow.notices.models import Message
from onewindow.parcels import queries, services
from onewindow.parcels.adapters import line
from onewindow.parcels.models import Parcel, ParcelEvent
from onewindow.privacy import services as privacy
from onewindow.privacy.services import disposing
from onewindow.site import standins
from onewindow.ui import session
from tests.world import SEWAGE, Api, actor, move

Open = Callable[..., Api]
KEYS = {"courier": "key of the courier!", "locker": "key of the lockers!"}
TO = {"name": "", "phone": "", "address": "示范路1号示范小区"}
REFUSED = {"ground": "not-competent", "reason": "不归本局管", "competent_organ": "市市场监管局"}


@pytest.fixture
def carriers(settings: Any) -> Iterator[standins.Carriers]:
    made = standins.Carriers(keys=KEYS, pace=0)
    server = standins.server(made)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    place = f"http://127.0.0.1:{server.server_address[1]}"
    settings.ONEWINDOW_CARRIERS = {name: (f"{place}/{name}", key) for name, key in KEYS.items()}
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def refused(api: Open) -> dict[str, Any]:
    return api("clerk1").act(api("citizen1").create(SEWAGE), "refuse-acceptance", **REFUSED)


def paper(case: dict[str, Any], kind: str) -> str:
    return next(one["document_no"] for one in case["documents"] if one["kind"] == kind)


def send(case: dict[str, Any], kind: str, carrier: str, who: str = "clerk1", **to: str) -> Parcel:
    now, number = clock.now(), paper(case, kind)
    reference = services.send(actor(who), case["case_no"], number, carrier=carrier, receiver=TO | to, now=now)
    row = Parcel.objects.get(reference=reference)
    services.order(row.pk, now=now)
    row.refresh_from_db()
    services.settle(row.pk, now=now)
    return row


def call(carrier: str, number: str, *events: dict[str, Any], key: str = "", age: int = 0) -> Any:
    body = msgspec.json.encode({"number": number, "events": events})
    at = int(time.time()) - age
    signature = line.signed(key or KEYS[carrier], body, at=at)
    return Client().post(
        f"/carriers/{carrier}/events",
        body,
        content_type="application/json",
        headers={"X-Timestamp": str(at), "X-Signature": signature},
    )


def event(kind: str, no: str = "", *, minutes: int = 0, **more: str) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(hours=2) + timedelta(minutes=minutes)
    return {"event_no": no or kind, "kind": kind, "at": at.isoformat(), **more}


def served(case: dict[str, Any], api: Open) -> list[dict[str, Any]]:
    return list(api("clerk1").get(f"/cases/{case['case_no']}").json["services"])


def test_a_paper_goes_by_courier(api: Open, refused: dict[str, Any], carriers: standins.Carriers) -> None:
    row = send(refused, "refusal", "courier")
    assert (row.state, row.number) == ("ordered", "C00000000001")
    assert Message.objects.filter(kind="parcel-sent", case_no=refused["case_no"]).exists()
    # Out of order, twice, all in one: one service on the day of the delivery.
    told = [event("delivered", minutes=60), event("accepted"), event("out", minutes=30)]
    assert call("courier", row.number, told[0]).json() == {"new": 1}
    assert call("courier", row.number, *told, *told).json() == {"new": 2}
    for _ in range(2):
        services.settle(row.pk, now=clock.now())
    row.refresh_from_db()
    assert row.state == "delivered" and row.settled_at and not row.receiver_sealed
    (one,) = served(refused, api)
    assert (one["method"], one["document_no"]) == ("courier", paper(refused, "refusal"))
    assert one["served_on"] == clock.today().isoformat() and one["terms"]
    (way,) = queries.of_case(refused["case_no"], with_codes=True)
    assert [each["kind"] for each in way["events"]] == ["delivered", "out", "accepted"]
    with pytest.raises(RuleBroken):
        send(refused, "refusal", "courier")
    types = [type for _, type, *_ in facts.of_subject("parcel", row.pk)]
    assert types == ["asked", "ordered", "delivered"]
    assert not list(verify.run())


def test_a_result_is_delivered_in_the_name_of_who_sent_it(api: Open, carriers: standins.Carriers) -> None:
    case = api("clerk1").create(SEWAGE, channel="window")
    case = api("clerk1").act(case, "accept")
    case = api("examiner1").act(case, "review", opinion="可以", **{"pass": True})
    case = api("approver1").act(case, "decide", outcome="deny", reason="不合条件")
    row = send(case, "denial", "courier", "issuer1")
    call("courier", row.number, event("delivered"))
    services.settle(row.pk, now=clock.now())
    after = api("issuer1").get(f"/cases/{case['case_no']}").json
    assert after["state"] == "delivered" and after["delivered_on"]
    last = next(one for one in after["events"] if one["type"] == "delivered")
    assert (last["actor"], last["data"]["method"], last["data"]["receipt"]) == (
        "issuer1",
        "courier",
        row.number,
    )


def test_a_locker_tells_its_code_and_the_addressee_alone_reads_it(
    api: Open, refused: dict[str, Any], carriers: standins.Carriers
) -> None:
    row = send(refused, "refusal", "locker")
    until = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    stored = event("stored", code="482913", place="示范自助柜", until=until)
    assert call("locker", row.number, stored).json() == {"new": 1}
    services.settle(row.pk, now=clock.now())
    (mine,) = queries.of_case(refused["case_no"], with_codes=True)
    (theirs,) = queries.of_case(refused["case_no"], with_codes=False)
    assert mine["cell"].code == "482913" and theirs["cell"] is None
    messages = Message.objects.filter(kind="parcel-ready", case_no=refused["case_no"])
    assert {one.channel for one in messages} >= {"portal", "sms"}
    client = Client()
    api("citizen1").get("/cases")
    client.cookies[session.COOKIE] = Api.tokens["citizen1"]
    page = client.get(f"/my/cases/{refused['case_no']}").content.decode()
    assert "482913" in page and "自助取件柜" in page
    api("clerk1").get("/cases")
    client.cookies[session.COOKIE] = Api.tokens["clerk1"]
    page = client.get(f"/counter/cases/{refused['case_no']}").content.decode()
    assert "482913" not in page and "已投柜" in page
    # Nobody came: the applicant and the sender hear of it, nothing is served.
    call("locker", row.number, event("expired", minutes=10), event("returned", minutes=20))
    services.settle(row.pk, now=clock.now())
    row.refresh_from_db()
    assert row.state == "returned" and not served(refused, api)
    assert Message.objects.filter(kind="parcel-back").exists()
    assert send(refused, "refusal", "courier").state == "ordered"  # another way


def test_what_no_callback_told_is_asked_for(
    api: Open, refused: dict[str, Any], carriers: standins.Carriers
) -> None:
    row = send(refused, "refusal", "courier")
    carriers.happen("courier", row.number, "accepted")
    carriers.happen("courier", row.number, "refused")
    assert services.poll(now=clock.now()) == 0  # heard of a moment ago
    Parcel.objects.update(heard_at=clock.real_now() - timedelta(hours=2))
    assert services.poll(now=clock.now()) == 2
    row.refresh_from_db()
    assert row.state == "refused"
    carriers.events.clear()  # the carrier forgot: the others still get their turn
    Parcel.objects.update(heard_at=clock.real_now() - timedelta(hours=2))
    assert services.poll(now=clock.now()) == 0


def test_who_may_send_and_what(api: Open, refused: dict[str, Any], carriers: standins.Carriers) -> None:
    with pytest.raises(NotAllowed):
        send(refused, "refusal", "courier", "examiner1")
    with pytest.raises(Invalid) as caught:
        send(refused, "refusal", "courier", address="", phone="call me")
    assert [one.field for one in caught.value.fields] == ["phone", "address"]
    first = send(refused, "refusal", "courier")
    again = services.send(
        actor("clerk2"), refused["case_no"], first.document_no, carrier="locker", receiver=TO, now=clock.now()
    )
    assert again == first.reference and Parcel.objects.count() == 1
    services.order(first.pk, now=clock.now())  # ordered already
    assert len(carriers.orders) == 1


def test_an_order_that_is_not_taken_or_not_answered(
    api: Open, refused: dict[str, Any], carriers: standins.Carriers, settings: Any
) -> None:
    row = send(refused, "refusal", "courier", address="查无此地的地址")
    assert (row.state, row.why) == ("failed", "地址超出投递范围") and not row.receiver_sealed
    assert Message.objects.filter(kind="parcel-failed").exists()
    settings.ONEWINDOW_CARRIERS = {
        "courier": ("http://127.0.0.1:9/courier", KEYS["courier"]),
        "locker": ("", ""),
    }
    with pytest.raises(Away):
        send(refused, "refusal", "courier")
    assert Parcel.objects.get(state="asked").number == ""  # the worker tries again


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ({"key": "another key of nobody"}, 403),
        ({"age": 400}, 403),
        ({"age": -400}, 403),
    ],
)
def test_only_the_carrier_is_believed(
    api: Open, refused: dict[str, Any], carriers: standins.Carriers, how: dict[str, Any], status: int
) -> None:
    row = send(refused, "refusal", "courier")
    assert call("courier", row.number, event("delivered"), **how).status_code == status
    assert call("courier", "C99", event("delivered")).status_code == 404
    assert call("locker", row.number, event("delivered")).status_code == 404
    assert call("pigeon", row.number, event("delivered"), key="k").status_code == 404
    for bad in ({"kind": "teleported"}, {"kind": "moving", "event_no": "", "at": "now"}):
        assert call("courier", row.number, event("moving") | bad).status_code == 422
    assert not ParcelEvent.objects.exists()


def test_what_carriers_told_goes_with_an_erased_case(
    api: Open, refused: dict[str, Any], carriers: standins.Carriers
) -> None:
    row = send(refused, "refusal", "courier")
    call("courier", row.number, event("out", place="示范路1号门口"))
    (told,) = queries.of_case(refused["case_no"], with_codes=True)
    assert told["events"][0]["place"] == "示范路1号门口"
    move("2028-09-10")
    number = privacy.propose(actor("sysadmin"), reason="2028年9月1日鉴定小组意见", now=clock.now())
    privacy.approve(actor("secadmin"), number, now=clock.now())
    disposing.carry_out(number, now=clock.now())
    (left,) = queries.of_case(refused["case_no"], with_codes=True)
    assert [one["place"] for one in left["events"]] == [""] and left["number"] == row.number
    row.refresh_from_db()
    assert not row.receiver_sealed


def test_a_department_sends_reads_and_takes_back_over_the_api(
    api: Open, refused: dict[str, Any], carriers: standins.Carriers
) -> None:
    clerk, where = api("clerk1"), f"/cases/{refused['case_no']}/parcels"
    body = {
        "document_no": paper(refused, "refusal"),
        "carrier": "courier",
        "receiver": {"address": TO["address"]},
    }
    first = clerk.post(where, body, Idempotency_Key="one")
    assert (first.status, first.json["state"], first.json["number"]) == (201, "asked", "")
    assert clerk.post(where, body, Idempotency_Key="one").json == first.json
    assert clerk.post(where, body).json["reference"] == first.json["reference"]  # still the same parcel
    assert clerk.post(where, body | {"carrier": "pigeon"}).status == 422
    assert clerk.post(where, body | {"receiver": {"phone": "x"}}).fields == ["phone", "address"]
    assert api("examiner1").post(where, body).status == 403
    assert api("citizen2").get(where).status == 404

    one = f"{where}/{first.json['reference']}"
    for _ in range(2):
        gone = clerk("DELETE", one)
        assert (gone.status, gone.json["state"], gone.json["why"]) == (200, "failed", "cancelled")
    row = Parcel.objects.get(reference=first.json["reference"])
    services.order(row.pk, now=clock.now())  # the order that still waits comes too late
    row.refresh_from_db()
    assert (row.state, row.number, bytes(row.receiver_sealed)) == ("failed", "", b"")
    assert [type for _, type, *_ in facts.of_subject("parcel", row.pk)] == ["asked", "cancelled"]
    assert clerk("DELETE", f"{where}/0000").status == 404

    again = send(refused, "refusal", "courier")
    late = clerk("DELETE", f"{where}/{again.reference}")
    assert (late.status, late.code) == (409, "parcel-on-its-way")
    told = api("citizen1").get(where).json["results"]
    assert [(each["state"], each["number"]) for each in told] == [("ordered", again.number), ("failed", "")]


def test_an_order_is_taken_back_on_the_page(
    api: Open, refused: dict[str, Any], carriers: standins.Carriers
) -> None:
    clerk, where = api("clerk1"), f"/cases/{refused['case_no']}/parcels"
    body = {
        "document_no": paper(refused, "refusal"),
        "carrier": "courier",
        "receiver": {"address": TO["address"]},
    }
    reference = clerk.post(where, body).json["reference"]
    client = Client()
    client.cookies[session.COOKIE] = Api.tokens["clerk1"]
    desk = f"/counter{where}"
    assert reference in client.get(desk.removesuffix("/parcels")).content.decode()
    answer = client.post(desk, {"cancel": reference})
    assert (answer.status_code, Parcel.objects.get(reference=reference).why) == (303, "cancelled")
    page = client.get(answer.headers["Location"]).content.decode()
    assert "已取消下单，没有寄出。" in page and "已取消，没有寄出" in page and 'name="cancel"' not in page
