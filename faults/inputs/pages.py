"""Pages with junk in their addresses, and forms filled with what they offer and with what they do not."""

from __future__ import annotations

import random
import re
from urllib.parse import urlencode

from faults.inputs import values
from faults.inputs.making import ODD_HEADERS, bent_path
from faults.inputs.pool import Pool
from faults.inputs.surface import Form
from faults.inputs.wire import Sent, escaped, request

# The secret that the cookie names is taken as the form's token too: what is tried is what lies behind it.
CSRF = "f" * 32
_NUMBERED = re.compile(r"[0-9]{12,}")


class PageMaker:
    """Makes requests of browsers from a die; ``pages`` and ``cookies`` by user name."""

    def __init__(
        self, pool: Pool, cookies: dict[str, str], pages: dict[str, list[str]], forms: list[Form]
    ) -> None:
        self.pool, self.cookies, self.forms = pool, cookies, forms
        self.pages = {who: found for who, found in pages.items() if found}

    def _odd_headers(self, dice: random.Random) -> list[tuple[str, str | bytes]]:
        return [dice.choice(ODD_HEADERS)] if dice.random() < 0.06 else []

    def page(self, dice: random.Random) -> tuple[str, Sent]:
        """A page with something wrong in its address."""
        who = dice.choice(list(self.pages))
        path = dice.choice(self.pages[who] or ["/"])
        bare, _, query = path.partition("?")
        if dice.random() < 0.4:
            bare = bent_path(bare, dice)
        if dice.random() < 0.6:
            names = [one.partition("=")[0] for one in query.split("&") if one] + [
                "q",
                "page",
                "from",
                "to",
                "cursor",
                "organ",
            ]
            query = "&".join(
                f"{dice.choice(names)}={escaped(values.text(dice))[:3000]}"
                for _ in range(dice.choice((1, 1, 3)))
            )
        headers: list[tuple[str, str | bytes]] = [("Cookie", self.cookies[who]), *self._odd_headers(dice)]
        return "page", request("GET", bare + ("?" + query if query else ""), headers)

    def form(self, dice: random.Random) -> tuple[str, Sent]:
        """A form filled with what it offers, and with what it does not."""
        one = dice.choice(self.forms)
        pairs = [
            (name, self._filled(name, offered, dice)) for name, offered in one.fields if dice.random() < 0.95
        ]
        for _ in range(dice.choice((0, 0, 1, 1, 2, 4))):
            pairs = _bent_pairs(pairs, dice)
        headers: list[tuple[str, str | bytes]] = [("Cookie", self.cookies[one.who]), *self._odd_headers(dice)]
        raw = urlencode([(_fit(name), _fit(value)) for name, value in pairs])
        target = _NUMBERED.sub(lambda found: self._living(found.group(0), dice), one.action)
        if one.method == "GET":
            return "form", request("GET", target.partition("?")[0] + "?" + raw[:7000], headers)
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
        token = f"csrfmiddlewaretoken={CSRF}&" if dice.random() < 0.97 else ""
        return "form", request("POST", target, headers, (token + raw).encode())

    def _living(self, found: str, dice: random.Random) -> str:
        """In the address of a form another case of the same kind, now and then something else."""
        if found in self.pool.cases and dice.random() < 0.6:
            return self.pool.case(dice) or found
        return escaped(values.text(dice))[:200] or "x" if dice.random() < 0.03 else found

    def _filled(self, name: str, offered: list[str], dice: random.Random) -> str:
        if name == "version":
            return offered[0] if offered and offered[0] else "1"
        told = [one for one in offered if one]
        if told and dice.random() < 0.9:
            return dice.choice(told)
        return self.pool.some(name, dice) or dice.choice(("理由", "1", "2026-12-08", "示范"))


def _bent_pairs(pairs: list[tuple[str, str]], dice: random.Random) -> list[tuple[str, str]]:
    found = list(pairs)
    if not found or dice.random() < 0.15:
        return [*found, (values.text(dice)[:100] or "x", values.text(dice))]
    spot, kind = dice.randrange(len(found)), dice.random()
    if kind < 0.7:
        found[spot] = (found[spot][0], values.text(dice))
    elif kind < 0.85:
        del found[spot]
    else:
        found += [found[spot]] * dice.choice((1, 3, 300))
    return found


def _fit(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
