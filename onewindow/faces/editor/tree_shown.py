"""The question tree as the page shows it: questions with their answers, and for each material who must bring it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from onewindow.catalog.definition import ItemDefinition
from onewindow.faces.editor import form_fields
from onewindow.faces.editor.bound import html_id
from onewindow.faces.editor.tree import NEW, Asked, Choice, Tree, choices_of

PATH = "questions"
LONGEST_NAME = 24
Note = tuple[str, dict[str, Any]]


class Cell(msgspec.Struct, frozen=True):
    """One answer beside one material: is it ticked as bringing it, as sparing it."""

    place: str
    text: str
    is_added: bool
    is_dropped: bool


class Row(msgspec.Struct, frozen=True):
    """One material: ``when`` says in one sentence who brings it; ``is_strange`` when the list has no such row."""

    place: int
    code: str
    name: str
    need: str
    when: str
    is_conditional: bool
    is_strange: bool
    questions: list[tuple[int, str, list[Cell]]]


class ShownChoice(msgspec.Struct, frozen=True):
    place: int
    name: str
    html_id: str
    choice: Choice
    nexts: list[tuple[str, str, bool]]
    effect: str
    fields: list[tuple[str, str, bool]]
    notes: list[dict[str, Any]]


class ShownQuestion(msgspec.Struct, frozen=True):
    """``when``: after which answers it is asked; empty for the first one and for one that nothing leads to."""

    place: int
    name: str
    html_id: str
    asked: Asked
    is_first: bool
    when: str
    choices: list[ShownChoice]
    notes: list[dict[str, Any]]


class Shown(msgspec.Struct, frozen=True):
    starts: list[tuple[str, str, bool]]
    questions: list[ShownQuestion]
    rows: list[Row]


def shown(tree: Tree, start: str, item: ItemDefinition, notes: Sequence[Note] = ()) -> Shown:
    """``tree`` over the materials and the form of ``item``; ``notes`` are (place, what is told there)."""
    page = _Page(tree, start, item, notes)
    starts = [(code, name, code == start) for code, name in page.names.items()]
    return Shown(starts, [page.question(at, one) for at, one in enumerate(tree)], rows(tree, item))


class _Page:
    def __init__(self, tree: Tree, start: str, item: ItemDefinition, notes: Sequence[Note]) -> None:
        self.tree, self.start, self.item, self.notes = tree, start, item, notes
        self.names = {one.code: label(one) for one in tree}
        self.titles = form_fields.titles(item.form_schema)

    def question(self, at: int, asked: Asked) -> ShownQuestion:
        return ShownQuestion(
            place=at,
            name=f"{PATH}.{at}",
            html_id=html_id(f"{PATH}.{at}"),
            asked=asked,
            is_first=asked.code == self.start,
            when=_when_asked(self.tree, asked.code),
            choices=[
                self.choice(f"{PATH}.{at}.{on}", on, asked, one) for on, one in enumerate(asked.choices)
            ],
            notes=self.told(f"{PATH}.{at}.text"),
        )

    def choice(self, path: str, place: int, asked: Asked, choice: Choice) -> ShownChoice:
        titles = self.titles | {name: name for name in choice.fields if name not in self.titles}
        return ShownChoice(
            place=place,
            name=path,
            html_id=html_id(path),
            choice=choice,
            nexts=_nexts(choice, self.names, asked.code),
            effect=effect(choice, self.item),
            fields=[(name, title, name in choice.fields) for name, title in titles.items()],
            notes=self.told(f"{path}.text") + self.told(f"{path}.rejected"),
        )

    def told(self, path: str) -> list[dict[str, Any]]:
        return [note for place, note in self.notes if place == path]


def label(asked: Asked) -> str:
    """How a question is called in lists: its code and the beginning of its text."""
    return f"{asked.code} {short(asked.text)}".rstrip()


def short(text: str) -> str:
    """The beginning of a text."""
    bare = " ".join(text.split())
    return bare if len(bare) <= LONGEST_NAME else bare[: LONGEST_NAME - 1] + "…"


def _nexts(choice: Choice, names: Mapping[str, str], own: str) -> list[tuple[str, str, bool]]:
    found = [("", _("问完了，给出清单"), not choice.next)]
    found += [
        (code, _("接着问 %(question)s") % {"question": name}, code == choice.next)
        for code, name in names.items()
        if code != own or code == choice.next
    ]
    if choice.next and choice.next not in names:
        found.append(
            (choice.next, _("接着问 %(question)s（没有这个问题）") % {"question": choice.next}, True)
        )
    return [*found, (NEW, _("＋ 接着问一个新问题"), False)]


def effect(choice: Choice, item: ItemDefinition) -> str:
    """What an answer does to the list, in one line; empty when it does nothing."""
    names = {row.code: row.name for row in item.materials}
    told = []
    if choice.adds:
        told.append(_("要多交：%(names)s") % {"names": "、".join(names.get(one, one) for one in choice.adds)})
    if choice.drops:
        told.append(
            _("不用交：%(names)s") % {"names": "、".join(names.get(one, one) for one in choice.drops)}
        )
    return _("；").join(told)


def _when_asked(tree: Tree, code: str) -> str:
    """After which answers a question is asked: all of a question are told as such."""
    told = []
    for asked in tree:
        leading = [one for one in asked.choices if one.next == code and not one.rejected]
        if leading:
            whole = len(leading) == len([one for one in asked.choices if not one.rejected])
            words = _("无论怎样回答") if whole else "、".join(f"“{short(one.text)}”" for one in leading)
            told.append(f"{asked.code} {words}")
    return _("；").join(told)


def rows(tree: Tree, item: ItemDefinition) -> list[Row]:
    """A row for each material, and for each code that an answer names though there is no such material."""
    known = {row.code: row for row in item.materials}
    named = {code for _at, _asked, _on, one in choices_of(tree) for code in (*one.adds, *one.drops)}
    return [
        Row(
            place,
            code,
            known[code].name if code in known else code,
            known[code].need if code in known else "",
            when(tree, code),
            any(code in (*one.adds, *one.drops) for _at, _asked, _on, one in choices_of(tree)),
            code not in known,
            [(at, label(asked), _cells(at, asked, code)) for at, asked in enumerate(tree) if asked.choices],
        )
        for place, code in enumerate([*known, *sorted(named - known.keys())])
    ]


def _cells(at: int, asked: Asked, code: str) -> list[Cell]:
    return [
        Cell(f"{at}.{on}", one.text or one.code, code in one.adds, code in one.drops)
        for on, one in enumerate(asked.choices)
    ]


def when(tree: Tree, code: str) -> str:
    """Who must bring a material, as a sentence."""
    adding = [_said(asked, one) for _at, asked, _on, one in choices_of(tree) if code in one.adds]
    dropping = [_said(asked, one) for _at, asked, _on, one in choices_of(tree) if code in one.drops]
    if adding and dropping:
        return _("选了%(adding)s才要交，但选了%(dropping)s就不用交") % {
            "adding": "、".join(adding), "dropping": "、".join(dropping),
        }  # fmt: skip
    if adding:
        return _("只有选了%(adding)s才要交") % {"adding": "、".join(adding)}
    if dropping:
        return _("除了选了%(dropping)s的，都要交") % {"dropping": "、".join(dropping)}
    return _("人人要交")


def _said(asked: Asked, choice: Choice) -> str:
    return f"“{short(choice.text)}”（{asked.code}）" if choice.text else f"{asked.code}·{choice.code}"
