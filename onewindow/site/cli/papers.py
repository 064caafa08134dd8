"""Commands for papers: check the signature of a file, hand out certificates, change the signing certificate."""

import argparse
import sys
from pathlib import Path
from typing import Any

from onewindow.site.cli import Failure, group


def register(commands: Any) -> None:
    """`papers verify`, `papers certificate`, `papers rotate`."""
    papers = group(commands, "papers", "papers that organs issue, and the keys that sign them")
    verify = papers.add_parser("verify", help="check the signatures of a paper's PDF")
    verify.add_argument("file", metavar="FILE", type=Path)
    verify.set_defaults(run=_verify, needs="database")
    certificate = papers.add_parser(
        "certificate", help="print the certificate (or SM2 key) that papers are checked with"
    )
    certificate.add_argument("--sm2", action="store_true", help="the public SM2 key instead")
    certificate.set_defaults(run=_certificate, needs="django")
    rotate = papers.add_parser("rotate", help="make the next signing certificate; it signs from now on")
    rotate.set_defaults(run=_rotate, needs="django")


def _verify(options: argparse.Namespace) -> None:
    from onewindow.base import clock
    from onewindow.documents import queries
    from onewindow.documents.signing import checking

    content = options.file.read_bytes()
    verdict = checking.check(content, now=clock.real_now())
    print(f"signature    {'good' if verdict.is_good else 'NOT GOOD'}, certificate {verdict.serial or 'none'}")
    print(f"signed at    {verdict.signed_at or '-'}")
    print(f"time stamp   {verdict.stamped_at or 'none'}")
    beside = queries.is_signed_beside(content)
    print(f"sm2          {'none kept for this file' if beside is None else 'good' if beside else 'NOT GOOD'}")
    if not verdict.is_good or beside is False:
        raise Failure(f"{options.file} is not as this platform signed it")


def _certificate(options: argparse.Namespace) -> None:
    from onewindow.documents.signing import published

    if not options.sm2:
        sys.stdout.write(published.authority_file("pem").decode())
        return
    if not published.published().sm2_pem:
        raise Failure("SM2 signatures are off (ONEWINDOW_PAPERS_SM2)")
    sys.stdout.write(published.published().sm2_pem)


def _rotate(options: argparse.Namespace) -> None:
    from onewindow.base import clock
    from onewindow.documents.signing import certificates

    print(f"papers are signed from now on with {certificates.rotate(clock.real_now()).serial}")
