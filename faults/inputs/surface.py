"""The surface as the product itself describes it: operations from its OpenAPI document, forms from its pages."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from faults.inputs.wire import Connection, request

# Forms that end what the campaign itself lives on.
_LEFT_ALONE = re.compile(r"^/(logout|password|account/sessions|my/data/erase|console/accounts/(?!clerk2))")
_NUMBER = re.compile(r"[0-9A-Z][0-9A-Z._-]{5,}|\d+")


class Operation(NamedTuple):
    """One operation: path with places, query parameters, bodies by name (of an action, or one without)."""

    method: str
    path: str
    permission: str | list[str]
    parameters: list[dict[str, Any]]
    bodies: dict[str, dict[str, Any]]
    media_type: str
    is_repeatable: bool
    actions: list[str]

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"


class Form(NamedTuple):
    """A form of a page: where it goes, how, and its fields with the values that they offer."""

    method: str
    action: str
    who: str
    fields: list[tuple[str, list[str]]]


def operations(document: dict[str, Any]) -> list[Operation]:
    """Every operation but the move of the sandbox's clock, which does not exist in production."""
    return [
        _operation(method, path, told)
        for path, methods in document["paths"].items()
        for method, told in methods.items()
        if not (path.endswith("/sandbox/clock") and method == "put")
    ]


def _operation(method: str, path: str, told: dict[str, Any]) -> Operation:
    parameters = [one for one in told.get("parameters", []) if one["in"] == "query"]
    content = told.get("requestBody", {}).get("content", {})
    media_type = next(iter(content), "")
    schema = content.get(media_type, {}).get("schema", {})
    is_repeatable = any(one["name"] == "Idempotency-Key" for one in told.get("parameters", []))
    bodies = _bodies(schema)
    actions = [name for name in bodies if name] or re.findall(r"[a-z][a-z-]+", told["summary"]) or ["x"]
    return Operation(
        method.upper(), path, told["x-permission"], parameters, bodies, media_type, is_repeatable, actions
    )


def _bodies(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Of an operation with actions the body of each, as its description tells them."""
    if "anyOf" not in schema or "description" not in schema:
        return {"": schema} if schema else {}
    pairs = [one.split(": ") for one in schema["description"].split("；")]
    return {name: {"$ref": f"#/components/schemas/{kind}"} for name, kind in pairs}


# ---------------------------------------------------------------- pages


class _Reader(HTMLParser):
    """Links and forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, str, dict[str, list[str]]]] = []
        self._select = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        elif tag == "form":
            self.forms.append((told.get("method", "get").upper(), told.get("action", ""), {}))
        elif tag in ("input", "textarea", "select", "button") and self.forms and told.get("name"):
            self._field(tag, told)
        elif tag == "option" and self._select and self.forms:
            self.forms[-1][2][self._select].append(told.get("value", ""))

    def _field(self, tag: str, told: dict[str, str]) -> None:
        values = self.forms[-1][2].setdefault(told["name"], [])
        if tag in ("input", "button"):
            values.append(told.get("value", "") or ("on" if told.get("type") == "checkbox" else ""))
        self._select = told["name"] if tag == "select" else ""


def crawl(port: int, who: str, cookie: str, starts: list[str], *, most: int) -> tuple[list[str], list[Form]]:
    """Addresses and forms that this person meets, one page of each shape, at most so many pages."""
    waiting, seen, pages, forms = list(starts), set(), [], {}
    link = Connection(port)
    while waiting and len(pages) < most:
        path = waiting.pop(0)
        if (shape := _NUMBER.sub("0", urlsplit(path).path)) in seen or _LEFT_ALONE.match(path):
            continue
        seen.add(shape)
        told = link.ask(request("GET", path, [("Cookie", cookie)]))
        if told.status in (301, 302, 303):
            waiting.append(told.headers.get("location", "/"))
        if told.status != 200 or "html" not in told.headers.get("content-type", ""):
            continue
        pages.append(path)
        reader = _Reader()
        reader.feed(told.body.decode("utf-8", "replace"))
        waiting += [one for one in (_own(path, link_) for link_ in reader.links) if one]
        for form in _forms(path, who, reader):
            forms[form.method, _NUMBER.sub("0", form.action), tuple(name for name, _ in form.fields)] = form
    link.close()
    return pages, list(forms.values())


def _forms(path: str, who: str, reader: _Reader) -> list[Form]:
    found = []
    for method, action, fields in reader.forms:
        target = _own(path, action or path)
        if target and not _LEFT_ALONE.match(target):
            found.append(
                Form(method, target, who, [one for one in fields.items() if one[0] != "csrfmiddlewaretoken"])
            )
    return found


def _own(page: str, link: str) -> str:
    """The link as an address of this site, "" for others."""
    whole = urlsplit(urljoin("http://here" + page, link))
    if whole.netloc != "here" or whole.scheme != "http" or whole.path.startswith("/static/"):
        return ""
    return whole.path + (f"?{whole.query}" if whole.query else "")
