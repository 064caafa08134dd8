"""One content for every kind of paper, as a deed would hand it over."""

from __future__ import annotations

from typing import Any

from onewindow.documents.kinds import remedies

ORGAN_NAME = "示范市示范区住房和城乡建设局"
HEAD: dict[str, Any] = {
    "applicant": {"name": "示范市㙓源餐饮管理有限公司", "type": "organisation"},
    "item": {
        "task_code": "511A0148600000-511602000000-000-11511301008778255F-1-00",
        "name": "城镇污水排入排水管网许可",
        "type": "01",
    },
    "phone": "0000-12345",
    "query_code": "7K3M9Q",
}
LAW = ["《中华人民共和国行政许可法》第三十二条", "《城镇排水与污水处理条例》第二十一条"]
REMEDIES = remedies(reconsideration_organ="示范市示范区人民政府", court="示范区人民法院")
PROMISED = {"days": 7, "unit": "working_day", "due_on": "2026-09-17"}
LEGAL = {"days": 20, "unit": "working_day", "due_on": "2026-10-12"}
SKIPPED = [
    {"date": "2026-09-12", "reason": "周六"},
    {"date": "2026-09-13", "reason": "周日"},
    {"date": "2026-09-19", "reason": "周六"},
    *({"date": f"2026-09-{day}", "reason": "中秋节"} for day in (25, 26, 27)),
    *({"date": f"2026-10-0{day}", "reason": "国庆节"} for day in range(1, 8)),
    {"date": "2026-10-11", "reason": "周日"},
]
MATERIALS = [
    {"name": "城镇污水排入排水管网许可申请表", "medium": "original", "copies": 1, "state": "submitted"},
    {"name": "排水隐蔽工程竣工报告", "medium": "copy", "copies": 1, "state": "submitted"},
    {
        "name": "排水许可申请受理之日前一个月内的水质水量检测报告",
        "medium": "electronic",
        "copies": 1,
        "state": "submitted",
    },
    {
        "name": "有关专用检测井、污水排放口位置和口径的图纸及说明材料",
        "medium": None,
        "copies": 1,
        "state": "missing",
    },
]
DEFERRED = [{"name": "燃气经营场所消防验收合格意见", "promised_on": "2026-09-15"}]

CONTENTS: dict[str, dict[str, Any]] = {
    "receipt": {
        "received_at": "2026-09-08T09:12:00+08:00",
        "receiver": "综合窗口 3 号 王一",
        "materials": MATERIALS,
        "tell_by_on": "2026-09-15",
    },
    "acceptance": {
        "applied_on": "2026-09-08",
        "accepted_on": "2026-09-08",
        "basis": LAW,
        "promised": PROMISED,
        "legal": LEGAL,
        "skipped": SKIPPED,
        "special_procedures": ["expert-review"],
        "fee": "不收费",
        "deferred": [],
        "deemed": False,
    },
    "correction": {
        "received_on": "2026-09-08",
        "items": [
            {
                "material": "水质水量检测报告",
                "problem": "报告日期为 2026 年 6 月 1 日，不在受理之日前一个月内。",
                "standard": "提交受理之日前一个月内由具有检测资质的单位出具的报告，加盖 CMA 章。",
            },
            {"material": "申请表", "problem": "第二页未签字盖章。", "standard": "法定代表人签字并加盖公章。"},
        ],
        "answer_by_on": "2026-09-29",
        "basis": LAW[:1],
        "how": "网上“我的办件”或任一综合窗口",
    },
    "grant": {
        "accepted_on": "2026-09-08",
        "decided_on": "2026-09-15",
        "basis": ["《中华人民共和国行政许可法》第三十八条第一款", LAW[1]],
        "facts": "",
        "conditions": "向市政污水管网排放餐饮污水，日排水量不超过 20 立方米，水质符合 GB/T 31962—2015 的 B 级标准。",
        "validity": "2026年9月15日至2031年9月14日",
        "deliver_by_on": "2026-09-29",
    },
    "denial": {
        "accepted_on": "2026-09-08",
        "decided_on": "2026-09-15",
        "reason": "现场排水管道雨污混接，隔油设施容积不足，排放的污水不符合《污水排入城镇下水道水质标准》。",
        "basis": ["《中华人民共和国行政许可法》第三十八条第二款", LAW[1]],
        "remedies": REMEDIES,
        "facts": "2026 年 9 月 10 日现场核查时取样，动植物油 186 mg/L，超过限值 100 mg/L。",
    },
    "refusal": {
        "received_on": "2026-09-08",
        "ground": "not-competent",
        "reason": "申请地点位于示范市经济开发区，排水许可由开发区管理委员会建设局实施。",
        "basis": ["《中华人民共和国行政许可法》第三十二条第一款第二项"],
        "remedies": REMEDIES,
        "competent_organ": "示范市经济开发区管理委员会建设局",
    },
    "return": {
        "received_on": "2026-09-08",
        "reason": "申请人在告知的期限内未补正材料。",
        "remedies": REMEDIES,
        "materials": ["申请表", "排水隐蔽工程竣工报告"],
        "proposer": "王一",
        "confirmer": "赵三",
        "copies_to": ["示范市政务服务中心", ORGAN_NAME],
    },
    "special-procedure": {
        "accepted_on": "2026-09-08",
        "procedure": "expert-review",
        "reason": "排水方案涉及重点排水户，需要组织专家论证。",
        "starts_on": "2026-09-14",
        "expected_days": 10,
        "basis": ["《中华人民共和国行政许可法》第四十五条"],
        "organiser": "",
    },
    "extension": {
        "accepted_on": "2026-09-08",
        "old_due_on": "2026-10-12",
        "new_due_on": "2026-10-26",
        "days": 10,
        "reason": "排水口位于施工路段，需待道路恢复后复核接驳位置。",
        "basis": ["《中华人民共和国行政许可法》第四十二条第一款"],
        "approver": "孙五",
    },
    "deferred-promise": {"accepted_on": "2026-09-08", "deferred": DEFERRED},
    "withdrawal": {
        "received_on": "2026-09-08",
        "withdrawn_on": "2026-09-10",
        "reason": "经营地点变更。",
        "materials": ["申请表"],
    },
    "termination": {
        "accepted_on": "2026-09-08",
        "ground": "申请人已依法注销",
        "reason": "经核查，申请人于 2026 年 9 月 11 日办理注销登记。",
        "basis": ["《中华人民共和国行政许可法》第七十条"],
        "remedies": REMEDIES,
    },
    "delivery": {
        "papers": [{"document_no": "示住建准〔2026〕000125号", "title": "准予行政许可决定书"}],
        "recipient": "李四",
        "method": "window",
        "delivered_at": "2026-09-16T10:05:00+08:00",
        "receipt": "",
    },
}


def content(kind: str, **more: Any) -> dict[str, Any]:
    """The sample of a kind with its head, changed by ``more``."""
    return {**HEAD, **CONTENTS[kind], **more}
