"""The forms of checks on the spot, recusal, and what may become of a licence (行政许可法 art. 8, 34, 48, 69, 70)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from onewindow.faces.workbench.inputs import REASON, Choice, Field, choices

_ANSWER_BY = Field(
    "answer_by",
    lazy("在哪一天以前陈述申辩"),
    "date",
    required=True,
    hint=lazy("1 至 30 个工作日之内"),
)

FIELDS: dict[str, tuple[Field, ...]] = {
    "arrange-site-check": (
        Field("meets_at", lazy("什么时候"), "when", required=True, hint=lazy("办理期限照常计算")),
        Field("place", lazy("地点"), required=True, hint=lazy("印在通知书上，另行密存")),
        Field("checkers", lazy("谁去"), "crew", required=True, hint=lazy("至少两人，去的人不能作出决定")),
        Field("points", lazy("核查的项目"), "lines", required=True, hint=lazy("一行一项，就是到时的核查表")),
    ),
    "record-site-check": (
        Field("checked_at", lazy("什么时候开始"), "when", required=True),
        Field("ended_at", lazy("什么时候结束"), "when", required=True),
        Field("findings", lazy("核查表"), "checklist", required=True),
        Field(
            "result",
            lazy("结论"),
            "select",
            required=True,
            choices=choices("site_result", blank=True),
        ),
        Field("opinion", lazy("核查意见"), "area", required=True),
        Field("present", lazy("在场的人"), hint=lazy("没有人在场就不填")),
        Field("present_as", lazy("在场人的身份"), hint=lazy("如：法定代表人、员工")),
        Field("signature", lazy("签名"), "select", required=True, choices=choices("signature")),
        Field("remark", lazy("没有签名的情况"), hint=lazy("拒绝签名、没有人在场时必须写")),
        Field("photos", lazy("现场照片"), "photos", hint=lazy("JPEG、PNG，可以选几张")),
        Field("captions", lazy("照片说明"), "lines", hint=lazy("一行一张，次序同照片；不填写“现场照片”")),
    ),
    "cancel-site-check": (REASON,),
    "request-recusal": (
        Field("seat", lazy("要求谁回避"), "select", required=True, choices=choices("seat")),
        Field("party", lazy("谁"), "party", required=True),
        Field("reason", lazy("理由"), "area", required=True, hint=lazy("另行密存，不进时间线")),
    ),
    "step-aside": (
        Field("ground", lazy("情形"), "select", required=True, choices=choices("recusal_ground", blank=True)),
        Field(
            "reason",
            lazy("理由"),
            "area",
            required=True,
            hint=lazy("另行密存，申请人看不到；交出以后您不再办这件事，由负责人决定"),
        ),
    ),
    "decide-recusal": (
        Field(
            "granted",
            lazy("是否回避"),
            "flag",
            required=True,
            choices=(
                Choice("", lazy("请选择")),
                Choice("true", lazy("应当回避，由别人接替")),
                Choice("false", lazy("不予回避")),
            ),
        ),
        Field("to", lazy("由谁接替"), "colleague", hint=lazy("不予回避就不选；还没有人办的，也可以不选")),
        Field("reason", lazy("理由"), "area", required=True, hint=lazy("有人申请的，印在决定书上")),
    ),
    "revoke-licence": (
        Field(
            "ground",
            lazy("情形"),
            "select",
            required=True,
            choices=choices("revocation_ground", blank=True),
        ),
        Field("facts", lazy("查明的事实"), "area", required=True),
        REASON,
        Field(
            "public_interest",
            lazy("公共利益"),
            "area",
            required=True,
            hint=lazy("撤销会不会对公共利益造成重大损害；会的，不能撤销"),
        ),
        Field("compensation", lazy("怎样赔偿"), "area", hint=lazy("骗取的许可不填，其他情形必须写")),
        Field("consequences", lazy("其他后果"), hint=lazy("没有就不填")),
        _ANSWER_BY,
    ),
    "withdraw-licence": (
        Field(
            "ground",
            lazy("情形"),
            "select",
            required=True,
            choices=choices("withdrawal_ground", blank=True),
        ),
        REASON,
        Field("compensation", lazy("怎样补偿"), "area", required=True),
        _ANSWER_BY,
    ),
    "cancel-licence": (
        Field(
            "ground",
            lazy("情形"),
            "select",
            required=True,
            choices=choices("cancellation_ground", blank=True),
        ),
        REASON,
        Field("return_by", lazy("交回证件的日期"), "date", hint=lazy("没有纸质证件就不填")),
    ),
    "drop-proposal": (REASON,),
    "check-pledge": (
        Field(
            "method", lazy("怎样核查"), "select", required=True, choices=choices("pledge_method", blank=True)
        ),
        Field("result", lazy("结论"), "select", required=True, choices=choices("pledge_result", blank=True)),
        Field("findings", lazy("查明的情况"), "area", required=True, hint=lazy("申请人看得到")),
        Field("requirements", lazy("要改正什么"), "lines", hint=lazy("责令改正的写，一行一项，印在通知书上")),
        Field("correct_by", lazy("在哪一天以前改正"), "date", hint=lazy("责令改正的写，90 日以内")),
    ),
    "repair-credit": (
        Field("reason", lazy("理由"), "area", required=True, hint=lazy("怎样纠正了失信行为，申请人看得到")),
    ),
}
_TO_OTHERS = ("ending-noticed", "ending-told")
# What each of them makes true, for a repeated click.
FACTS = {
    "arrange-site-check": ("site-check-arranged",),
    "record-site-check": ("site-checked",),
    "cancel-site-check": ("site-check-cancelled",),
    "request-recusal": ("recusal-requested",),
    "step-aside": ("recusal-offered",),
    "decide-recusal": ("recusal-decided",),
    "revoke-licence": ("revocation-proposed", "licence-revoked", *_TO_OTHERS),
    "withdraw-licence": ("licence-withdrawal-proposed", "licence-withdrawn", *_TO_OTHERS),
    "cancel-licence": ("cancellation-proposed", "licence-cancelled", "ending-told"),
    "drop-proposal": ("proposal-dropped",),
    "check-pledge": ("pledge-kept", "rectification-ordered", "pledge-breached"),
    "repair-credit": ("credit-repaired",),
}
ENDINGS = ("revoke-licence", "withdraw-licence", "cancel-licence", "drop-proposal")
