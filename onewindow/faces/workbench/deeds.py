"""The forms of the acts: which fields an act asks for, and how a posted form becomes the contract's body."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import msgspec
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext

from onewindow.catalog.definition import ItemDefinition
from onewindow.faces.workbench import forms, hearing_acts, onward_acts
from onewindow.faces.workbench.inputs import REASON, Button, Field, choices, number, value_of
from onewindow.ui import reasons, words

# The order in which acts stand on the page: what moves the matter on comes first.
ORDER = (
    "decide-recusal",
    "review",
    "decide",
    "accept",
    "resume",
    "produce",
    "deliver",
    "resubmit",
    "supply-deferred",
    "notify-correction",
    "change",
    "answer",
    "pause",
    "extend",
    "forward",
    "return",
    "refuse-acceptance",
    "terminate",
    "withdraw",
    "check-pledge",
    "repair-credit",
    *hearing_acts.FIELDS,
    *(name for name in onward_acts.FIELDS if name not in ("decide-recusal", "check-pledge", "repair-credit")),
    "serve",
)
# Deeds of the office that are not steps of the matter; they stand apart.
OFFICE = ("claim", "assign", "transfer", "note", "step-aside")
# Shortcut letters shown on the buttons.
KEYS = {
    "review": "G",
    "decide": "G",
    "accept": "G",
    "resume": "G",
    "produce": "G",
    "deliver": "G",
    "notify-correction": "B",
    "pause": "P",
    "extend": "E",
    "claim": "C",
    "transfer": "T",
    "note": "N",
}


class Deed(msgspec.Struct, frozen=True):
    """An act as it stands on a page: allowed with its form, or not allowed with its reason."""

    name: str
    label: str
    allowed: bool
    reason: str
    basis: str
    awaits: str
    key: str
    fields: tuple[Field, ...]
    buttons: tuple[Button, ...]
    is_confirmation: bool = False

    @property
    def has_form(self) -> bool:
        """Whether the item's own form may be mended along with this act."""
        return self.name in WITH_FORM

    @property
    def has_photos(self) -> bool:
        """Whether files go up with this act."""
        return any(field.kind == "photos" for field in self.fields)


FIELDS: dict[str, tuple[Field, ...]] = {
    "notify-correction": (
        Field("items", lazy("缺什么、错什么"), "rows", required=True),
        Field(
            "answer_by", lazy("请申请人补齐的日期"), "date", required=True, hint=lazy("1 至 30 个工作日之内")
        ),
    ),
    "resubmit": (Field("materials", lazy("补来的材料"), "rows"),),
    "supply-deferred": (Field("materials", lazy("补来的容缺材料"), "rows", required=True),),
    "accept": (Field("deferred", lazy("容缺的材料和承诺日期"), "rows"),),
    "refuse-acceptance": (
        Field("ground", lazy("情形"), "select", required=True, choices=choices("ground", blank=True)),
        REASON,
        Field("competent_organ", lazy("应向哪个机关申请"), hint=lazy("不属于本机关职权时必须写明")),
    ),
    "return": (REASON,),
    "review": (
        Field("opinion", lazy("审查意见"), "area", hint=lazy("会写进意见书，申请人看得到"), required=True),
    ),
    "pause": (
        Field(
            "procedure",
            lazy("特别程序"),
            "select",
            required=True,
            choices=choices("procedure", blank=True),
        ),
        REASON,
        Field("expected_days", lazy("预计需要的工作日"), "number", required=True, low=1, high=365),
        Field("basis", lazy("依据"), hint=lazy("事项没有列明这一程序时必须写明")),
    ),
    "resume": (Field("result", lazy("特别程序的结果"), "area", required=True),),
    "extend": (Field("days", lazy("延长的工作日"), "number", required=True, low=1, high=60), REASON),
    "forward": (Field("to", lazy("报送哪个机关"), required=True), REASON),
    "answer": (Field("result", lazy("上级的答复"), "area", required=True),),
    "decide": (
        Field("reason", lazy("理由"), "area", hint=lazy("不予许可必须说明理由")),
        Field("conditions", lazy("附加条件"), hint=lazy("没有就不填")),
        Field("licence_no", lazy("证件编号"), hint=lazy("现在还没有编号就不填，制证时再填")),
        Field("validity", lazy("有效期至"), "date", hint=lazy("写进决定书；制证时才定就不填")),
    ),
    "produce": (
        Field("licence_no", lazy("证件编号"), hint=lazy("决定书写明了就不填")),
        Field("validity", lazy("有效期至"), "date", hint=lazy("决定书写明了、长期有效就不填")),
    ),
    "deliver": (
        Field("method", lazy("送达方式"), "select", required=True, choices=choices("method")),
        Field("receipt", lazy("签收人、回执号"), hint=lazy("写进送达回证")),
    ),
    "withdraw": (REASON,),
    "terminate": (Field("ground", lazy("情形"), required=True), REASON),
    "change": (Field("materials", lazy("当场补来的材料"), "rows"),),
    "claim": (),
    "assign": (Field("to", lazy("分给谁"), "people", required=True),),
    "transfer": (
        Field("to", lazy("转交给谁"), "people", required=True),
        Field("reason", lazy("为什么转交"), required=True),
    ),
    "reveal": (Field("reason", lazy("为什么要看"), "select", required=True, choices=choices("why")),),
    "note": (Field("text", lazy("备注"), "area", hint=lazy("只在审批内可见"), required=True),),
    **hearing_acts.FIELDS,
    **onward_acts.FIELDS,
    "serve": hearing_acts.SERVE,
    "check-originals": (Field("materials", lazy("核验了哪几份原件"), "names", required=True),),
}
BUTTONS: dict[str, tuple[Button, ...]] = {
    "review": (
        Button(lazy("审查合格"), "pass", "true", "btn--go"),
        Button(lazy("审查不合格"), "pass", "false"),
    ),
    "decide": (
        Button(lazy("准予许可"), "outcome", "grant", "btn--go"),
        Button(lazy("不予许可"), "outcome", "deny", "btn--stop"),
    ),
}
# Acts that may mend the item's own form (行政许可法 art. 32: errors are corrected on the spot).
WITH_FORM = ("change", "resubmit")
CONFIRMED = ("return", "pause", "revoke-licence", "withdraw-licence", "cancel-licence")


