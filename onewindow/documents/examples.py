"""One content for every kind of paper, as a deed would hand it over: for previews and tests."""

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

NEIGHBOUR = {"name": "示范市河滨物业服务有限公司", "type": "organisation"}
HEARING_MATTERS = "示范路与河滨路交叉口设置重点排水户接驳口的申请是否准予。"
GRANTED = {
    "document_no": "示住建准〔2026〕000125号",
    "title": "准予行政许可决定书",
    "decided_on": "2026-09-15",
    "licence_no": "示排水 2026-0125",
}

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
        "contact": "138****0000",
    },
    "correction": {
        "received_on": "2026-09-08",
        "items": [
            {
                "material": "水质水量检测报告",
                "problem": "报告日期为2026年6月1日，不在受理之日前一个月内。",
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
        "licence_name": "城镇污水排入排水管网许可证",
        "licence_no": "示排水2026第0125号",
        "validity": "2026年9月15日至2031年9月14日",
        "deliver_by_on": "2026-09-29",
    },
    "denial": {
        "accepted_on": "2026-09-08",
        "decided_on": "2026-09-15",
        "reason": "现场排水管道雨污混接，隔油设施容积不足，排放的污水不符合《污水排入城镇下水道水质标准》。",
        "basis": ["《中华人民共和国行政许可法》第三十八条第二款", LAW[1]],
        "remedies": REMEDIES,
        "facts": "2026年9月10日现场核查时取样，动植物油 186 mg/L，超过限值 100 mg/L。",
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
        "reason": "经核查，申请人于2026年9月11日办理注销登记。",
        "basis": ["《中华人民共和国行政许可法》第七十条"],
        "remedies": REMEDIES,
    },
    "delivery": {
        "papers": [{"document_no": "示住建准〔2026〕000125号", "title": "准予行政许可决定书"}],
        "recipient": "李四",
        "method": "window",
        "delivered_at": "2026-09-16T10:05:00+08:00",
        "receipt": "",
        "server": "钱二",
        "place": "示范区政务服务中心出件窗口",
        "licence": {
            "name": "城镇污水排入排水管网许可证",
            "number": "示排水2026第0125号",
            "validity": "2026年9月15日至2031年9月14日",
        },
    },
    "hearing-rights": {
        "matters": "拟在示范路与河滨路交叉口设置重点排水户的接驳口，核准日排水量 200 立方米。",
        "answer_by_on": "2026-09-15",
        "basis": ["《中华人民共和国行政许可法》第四十七条第一款"],
        "facts": "接驳口与相邻地块的排水设施共用检查井。",
        "addressee": NEIGHBOUR,
        "how": "到区政务服务大厅 3 号窗口，或者寄送书面申请",
    },
    "hearing-announcement": {
        "matters": HEARING_MATTERS,
        "held_at": "2026-09-22T09:30:00+08:00",
        "place": "示范区政务服务中心二楼 201 会议室",
        "host": "孙五（法规科）",
        "apply_by_on": "2026-09-17",
        "how": "到区政务服务大厅 3 号窗口报名",
        "basis": ["《中华人民共和国行政许可法》第四十六条"],
    },
    "hearing-notice": {
        "matters": HEARING_MATTERS,
        "held_at": "2026-09-22T09:30:00+08:00",
        "place": "示范区政务服务中心二楼 201 会议室",
        "host": "孙五（法规科）",
        "recorder": "周六（办公室）",
        "basis": ["《中华人民共和国行政许可法》第四十八条第一款第（一）项"],
        "addressee": NEIGHBOUR,
        "is_public": True,
    },
    "hearing-record": {
        "matters": HEARING_MATTERS,
        "held_at": "2026-09-22T09:30:00+08:00",
        "ended_at": "2026-09-22T11:05:00+08:00",
        "place": "示范区政务服务中心二楼 201 会议室",
        "host": "孙五（法规科）",
        "recorder": "周六（办公室）",
        "is_public": True,
        "attendees": [
            {"name": "李四", "role": "申请人的委托代理人"},
            {"name": "吴七", "role": "利害关系人"},
            {"name": "王一", "role": "审查人员"},
        ],
        "statements": [
            {"by": "主持人", "text": "核对到场人员身份，宣布听证纪律，询问是否申请回避。"},
            {"by": "审查人员", "text": "提出审查意见和理由：接驳口拟设于共用检查井，已有现场核查记录。"},
            {"by": "利害关系人", "text": "检查井雨季溢水，要求另设接驳口。"},
            {"by": "申请人", "text": "同意另设接驳口，工程费用自行承担。"},
        ],
    },
    "statement-notice": {
        "matters": "拟核准的接驳口与你单位共用检查井，接驳后排水量增加。",
        "answer_by_on": "2026-09-15",
        "how": "网上“我的办件”、邮寄或者到区政务服务大厅 3 号窗口",
        "basis": ["《中华人民共和国行政许可法》第三十六条"],
        "facts": "",
        "addressee": NEIGHBOUR,
        "interest": "双方共用一处检查井",
    },
    "commitment": {
        "conditions": ["经营场所具备隔油、沉淀设施；", "排放的污水符合 GB/T 31962—2015 的 B 级标准。"],
        "duties": [
            "所填写的信息和提交的材料真实、合法、有效；",
            "已经达到告知的条件，并持续保持；",
            "接受并配合核查。",
        ],
        "consequences": "作出不实承诺或者违反承诺的，行政机关责令限期改正，逾期不改正的依法撤销决定，并记入信用记录。",
        "basis": ["《国务院办公厅关于全面推行证明事项和涉企经营许可事项告知承诺制的指导意见》", LAW[1]],
        "notice": "",
        "materials": ["申请表", "身份证明"],
        "stands_for": ["水质检测报告"],
        "check_days": 60,
        "signature": "李四",
        "signed_at": "2026-09-08T09:10:00+08:00",
    },
    "recusal": {
        "seat": "听证主持人",
        "person": "孙五",
        "outcome": "应当回避",
        "reason": "经核实，主持人的近亲属在申请人处任职，可能影响公正。",
        "basis": ["《中华人民共和国行政许可法》第四十八条第一款第（三）项"],
        "successor": "郑八",
        "addressee": NEIGHBOUR,
    },
    "site-check-notice": {
        "checked_at": "2026-09-10T14:00:00+08:00",
        "place": "示范市示范区示范路 1 号",
        "points": ["隔油设施的容积和运行情况；", "雨水、污水管道是否分流；", "接驳口的位置。"],
        "checkers": [{"name": "王一", "number": ""}, {"name": "周六", "number": ""}],
        "basis": ["《中华人民共和国行政许可法》第三十四条第三款"],
        "how": "需要改期的，提前与本机关联系",
    },
    "site-check": {
        "checked_at": "2026-09-10T14:00:00+08:00",
        "ended_at": "2026-09-10T15:10:00+08:00",
        "place": "示范市示范区示范路 1 号",
        "checkers": [{"name": "王一", "number": "执法证 001"}, {"name": "周六", "number": "执法证 002"}],
        "findings": [
            {"point": "隔油设施的容积", "finding": "隔油池已建成，有效容积 2 立方米。", "conforms": True},
            {"point": "雨水、污水是否分流", "finding": "管道分别接入，未见混接。", "conforms": True},
            {"point": "标识", "finding": "接驳口处没有设置标识牌，当场要求补装。", "conforms": False},
        ],
        "result": "需要整改",
        "opinion": "除标识牌外，现场与申请材料一致；补装标识牌后提交照片。",
        "photos": ["隔油池全景", "污水接驳口"],
        "present": "李四",
        "present_as": "经营负责人",
        "signature": "已签名",
        "remark": "",
    },
    "rectification": {
        "facts": "你单位承诺已建隔油设施，2026年10月20日核查时尚未安装。",
        "licence": GRANTED,
        "requirements": ["安装有效容积不小于 2 立方米的隔油设施；", "提交安装后的照片和水质检测报告。"],
        "correct_by_on": "2026-11-05",
        "consequences": "逾期未改正的，本机关将依法撤销上述决定，并将有关情况记入信用记录。",
        "basis": ["《中华人民共和国行政许可法》第六十一条、第六十九条"],
        "remedies": REMEDIES,
    },
    "revocation": {
        "licence": GRANTED,
        "facts": "申请时提交的水质检测报告系伪造，检测机构书面确认未出具该报告。",
        "reason": "以欺骗手段取得行政许可，应当予以撤销。",
        "basis": ["《中华人民共和国行政许可法》第六十九条第二款"],
        "decided_on": "2026-11-10",
        "remedies": REMEDIES,
        "consequences": "你单位基于该行政许可取得的利益不受保护；三年内不得再次申请该行政许可。",
    },
    "licence-withdrawal": {
        "licence": GRANTED,
        "reason": "示范路排水管网改造，原接驳管道废除，准予许可所依据的客观情况发生重大变化。",
        "basis": ["《中华人民共和国行政许可法》第八条第二款"],
        "decided_on": "2026-11-10",
        "remedies": REMEDIES,
        "compensation": "改接新管道的工程由本机关免费实施。",
        "consequences": "",
    },
    "cancellation": {
        "licence": GRANTED,
        "ground": "dissolved",
        "reason": "你单位于2026年11月1日办理注销登记。",
        "basis": ["《中华人民共和国行政许可法》第七十条第（三）项"],
        "decided_on": "2026-11-10",
        "remedies": REMEDIES,
        "return_by_on": "2026-11-30",
    },
    "licence-ended": {
        "licence": GRANTED,
        "ending": "撤销行政许可",
        "reason": "被许可人以欺骗手段取得许可，检测机构书面确认未出具所提交的报告。",
        "basis": ["《中华人民共和国行政许可法》第六十九条第二款"],
        "decided_on": "2026-11-10",
        "remedies": REMEDIES,
        "addressee": NEIGHBOUR,
        "interest": "双方共用一处检查井",
    },
}


def content(kind: str, **more: Any) -> dict[str, Any]:
    """The sample of a kind with its head, changed by ``more``."""
    return {**HEAD, **CONTENTS[kind], **more}
