"""What staff are told of the cards (监察) of their organ, in plain words: one text for each thing that happens.

Places are those of ``supervision.telling``: ``level``, ``rule``, ``card_no``, ``case`` (“，办件 …” or nothing),
``organ``, ``why``, ``text`` (what the supervisor wrote) and ``due``. A text that has been used is not changed.
"""

from __future__ import annotations

from onewindow.notices.texts import Text

TEXTS: dict[str, Text] = {
    "parcel-back": Text(
        "寄送的文书没有送到：%(title)s",
        (
            "办件 %(case_no)s 的《%(title)s》（单号 %(number)s）被拒收、到期没有取或者退回，还没有送达。"
            "请改用其他方式送达。"
        ),
    ),
    "parcel-failed": Text(
        "寄送没有下成单：%(title)s",
        "办件 %(case_no)s 的《%(title)s》没有下成单：%(why)s。请核对地址后重新寄，或者改用其他方式送达。",
    ),
    "file-locked-staff": Text(
        "材料里有一个文件查出病毒",
        (
            "办件 %(case_no)s（%(item)s）的材料里有一个文件后来查出病毒，已经锁定，不能打开。"
            "如果审查还要用到它，请告诉申请人重新提交。"
        ),
    ),
    "card-reminder": Text(
        "预警提醒：%(rule)s",
        (
            "%(organ)s有一件事快到期限或者需要留意（卡号 %(card_no)s%(case)s）：%(why)s "
            "这是提醒，不计分，也不用说明；请尽快办理。"
        ),
    ),
    "card-issued": Text(
        "收到%(level)s：%(rule)s",
        (
            "%(organ)s收到一张%(level)s（卡号 %(card_no)s%(case)s）：%(why)s 请在%(due)s前说明情况；"
            "到期没有说明的，监察部门可以直接作出处理。"
        ),
        "%(organ)s收到%(level)s：%(rule)s，请在%(due)s前登录说明情况，卡号%(card_no)s。",
    ),
    "card-raised": Text(
        "升级为%(level)s：%(rule)s",
        (
            "%(organ)s的一张卡升级为%(level)s（卡号 %(card_no)s%(case)s）：%(why)s 请在%(due)s前说明情况；"
            "以前的说明不算在新的级别里。"
        ),
        "%(organ)s的卡升级为%(level)s：%(rule)s，请在%(due)s前登录说明情况，卡号%(card_no)s。",
    ),
    "card-upheld": Text(
        "%(level)s被维持：%(rule)s",
        (
            "监察部门维持了%(organ)s的这张%(level)s（卡号 %(card_no)s%(case)s）。理由：%(text)s "
            "部门不服的，可以在%(due)s前申诉一次，由另一位监察人员裁定。"
        ),
        "%(organ)s的%(level)s被维持，可以在%(due)s前申诉一次，卡号%(card_no)s。",
    ),
    "card-final": Text(
        "申诉没有成立：%(rule)s",
        (
            "%(organ)s对这张%(level)s（卡号 %(card_no)s%(case)s）的申诉没有成立，卡予以维持，"
            "这是最终裁定。理由：%(text)s"
        ),
        "%(organ)s对%(level)s的申诉没有成立，卡号%(card_no)s。",
    ),
    "card-withdrawn": Text(
        "%(level)s被撤销：%(rule)s",
        (
            "监察部门撤销了%(organ)s的这张%(level)s（卡号 %(card_no)s%(case)s），不再计分，经过仍然可查。"
            "理由：%(text)s"
        ),
    ),
    "card-inquired": Text(
        "收到督办函，请在%(due)s前答复",
        (
            "%(organ)s收到一封督办函（卡号 %(card_no)s%(case)s，%(rule)s），请在%(due)s前书面答复。要求：%(text)s"
        ),
        "%(organ)s收到督办函，请在%(due)s前登录答复，卡号%(card_no)s。",
    ),
    "card-explanation-near": Text(
        "快到期限：请说明情况",
        (
            "%(organ)s的一张%(level)s（卡号 %(card_no)s%(case)s，%(rule)s）还没有说明，期限到%(due)s为止。"
            "到期没有说明的，监察部门可以直接作出处理。"
        ),
        "%(organ)s的%(level)s还没有说明，期限到%(due)s为止，卡号%(card_no)s。",
    ),
    "card-letter-near": Text(
        "快到期限：请答复督办函",
        "%(organ)s的一封督办函（卡号 %(card_no)s%(case)s，%(rule)s）还没有答复，期限到%(due)s为止。",
        "%(organ)s的督办函还没有答复，期限到%(due)s为止，卡号%(card_no)s。",
    ),
}
