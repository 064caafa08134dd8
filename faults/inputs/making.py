"""Sound requests from the document's schemas and living values, and what is then done to them."""

from __future__ import annotations

import json
import random
import re
import uuid
from typing import Any, NamedTuple

from faults.inputs import values
from faults.inputs.pool import Pool
from faults.inputs.surface import Operation
from faults.inputs.wire import Sent, escaped, request
from faults.load import creation

ROLE_OF = {
    "citizen": "citizen1", "enterprise": "enterprise1", "clerk": "clerk1", "examiner": "examiner1",
    "approver": "approver1", "head": "head1", "issuer": "issuer1", "catalog": "catalog1", "leader": "leader1",
    "establishment": "establishment1", "legal": "legal1", "supervisor": "supervisor1", "manager": "manager1",
    "sysadmin": "sysadmin", "secadmin": "secadmin", "auditor": "auditor",
}  # fmt: skip
# Who would do this in this state: an input by somebody else stops at "not your role".
_SUITED = {
    "received": ("accept", "notify-correction", "refuse-acceptance", "return", "note", "claim", "assign", "transfer"),
    "correcting": ("resubmit", "return", "withdraw", "note"),
    "accepted": ("review", "pause", "extend", "withdraw", "supply-deferred", "forward", "note", "terminate"),
    "in_review": ("review", "decide", "pause", "extend", "note", "terminate", "hearing-request"),
    "paused": ("resume", "withdraw", "terminate"),
    "granted": ("produce", "note"),
    "produced": ("deliver",),
    "denied": ("deliver", "serve"),
    "draft": ("submit", "withdraw"),
}  # fmt: skip
_PLACE = re.compile(r"\{(\w+)\}")


_OFTEN = {"/api/v1/cases/{case_no}/actions/{action}": 16, "/api/v1/cases": 5, "/api/v1/cases/{case_no}": 4}


class Aim(NamedTuple):
    """What a call is meant for: who calls which operation on what, and the version that he saw."""

    operation: Operation
    places: dict[str, str]
    action: str
    version: int
    who: str


