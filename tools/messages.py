"""The English catalogue: finds what the code says in Chinese, joins the rooms' parts, compiles.

    tools/messages.py --check      fail and list what has no English yet, and what nobody says any more
    tools/messages.py --merge      write onewindow/locale/en/LC_MESSAGES/django.po from locale/en/parts/*.po
    tools/messages.py --compile    write django.mo from the catalogue and the parts

Parts win over the catalogue, so that a room's translation can be corrected in its own file.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "onewindow"
PARTS = PACKAGE / "locale/en/parts"
CATALOGUE = PACKAGE / "locale/en/LC_MESSAGES/django.po"

Key = tuple[str | None, str, str | None]  # context, singular, plural

KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "gettext_lazy": None,
    "lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACE = re.compile(r"%\((\w+)\)[sd]|%[sd]")


def sources() -> Iterator[tuple[Path, str]]:
    """Every file that may say something, with the Python text to look through."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_text(encoding="utf-8")
    for path in sorted(PACKAGE.rglob("templates/**/*")):
        if path.suffix in (".html", ".txt", ".svg", ".xml"):
            yield path, templatize(path.read_text(encoding="utf-8"), origin=str(path))


def said() -> dict[Key, str]:
    """All messages of the code with one place where each stands."""
    found: dict[Key, str] = {}
    for path, text in sources():
        for line, message, _comments, context in extract(
            "python", io.BytesIO(text.encode()), KEYWORDS, options={"encoding": "utf-8"}
        ):
            singular, plural = message if isinstance(message, tuple) else (message, None)
            if singular:
                found.setdefault((context, singular, plural), f"{path.relative_to(ROOT)}:{line}")
    return found


def translations() -> Catalog:
    """The catalogue with the parts laid over it."""
    whole = Catalog(locale="en", project="OneWindow", charset="utf-8", fuzzy=False)
    for path in [CATALOGUE, *sorted(PARTS.glob("*.po"))]:
        if path.exists():
            for message in read_po(io.BytesIO(path.read_bytes()), locale="en"):
                if message.id and any(message.string if message.pluralizable else [message.string]):
                    whole.delete(message.id, message.context)
                    whole.add(message.id, message.string, context=message.context)
    return whole


def problems(whole: Catalog) -> list[str]:
    """What is wrong with the catalogue, one line each."""
    wrong = []
    for (context, singular, _plural), where in said().items():
        message = whole.get(singular, context)
        if message is None or not message.string:
            wrong.append(f"{where}: no English for {singular!r}")
            continue
        strings = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        if any(set(PLACE.findall(text)) - set(PLACE.findall(singular)) for text in strings):
            wrong.append(f"{where}: the English of {singular!r} names a place that the Chinese lacks")
    return wrong


def merge(whole: Catalog) -> None:
    """Write the catalogue: what is said, in the order of the text, with its English."""
    fresh = Catalog(locale="en", project="OneWindow", charset="utf-8", fuzzy=False)
    for context, singular, plural in sorted(said(), key=lambda key: (key[1], key[0] or "")):
        message = whole.get(singular, context)
        identity = (singular, plural) if plural else singular
        fresh.add(identity, message.string if message else "", context=context)
    out = io.BytesIO()
    write_po(out, fresh, omit_header=True, width=0)
    header = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    header += '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(header + out.getvalue().decode(), encoding="utf-8")


def compile_catalogue(whole: Catalog) -> None:
    """Write the binary that Django reads; replaced at once, so that a running server never sees half."""
    target = CATALOGUE.with_suffix(".mo")
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    with fresh.open("wb") as file:
        write_mo(file, whole)
    fresh.replace(target)


def main() -> int:
    """Exit status 1 when `--check` found something."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("check", "merge", "compile"):
        parser.add_argument(f"--{name}", action="store_true")
    options = parser.parse_args()
    settings.configure(USE_I18N=False)
    whole = translations()
    if options.merge:
        merge(whole)
    if options.compile:
        compile_catalogue(whole)
    wrong = problems(whole) if options.check else []
    for line in wrong:
        print(line, file=sys.stderr)
    if options.check and not wrong:
        print(f"translations: all {len(said())} messages have their English")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
