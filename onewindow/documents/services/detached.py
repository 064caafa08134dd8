"""SM2 signatures beside the files of papers, where the settings ask for them."""

from __future__ import annotations

import hashlib

from django.conf import settings

from onewindow.base import clock
from onewindow.documents.models import DetachedSignature, Document
from onewindow.documents.signing import sm2


def sign_beside(document: Document, content: bytes) -> None:
    """Sign these bytes of a paper with SM2 and keep the signature; nothing where the setting is off."""
    if not settings.ONEWINDOW_PAPERS_SM2:
        return
    key = sm2.key()
    DetachedSignature.objects.create(
        document=document,
        file_sha256=hashlib.sha256(content).digest(),
        algorithm=sm2.ALGORITHM,
        key_id=key.id,
        public_key=key.public,
        signature=sm2.sign(content, key),
        signed_at=clock.real_now(),
    )
