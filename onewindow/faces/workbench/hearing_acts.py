"""The forms of the acts on third parties and hearings (行政许可法 art. 36, 46-48)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from onewindow.faces.workbench.inputs import REASON, Choice, Field, choices

_MATTERS = Field("matters", lazy("涉及的事项"), "area", required=True, hint=lazy("印在告知书上"))
_FACTS = Field("facts", lazy("拟作决定的事实"), "area", hint=lazy("没有就不填"))
_PARTY = Field("party", lazy("谁"), "party", required=True)

FIELDS: dict[str, tuple[Field, ...]] = {
    "judge-interest": (
        Field(
            "touches",
            lazy("直接关系他人重大利益"),
            "flag",
            required=True,
            choices=(
                Choice("", lazy("请选择")),
                Choice("true", lazy("是，先听取意见再决定")),
                Choice("false", lazy("否")),
            ),
        ),
        REASON,
    ),
    "register-party": (
        Field(
            "type",
            lazy("个人还是单位"),
            "select",
            required=True,
            choices=(Choice("person", lazy("个人")), Choice("organisation", lazy("单位"))),
        ),
        Field("name", lazy("姓名或者名称"), required=True),
        Field("interest", lazy("有什么利害关系"), "area", required=True),
        Field("phone", lazy("电话")),
        Field("address", lazy("地址")),
    ),
    "invite-statements": (
        _MATTERS,
        _FACTS,
        Field(
            "answer_by",
            lazy("在哪一天以前陈述申辩"),
            "date",
            required=True,
            hint=lazy("1 至 30 个工作日之内"),
        ),
    ),
    "record-statement": (
        _PARTY,
        Field("text", lazy("意见"), "area", required=True, hint=lazy("没有意见也写明，另行密存，不进时间线")),
    ),
    "tell-hearing-rights": (_MATTERS, _FACTS),
    "request-hearing": (_PARTY,),
    "waive-hearing": (_PARTY,),
    "arrange-hearing": (
        _MATTERS,
        Field("held_at", lazy("什么时候"), "when", required=True, hint=lazy("七个工作日以后，听证期间停钟")),
        Field("place", lazy("地点"), required=True),
        Field("host", lazy("主持人"), "people", required=True, hint=lazy("审查这件事的人不能主持")),
        Field("recorder", lazy("记录人"), "people", required=True),
        Field(
            "public",
            lazy("公开举行"),
            "flag",
            required=True,
            choices=(Choice("true", lazy("是，发布公告")), Choice("false", lazy("否"))),
        ),
    ),
    "record-hearing": (
        Field("ended_at", lazy("什么时候结束"), "when", required=True),
        Field(
            "attendees",
            lazy("到场的人"),
            "pairs",
            required=True,
            hint=lazy("一行一人：姓名：身份"),
            pair=("name", "role"),
        ),
        Field("statements", lazy("各方意见"), "pairs", required=True, hint=lazy("一行一段：谁：说了什么")),
        Field("result", lazy("听证的结果"), "area", required=True, hint=lazy("不写个人信息")),
    ),
    "cancel-hearing": (
        REASON,
        Field(
            "withdrawn",
            lazy("为什么取消"),
            "flag",
            required=True,
            choices=(
                Choice("false", lazy("改期，还要举行")),
                Choice("true", lazy("要求听证的人撤回了要求")),
            ),
        ),
    ),
}
SERVE: tuple[Field, ...] = (
    Field("document_no", lazy("哪份文书"), "paper", required=True),
    Field("method", lazy("送达方式"), "select", required=True, choices=choices("service")),
    Field("receipt", lazy("单号、签收人"), hint=lazy("邮寄、取件柜必须写")),
    Field("remark", lazy("为什么这样送达"), hint=lazy("留置、委托、公告必须写")),
    Field("witnesses", lazy("见证人"), "names", hint=lazy("留置送达必须写，用顿号分开")),
)
# What each of them makes true, for a repeated click.
FACTS = {
    "judge-interest": ("interest-judged",),
    "register-party": ("party-registered",),
    "invite-statements": ("statement-invited",),
    "record-statement": ("statement-made",),
    "tell-hearing-rights": ("hearing-rights-told",),
    "request-hearing": ("hearing-requested",),
    "waive-hearing": ("hearing-waived",),
    "arrange-hearing": ("paused", "hearing-noticed"),
    "record-hearing": ("resumed",),
    "cancel-hearing": ("resumed",),
}