def deeds_of(case: Mapping[str, Any], *, may_serve: bool = False) -> list[Deed]:
    """Every act that ``case["actions"]`` lists, allowed ones first, in the page's order."""
    found = [
        _deed(one, case.get("state", ""))
        for one in (*case.get("actions", ()), *_changing(case), *_serving(may_serve))
    ]
    order = [*ORDER, *OFFICE]
    if lacks_required(case):
        # Nothing to accept yet: what the law asks for now comes first.
        order.remove("accept")
        order.insert(order.index("change") + 1, "accept")
    rank = {name: place for place, name in enumerate(order)}
    return sorted(found, key=lambda deed: (not deed.allowed, rank.get(deed.name, 99)))


def _serving(may_serve: bool) -> list[dict[str, Any]]:
    """Service is no step of the matter: offered while a paper is left to serve."""
    return [{"name": "serve", "allowed": True}] if may_serve else []


def _changing(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Errors that can be put right on the spot (行政许可法 art. 32): offered to whoever may accept."""
    may_accept = any(one["name"] == "accept" and one["allowed"] for one in case.get("actions", ()))
    lacks = any(row["state"] == "missing" for row in case.get("materials", ()))
    is_offered = may_accept and (lacks or bool(case.get("form")))
    return [{"name": "change", "allowed": True}] if is_offered else []


def lacks_required(case: Mapping[str, Any]) -> bool:
    """Whether a material is missing that can be neither left out nor deferred."""
    return any(row["state"] == "missing" and row["need"] == "required" for row in case.get("materials", ()))


def _deed(one: Mapping[str, Any], state: str) -> Deed:
    name = one["name"]
    label = words.word(name, "action_at_work")
    confirms = bool(one.get("awaits")) and bool(one["allowed"]) and name in CONFIRMED
    fields = () if confirms else FIELDS.get(name, ())
    buttons = BUTTONS.get(name, (Button(label, style=""),))
    if confirms:
        buttons = (Button(_("确认%(act)s") % {"act": label}, style="btn--go"),)
    return Deed(
        name,
        label,
        bool(one["allowed"]),
        reasons.why_not(one, state),
        str(one.get("basis") or ""),
        _awaited(one.get("awaits")),
        KEYS.get(name, ""),
        fields,
        buttons,
        confirms,
    )


def _awaited(awaits: Any) -> str:
    """Who is awaited, in words: ``awaits`` is role names joined by ``/``, or a list of them."""
    if not awaits:
        return ""
    names = awaits if isinstance(awaits, list | tuple) else str(awaits).split("/")
    return pgettext("并列", "、").join(words.word(name, "role") for name in names)


def body_of(
    action: str, post: Mapping[str, str], case: Mapping[str, Any], item: ItemDefinition | None = None
) -> dict[str, Any]:
    """The contract's body of ``action`` from the posted form; empty fields are left out.

    ``post`` maps field names to texts (a ``QueryDict`` serves). Material rows come as ``row-CODE``
    (ticked), ``problem-CODE``, ``standard-CODE``, ``promised-CODE``, ``medium-CODE``. Numbers that do
    not read as numbers stay text: the deed's own check names the field. Acts that may mend the item's own form
    carry it when it was changed.
    """
    body: dict[str, Any] = {"version": number(post.get("version", ""))}
    for field in FIELDS.get(action, ()):
        if field.kind == "rows":
            body |= _rows(action, field.name, post, case)
        elif field.kind == "crew":
            body[field.name] = [
                name.removeprefix(f"{field.name}-") for name in post if name.startswith(f"{field.name}-")
            ]
        elif field.kind == "checklist":
            body[field.name] = _findings(post, case)
        elif field.kind != "photos" and field.name != "captions":
            text = post.get(field.name, "").strip()
            if text:
                body[field.name] = value_of(field, text)
    if action in WITH_FORM and item is not None and forms.is_posted(post):
        form, _texts = forms.read(item, post)
        if form != (case.get("form") or {}):
            body["form"] = form
    for button in BUTTONS.get(action, ()):
        if post.get(button.name):
            value = post[button.name]
            body[button.name] = value == "true" if value in ("true", "false") else value
    return body


def photos_of(post: Mapping[str, str], file_ids: list[str]) -> list[dict[str, str]]:
    """The uploads of a check with what was written about each, in their order."""
    said = [line.strip() for line in post.get("captions", "").splitlines()]
    return [
        {"file_id": file_id} | ({"caption": said[place]} if place < len(said) and said[place] else {})
        for place, file_id in enumerate(file_ids)
    ]


def _findings(post: Mapping[str, str], case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The check list as filled in: a line left empty is left out, and the deed says so."""
    checks = case.get("site_checks") or [{"points": []}]
    return [
        {"point": point, "finding": text, "conforms": post.get(f"conforms-{place}", "true") == "true"}
        for place, point in enumerate(checks[-1]["points"])
        if (text := post.get(f"finding-{place}", "").strip())
    ]


def _rows(action: str, name: str, post: Mapping[str, str], case: Mapping[str, Any]) -> dict[str, Any]:
    ticked = [row for row in case.get("materials", ()) if post.get(f"row-{row['code']}")]
    if action == "notify-correction":
        items = [_problem(row, post) for row in ticked]
        if post.get("problem-other", "").strip():
            items.append({"problem": post["problem-other"].strip(), "standard": _standard(post, "other")})
        return {name: items}
    if action == "accept":
        deferred = [
            {"material": row["code"], "promised_on": post.get(f"promised-{row['code']}", "")}
            for row in ticked
        ]
        return {name: deferred} if deferred else {}
    supplied = [_supplied(row["code"], post) for row in ticked]
    return {name: supplied} if supplied or action in ("supply-deferred", "change") else {}


def _problem(row: Mapping[str, Any], post: Mapping[str, str]) -> dict[str, Any]:
    code = row["code"]
    problem = post.get(f"problem-{code}", "").strip() or _("未提交《%(name)s》") % {"name": row["name"]}
    return {"material": code, "problem": problem, "standard": _standard(post, code)}


def _standard(post: Mapping[str, str], code: str) -> str:
    return post.get(f"standard-{code}", "").strip() or _("按办事指南载明的份数和形式提交")


def _supplied(code: str, post: Mapping[str, str]) -> dict[str, Any]:
    files = [one for one in post.get(f"files-{code}", "").split(",") if one]
    row: dict[str, Any] = {"code": code, "medium": post.get(f"medium-{code}") or "original"}
    return row | ({"file_ids": files} if files else {})


def answer_by(today: date, *, days: int = 10) -> date:
    """The default answer date of a notice when no calendar is at hand: two weeks of working days."""
    return today + timedelta(days=days + 4)
