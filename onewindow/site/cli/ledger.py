"""Commands for the ledger: verify it here, export it for others to verify."""

import argparse
from pathlib import Path
from typing import Any

from onewindow.site.cli import Failure, group


def register(commands: Any) -> None:
    """`ledger verify`, `ledger export`, `ledger head`."""
    ledger = group(commands, "ledger", "the record of all facts and its proof")
    verify = ledger.add_parser("verify", help="check every fact, leaf, head and stored state")
    verify.set_defaults(run=_verify, needs="database")
    export = ledger.add_parser("export", help="write the whole ledger with a stand-alone verifier")
    export.add_argument(
        "folder",
        metavar="DIR",
        type=Path,
        help="an empty or absent directory; made private: papers name people",
    )
    export.set_defaults(run=_export, needs="database")
    head = ledger.add_parser("head", help="print the newest signed head")
    head.set_defaults(run=_head, needs="database")


def _verify(options: argparse.Namespace) -> None:
    from onewindow.base.ledger import verify

    count = 0
    for finding in verify.run():
        count += 1
        print(finding, flush=True)
    if count:
        raise Failure(f"the ledger does not verify: {count} findings")
    print("the ledger verifies: no findings")


def _export(options: argparse.Namespace) -> None:
    from onewindow.base import clock
    from onewindow.base.ledger import export

    manifest = export.write(options.folder, now=clock.now())
    print(f"{manifest['facts']} facts and {manifest['heads']} heads in {options.folder}")
    print(f"verify with: python3 {options.folder / 'verify_ledger.py'} {options.folder}")


def _head(options: argparse.Namespace) -> None:
    import json

    from onewindow.base.ledger import heads

    print(json.dumps(heads.newest(), ensure_ascii=False, indent=1))
