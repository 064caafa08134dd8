"""Proof: tree heads, proofs of facts, public check of papers."""

from __future__ import annotations

from onewindow.base.ledger import heads, proof
from onewindow.cases import queries as cases
from onewindow.documents import queries as documents
from onewindow.faces.api import further_shapes, shapes
from onewindow.faces.api.operation import CURSOR, LIMIT, PUBLIC, Answer, Call, Operation, Parameter
from onewindow.kernel.errors import N_, FieldError, Invalid


def _head(call: Call) -> Answer:
    return Answer(heads.newest())


def _proof(call: Call) -> Answer:
    asked = call.query()
    _require(asked, "case_no", "seq")
    subject, discloses = cases.proof_subject(call.identity, asked["case_no"])
    return Answer(proof.of_fact("case", subject, asked["seq"], discloses=discloses))


def _verify(call: Call) -> Answer:
    asked = call.query()
    _require(asked, "code")
    return Answer(documents.verify(call.path["document_no"], asked["code"]))


def _decisions(call: Call) -> Answer:
    asked = call.query()
    asked["from_"] = asked.pop("from", None)
    return Answer(cases.decisions(**asked))


def _hearings(call: Call) -> Answer:
    return Answer(cases.announced(**call.query()))


def _require(asked: dict[str, object], *names: str) -> None:
    lacking = [FieldError(name, "required", N_("必须填写。")) for name in names if name not in asked]
    if lacking:
        raise Invalid("invalid-fields", N_("有的内容不符合要求，请改正后再提交。"), fields=lacking)


OPERATIONS = (
    Operation(
        method="GET",
        path="/ledger/head",
        run=_head,
        permission=PUBLIC,
        summary="最新的签名树头",
        answer=shapes.HeadOut,
    ),
    Operation(
        method="GET",
        path="/ledger/proof",
        run=_proof,
        permission=PUBLIC,
        summary="一条记录的存在证明；有权查看的人另得内容和盐",
        answer=shapes.ProofOut,
        parameters=(Parameter("case_no"), Parameter("seq", "integer", least=1)),
        errors=(404, 422),
    ),
    Operation(
        method="GET",
        path="/verify/{document_no}",
        run=_verify,
        permission=PUBLIC,
        summary="凭文书编号和验证码核验文书",
        answer=shapes.VerifyOut,
        parameters=(Parameter("code"),),
        errors=(404, 422, 429),
    ),
    Operation(
        method="GET",
        path="/decisions",
        run=_decisions,
        permission=PUBLIC,
        summary="依法公开的准予许可决定",
        answer=shapes.DecisionPage,
        parameters=(
            Parameter("q", about="文书编号、办件编号，或者事项、法人名称里的字"),
            Parameter("item", about="事项编码"),
            Parameter("organ", about="部门名称"),
            Parameter("from", "date", about="决定日期，起"),
            Parameter("to", "date", about="决定日期，止"),
            LIMIT,
            CURSOR,
        ),
        errors=(422,),
    ),
    Operation(
        method="GET",
        path="/hearings",
        run=_hearings,
        permission=PUBLIC,
        summary="公开举行的听证的公告",
        answer=further_shapes.HearingPage,
        parameters=(LIMIT, CURSOR),
        errors=(422,),
    ),
)
