"""What a change consists of: its kind, and its targets with what each does to one item. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, get_args

import msgspec

from onewindow.catalog.common_elements import CommonElements
from onewindow.catalog.definition import ItemDefinition
from onewindow.kernel.errors import N_, FieldError

Kind = Literal[
    "new",
    "change",
    "split",
    "merge",
    "delegate",
    "take-back",
    "suspend",
    "resume",
    "cancel",
    "directory",
]
KINDS: tuple[str, ...] = get_args(Kind)
KIND_LABELS = {
    "new": N_("新增"),
    "change": N_("变更"),
    "split": N_("拆分"),
    "merge": N_("合并"),
    "delegate": N_("下放"),
    "take-back": N_("收回"),
    "suspend": N_("暂停"),
    "resume": N_("恢复"),
    "cancel": N_("取消"),
    "directory": N_("基本目录"),
}
Action = Literal["publish", "suspend", "resume", "cancel"]
DELEGATED = ("上级下放", "上级授权", "上级委托")
MOST_TARGETS = 200
_MANY = MOST_TARGETS


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item that a change touches.

    ``definition`` is the whole proposed content of a publication, in a change of the basic catalogue
    ``common`` (then ``task_code`` is the catalogue code). ``base_version`` is the version in force that it was
    written on, None for a new code. ``source``: the item that a delegated one inherits from.
    """

    task_code: str
    action: Action
    definition: ItemDefinition | None = None
    common: CommonElements | None = None
    base_version: int | None = None
    source: str = ""

    @property
    def deed(self) -> str:
        """The action, a publication under a new code told apart as ``create``."""
        return "create" if self.action == "publish" and self.base_version is None else self.action


# How many targets of each deed a kind takes: (least, most); what is not named has no place in it.
_SHAPES: dict[str, dict[str, tuple[int, int]]] = {
    "new": {"create": (1, _MANY)},
    "change": {"publish": (1, _MANY)},
    "split": {"cancel": (1, 1), "create": (2, _MANY)},
    "merge": {"cancel": (2, _MANY), "create": (1, 1)},
    "delegate": {"create": (1, _MANY), "suspend": (0, 1)},
    "take-back": {"cancel": (1, _MANY), "resume": (0, 1), "publish": (0, 1)},
    "suspend": {"suspend": (1, _MANY)},
    "resume": {"resume": (1, _MANY)},
    "cancel": {"cancel": (1, _MANY)},
    "directory": {"create": (0, _MANY), "publish": (0, _MANY), "cancel": (0, _MANY)},
}
DEED_LABELS = {
    "create": N_("发布新事项"),
    "publish": N_("发布新版本"),
    "suspend": N_("暂停"),
    "resume": N_("恢复"),
    "cancel": N_("取消"),
}


def shape_errors(kind: str, targets: Sequence[Target]) -> list[FieldError]:
    """What is wrong with the targets of a change of this kind, whatever the tables hold; empty when sound."""
    if kind not in _SHAPES:
        return [FieldError("kind", "not-an-option", N_("没有这种变更"))]
    if not targets or len(targets) > MOST_TARGETS:
        return [
            FieldError("targets", "count", N_("一次变更涉及 1 至 %(most)s 个事项"), {"most": MOST_TARGETS})
        ]
    errors = _counts(kind, targets)
    codes = Counter(target.task_code for target in targets)
    for place, target in enumerate(targets):
        errors += [
            FieldError(f"targets.{place}.{name}", "invalid", message)
            for name, message in _row_problems(kind, target, codes)
        ]
    return errors


def _counts(kind: str, targets: Sequence[Target]) -> list[FieldError]:
    counted = Counter(target.deed for target in targets)
    allowed = _SHAPES[kind]
    errors = []
    for deed in sorted({*counted, *allowed}):
        least, most = allowed.get(deed, (0, 0))
        if not least <= counted[deed] <= most:
            errors.append(
                FieldError(
                    "targets",
                    "count",
                    N_("%(kind)s中“%(deed)s”的事项数应当在 %(least)s 与 %(most)s 之间"),
                    {"kind": KIND_LABELS[kind], "deed": DEED_LABELS[deed], "least": least, "most": most},
                )
            )
    return errors


def _row_problems(kind: str, target: Target, codes: Counter[str]) -> list[tuple[str, str]]:
    found = []
    if not target.task_code.strip() or "\x00" in target.task_code or len(target.task_code) > 100:
        found.append(("task_code", N_("事项编码无效")))
    if codes[target.task_code] > 1:
        found.append(("task_code", N_("同一个事项在一次变更中只能出现一次")))
    content = target.common if kind == "directory" else target.definition
    name = "common" if kind == "directory" else "definition"
    if (content is not None) != (target.action == "publish"):
        found.append((name, N_("发布要有完整内容，其他操作没有内容")))
    if (target.definition if kind == "directory" else target.common) is not None:
        found.append((name, N_("基本目录的变更写通用要素，实施清单的变更写实施要素")))
    if target.definition is not None and target.definition.task_code != target.task_code:
        found.append(("definition.task_code", N_("内容中的编码与事项编码不一致")))
    if target.common is not None and target.common.catalog_code != target.task_code:
        found.append(("common.catalog_code", N_("内容中的编码与事项编码不一致")))
    if kind == "delegate" and target.definition is not None:
        found += _delegation_problems(target, target.definition)
    return found


def _delegation_problems(target: Target, definition: ItemDefinition) -> list[tuple[str, str]]:
    found = []
    if not target.source:
        found.append(("source", N_("下放要写明来自哪个事项")))
    if definition.power_source not in DELEGATED:
        found.append(("definition.power_source", N_("下放事项的权力来源应当是上级下放、授权或委托")))
    return found
