"""Templates that organs lay over the shipped ones: in force from a day, never without what the law wants said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from onewindow.base import facts, generations
from onewindow.documents import editions, rendering, typesetting
from onewindow.documents.kinds import KINDS, TEMPLATE_VERSION
from onewindow.documents.services import laying, trying
from onewindow.kernel.actor import SYSTEM
from onewindow.kernel.errors import Invalid
from tests.documents.conftest import NOW, ORGAN
from tests.documents.test_papers import issue, made, text_of

TODAY = NOW.date()


def lay(kind: str, organ_id: int | None = ORGAN.id, day: date = TODAY, **words: str) -> int:
    said = editions.Edition(TEMPLATE_VERSION, **words)
    number = laying.lay(SYSTEM, kind, organ_id=organ_id, words=said, in_force_on=day, now=NOW)
    generations.bump("papers")  # the test's transaction never commits
    return number


@pytest.fixture(autouse=True)
def _looked_at_anew() -> Iterator[None]:
    yield
    generations.bump("papers")


@pytest.mark.parametrize("kind", KINDS)
def test_no_shipped_template_loses_a_field(kind: str) -> None:
    assert editions.lost(kind, editions.shipped(kind)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_without_a_field_is_found_out(kind: str) -> None:
    source = editions.shipped(kind)
    for key in set(KINDS[kind].filled) - editions._FRAME:
        without = source.replace(f"data.{key}", "nothing") + f"\n// data.{key}"
        assert key in editions.lost(kind, without), key


@pytest.mark.django_db
def test_an_organ_lays_its_words_over_a_paper() -> None:
    number = lay(
        "grant", head="办理前请阅读背面说明。", foot="本决定一式两份。", contact="窗口电话 0000-99999"
    )
    (row,) = issue("grant")
    assert row.template_version == number == 1000
    text = text_of(made(row))
    for words in ("办理前请阅读背面说明。", "本决定一式两份。", "窗口电话0000-99999", "准予行政许可决定书"):
        assert words in text
    ((_, kind, _, _, _, data),) = facts.of_subject("paper-template", number)
    assert kind == "laid" and len(data["sha256"]) == 64


@pytest.mark.django_db
def test_the_day_the_organ_and_the_kind_decide() -> None:
    later = TODAY + timedelta(days=10)
    for_all, own, coming = lay("grant", None), lay("grant"), lay("grant", day=later)
    assert editions.number_of("grant", ORGAN.id, TODAY) == own
    assert editions.number_of("grant", ORGAN.id, later) == coming
    assert editions.number_of("grant", 99, later) == for_all
    assert editions.number_of("denial", ORGAN.id, later) == TEMPLATE_VERSION
    assert editions.number_of("grant", ORGAN.id, TODAY - timedelta(days=1)) == TEMPLATE_VERSION


@pytest.mark.django_db
def test_a_body_of_its_own_is_set_in_the_shipped_frame() -> None:
    lay("extension", source=editions.shipped("extension").replace("因下列理由", "鉴于以下情况"))
    (row,) = issue("extension")
    text = text_of(made(row))
    assert "鉴于以下情况" in text and row.document_no in text


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "field", "code"),
    [
        ({"source": '#import "frame.typ": *\n#show: paper\n#data.reason'}, "source", "fields-lost"),
        ({"source": editions.shipped("denial") + "\n#nowhere"}, "source", "unsettable"),
        ({"source": editions.shipped("denial") + '\n#read("/etc/passwd")'}, "source", "unsettable"),
        ({"source": editions.shipped("denial") + '\n#read("../../kinds.py")'}, "source", "unsettable"),
        ({"source": editions.shipped("denial") + "\n#while true { }"}, "source", "unsettable"),
        ({"head": "长" * 401}, "head", "too-long"),
    ],
)
def test_what_cannot_be_laid(words: dict[str, str], field: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        lay("denial", **words)
    assert [(one.field, one.code) for one in caught.value.fields] == [(field, code)]


@pytest.mark.django_db
def test_nothing_is_laid_for_yesterday() -> None:
    with pytest.raises(Invalid) as caught:
        lay("denial", day=TODAY - timedelta(days=1))
    assert caught.value.fields[0].field == "in_force_on"


def test_examples_are_shown_as_pdf_and_as_a_picture(tmp_path: Path) -> None:
    assert trying.example("acceptance").startswith(b"%PDF-")
    assert trying.example("hearing-record", form="png").startswith(b"\x89PNG")


def job(source: str) -> typesetting.Job:
    folder = str(rendering.TEMPLATES / f"v{TEMPLATE_VERSION}")
    return typesetting.Job(folder, "denial", "{}", int(NOW.timestamp()), source)


@pytest.mark.parametrize(
    "source",
    [
        "#for a in range(9999) { for b in range(9999) { for c in range(9999) { let d = a * b * c } } }",
        "#let much = range(200000000).map(n => range(40))",
    ],
    ids=["time", "memory"],
)
def test_what_takes_too_much_is_ended_from_outside(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "WALL_SECONDS", 2)
    with pytest.raises(rendering.Unsettable, match="not set within"):
        typesetting.set_apart(job(source))
    assert typesetting.set_apart(job("sound")).startswith(b"%PDF-")


def test_set_apart_is_set_alike() -> None:
    sound = job('#set page(width: 80mm)\n#set text(font: "OneWindow Song")\n一窗')
    assert typesetting.set_apart(sound) == typesetting.set_here(sound)
