"""What people are told, in plain words: one text for each thing that happens to a case.

Places in the texts are the fields of ``handlers.CaseBrief`` as they read in a sentence. A text that has been
used is not changed: a new one gets the next version, messages name theirs.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Text(msgspec.Struct, frozen=True):
    """``body`` for portal and e-mail; ``sms`` is shorter, empty when the matter is not worth a message."""

    title: str
    body: str
    sms: str = ""
    version: int = 1


_WATCH = "办理进度随时可以在“我的办件”中查看。"

TEXTS: dict[str, Text] = {
    "received": Text(
        "已收到您的申请材料",
        (
            "您申请的“%(item)s”（办件编号 %(case_no)s）材料已收到。我们会尽快审核，结果会在这里通知您，"
            "您现在不用做什么。"
        ),
    ),
    "resubmitted": Text(
        "已收到您补正的材料",
        "您申请的“%(item)s”（办件编号 %(case_no)s）的补正材料已收到，正在重新审核，您现在不用做什么。",
    ),
    "correction-notified": Text(
        "请补正申请材料",
        (
            "您申请的“%(item)s”（办件编号 %(case_no)s）的材料还需要补正，"
            "需要补什么、怎么补都写在补正告知书里。"
            "请您在%(answer_by)s前补正：在“我的办件”中打开这件事，点“补正”；也可以到任一综合窗口提交。"
            "逾期未补正，申请会被退回。"
        ),
        "您的“%(item)s”申请需补正材料，请在%(answer_by)s前补正，办件编号%(case_no)s。",
    ),
    "accepted": Text(
        "您的申请已受理",
        ("您申请的“%(item)s”（办件编号 %(case_no)s）已由%(organ)s受理，%(due)s办结。" + _WATCH),
        "您的“%(item)s”申请已受理，%(due)s办结，办件编号%(case_no)s。",
    ),
    "returned": Text(
        "您的申请已退回",
        (
            "您申请的“%(item)s”（办件编号 %(case_no)s）已退回，原因写在退件通知书里。条件具备后，"
            "您可以重新申请。"
        ),
        "您的“%(item)s”申请已退回，原因见退件通知书，办件编号%(case_no)s。",
    ),
    "acceptance-refused": Text(
        "您的申请未予受理",
        (
            "您申请的“%(item)s”（办件编号 %(case_no)s）未予受理，"
            "理由、应当去哪里办以及您可以怎样申请复议或者起诉，"
            "都写在不予受理决定书里，请您打开查看。"
        ),
        "您的“%(item)s”申请未予受理，理由见决定书，办件编号%(case_no)s。",
    ),
    "paused": Text(
        "办理中需要进行特别程序",
        (
            "您申请的“%(item)s”（办件编号 %(case_no)s）需要进行特别程序，所需时间不计入办理期限，"
            "详见特别程序告知书。"
            "需要您配合的，工作人员会联系您。"
        ),
        "您的“%(item)s”申请进入特别程序，所需时间不计入期限，办件编号%(case_no)s。",
    ),
    "resumed": Text(
        "特别程序已结束，继续办理",
        "您申请的“%(item)s”（办件编号 %(case_no)s）的特别程序已结束，现继续办理，%(due)s办结。",
    ),
    "extended": Text(
        "办理期限已延长",
        (
            "您申请的“%(item)s”（办件编号 %(case_no)s）经负责人批准延长了办理期限，"
            "理由和新的期限写在延长期限告知书里。"
        ),
        "您的“%(item)s”申请办理期限已延长，理由见告知书，办件编号%(case_no)s。",
    ),
    "granted": Text(
        "您的申请已准予",
        (
            "您申请的“%(item)s”（办件编号 %(case_no)s）已准予。决定书可以在“我的办件”中查看和下载；"
            "证件制好后会另行通知您领取。欢迎评价这次办理：%(rate)s"
        ),
        "您的“%(item)s”申请已准予，证件制好后另行通知，办件编号%(case_no)s。评价：%(rate)s",
        version=2,
    ),
    "denied": Text(
        "您的申请未获准予",
        (
            "您申请的“%(item)s”（办件编号 %(case_no)s）未获准予，理由以及您可以怎样申请复议或者起诉，"
            "都写在决定书里，"
            "请您打开查看。欢迎评价这次办理：%(rate)s"
        ),
        "您的“%(item)s”申请未获准予，理由和救济途径见决定书，办件编号%(case_no)s。评价：%(rate)s",
        version=2,
    ),
    "produced": Text(
        "证件已制好，可以领取",
        (
            "您申请的“%(item)s”（办件编号 %(case_no)s）的证件已制好，请按您选择的方式领取；到窗口领取的，"
            "请带好身份证件。"
        ),
        "您的“%(item)s”证件已制好，请按您选择的方式领取，办件编号%(case_no)s。",
    ),
    "delivered": Text(
        "办理结果已送达",
        (
            "您申请的“%(item)s”（办件编号 %(case_no)s）的办理结果已送达，这件事办完了。"
            "欢迎您对这次服务作出评价。"
        ),
    ),
    "withdrawn": Text(
        "您的申请已撤回",
        "您申请的“%(item)s”（办件编号 %(case_no)s）已按您的要求撤回。以后需要时，您可以重新申请。",
    ),
    "terminated": Text(
        "您的申请已终止办理",
        (
            "您申请的“%(item)s”（办件编号 %(case_no)s）已终止办理，理由以及您可以怎样申请复议或者起诉，"
            "都写在决定书里。"
        ),
        "您的“%(item)s”申请已终止办理，理由见决定书，办件编号%(case_no)s。",
    ),
    "overdue": Text(
        "您的申请超过了承诺的时间，向您致歉",
        (
            "您申请的“%(item)s”（办件编号 %(case_no)s）没有在承诺的时间内办结，向您致歉。"
            "我们已经督促%(organ)s尽快办理，"
            "您不用重新申请。"
        ),
        "您的“%(item)s”申请未能按承诺时间办结，向您致歉，已督促尽快办理，办件编号%(case_no)s。",
    ),
    "site-check-arranged": Text(
        "将到现场核查",
        (
            "您申请的“%(item)s”（办件编号 %(case_no)s）需要到现场核查，时间、地点、核查的项目和来的人"
            "写在现场核查通知书里，请您打开查看并在场配合。需要改期的，请提前联系%(organ)s。"
        ),
        "您的“%(item)s”申请将到现场核查，时间地点见通知书，办件编号%(case_no)s。",
    ),
    "hearing-arranged": Text(
        "听证已经安排",
        (
            "您申请的“%(item)s”（办件编号 %(case_no)s）的听证已经安排，时间、地点和主持人写在听证通知书里。"
            "听证不收费，听证所需的时间不计入办理期限。"
        ),
        "您的“%(item)s”申请将举行听证，时间地点见通知书，办件编号%(case_no)s。",
    ),
    "revocation-proposed": Text(
        "拟撤销您的许可，您可以陈述申辩",
        (
            "%(organ)s拟撤销您的“%(item)s”（办件编号 %(case_no)s）许可，事实、理由和陈述申辩的期限"
            "写在陈述申辩权利告知书里，请您打开查看；还没有作出决定。"
        ),
        "%(organ)s拟撤销您的“%(item)s”许可，您可以陈述申辩，期限见告知书，办件编号%(case_no)s。",
    ),
    "licence-withdrawal-proposed": Text(
        "拟撤回您的许可，您可以陈述申辩",
        (
            "%(organ)s拟撤回您的“%(item)s”（办件编号 %(case_no)s）许可，理由、补偿和陈述申辩的期限"
            "写在陈述申辩权利告知书里，请您打开查看；还没有作出决定。"
        ),
        "%(organ)s拟撤回您的“%(item)s”许可，您可以陈述申辩，期限见告知书，办件编号%(case_no)s。",
    ),
    "licence-revoked": Text(
        "您的许可已被撤销",
        (
            "您的“%(item)s”（办件编号 %(case_no)s）许可已被撤销，理由、依据以及您可以怎样申请复议或者起诉，"
            "都写在决定书里，请您打开查看。"
        ),
        "您的“%(item)s”许可已被撤销，理由和救济途径见决定书，办件编号%(case_no)s。",
    ),
    "licence-withdrawn": Text(
        "您的许可已被撤回",
        (
            "您的“%(item)s”（办件编号 %(case_no)s）许可已被撤回，理由、补偿以及您可以怎样申请复议或者起诉，"
            "都写在决定书里，请您打开查看。"
        ),
        "您的“%(item)s”许可已被撤回，理由、补偿和救济途径见决定书，办件编号%(case_no)s。",
    ),
    "licence-cancelled": Text(
        "您的许可已注销",
        ("您的“%(item)s”（办件编号 %(case_no)s）许可已注销，情形和依据写在决定书里，请您打开查看。"),
        "您的“%(item)s”许可已注销，情形和依据见决定书，办件编号%(case_no)s。",
    ),
    "pledge-kept": Text(
        "您的承诺已核查，属实",
        "“%(item)s”（办件编号 %(case_no)s）是以告知承诺办理的；%(organ)s核查了承诺，属实，您不用再做什么。",
        "“%(item)s”的承诺已核查属实，办件编号%(case_no)s。",
    ),
    "rectification-ordered": Text(
        "责令改正：请按期改正",
        (
            "%(organ)s核查了您办理“%(item)s”（办件编号 %(case_no)s）时的承诺，认为没有做到；要改正什么、"
            "在哪一天以前，写在责令改正通知书里，请您打开查看。"
        ),
        "“%(item)s”的承诺没有做到，请按责令改正通知书按期改正，办件编号%(case_no)s。",
    ),
    "pledge-breached": Text(
        "违背承诺，已记入信用记录",
        (
            "%(organ)s认定您办理“%(item)s”（办件编号 %(case_no)s）时违背了承诺，已经记入信用记录；"
            "修复以前不再适用告知承诺。理由可以在办件页面查看。"
        ),
        "“%(item)s”违背承诺，已记入信用记录，理由见办件页面，办件编号%(case_no)s。",
    ),
    "credit-repaired": Text(
        "信用已修复",
        "办理“%(item)s”（办件编号 %(case_no)s）留下的失信记录已经修复，您可以再选择告知承诺。",
        "“%(item)s”的失信记录已修复，办件编号%(case_no)s。",
    ),
}

# What no case fact tells: things that happen to a person's files and parcels.
OTHERS: dict[str, Text] = {
    "file-locked": Text(
        "您上传的一个文件查出病毒",
        (
            "您为“%(item)s”（办件编号 %(case_no)s）上传的一个文件后来查出病毒，已经锁定，谁都不能再打开。"
            "请查毒或重新制作后再提交；工作人员会告诉您怎样补交。您的其他材料不受影响。"
        ),
    ),
    "parcel-sent": Text(
        "《%(title)s》已交邮政速递",
        "您的“%(item)s”（办件编号 %(case_no)s）的《%(title)s》已交邮政速递，单号 %(number)s，送到时请当面签收。",
        "您的《%(title)s》已寄出，单号%(number)s，请留意签收。",
    ),
    "parcel-ready": Text(
        "《%(title)s》在取件柜等您取",
        (
            "您的“%(item)s”（办件编号 %(case_no)s）的《%(title)s》已放进取件柜：%(place)s。取件码 %(code)s，"
            "请在%(until)s前取走；取走即为送达。取件码不要告诉别人。"
        ),
        "您的《%(title)s》在%(place)s，取件码%(code)s，请在%(until)s前取走，勿告诉他人。",
    ),
    "parcel-expired": Text(
        "《%(title)s》没有在期限内取走",
        "您的“%(item)s”（办件编号 %(case_no)s）的《%(title)s》在取件柜到期没有取走，请到出件窗口领取。",
        "您的《%(title)s》在取件柜到期未取，请到出件窗口领取。",
    ),
    "file-locked-loose": Text(
        "您上传的一个文件查出病毒",
        "您上传的一个文件后来查出病毒，已经锁定，不能再使用。请查毒或重新制作后再上传。",
    ),
}


def filled(text: str, params: Mapping[str, str]) -> str:
    """The text with its places filled, on one line each as it was written."""
    return text % {name: " ".join(str(value).split()) for name, value in params.items()}
