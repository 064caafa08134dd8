"""Commands for cases and the API: replay every case, run what time makes due, print the API description."""

import argparse
from typing import Any

from onewindow.site.cli import Failure, group


def register(commands: Any) -> None:
    """`cases replay`, `sweep`, `openapi`."""
    cases = group(commands, "cases", "cases and their stored states")
    replay = cases.add_parser("replay", help="fold every case again from its facts and compare")
    replay.set_defaults(run=_replay, needs="database")
    sweep = commands.add_parser("sweep", help="run what time makes due, once, now")
    sweep.set_defaults(run=_sweep, needs="database")
    openapi = commands.add_parser("openapi", help="print the OpenAPI document of the API")
    openapi.set_defaults(run=_openapi, needs="django")


def _replay(options: argparse.Namespace) -> None:
    from onewindow.cases import proof

    found = 0
    for finding in proof.findings():
        found += 1
        print(finding, flush=True)
    if found:
        raise Failure(f"{found} findings in {proof.count()} cases")
    print(f"{proof.count()} cases replayed: no findings")


def _sweep(options: argparse.Namespace) -> None:
    from onewindow.base import clock, worker

    print(f"{worker.settle(clock.now())} things were due")


def _openapi(options: argparse.Namespace) -> None:
    from onewindow.faces.api import openapi

    print(openapi.document().decode())
