"""Several people in the same moment: six decisions on one case, one request six times; and an upload."""

from __future__ import annotations

import io
import random
import threading
import uuid
from collections.abc import Callable

from PIL import Image

from faults.load import AWAY, Client, Load, Request, creation, deed, digest_of

CONTENDERS = 6


def approvers(load: Load) -> list[str]:
    """Three grant, three deny, all with the version that they saw: one is done, five are told that it is stale."""
    case = _until_decision(load)
    if case is None:
        return ["the case could not be prepared"]
    made = [_decision(case, number) for number in range(CONTENDERS)]
    _at_once([_sender(load, one) for one in made])
    done = [one for one in made if one.outcome == "acknowledged"]
    others = sorted(one.status for one in made if one.outcome != "acknowledged")
    if len(done) != 1 or others != [409] * (CONTENDERS - 1):
        return [f"{len(done)} decisions taken on {case.case_no}, others {others}"]
    return []


def same_key(load: Load) -> list[str]:
    """One application sent six times at once under one key: six equal answers, one case."""
    one, answers = creation(random.randrange(1000)), []
    headers = {
        "Authorization": f"Bearer {load.tokens['clerk1']}", "Content-Type": "application/json",
        "Idempotency-Key": one.marker,
    }  # fmt: skip

    def send() -> None:
        client = Client(load.platform.host)
        answers.append(client.ask("POST", one.path, one.body, headers))
        client.close()

    load.journal.sent(one)
    _at_once([send] * CONTENDERS)
    one.told(*answers[0])
    load.journal.told(one)
    different = {(status, digest_of(answer)) for status, answer in answers}
    if len(answers) != CONTENDERS or len(different) != 1 or answers[0][0] != 201:
        return [f"one request six times: {sorted(status for status, _ in answers)}, {len(different)} answers"]
    return []


KINDS: dict[str, Callable[[Load], list[str]]] = {"approvers": approvers, "same-key": same_key}


def upload(load: Load) -> int:
    """The status that the upload of a small picture gets; 0 without an answer."""
    border, picture = uuid.uuid4().hex, io.BytesIO()
    Image.new("RGB", (8, 8), (random.randrange(256), 99, 99)).save(picture, "PNG")
    head = f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
    body = (
        head.encode()
        + b"Content-Type: image/png\r\n\r\n"
        + picture.getvalue()
        + f"\r\n--{border}--\r\n".encode()
    )
    headers = {
        "Authorization": f"Bearer {load.tokens['clerk1']}",
        "Content-Type": f"multipart/form-data; boundary={border}",
    }
    client = Client(load.platform.host)
    try:
        return client.ask("POST", "/files", body, headers)[0]
    except AWAY:
        return 0
    finally:
        client.close()


def _until_decision(load: Load) -> Request | None:
    """A case that waits for its decision, its steps in the journal like any other."""
    client, case = Client(load.platform.host), creation(random.randrange(1000))
    for who, action, body in (
        ("clerk1", "create", {}),
        ("clerk1", "accept", {}),
        ("examiner1", "review", {"opinion": "材料属实", "pass": True}),
    ):
        case = case if action == "create" else deed(case, who, action, body)
        load.send(client, case, may_give_up=False, dice=random.Random(0))
        if case.outcome != "acknowledged":
            return None
    client.close()
    return case


def _decision(case: Request, number: int) -> Request:
    if number % 2:
        one = deed(case, "dual1", "decide", {"outcome": "deny", "reason": "不符合条件"})
        one.kind = "deny"
        return one
    return deed(case, "approver1", "decide", {"outcome": "grant"})


def _sender(load: Load, one: Request) -> Callable[[], None]:
    def send() -> None:
        client = Client(load.platform.host)
        load.send(client, one, may_give_up=False, dice=random.Random(0))
        client.close()

    return send


def _at_once(deeds: list[Callable[[], None]]) -> None:
    gate = threading.Barrier(len(deeds))

    def go(act: Callable[[], None]) -> None:
        gate.wait()
        act()

    threads = [threading.Thread(target=go, args=(one,)) for one in deeds]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
