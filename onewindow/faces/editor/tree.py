"""A question tree while it is edited: plain rows in the order of the page, altered by buttons, turned back. Pure.

Codes are given here and never typed. What leads to a question follows it when it is moved or removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from string import ascii_lowercase
from typing import Any

import msgspec

from onewindow.catalog.definition import Option, Question
from onewindow.kernel.errors import N_, FieldError

MOST_QUESTIONS, MOST_OPTIONS = 100, 50
NEW = "+"  # "then ask": a question that is still to be written
_NUMBER = re.compile(r"\d{1,4}")
_Q_CODE, _O_CODE = re.compile(r"Q(\d{1,6})"), re.compile(r"o(\d{1,6})")


class Choice(msgspec.Struct):
    """An answer as typed; ``next`` the code of the question that follows, empty when the list is complete."""

    code: str
    text: str = ""
    next: str = ""
    rejected: str = ""
    fields: list[str] = []
    adds: list[str] = []
    drops: list[str] = []

    @property
    def is_blank(self) -> bool:
        """Nobody wrote anything; where it leads was set by the page."""
        return not (self.text.strip() or self.rejected.strip() or self.fields or self.adds or self.drops)


class Asked(msgspec.Struct):
    """A question as typed."""

    code: str
    text: str = ""
    is_multiple: bool = False
    choices: list[Choice] = []


Tree = list[Asked]


def of_value(rows: Iterable[Mapping[str, Any]]) -> Tree:
    """The questions of a content (builtins) as they are edited."""
    return [
        Asked(row["code"], row["text"], row.get("multiple", False), [_choice(one) for one in row["options"]])
        for row in rows
    ]


def _choice(row: Mapping[str, Any]) -> Choice:
    lists = {name: list(row.get(name, ())) for name in ("fields", "adds", "drops")}
    return Choice(row["code"], row["text"], row.get("next") or "", row.get("rejected") or "", **lists)


def read(post: Any, path: str) -> Tree:
    """What a form sent; a question asked for as ``NEW`` is there already, still empty."""
    number = _count(post.get(f"rows:{path}", ""), MOST_QUESTIONS)
    tree = [_read_question(post, f"{path}.{place}") for place in range(number)]
    for place, code in enumerate(post.getlist("tree-row")[:1000]):
        _read_cells(tree, post.getlist(f"adds.{place}"), code, "adds")
        _read_cells(tree, post.getlist(f"drops.{place}"), code, "drops")
    return _grown(_coded(tree))


def _read_question(post: Any, path: str) -> Asked:
    number = _count(post.get(f"rows:{path}", ""), MOST_OPTIONS)
    return Asked(
        post.get(f"{path}.code", ""),
        _text(post, f"{path}.text"),
        post.get(f"{path}.multiple") == "yes",
        [_read_choice(post, f"{path}.{place}") for place in range(number)],
    )


def _read_choice(post: Any, path: str) -> Choice:
    return Choice(
        post.get(f"{path}.code", ""),
        _text(post, f"{path}.text"),
        post.get(f"{path}.next", ""),
        _text(post, f"{path}.rejected"),
        list(dict.fromkeys(one for one in post.getlist(f"{path}.fields") if one)),
    )


def _read_cells(tree: Tree, cells: Iterable[str], code: str, name: str) -> None:
    for cell in cells:
        question, _, option = cell.partition(".")
        at, on = _count(question, MOST_QUESTIONS), _count(option, MOST_OPTIONS)
        if cell == f"{at}.{on}" and at < len(tree) and on < len(tree[at].choices):
            codes = getattr(tree[at].choices[on], name)
            if code not in codes:
                codes.append(code)


def _text(post: Any, name: str) -> str:
    return str(post.get(name, "")).replace("\r\n", "\n")


def _count(text: str, most: int) -> int:
    return min(int(text), most) if _NUMBER.fullmatch(text) and text.isascii() else 0


def _coded(tree: Tree) -> Tree:
    """Every row has a code."""
    for asked in tree:
        asked.code = asked.code or question_code(tree)
        for choice in asked.choices:
            choice.code = choice.code or option_code(asked.choices)
    return tree


def question_code(tree: Tree) -> str:
    """The next free code: Q1, Q2 …, never one below the highest in use."""
    numbers = [int(found[1]) for one in tree if (found := _Q_CODE.fullmatch(one.code))]
    return f"Q{max(numbers, default=0) + 1}"


def option_code(choices: Sequence[Choice]) -> str:
    """The next free code: a … z, then o1, o2 …"""
    used = {one.code for one in choices}
    letter = next((one for one in ascii_lowercase if one not in used), "")
    numbers = [int(found[1]) for code in used if (found := _O_CODE.fullmatch(code))]
    return letter or f"o{max(numbers, default=0) + 1}"


def _grown(tree: Tree) -> Tree:
    """For each answer that asks for a new question one behind the question where it stands."""
    for asked in list(tree):
        for choice in asked.choices:
            if choice.next == NEW:
                made = _blank(tree) if len(tree) < MOST_QUESTIONS else None
                choice.next = made.code if made else ""
                if made:
                    tree.insert(tree.index(asked) + 1, made)
    return tree


def _blank(tree: Tree) -> Asked:
    return Asked(question_code(tree), choices=[Choice("a"), Choice("b")])


def altered(tree: Tree, ask: str, path: str) -> Tree:
    """``tree`` after a button: ``add:PATH``, or ``drop``, ``up``, ``down`` with ``:PATH:N``; below ``PATH.N`` the
    options of one question. Anything else leaves it as it is."""
    deed, _, rest = ask.partition(":")
    where, _, text = rest.partition(":")
    number = int(text) if _NUMBER.fullmatch(text) and text.isascii() else -1
    made = msgspec.convert(msgspec.to_builtins(tree), Tree)
    if where == path:
        return _questions_altered(made, deed, number)
    at = where.removeprefix(path + ".")
    if where.startswith(path + ".") and _NUMBER.fullmatch(at) and int(at) < len(made):
        made[int(at)].choices = _choices_altered(made[int(at)].choices, deed, number)
    return made


def _questions_altered(tree: Tree, deed: str, number: int) -> Tree:
    if deed == "add" and len(tree) < MOST_QUESTIONS:
        return _added(tree)
    if not 0 <= number < len(tree):
        return tree
    if deed == "drop":
        return _dropped(tree, number)
    if deed == "up" and number > 0:
        return _swapped(tree, number - 1)
    return _swapped(tree, number) if deed == "down" and number + 1 < len(tree) else tree


def _choices_altered(choices: list[Choice], deed: str, number: int) -> list[Choice]:
    if deed == "add" and len(choices) < MOST_OPTIONS:
        following = {one.next for one in choices if not one.rejected}
        onward = following.pop() if len(following) == 1 else ""
        return [*choices, Choice(option_code(choices), next=onward)]
    if deed not in ("drop", "up", "down") or not 0 <= number < len(choices):
        return choices
    choice = choices.pop(number)
    if deed != "drop":
        choices.insert(max(0, number - 1) if deed == "up" else number + 1, choice)
    return choices


def _added(tree: Tree) -> Tree:
    """One more at the end; answers to the last question that ended there now lead to it."""
    made = _blank(tree)
    for choice in tree[-1].choices if tree else ():
        if not choice.next and not choice.rejected:
            choice.next = made.code
    return [*tree, made]


def _dropped(tree: Tree, number: int) -> Tree:
    """Without one; what led to it leads on to where it led."""
    gone = tree.pop(number)
    if gone.code not in {one.code for one in tree}:
        _redirect(tree, gone.code, onward(gone))
    return tree


def onward(asked: Asked) -> str:
    """The one question that all answers lead to; empty when they end or part."""
    following = {one.next for one in asked.choices if not one.rejected}
    found = following.pop() if len(following) == 1 else ""
    return "" if found == asked.code else found


def _swapped(tree: Tree, number: int) -> Tree:
    """Two neighbours change places; where one simply followed the other, they are also asked the other way."""
    first, second = tree[number], tree[number + 1]
    if _follows(tree, first, second):
        behind = onward(second)
        _redirect([one for one in tree if one is not first], first.code, second.code)
        _lead(first, behind)
        _lead(second, first.code)
    tree[number], tree[number + 1] = second, first
    return tree


def _follows(tree: Tree, first: Asked, second: Asked) -> bool:
    """``second`` is asked after every answer to ``first`` and after no other, and leads to one place that is not
    ``first``."""
    behind = {one.next for one in second.choices if not one.rejected}
    others = [one.next for row in tree if row is not first for one in row.choices]
    return (
        onward(first) == second.code
        and second.code not in others
        and len(behind) == 1
        and not behind & {first.code, second.code}
    )


def _lead(asked: Asked, code: str) -> None:
    for choice in asked.choices:
        if not choice.rejected:
            choice.next = code


def _redirect(tree: Tree, was: str, code: str) -> None:
    for asked in tree:
        for choice in asked.choices:
            if choice.next == was:
                choice.next = "" if asked.code == code else code


def start(code: str, before: Tree, after: Tree) -> str:
    """The question to begin with after a button: ``code`` while it can be, else what took its place."""
    codes = [one.code for one in after]
    if code not in codes:
        gone = next((one for one in before if one.code == code), None)
        following = onward(gone) if gone else ""
        return following if following in codes else next(iter(codes), "")
    if not _leading_to(code, before):
        seen = {code}
        while (ahead := next(iter(_leading_to(code, after)), code)) not in seen:
            code = ahead
            seen.add(code)
    return code


def _leading_to(code: str, tree: Tree) -> list[str]:
    return [one.code for one in tree if any(row.next == code for row in one.choices)]


def value(tree: Tree, path: str, problems: list[FieldError]) -> list[dict[str, Any]]:
    """The questions as builtins; answers in which nothing was written are left out, what lacks is told."""
    return [_question(one, f"{path}.{place}", problems) for place, one in enumerate(tree)]


def _question(asked: Asked, path: str, problems: list[FieldError]) -> dict[str, Any]:
    rows = [(place, one) for place, one in enumerate(asked.choices) if not one.is_blank]
    _tell(asked.text, f"{path}.text", N_("请填写问题"), problems)
    _refuse_nul(asked.code, f"{path}.text", problems)
    return {
        "code": asked.code,
        "text": asked.text.strip(),
        "options": [_option(one, f"{path}.{place}", problems) for place, one in rows],
        "multiple": asked.is_multiple,
    }


def _option(choice: Choice, path: str, problems: list[FieldError]) -> dict[str, Any]:
    _tell(choice.text, f"{path}.text", N_("请填写选项"), problems)
    _refuse_nul(choice.rejected, f"{path}.rejected", problems)
    for text in (choice.next, choice.code, *choice.fields, *choice.adds, *choice.drops):
        _refuse_nul(text, f"{path}.text", problems)
    return {
        "code": choice.code,
        "text": choice.text.strip(),
        "adds": choice.adds,
        "drops": choice.drops,
        "next": choice.next or None,
        "rejected": choice.rejected.strip() or None,
        "fields": choice.fields,
    }


def _tell(text: str, path: str, message: str, problems: list[FieldError]) -> None:
    if not text.strip():
        problems.append(FieldError(path, "required", message))
    _refuse_nul(text, path, problems)


def _refuse_nul(text: str, path: str, problems: list[FieldError]) -> None:
    if "\x00" in text:
        problems.append(FieldError(path, "invalid", N_("文字中有不能保存的字符")))


def settled(before: Iterable[Question], after: Iterable[Question]) -> tuple[Question, ...]:
    """``after``, its lists of codes in the order of ``before`` where they hold the same: the order says nothing."""
    were = {(row.code, one.code): one for row in before for one in row.options}
    return tuple(
        msgspec.structs.replace(
            row, options=tuple(_as_before(one, were.get((row.code, one.code))) for one in row.options)
        )
        for row in after
    )


def _as_before(option: Option, was: Option | None) -> Option:
    if was is None:
        return option
    names = ("adds", "drops", "fields")
    kept = {name: getattr(was, name) for name in names if _is_same(getattr(was, name), getattr(option, name))}
    return msgspec.structs.replace(option, **kept)


def _is_same(was: Sequence[str], now: Sequence[str]) -> bool:
    return sorted(was) == sorted(now)


def choices_of(tree: Tree) -> Iterator[tuple[int, Asked, int, Choice]]:
    """Every answer with its places."""
    for at, asked in enumerate(tree):
        for on, choice in enumerate(asked.choices):
            yield at, asked, on, choice
