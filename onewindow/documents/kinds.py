"""The kinds of papers (文书): their titles, number marks and what each must say.

Contents are plain JSON values; dates are ISO strings (keys end in ``_on``), instants ISO with offset
(keys end in ``_at``). Every content carries

    applicant  {"name", "type": "person|organisation"}
    item       {"task_code", "name", "type": "01" …}

and may carry ``agent`` (name), ``phone`` (whom to ask), ``query_code``, ``copies_to`` [organ names].
``limit`` below stands for {"days", "unit": "working_day|calendar_day", "due_on"} or None when there is none;
``skipped`` for [{"date", "reason"}], the days that were not counted. What each kind adds stands at its row in
``KINDS``: keys before the bar must be there and say something, keys after it must be there and may be empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

LICENCE = "01"  # 行政许可: the only type whose papers speak of a licence
TEMPLATE_VERSION = 2
# What may have become of a licence since its grant, by the paper that says so; the last word counts.
ENDINGS = {"revocation": "revoked", "licence-withdrawal": "withdrawn", "cancellation": "cancelled"}


class Incomplete(ValueError):
    """A deed wanted to issue a paper that does not say what the law wants it to say: a bug of the caller."""

    def __init__(self, kind: str, missing: list[str]) -> None:
        super().__init__(f"paper {kind} lacks: {', '.join(missing)}")
        self.kind = kind
        self.missing = missing


class Kind(msgspec.Struct, frozen=True):
    """One kind: ``mark`` stands in the number, ``licence_title`` only where a licence is meant."""

    name: str
    mark: str
    title: str
    filled: tuple[str, ...]
    present: tuple[str, ...] = ()
    licence_title: str = ""
    least: Mapping[str, int] = {}  # lists that must have so many entries

    def title_for(self, item_type: str) -> str:
        return self.licence_title if item_type == LICENCE and self.licence_title else self.title

    def check(self, content: Mapping[str, Any]) -> None:
        """Raise ``Incomplete`` when something that the paper must say is missing."""
        missing = [key for key in self.filled if not content.get(key)]
        missing += [key for key in self.present if key not in content]
        missing += [key for key, count in self.least.items() if 0 < len(content.get(key) or ()) < count]
        if missing:
            raise Incomplete(self.name, missing)


_HEAD = ("applicant", "item")


def _kind(
    name: str,
    mark: str,
    title: str,
    fields: str,
    licence_title: str = "",
    least: Mapping[str, int] | None = None,
) -> Kind:
    filled, _, present = fields.partition("|")
    return Kind(
        name, mark, title, _HEAD + tuple(filled.split()), tuple(present.split()), licence_title, least or {}
    )


# Hearing and third parties (art. 36, 46-48). addressee {"name", "type"}: the third party spoken to, without one
# the applicant is. Hearings are free of charge, and the host is not the examiner: the deeds see to that.
_HEARING = (
    # matters: what the right is about; answer_by_on: five working days after service (art. 47)
    _kind("hearing-rights", "听告", "听证权利告知书", "matters answer_by_on basis | facts addressee how"),
    # for everybody (art. 46): matters, held_at, place, host; apply_by_on: until when one may ask to take part
    _kind("hearing-announcement", "听公", "听证公告", "matters held_at place host apply_by_on how basis"),
    # seven days before (art. 48); host, recorder: names; is_public
    _kind(
        "hearing-notice",
        "听通",
        "听证通知书",
        "matters held_at place host recorder basis | addressee is_public",
    ),
    # attendees [{"name", "role"}]; statements [{"by", "text"}] in order; signed by those who took part
    _kind(
        "hearing-record",
        "听录",
        "听证笔录",
        "matters held_at ended_at place host recorder attendees statements | is_public",
    ),
    # before a decision that touches somebody (art. 36); interest: how the third party is concerned
    _kind(
        "statement-notice",
        "陈",
        "陈述申辩权利告知书",
        "matters answer_by_on how basis | facts addressee interest",
    ),
    # asked for by a party (art. 48(1)(3)); outcome: "应当回避|不予回避" in words; person, successor: names
    _kind(
        "recusal",
        "避",
        "回避申请决定书",
        "seat person outcome reason basis | successor addressee",
    ),
)

# Commitment, checks on the spot, and what may become of a licence (art. 8, 34, 61, 69, 70). licence
# {"document_no", "title", "decided_on", "licence_no" or ""} is the decision spoken of.
_AFTERWARDS = (
    # conditions, materials, duties [sentences]; stands_for: names of materials that need not come; check_days:
    # calendar days from the decision; signature: who signed, at signed_at
    _kind(
        "commitment",
        "诺",
        "告知承诺书",
        "conditions duties consequences basis | notice materials stands_for check_days signature signed_at",
    ),
    # before a check: when, where, what is looked at (points), who comes (checkers: names)
    _kind(
        "site-check-notice",
        "核通",
        "现场核查通知书",
        "checked_at place points checkers basis | how",
        least={"checkers": 2},
    ),
    # checkers [{"name", "number"}]: at least two (art. 34); findings [{"point", "finding", "conforms"}]; result,
    # signature: in words; present, present_as: who was there and as what; remark: why nobody signed; photos [captions]
    _kind(
        "site-check",
        "核",
        "现场核查记录",
        "checked_at place checkers findings opinion | photos ended_at result present present_as signature remark",
        least={"checkers": 2},
    ),
    # order to correct: what is wrong, what must be done by when, what follows otherwise
    _kind(
        "rectification",
        "改",
        "责令改正通知书",
        "facts requirements correct_by_on consequences basis | licence remedies",
    ),
    # got by fraud or given against the law (art. 69)
    _kind(
        "revocation",
        "撤销",
        "撤销决定书",
        "licence facts reason basis decided_on remedies | consequences",
        "撤销行政许可决定书",
    ),
    # the law or the facts it rests on have changed (art. 8): with compensation
    _kind(
        "licence-withdrawal",
        "撤回",
        "撤回决定书",
        "licence reason basis decided_on remedies compensation | consequences",
        "撤回行政许可决定书",
    ),
    # ground expired|lost-capacity|dissolved|revoked|impossible|other (art. 70); return_by_on: of the certificate
    _kind(
        "cancellation",
        "注销",
        "注销决定书",
        "licence ground reason basis decided_on remedies | return_by_on",
        "注销行政许可决定书",
    ),
    # to a third party: what was decided of the licence (ending: in words) and what they may do against it
    _kind(
        "licence-ended",
        "告",
        "许可处理告知书",
        "licence ending reason basis decided_on remedies | addressee interest",
    ),
)

KINDS = {
    kind.name: kind
    for kind in (
        # receiver: name of the clerk or "" online; materials [{"name", "medium", "copies", "state"}];
        # tell_by_on: last day to tell what is missing (art. 32), None where no such rule binds
        _kind("receipt", "收", "收件凭证", "received_at | receiver materials tell_by_on"),
        # applied_on; deemed: silence made it accepted; basis [texts]; special_procedures [kind codes];
        # fee: a sentence, "" when unknown; deferred [{"name", "promised_on"}]; contact: the applicant's or agent's
        # telephone, masked; phone: whom to ask, "" when the guide does not say
        _kind(
            "acceptance",
            "受",
            "受理通知书",
            "applied_on accepted_on basis | promised legal skipped special_procedures fee deferred deemed"
            " contact phone",
        ),
        # items [{"material", "problem", "standard"}]; how: where to bring it
        _kind("correction", "补", "补正告知书", "received_on items answer_by_on basis | how"),
        # facts: what was found; conditions; licence_name; licence_no, validity: "" where the certificate will say
        # them; deliver_by_on: art. 44, None where it does not bind
        _kind(
            "grant",
            "准",
            "准予办理决定书",
            "accepted_on decided_on basis | facts conditions licence_name licence_no validity deliver_by_on",
            "准予行政许可决定书",
        ),
        # remedies [sentences], see ``remedies``
        _kind(
            "denial",
            "驳",
            "不予办理决定书",
            "accepted_on decided_on reason basis remedies | facts",
            "不予行政许可决定书",
        ),
        # ground not-required|not-competent|not-corrected; competent_organ: name or ""
        _kind(
            "refusal",
            "不受",
            "不予受理决定书",
            "received_on ground reason basis remedies | competent_organ",
        ),
        # materials [names] handed back; proposer and confirmer: names of the two who checked
        _kind("return", "退", "退件通知书", "received_on reason remedies | materials proposer confirmer"),
        # procedure: code of article 45; organiser: name or ""; expected_days: working days
        _kind(
            "special-procedure",
            "特",
            "特别程序告知书",
            "accepted_on procedure reason starts_on expected_days basis | organiser",
        ),
        # old_due_on, new_due_on of the legal limit; approver: name of the head
        _kind(
            "extension",
            "延",
            "延长期限告知书",
            "accepted_on old_due_on new_due_on days reason basis | approver",
        ),
        # deferred [{"name", "promised_on"}]
        _kind("deferred-promise", "容", "容缺受理承诺书", "accepted_on deferred"),
        # materials [names] handed back
        _kind("withdrawal", "撤", "撤回申请通知书", "received_on withdrawn_on | reason materials"),
        # ground: a short sentence
        _kind("termination", "终", "终止办理决定书", "accepted_on ground reason basis remedies"),
        # papers [{"document_no", "title"}]; recipient: name; method window|locker|courier|electronic|left|
        # entrusted|public-notice; receipt: number of the parcel or the like; server: who served; place; licence:
        # the certificate handed over with it; may carry witnesses [names], remark (why it was left) and read_at
        # (proof of reading)
        _kind(
            "delivery",
            "送",
            "送达回证",
            "papers recipient method delivered_at | receipt server place licence",
        ),
        *_HEARING,
        *_AFTERWARDS,
    )
}


def remedies(*, reconsideration_organ: str = "", court: str = "") -> list[str]:
    """What a person may do against a decision (Licensing Law art. 38).

    Reconsideration within 60 days of knowing of the act (行政复议法, 2023, art. 20; where: art. 24, the
    people's government of the same level), suit within six months (行政诉讼法, 2017, art. 46). Where the organ's
    own bodies are not known the sentence says by what rule they are found.
    """
    where = reconsideration_organ or "本机关所属的本级人民政府"
    which = court or "依法有管辖权的人民法院"
    return [
        f"自收到本文书之日起六十日内，向{where}申请行政复议（《中华人民共和国行政复议法》第二十条、第二十四条）；",
        f"自收到本文书之日起六个月内，向{which}提起行政诉讼（《中华人民共和国行政诉讼法》第四十六条）。",
    ]