class Maker:
    """Makes calls from a die: sound ones, altered ones, junk. ``applicant``: who citizen1 is."""

    def __init__(
        self, document: dict[str, Any], operations: list[Operation], pool: Pool, tokens: dict[str, list[str]],
        applicant: dict[str, Any],
    ) -> None:  # fmt: skip
        self.operations, self.pool, self.tokens, self._applicant = operations, pool, tokens, applicant
        self._schemas = document["components"]["schemas"]
        # Deeds of cases are most of the code: they come more often than their number.
        self._drawn = [one for one in operations for _ in range(_OFTEN.get(one.path, 1))]

    # ------------------------------------------------------------ the API

    def call(self, dice: random.Random, *, garbage: str = "") -> tuple[str, Sent]:
        """A request to an operation; ``garbage``: "body" or "target" of it are beyond reading."""
        aim = self._aim(dice.choice(self._drawn), dice)
        one = aim.operation
        target = self._target(one, aim.places, dice, is_garbage=garbage == "target")
        headers: list[tuple[str, str | bytes]] = self._identity(aim, dice)
        raw = self._body(aim, dice, is_garbage=garbage == "body")
        if raw is not None:
            headers.append(("Content-Type", self._media_type(one, dice)))
        if one.is_repeatable and dice.random() < 0.4:
            headers.append(("Idempotency-Key", self._key(dice)))
        headers += self._odd_headers(dice)
        method = (
            dice.choice(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"))
            if dice.random() < 0.02
            else one.method
        )
        return one.name, request(method, target, headers, raw)

    def _aim(self, one: Operation, dice: random.Random) -> Aim:
        places, action, version = {}, "", 1
        for name in _PLACE.findall(one.path):
            if name == "case_no":
                places[name] = self.pool.case(dice) or "x"
                version, state = self.pool.cases.get(places[name], (1, ""))
            elif name != "action":
                places[name] = self.pool.some(name, dice) or "x"
        if "{action}" in one.path:
            state = self.pool.cases.get(places.get("case_no", ""), (1, ""))[1]
            fit = [name for name in _SUITED.get(state, ()) if name in one.bodies]
            action = dice.choice(fit if fit and dice.random() < 0.7 else one.actions)
            places["action"] = action
        return Aim(one, places, action, version, self._player(one, action, dice))

    def _target(
        self, one: Operation, places: dict[str, str], dice: random.Random, *, is_garbage: bool
    ) -> str:
        told = dict(places)
        if is_garbage and told and dice.random() < 0.6:
            told[dice.choice(list(told))] = values.text(dice) or "%00"
        path = _PLACE.sub(lambda found: escaped(told.get(found.group(1), "x"))[:7000], one.path)
        if is_garbage and dice.random() < 0.2:
            path = bent_path(path, dice)
        query = self._query(one, dice, is_garbage=is_garbage)
        return path + ("?" + query if query else "")

    def _query(self, one: Operation, dice: random.Random, *, is_garbage: bool) -> str:
        pairs = []
        for parameter in one.parameters:
            if dice.random() < (0.9 if parameter["name"] in _WANTED else 0.4):
                value = self.sound(parameter["schema"], parameter["name"], dice)
                if dice.random() < (0.7 if is_garbage else 0.15):
                    value = values.text(dice)
                pairs.append(f"{parameter['name']}={escaped(_plain(value))[:6000]}")
        if is_garbage and dice.random() < 0.3:
            pairs.append(
                dice.choice(
                    (
                        "%00=1",
                        "x=1",
                        "=",
                        "&&",
                        "limit=5&limit=x",
                        "q=%ff%fe",
                        "%E0%A4%A",
                        "a[]=1",
                        ";",
                        "cursor=%",
                    )
                )
            )
        return "&".join(pairs)

    def _identity(self, aim: Aim, dice: random.Random) -> list[tuple[str, str | bytes]]:
        if aim.operation.path.endswith("/tokens/current"):
            spare = self.tokens["spare"]
            return [("Authorization", f"Bearer {spare.pop() if spare and dice.random() < 0.3 else 'x'}")]
        if dice.random() < 0.03:
            junk = dice.choice(
                (b"Bearer", b"Bearer x", b"Basic eDp5", b"bearer \xff\xfe", b"Bearer " + b"a" * 3000, b"\x80")
            )
            return [("Authorization", junk)]
        return [("Authorization", f"Bearer {self.tokens[aim.who][0]}")] if aim.who else []

    def _player(self, one: Operation, action: str, dice: random.Random) -> str:
        if one.permission == "public":
            return "" if dice.random() < 0.8 else "clerk1"
        if isinstance(one.permission, list) and dice.random() < 0.93:
            return ROLE_OF[dice.choice(one.permission)]
        likely = _PLAYERS.get(action)
        if likely and dice.random() < 0.85:
            return dice.choice(likely)
        return dice.choice(list(ROLE_OF.values()))

    def _body(self, aim: Aim, dice: random.Random, *, is_garbage: bool) -> bytes | None:
        one = aim.operation
        if not one.bodies and not one.media_type:
            return values.body(dice) if is_garbage and dice.random() < 0.2 else None
        if one.media_type != "application/json":
            return self._upload(one, dice, is_garbage=is_garbage)
        if is_garbage:
            return values.body(dice)
        found = self._sound_body(aim, dice)
        for _ in range(dice.choice((0, 0, 1, 1, 1, 2, 3))):
            found = mutated(found, dice)
        raw = _encoded(found, dice)
        return values.bend(raw, dice) if dice.random() < 0.04 else raw

    def _sound_body(self, aim: Aim, dice: random.Random) -> Any:
        one = aim.operation
        if one.name == "POST /api/v1/cases":
            return self.application(dice, aim.who)
        found = self.sound(one.bodies.get(aim.action) or next(iter(one.bodies.values())), "", dice)
        if isinstance(found, dict) and "version" in found and "{case_no}" in one.path:
            found["version"] = aim.version
        return found

    def application(self, dice: random.Random, who: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(creation(dice.randrange(1000)).body)
        found["submit"] = dice.random() < 0.8
        if who == "citizen1":
            found |= {"applicant": self._applicant, "channel": "portal"}
        if dice.random() < 0.3:
            found["delivery"] = {"method": dice.choice(("window", "courier")), "address": "示范路1号"}
        if dice.random() < 0.2:
            found["answers"] = {"Q1": "A"}
        if dice.random() < 0.3:
            found["materials"] = found["materials"][: dice.randrange(4)]
        return found

    def _upload(self, one: Operation, dice: random.Random, *, is_garbage: bool) -> bytes:
        if "octet" in one.media_type or dice.random() < 0.2:
            return dice.randbytes(dice.choice((0, 1, 100, 5000)))
        name = escaped(values.text(dice))[:300] if dice.random() < 0.5 else "a.pdf"
        head = dice.choice(("file", "file", "file", "", "x"))
        content = dice.choice(
            (b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"PK\x03\x04", b"")
        ) + dice.randbytes(200)
        disposition = f'Content-Disposition: form-data; name="{head}"; filename="{name}"'
        parts = [b"--" + BORDER, disposition.encode(), b"Content-Type: application/pdf", b"", content]
        return b"\r\n".join(parts) + (b"" if is_garbage else b"\r\n--" + BORDER + b"--\r\n")

    def _media_type(self, one: Operation, dice: random.Random) -> str | bytes:
        if dice.random() < 0.03:
            return dice.choice((b"", b"text/plain", b"application/xml", b"application/json; charset=utf-7", b"multipart/form-data",
                                b"multipart/form-data; boundary=", b"\xff/\xfe", b"a" * 5000, b"application/x-www-form-urlencoded"))  # fmt: skip
        if one.media_type.startswith("multipart/"):
            return f"{one.media_type}; boundary={BORDER.decode()}"
        return one.media_type or "application/json"

    def _key(self, dice: random.Random) -> str | bytes:
        return dice.choice(
            (
                uuid.UUID(int=dice.getrandbits(128)).hex,
                "again",
                "again",
                b"x" * 201,
                b"\x7f",
                b"\xff",
                b"",
                "键".encode(),
            )
        )

    def _odd_headers(self, dice: random.Random) -> list[tuple[str, str | bytes]]:
        return [dice.choice(ODD_HEADERS)] if dice.random() < 0.06 else []

    # ------------------------------------------------------------ sound values by schema

    def sound(self, schema: dict[str, Any], name: str, dice: random.Random) -> Any:
        """A value that the schema takes, a living one where its name says what it is."""
        schema = self._resolved(schema, dice)
        if "enum" in schema:
            return dice.choice(schema["enum"])
        if "const" in schema:
            return schema["const"]
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            return self._sound_object(schema, dice)
        if kind == "array":
            many = max(schema.get("minItems", 0), dice.randrange(3))
            return [
                self.sound(schema.get("items", {"type": "string"}), name.rstrip("s"), dice)
                for _ in range(many)
            ]
        if kind in ("integer", "number"):
            return _number(schema, dice)
        if kind == "boolean":
            return dice.random() < 0.5
        if kind == "null":
            return None
        return self._sound_text(schema, name, dice)

    def _resolved(self, schema: dict[str, Any], dice: random.Random) -> dict[str, Any]:
        while "$ref" in schema or "anyOf" in schema:
            if "$ref" in schema:
                schema = self._schemas[schema["$ref"].rsplit("/", 1)[-1]]
            else:
                schema = dice.choice(
                    [one for one in schema["anyOf"] if one.get("type") != "null"] or schema["anyOf"]
                )
        return schema

    def _sound_object(self, schema: dict[str, Any], dice: random.Random) -> dict[str, Any]:
        needed = set(schema.get("required", ()))
        return {
            name: self.sound(member, name, dice)
            for name, member in schema.get("properties", {}).items()
            if name in needed or dice.random() < 0.4
        }

    def _sound_text(self, schema: dict[str, Any], name: str, dice: random.Random) -> str:
        if schema.get("format") == "date":
            return f"2026-12-{dice.randint(1, 28):02d}"
        if schema.get("format") == "date-time":
            return f"2026-12-{dice.randint(1, 28):02d}T10:00:00+08:00"
        living = self.pool.some(name, dice)
        return (
            living
            if living is not None
            else dice.choice(("理由", "材料属实", "A", "M01", "1"))[: schema.get("maxLength", 99)]
        )


BORDER = b"borderofthecampaign"
_WANTED = ("case_no", "check", "code", "name", "from", "to", "start", "days", "unit", "seq")
_OFFICE = ("clerk1", "examiner1", "approver1", "head1")
_PLAYERS: dict[str, tuple[str, ...]] = {
    "accept": ("clerk1",), "notify-correction": ("clerk1", "examiner1"), "review": ("examiner1",),
    "decide": ("approver1",), "produce": ("examiner1", "approver1"), "deliver": ("issuer1",), "note": _OFFICE,
    "refuse-acceptance": ("clerk1", "examiner1"), "return": ("clerk1", "approver1"), "resubmit": ("clerk1",),
    "pause": ("examiner1", "approver1"), "resume": ("examiner1",), "extend": ("head1",), "terminate": ("head1",),
    "submit": ("clerk1", "citizen1"), "withdraw": ("citizen1",), "claim": _OFFICE, "assign": ("head1",),
    "supply-deferred": ("clerk1",), "forward": ("clerk1", "examiner1"), "transfer": _OFFICE, "serve": ("issuer1", "examiner1"),
}  # fmt: skip
ODD_HEADERS: tuple[tuple[str, str | bytes], ...] = (
    ("Accept-Language", "zh" * 4000), ("Accept-Language", "en;q=x,*;q=-1"), ("Accept-Language", b"\xff\xfe"),
    ("X-Forwarded-For", "1.2.3.4, x, \u200b"), ("X-Forwarded-Proto", "https"), ("X-Request-ID", "a" * 500),
    ("X-Request-ID", b"\x80\xff"), ("If-None-Match", '"' * 3000), ("If-None-Match", "*"), ("Range", "bytes=9-1,-0"),
    ("Cookie", "onewindow=" + "x" * 3000), ("Cookie", b"csrf=\xff; language=\x80"), ("Cookie", "language=zz; =; ;;"),
    ("Accept", "application/xml;q=0"), ("Expect", "200-ok"), ("Content-Encoding", "gzip"), ("X-HTTP-Method-Override", "DELETE"),
    ("If-Modified-Since", "yesterday"), ("Upload-Offset", "-1"), ("Upload-Offset", "9" * 40), ("Upload-Offset", "٣".encode()),
    ("Origin", "null"), ("Referer", "http://[::1"), ("Forwarded", "for=;by="), ("X-A", b"a" * 30_000),
)  # fmt: skip


def mutated(body: Any, dice: random.Random) -> Any:
    """One place of the body altered, taken away, added or put twice over; the body itself stays as it is."""
    found = json.loads(json.dumps(body))
    spots = list(_spots(found))
    if not spots or dice.random() < 0.02:
        return values.anything(dice)
    where, key = dice.choice(spots)
    kind = dice.random()
    if kind < 0.6:
        where[key] = values.anything(dice)
    elif kind < 0.75 and isinstance(where, dict):
        del where[key]
    elif kind < 0.85 and isinstance(where, dict):
        where[dice.choice(("x", "version", "state", "case_no", "__proto__", values.text(dice)[:60]))] = (
            values.anything(dice)
        )
    else:
        where[key] = [where[key]] * dice.choice((0, 2, 50))
    return found


def _spots(value: Any) -> Any:
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield value, key
            yield from _spots(value[key])


def _encoded(body: Any, dice: random.Random) -> bytes:
    """As JSON, with escapes or in UTF-8; what neither can carry is sent as three bytes of a surrogate."""
    return json.dumps(body, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")


def _number(schema: dict[str, Any], dice: random.Random) -> int:
    low, high = int(schema.get("minimum", 1)), int(schema.get("maximum", 30))
    return dice.choice((low, high, dice.randint(low, max(low, min(high, low + 30)))))


def bent_path(path: str, dice: random.Random) -> str:
    """The address with a piece put in, doubled, escaped or cut; always one that HTTP can carry."""
    spot = dice.randrange(len(path) + 1)
    piece = dice.choice(
        ("%00", "%2e%2e/", "//", "/../", "%ff", "%ed%a0%80", "%25", ";x=1", "%0d%0a", "%F0%9F%92%A9", "*", "%", "%zz", "|",
         "." * 300, "a" * 5000, "%c0%af", "\\", "~", "é", "=", "%20")
    )  # fmt: skip
    return path[: max(1, spot)] + piece + path[max(1, spot) :]


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
