"""Dossiers: the personal part of a case, sealed, with a salted digest that its facts carry."""

from __future__ import annotations

import hashlib
import os
import zlib
from datetime import date
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from onewindow.base import crypto
from onewindow.kernel import masking
from onewindow.kernel.actor import Actor

IdType = Literal[
    "id_card", "uscc", "passport", "hk_macao_permit", "taiwan_permit", "foreign_residence", "military"
]
Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"\S")]
IdNumber = Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z()（）-]+$")]
Phone = Annotated[str, Meta(min_length=5, max_length=30, pattern=r"^[0-9+() -]+$")]


class Applicant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who applies."""

    type: Literal["person", "organisation"]
    name: Name
    id_type: IdType
    id_number: IdNumber
    phone: Phone


class Agent(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who applies in the applicant's stead, under a mandate."""

    name: Name
    id_type: IdType
    id_number: IdNumber
    phone: Phone
    mandate_file_id: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    until: date | None = None


class Delivery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the result should reach the applicant."""

    method: Literal["window", "locker", "courier", "electronic"] = "window"
    address: Annotated[str, Meta(min_length=1, max_length=300)] | None = None


class Party(msgspec.Struct, frozen=True, omit_defaults=True):
    """An interested third party (行政许可法 art. 36): who, how to reach them, how the matter concerns them."""

    type: Literal["person", "organisation"]
    name: str
    interest: str
    phone: str | None = None
    address: str | None = None


class Spoken(msgspec.Struct, frozen=True):
    """What a party (0 the applicant) said to the matter, and when (ISO)."""

    party: int
    text: str
    at: str


class Visit(msgspec.Struct, frozen=True):
    """A check on the spot: where, and what is looked at; an applicant's place is a personal value."""

    place: str
    points: tuple[str, ...]


class Signed(msgspec.Struct, frozen=True):
    """Who signed the promise of a case, and when (ISO)."""

    name: str
    at: str


class Dossier(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything personal that an applicant told.

    ``form_version`` is the version of the item's form that ``form`` was filled by, 0 where that has none.
    """

    applicant: Applicant
    agent: Agent | None = None
    answers: dict[str, Any] = {}
    form: dict[str, Any] = {}
    delivery: Delivery = Delivery()
    electronic_service: bool = False
    form_version: int = 0
    parties: tuple[Party, ...] = ()
    statements: tuple[Spoken, ...] = ()
    visits: tuple[Visit, ...] = ()  # as many as ``Life.site_checks``
    pledge: Signed | None = None
    objections: tuple[Spoken, ...] = ()  # why somebody should step down; as many as ``Life.recusals``


class Sealed(msgspec.Struct, frozen=True):
    """A dossier ready to be stored: sealed bytes, its digest (hex), and what finds it again."""

    sealed: bytes
    digest: str
    subject_hash: bytes
    name_hash: bytes
    mask: str

    @property
    def found_by(self) -> tuple[bytes, bytes, str]:
        """The columns by which the case is found and listed."""
        return self.subject_hash, self.name_hash, self.mask


_SALT = 16

# Frozen: what was packed with it is unpacked with it. What is most frequent stands last.
_DICTIONARY = (
    '"electronic_service":true,"agent":{"name":"","id_type":"passport","id_number":"","phone":"","until":"2026-'
    '","mandate_file_id":""},"delivery":{"method":"courier","address":""},"delivery":{"method":"electronic",'
    '"address":null}},"answers":{"Q1":"A"},"form":{"address":"","area":,"industry":"","site_address":"","name":'
    '"start_on":"2026-":"2027-","legal_person":"","contact":"","phone":"","count":1,"is_":true,"has_":false,'
    '{"applicant":{"type":"organisation","name":"有限公司","id_type":"uscc","id_number":"91511602MA","phone":"13'
    '{"applicant":{"type":"person","name":"","id_type":"id_card","id_number":"511602197","phone":"1380"},"form":{"'
).encode()
# Copied for each dossier: taking in the dictionary is most of the work.
_PRIMED = zlib.compressobj(1, zlib.DEFLATED, -12, 4, zlib.Z_FIXED, _DICTIONARY)


def seal(dossier: Dossier, case_id: int) -> Sealed:
    """Pack a dossier and seal it to its case: moved to another row it cannot be opened."""
    plain = os.urandom(_SALT) + msgspec.json.encode(dossier)
    packer = _PRIMED.copy()
    packed = plain[:_SALT] + packer.compress(plain[_SALT:]) + packer.flush()
    sealed = crypto.encrypt(packed, bound_to=b"case:%d" % case_id)
    return Sealed(sealed, hashlib.sha256(plain).hexdigest(), *found_by(dossier))


def found_by(dossier: Dossier) -> tuple[bytes, bytes, str]:
    """Subject hash, name hash and masked name of the applicant."""
    who = dossier.applicant
    subject = crypto.subject_hash(who.id_type, who.id_number)
    return subject, crypto.search_hash("name", who.name), mask_of(who)


def is_found_by(dossier: Dossier, told: tuple[bytes, bytes, str]) -> bool:
    """Whether these columns are those of the dossier, under any of the keys of search hashes."""
    who, (subject, name, mask) = dossier.applicant, told
    return (
        subject in crypto.subject_hashes(who.id_type, who.id_number)
        and name in crypto.search_hashes("name", who.name)
        and mask == mask_of(who)
    )


def unseal(sealed: bytes, case_id: int) -> tuple[Dossier, str]:
    """The dossier and its digest (hex), which is that of the salt and the plain text."""
    packed = crypto.decrypt(sealed, bound_to=b"case:%d" % case_id)
    try:
        text = zlib.decompressobj(-15, _DICTIONARY).decompress(packed[_SALT:])
    except zlib.error as error:
        raise ValueError("unknown packing") from error
    return msgspec.json.decode(text, type=Dossier), hashlib.sha256(packed[:_SALT] + text).hexdigest()


def mask_of(who: Applicant) -> str:
    """The name for lists: a firm's is public, a person's is masked."""
    return who.name if who.type == "organisation" else masking.mask_name(who.name)


def shown(who: Applicant, *, masked: bool) -> dict[str, Any]:
    """The applicant as the contract's Case shows it."""
    if not masked:
        return {name: getattr(who, name) for name in Applicant.__struct_fields__}
    return {
        "type": who.type,
        "name": mask_of(who),
        "id_type": who.id_type,
        "id_number": masking.mask_id_number(who.id_number),
        "phone": masking.mask_phone(who.phone),
    }


# What stands in the place of personal values that were erased: nobody's hash, and a mask without a name.
ERASED = Dossier(Applicant("person", "***", "id_card", "***", "***"))
ERASED_BY = (b"\0" * 16, b"\0" * 16, "***")


def is_mine(actor: Actor, id_type: str, id_number: str) -> bool:
    """True when the applicant is the actor, or a firm that the actor holds a mandate of."""
    return any(one in actor.subject_hashes for one in crypto.subject_hashes(id_type, id_number))
