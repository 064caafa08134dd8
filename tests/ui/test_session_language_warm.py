"""Going back safely, choosing a language, and pages that stay warm without poisoning each other."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from onewindow.ui import language, session, warm


@pytest.mark.parametrize(
    "text",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "",
        "/a\nb",
        "/" + "a" * 3000,
    ],
)
def test_nobody_is_sent_elsewhere(text: str) -> None:
    assert session.safe_next(text, otherwise="/my") == "/my"


def test_own_addresses_are_kept() -> None:
    assert session.safe_next("/items/1?a=b") == "/items/1?a=b"


@pytest.mark.parametrize(
    "accepted, expected",
    [
        ("", "zh-hans"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("fr,en;q=0.3", "en"),
        ("de", "zh-hans"),
        ("en;q=rubbish", "zh-hans"),
    ],
)
def test_the_better_liked_language(accepted: str, expected: str) -> None:
    assert language.accepted_language(accepted) == expected


class Chain:
    """Counts how often the links behind the warm one are asked."""

    def __init__(self, language_of_page: str = "zh-hans") -> None:
        self.calls = 0
        self.language_of_page = language_of_page

    def __call__(self, request: object) -> HttpResponse:
        self.calls += 1
        response = warm.keep(HttpResponse(f"page {self.calls}".encode()))
        response.headers["Content-Language"] = self.language_of_page
        return response


@pytest.fixture
def generation(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    now = [1]
    monkeypatch.setattr(warm, "_store", warm.Store())
    monkeypatch.setattr(warm.generations, "version_of_item", lambda code: now[0] if code == "1" else 1)
    return now


def test_a_warm_page_costs_no_link_of_the_chain(generation: list[int]) -> None:
    chain = Chain()
    link = warm.WarmPages(chain)
    first = link(RequestFactory().get("/items/1"))
    second = link(RequestFactory().get("/items/1"))
    assert first.content == second.content == b"page 1" and chain.calls == 1


def test_a_new_generation_of_an_item_drops_its_page_and_no_other(generation: list[int]) -> None:
    chain = Chain()
    link = warm.WarmPages(chain)
    link(RequestFactory().get("/items/1"))
    link(RequestFactory().get("/items/2"))
    generation[0] = 2
    assert link(RequestFactory().get("/items/1")).content == b"page 3"
    assert link(RequestFactory().get("/items/2")).content == b"page 2"


@pytest.mark.parametrize(
    "change",
    [
        {"HTTP_ACCEPT_LANGUAGE": "en"},
        {"HTTP_COOKIE": "theme=dark"},
        {"HTTP_COOKIE": "elder=1"},
        {"HTTP_COOKIE": f"{session.COOKIE}=secret"},
    ],
)
def test_readers_who_see_another_page_get_another_page(generation: list[int], change: dict[str, str]) -> None:
    chain = Chain("en" if "HTTP_ACCEPT_LANGUAGE" in change else "zh-hans")
    link = warm.WarmPages(chain)
    link(RequestFactory().get("/items/1"))
    link(RequestFactory().get("/items/1", **change))
    assert chain.calls == 2


def test_a_page_in_another_language_than_its_key_is_not_kept(generation: list[int]) -> None:
    chain = Chain("en")
    link = warm.WarmPages(chain)
    link(RequestFactory().get("/items/1"))
    link(RequestFactory().get("/items/1"))
    assert chain.calls == 2


@pytest.mark.parametrize("path", ["/items/1?a.q=x", "/my", "/"])
def test_what_differs_from_reader_to_reader_is_never_kept(generation: list[int], path: str) -> None:
    chain = Chain()
    link = warm.WarmPages(chain)
    link(RequestFactory().get(path))
    link(RequestFactory().get(path))
    assert chain.calls == 2


def test_the_store_is_bounded() -> None:
    store = warm.Store(most_bytes=10)
    for number in range(5):
        store.put(number, 1, (b"12345", []))
    assert store.get(0, 1) is None and store.get(4, 1) is not None
