"""How long the quality report over a large catalogue takes: `python -m bench.quality 100000`.

The shipped lists are multiplied with other codes, and every tenth item is filled with all elements of an
implementation list, a question tree among them. What is timed is what the report does with each version:
decoding its stored content, all rules, scores and ranking. Reading from the database is not in it.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator

import django
import msgspec

TARGET_SECONDS = 60  # issue "The catalogue": a full quality run over 100,000 items


def main(count: int) -> int:
    """Print the CPU seconds; 1 when the target for 100,000 items, in proportion, is missed."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onewindow.site.settings")
    os.environ.setdefault("ONEWINDOW_DATA_DIR", tempfile.mkdtemp(prefix="onewindow-bench-"))
    django.setup()
    from onewindow.catalog.definition import ItemDefinition
    from onewindow.catalog.quality import Gatherer

    gatherer, decoder, spent = Gatherer(), msgspec.json.Decoder(ItemDefinition), 0.0
    for chunk in _chunks(count):
        begun = time.process_time()
        for content in chunk:
            gatherer.look(decoder.decode(content))
        spent += time.process_time() - begun
    begun = time.process_time()
    report = gatherer.done()
    spent += time.process_time() - begun
    found = report.errors + report.warnings
    print(f"{report.items} items, {report.organs} organs, {found} findings: {spent:.1f} s CPU")
    print(f"{1e6 * spent / max(1, report.items):.0f} µs an item, score {report.score}")
    return int(spent > TARGET_SECONDS * max(count, 1) / 100_000)


def _chunks(count: int) -> Iterator[list[bytes]]:
    """The encoded versions, 500 at a time, as they come from the database."""
    from onewindow.catalog import adapters, demonstration
    from onewindow.catalog.importing import SourceText

    rows = []
    for path in demonstration.lists():
        source = SourceText(path)
        rows += [row.definition for row in adapters.choose(source, "auto").rows(source) if row.definition]
    full = [demonstration.completed(rows[0], row) for row in demonstration.completions()]
    chance = random.Random(20261122)  # noqa: S311
    chunk: list[bytes] = []
    for number in range(count):
        base = rows[number % len(rows)]
        made = _filled(base, full[number % len(full)], number) if number % 10 == 0 else base
        name = f"{made.name}（{number // len(rows)}）"
        organ = f"{made.organ_name}{chance.randrange(50)}"
        chunk.append(msgspec.json.encode(msgspec.structs.replace(made, name=name, organ_name=organ)))
        if len(chunk) == 500:
            yield chunk
            chunk = []
    yield chunk


def _filled(base, full, number: int):  # type: ignore[no-untyped-def]
    from onewindow.catalog.definition import Contact, Option, Question

    names = ("task_code", "name", "type", "organ_name", "region")
    own = {name: getattr(base, name) for name in names}
    rows = [row.code for row in full.materials]
    questions = tuple(
        Question(
            f"Q{at}",
            "属于哪种情形？",
            tuple(
                Option(
                    f"o{place}",
                    "是",
                    drops=(rows[(at + place) % len(rows)],),
                    next=f"Q{at + 1}" if at < 5 else None,
                )
                for place in range(3)
            ),
            multiple=at % 2 == 1,
        )
        for at in range(1, 6)
    )
    phone = f"0826-{2000000 + number % 7999999}"
    return msgspec.structs.replace(
        full,
        **own,
        questions=questions,
        start_question="Q1",
        contact=Contact(phone, "0826-8765432"),
        review_type="前审后批",
        visits_reason="现场核对原件及其他相关材料等",
        online_depth=("1", "2", "3"),
    )


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
