"""SM2 signatures with SM3 (GB/T 32918.2, GM/T 0009) beside the files of papers, for checkers that ask for them.

What stands beside a file is the plain signature over its bytes: SEQUENCE {r, s} in DER, with the usual user id
``1234567812345678``. It is no CMS container (GB/T 35275) and no electronic seal (GB/T 38540): those need a
certificate of a licensed authority. OpenSSL 3 checks it with the published key.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import msgspec
from asn1crypto import core, keys, pem
from cryptography.hazmat.primitives import hashes

from onewindow.base import crypto

if TYPE_CHECKING:
    from gmssl import sm2 as curve

ALGORITHM = "sm2-sm3"
USER_ID = b"1234567812345678"
_KEY = "papers-sm2.key"
# The curve of GB/T 32918.5: coefficients, base point, order.
_A = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC"
_B = "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"
_BASE = (
    "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"
    "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"
)
_ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_CURVE_OID = "1.2.156.10197.1.301"


class _Signature(core.Sequence):  # type: ignore[misc]
    _fields = [("r", core.Integer), ("s", core.Integer)]


class Key(msgspec.Struct, frozen=True):
    """A key pair in hexadecimal digits: ``public`` is x and y together."""

    private: str
    public: str

    @property
    def id(self) -> str:
        """The first 16 digits of the SM3 digest of the public key."""
        return _sm3(bytes.fromhex(self.public)).hex()[:16]


def key() -> Key:
    """The instance's key, made at first use and kept beside the others."""
    private = crypto.kept(_KEY, lambda: f"{1 + secrets.randbelow(_ORDER - 2):064x}".encode()).decode()
    return Key(private, _engine(private, "")._kg(int(private, 16), _BASE))


def sign(content: bytes, key: Key) -> bytes:
    """The signature over these bytes in DER."""
    engine = _engine(key.private, key.public)
    made = None
    while made is None:  # the standard asks for another number in cases that never happen
        # The library's own source of numbers is no secret one: each k comes from the system's.
        made = engine.sign(_digest(content, key.public), f"{1 + secrets.randbelow(_ORDER - 1):064x}")
    return bytes(_Signature({"r": int(made[:64], 16), "s": int(made[64:], 16)}).dump())


def is_signed(content: bytes, signature: bytes, public: str) -> bool:
    """Whether the signature is that of these bytes by the holder of ``public``."""
    try:
        read = _Signature.load(signature, strict=True).native
    except (ValueError, TypeError):
        return False
    if not all(0 < read[part] < _ORDER for part in ("r", "s")):
        return False
    text = f"{read['r']:064x}{read['s']:064x}"
    return bool(_engine("", public).verify(text, _digest(content, public)))


def public_pem(key: Key) -> bytes:
    """The public key as tools read it: SubjectPublicKeyInfo in PEM."""
    info = keys.PublicKeyInfo(
        {
            "algorithm": {
                "algorithm": "ec",
                "parameters": keys.ECDomainParameters(name="named", value=_CURVE_OID),
            },
            "public_key": keys.ECPointBitString(b"\x04" + bytes.fromhex(key.public)),
        }
    )
    return bytes(pem.armor("PUBLIC KEY", info.dump()))


def _engine(private: str, public: str) -> curve.CryptSM2:
    from gmssl import sm2 as curve  # loaded only where SM2 is asked for

    engine = curve.CryptSM2(private_key=private, public_key="")
    engine.public_key = public  # its own constructor would cut zeros and fours from the front
    return engine


def _digest(content: bytes, public: str) -> bytes:
    """SM3 over Z and the bytes; Z binds the signature to user id, curve and key (GB/T 32918.2, 5.5)."""
    fields = _A + _B + _BASE + public
    z = _sm3((len(USER_ID) * 8).to_bytes(2) + USER_ID + bytes.fromhex(fields))
    return _sm3(z + content)


def _sm3(content: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(content)
    return digest.finalize()
