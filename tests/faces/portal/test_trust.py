"""The public certificates of papers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography import x509
from django.test import Client

from onewindow.documents.signing import certificates, sm2

pytestmark = pytest.mark.django_db


def test_the_certificates_are_named_and_handed_out() -> None:
    now = datetime.now(UTC)
    above = certificates.authority(now).certificate
    page = Client().get("/trust")
    text = page.content.decode()
    assert page.status_code == 200
    assert certificates.fingerprint(above) in text and certificates.current(now).serial in text
    der, pem = Client().get("/trust/ca.cer"), Client().get("/trust/ca.pem")
    assert x509.load_der_x509_certificate(der.content) == above == x509.load_pem_x509_certificate(pem.content)
    assert der.headers["Content-Type"] == "application/pkix-cert"
    assert "PRIVATE" not in pem.content.decode() and "PUBLIC KEY" not in text


def test_the_sm2_key_is_shown_where_it_signs(settings) -> None:  # type: ignore[no-untyped-def]
    settings.ONEWINDOW_PAPERS_SM2 = True
    assert sm2.public_pem(sm2.key()).decode().splitlines()[1] in Client().get("/trust").content.decode()
