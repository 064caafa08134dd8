"""What states and actions of a case are called: the one place of them, which ``ui.words`` builds on."""

from __future__ import annotations

from onewindow.kernel.errors import N_

STATE_LABELS = {
    "draft": N_("草稿"),
    "received": N_("已收件"),
    "correcting": N_("待补正"),
    "accepted": N_("已受理"),
    "in_review": N_("审查中"),
    "paused": N_("已停钟"),
    "granted": N_("已准予"),
    "denied": N_("不予许可"),
    "produced": N_("已制证"),
    "delivered": N_("已送达"),
    "refused_acceptance": N_("不予受理"),
    "returned": N_("已退件"),
    "withdrawn": N_("已撤回"),
    "terminated": N_("已终止"),
}

LABELS = {
    "submit": N_("提交申请"),
    "change": N_("修改"),
    "notify-correction": N_("一次性告知补正"),
    "resubmit": N_("补正后重新提交"),
    "accept": N_("受理"),
    "refuse-acceptance": N_("不予受理"),
    "return": N_("退件"),
    "supply-deferred": N_("补交容缺材料"),
    "review": N_("审查"),
    "pause": N_("启动特别程序"),
    "resume": N_("结束特别程序"),
    "extend": N_("延长期限"),
    "forward": N_("上报"),
    "answer": N_("登记上级答复"),
    "decide": N_("作出决定"),
    "produce": N_("制证"),
    "deliver": N_("送达"),
    "withdraw": N_("撤回申请"),
    "terminate": N_("终止办理"),
    "claim": N_("认领"),
    "assign": N_("分派"),
    "transfer": N_("转交"),
    "note": N_("内部备注"),
    "reveal": N_("查看个人信息"),
    "judge-interest": N_("认定利害关系"),
    "register-party": N_("登记利害关系人"),
    "invite-statements": N_("告知陈述申辩权利"),
    "record-statement": N_("陈述申辩"),
    "tell-hearing-rights": N_("告知听证权利"),
    "request-hearing": N_("要求听证"),
    "waive-hearing": N_("不要求听证"),
    "arrange-hearing": N_("安排听证"),
    "record-hearing": N_("提交听证笔录"),
    "cancel-hearing": N_("取消听证"),
    "serve": N_("登记送达"),
    "check-originals": N_("核验原件"),
    "arrange-site-check": N_("安排现场核查"),
    "record-site-check": N_("提交现场核查记录"),
    "cancel-site-check": N_("取消现场核查"),
    "request-recusal": N_("申请回避"),
    "step-aside": N_("自行回避"),
    "decide-recusal": N_("决定是否回避"),
    "revoke-licence": N_("撤销许可"),
    "withdraw-licence": N_("撤回许可"),
    "cancel-licence": N_("注销许可"),
    "drop-proposal": N_("不采纳提议"),
    "check-pledge": N_("核查承诺"),
    "repair-credit": N_("修复信用"),
}

# 行政许可法 art. 69(1) and (2): why a licence is revoked; only ``fraud`` leaves its interests unprotected.
REVOCATION_GROUNDS = {
    "abuse": N_("工作人员滥用职权、玩忽职守作出准予决定"),
    "beyond-power": N_("超越法定职权作出准予决定"),
    "against-procedure": N_("违反法定程序作出准予决定"),
    "unqualified": N_("对不具备申请资格或者不符合法定条件的申请人准予许可"),
    "otherwise-unlawful": N_("依法可以撤销的其他情形"),
    "fraud": N_("被许可人以欺骗、贿赂等不正当手段取得许可"),
}
# Art. 8(2).
WITHDRAWAL_GROUNDS = {
    "law-changed": N_("许可所依据的法律、法规、规章修改或者废止"),
    "facts-changed": N_("准予许可所依据的客观情况发生重大变化"),
}
# Art. 70 (1) to (6).
CANCELLATION_GROUNDS = {
    "expired": N_("有效期届满未延续"),
    "lost-capacity": N_("被许可的公民死亡或者丧失行为能力"),
    "dissolved": N_("被许可的法人或者其他组织依法终止"),
    "revoked": N_("许可依法被撤销、撤回，或者许可证件依法被吊销"),
    "impossible": N_("因不可抗力导致许可事项无法实施"),
    "other": N_("法律、法规规定的应当注销的其他情形"),
}

PLEDGE_STANDINGS = {
    "signed": N_("已承诺，等决定"),
    "due": N_("待核查"),
    "rectifying": N_("责令改正中"),
    "kept": N_("已核查，承诺属实"),
    "breached": N_("违背承诺"),
}
PLEDGE_RESULTS = {
    "kept": N_("承诺属实、已经做到"),
    "unmet": N_("没有做到，责令改正"),
    "false": N_("承诺虚假"),
}
PLEDGE_METHODS = {
    "site": N_("现场核查"),
    "data": N_("数据核查"),
    "materials": N_("材料核查"),
}
SITE_RESULTS = {"conforms": N_("符合"), "to-correct": N_("需要整改"), "fails": N_("不符合")}
SIGNATURES = {"signed": N_("已签名"), "refused": N_("拒绝签名"), "absent": N_("没有人在场")}
SEATS = {"host": N_("听证主持人"), "recorder": N_("听证记录人"), "examiner": N_("审查人员")}
# Of one's own motion anybody at work on the case may step aside.
DESK_SEATS = SEATS | {
    "approver": N_("审批人员"),
    "head": N_("负责人"),
    "issuer": N_("出件人员"),
    "clerk": N_("窗口人员"),
}
# 公务员法 art. 76: why somebody steps aside.
RECUSAL_GROUNDS = {
    "own-interest": N_("涉及本人利害关系"),
    "family-interest": N_("涉及亲属的利害关系"),
    "impartiality": N_("其他可能影响公正的情形"),
}

# By the names under which pages ask for words (``ui.words``).
TABLES = {
    "site_result": SITE_RESULTS,
    "pledge": PLEDGE_STANDINGS,
    "pledge_result": PLEDGE_RESULTS,
    "pledge_method": PLEDGE_METHODS,
    "signature": SIGNATURES,
    "seat": SEATS,
    "desk_seat": DESK_SEATS,
    "recusal_ground": RECUSAL_GROUNDS,
    "revocation_ground": REVOCATION_GROUNDS,
    "withdrawal_ground": WITHDRAWAL_GROUNDS,
    "cancellation_ground": CANCELLATION_GROUNDS,
}
