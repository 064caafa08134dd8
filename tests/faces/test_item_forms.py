"""An item's own form at portal and counter by plain posts: tables of lines, an agent, a mended form."""

import re
from datetime import datetime
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from onewindow.base import clock
from onewindow.catalog import demonstration
from onewindow.catalog import queries as catalog
from onewindow.intake import visits_rules
from onewindow.intake.visits_rules import Agent, Piece, Visit
from onewindow.site import demo
from onewindow.site.demo import people

NOW = datetime(2026, 9, 24, 10, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "Window-2026-Demo"
DRUGS = "511A72020001-511602000000-000-11511301MB051073XA-1-00"
LINES = {
    "name": ["生川乌", "生草乌"],
    "quantity": ["2", "1.5"],
    "unit": ["千克", "千克"],
}
FORM = {
    "institution_name": "示范市第一医院",
    "drugs": [
        {"name": "生川乌", "quantity": 2, "unit": "千克"},
        {"name": "生草乌", "quantity": 1.5, "unit": "千克"},
    ],
    "keeper_name": "温知白",
}


@pytest.fixture
def city(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: NOW.date())
    catalog.flush()
    demo.load_people(password=PASSWORD, now=NOW)
    demonstration.load(now=NOW)


def signed_in(username: str) -> Client:
    client = Client()
    assert client.post("/login", {"username": username, "password": PASSWORD}).status_code == 302
    return client


def paper() -> bytes:
    made = BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    document.save(made)
    return made.getvalue()


def posted(prefix: str) -> dict[str, Any]:
    """The form of the item as a browser sends it."""
    usage = catalog.current(DRUGS).form_schema["properties"]["usage"]
    told = {"institution_name": FORM["institution_name"], "keeper_name": FORM["keeper_name"]}
    told["usage"] = (usage.get("enum") or ["炮制附子"])[0]
    told |= {f"drugs.{name}": texts for name, texts in LINES.items()}
    return {prefix + name: value for name, value in told.items()}


@pytest.mark.slow
def test_lines_are_added_and_taken_away_without_scripts(city: None) -> None:
    _at_the_portal(signed_in("enterprise1"))
    _at_the_counter(signed_in("clerk1"))


def _at_the_portal(client: Client) -> None:
    who = client.get(f"/items/{DRUGS}/apply", follow=True)
    form = who.redirect_chain[-1][0].rpartition("/")[0] + "/form"
    titles = re.findall(r"<(?:label|legend)[^>]*>([^<（]+)", client.get(form).content.decode())
    schema = catalog.current(DRUGS).form_schema["properties"]
    wanted = [part["title"] for part in schema.values()]
    assert [one.strip() for one in titles if one.strip() in wanted] == wanted, "the order as it was written"
    more = client.post(form, posted("f.") | {"line": "add:drugs"})
    assert more.status_code == 303 and more["Location"].endswith("?more=drugs")
    page = client.get(more["Location"]).content.decode()
    assert page.count("data-line>") == 3 and "生草乌" in page
    client.post(form, posted("f.") | {"line": "drop:drugs:0"})
    page = client.get(form).content.decode()
    assert page.count("data-line>") == 1 and "生川乌" not in page and "生草乌" in page
    wrong = client.post(form, posted("f.") | {"f.drugs.quantity": ["2", "many"]})
    assert wrong.status_code == 422 and "第 2 行" in wrong.content.decode()
    done = client.post(form, posted("f."))
    assert done.status_code == 303 and done["Location"].endswith("/materials")
    told = client.get(form.replace("/form", "/confirm")).content.decode()
    assert "生川乌 2 千克；生草乌 1.5 千克" in told


def _at_the_counter(client: Client) -> None:
    begun = client.post("/counter/begin", {"code": ""})
    visit = begun["Location"]
    client.post(visit, {"add": DRUGS})
    (firm, code), agent = people.firm(1), people.person(7)
    told = {
        "id_number": code,
        "id_type": "uscc",
        "name": firm,
        "phone": people.phone(1),
        "agent_name": agent.name,
        "agent_id_number": agent.id_number,
    } | posted("f1.")
    more = client.post(visit, told | {"do": "lines:1:add:drugs"})
    assert more["Location"].endswith("more=1%3Adrugs")
    assert client.get(more["Location"]).content.decode().count("data-line>") == 3
    lacking = client.post(visit, told | {"do": "receive:1"})
    assert lacking.status_code == 422 and "委托截止日" in lacking.content.decode()
    told |= {"agent_phone": people.phone(7), "agent_until": "2026-12-31"}
    scan = SimpleUploadedFile("委托书.pdf", paper(), "application/pdf")
    assert client.post(visit, told | {"do": "mandate:0", "mandate": scan}).status_code == 302
    assert client.post(visit, told | {"do": "receive:1"}).status_code == 302
    number = re.search(r"/counter/cases/([\d-]+)", client.get(visit).content.decode())
    assert number is not None
    page = client.get(f"/counter/cases/{number[1]}").content.decode()
    assert "代理人" in page and "生川乌 2 千克" in page and "2026年12月31日" in page
    tab = client.get(f"/counter/cases/{number[1]}?tab=m-mandate").content.decode()
    file = re.search(r'src="(/counter/cases/[^"#]+/files/[^"#]+)', tab)
    assert file is not None and client.get(file[1])["Content-Type"] == "application/pdf"
    _mended(client, number[1])


def _mended(client: Client, number: str) -> None:
    """What was received is put right on the spot: a line less, another keeper."""
    place = f"/counter/cases/{number}"
    page = client.get(place).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    sent = posted("f.") | {"version": version[1], "f.keeper_name": "舒安之"}
    asked = client.post(f"{place}/change", sent | {"line": "add:drugs"})
    assert asked.status_code == 200 and "舒安之" in asked.content.decode()
    sent |= {"f.drugs.name": LINES["name"][:1], "f.drugs.quantity": ["3"], "f.drugs.unit": ["千克"]}
    assert client.post(f"{place}/change", sent).status_code == 302
    after = client.get(place).content.decode()
    assert "生川乌 3 千克" in after and "生草乌" not in after and "舒安之" in after


@pytest.mark.parametrize(
    "agent, lacks",
    [
        (Agent(), []),
        (Agent(name="甲"), ["id_number", "phone", "until"]),
        (Agent(until="2026-12-31"), ["name", "id_number", "phone"]),
        (Agent(name="甲", id_number="1", phone="2", until="2026-12-31"), []),
    ],
)
def test_an_agent_is_whole_or_not_there(agent: Agent, lacks: list[str]) -> None:
    assert visits_rules.agent_problems(agent) == lacks
    body = visits_rules.case_body(Visit(agent=agent), Piece(key=1, task_code="x", version=1), [])
    assert ("agent" in body) is agent.is_named
    assert "mandate_file_id" not in body.get("agent", {})
